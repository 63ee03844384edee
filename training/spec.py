"""What a page or a person wants to be trained, as a dict of JSON, to a checked plan. Knows plans; knows nothing of jobs.

    {"family": "beta-vae", "data": "digits", "model": {"latent_dim": 2}, "training": {"epochs": 3}, "weights": {"beta": 4}}

`program` says whose settings they are, and is only passed on; `dial` names the weight that a dial is to turn, `sweep` the sweep that the training is a part of, `chain` the values of one weight that are trained one after the other (training/chain.py). No widget has held these values to their bounds: a name, a type or a number that is wrong is refused in words.
"""  # noqa: E501

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from models.aims import Weights
from models.architecture import parameter_shapes
from models.errors import require
from models.run import TrainingConfig, require_plain_name, require_run_id, require_trainable
from training.plans import Plan, as_dial, make_plan, with_changes

MODEL_FIELDS = ("latent_dim", "network", "widths", "activation", "stochastic", "pseudo_inputs")
TRAINING_FIELDS = tuple(f.name for f in fields(TrainingConfig) if f.name not in ("data", "weights", "changes"))
WEIGHT_FIELDS = tuple(f.name for f in fields(Weights))
PARTS = {"model": MODEL_FIELDS, "training": TRAINING_FIELDS, "weights": WEIGHT_FIELDS}
CHAIN, CHAINED, LONGEST = "chain", ("beta", "mmd_weight"), 32
NAMES = ("family", "data", "program", "title", "run_id", "dial", "sweep")
MAX_TITLE = 80


def plan_of(spec: Mapping[str, Any]) -> Plan:
    """The plan that a spec describes; raises InputError that names the value, what came and what may come."""
    require("preset" not in spec, "plan.of_older_app")
    unknown = sorted(set(map(str, spec)) - {*NAMES, *PARTS, CHAIN})
    require(not unknown, "plan.unknown_setting", unknown=_shown(unknown), known=(*NAMES, *PARTS, CHAIN))
    for name in NAMES:
        require(isinstance(spec.get(name, ""), str), "plan.no_text", name=name, got=_shown(spec.get(name)))
    model, training, weights = (_part(spec, name, known) for name, known in PARTS.items())
    plan = with_changes(_base(spec, model), model, training, weights)
    if CHAIN in spec:
        plan = _first_of_chain(spec[CHAIN], plan)
    if spec.get("dial"):
        plan = as_dial(plan, spec["dial"])
    plan = replace(plan, title=_title(spec, plan), program=_program(spec))
    require_trainable(plan.model, plan.training)
    parameter_shapes(plan.model, "network")
    return plan


def run_id_of(spec: Mapping[str, Any]) -> str:
    """The name of the run and of its checkpoint; raises InputError where the spec has none that is safe."""
    run_id = spec.get("run_id")
    require(isinstance(run_id, str), "plan.no_text", name="run_id", got=_shown(run_id))
    require_run_id(str(run_id))
    return str(run_id)


def _base(spec: Mapping[str, Any], model: Mapping[str, Any]) -> Plan:
    network = {name: value for name, value in model.items() if name == "network"}
    require(
        all(isinstance(value, str) for value in network.values()),
        "plan.no_text",
        name="network",
        got=_shown(model.get("network")),
    )
    return make_plan(spec.get("family") or "vae", spec.get("data") or "mnist", 2, network)


def _first_of_chain(chain: object, plan: Plan) -> Plan:
    """The plan of the first link; each of the others can be trained too."""
    require(isinstance(chain, Mapping) and len(chain) == 1, "plan.chain", got=_shown(chain))
    assert isinstance(chain, Mapping)
    ((weight, values),) = chain.items()
    sound = isinstance(values, list) and 2 <= len(values) <= LONGEST and len({*map(repr, values)}) == len(values)
    require(weight in CHAINED and sound, "plan.chain", got=_shown(chain))
    first, *_ = [with_changes(plan, {}, {}, {weight: value}) for value in values]
    return first


def _program(spec: Mapping[str, Any]) -> str | None:
    name = spec.get("program")
    if name is not None:
        require_plain_name("program", name)
    return name


def _part(spec: Mapping[str, Any], name: str, known: tuple[str, ...]) -> dict[str, Any]:
    part = spec.get(name, {})
    require(isinstance(part, Mapping), "plan.no_table", name=name, got=_shown(part))
    unknown = sorted(set(map(str, part)) - set(known))
    require(not unknown, "plan.unknown_setting_in", name=name, unknown=_shown(unknown), known=known)
    return dict(part)


def _title(spec: Mapping[str, Any], plan: Plan) -> str:
    given = str(spec.get("title") or "").strip()
    require(len(given) <= MAX_TITLE, "plan.title", most=MAX_TITLE, got=len(given))
    return given or plan.title.replace("2 latents", f"{plan.model.latent_dim} latents")


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
