"""What a page or a person asks for, as a dict of JSON, to a checked plan. Knows plans; knows nothing of jobs.

    {"family": "beta-vae", "data": "digits", "model": {"latent_dim": 2}, "training": {"epochs": 3}, "weights": {"beta": 4}}
    {"preset": "book-mlp", "training": {"epochs": 3}}

No widget has held these values to their bounds: a name, a type or a number that is wrong is refused in words.
"""  # noqa: E501

import json
from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from typing import Any

from models import strict_json
from models.checkpoint import parameter_shapes
from models.config import ModelConfig
from models.errors import InputError, require
from models.objectives import Weights
from models.run import TrainingConfig, require_run_id, require_trainable
from training.plans import Plan, make_plan, preset_plan

MODEL_FIELDS = ("latent_dim", "network", "widths", "activation", "stochastic")
TRAINING_FIELDS = tuple(f.name for f in fields(TrainingConfig) if f.name not in ("data", "weights", "changes"))
WEIGHT_FIELDS = tuple(f.name for f in fields(Weights))
PARTS = {"model": MODEL_FIELDS, "training": TRAINING_FIELDS, "weights": WEIGHT_FIELDS}
NAMES = ("family", "data", "preset", "title", "run_id")
MAX_TITLE = 80


def plan_of(spec: Mapping[str, Any]) -> Plan:
    """The plan that a spec asks for; raises InputError that names the value, what came and what may come."""
    unknown = sorted(set(map(str, spec)) - set(NAMES) - set(PARTS))
    require(not unknown, f"unknown setting {_shown(unknown)}; known are {', '.join((*NAMES, *PARTS))}.")
    for name in NAMES:
        require(isinstance(spec.get(name, ""), str), f"{name} must be a text; got {_shown(spec.get(name))}.")
    model, training, weights = (_part(spec, name, known) for name, known in PARTS.items())
    plan = _base(spec, model)
    config = _read(ModelConfig, asdict(plan.model) | model, "model")
    settings = asdict(plan.training) | training
    settings["weights"] = asdict(plan.training.weights) | weights
    plan = Plan(_title(spec, plan, config), config, _read(TrainingConfig, settings, "training"))
    require_trainable(plan.model, plan.training)
    parameter_shapes(plan.model, "the network")
    return plan


def run_id_of(spec: Mapping[str, Any]) -> str:
    """The name of the run and of its checkpoint; raises InputError where the spec has none that is safe."""
    run_id = spec.get("run_id")
    require(isinstance(run_id, str), f"run_id must be a text; got {_shown(run_id)}.")
    require_run_id(str(run_id))
    return str(run_id)


def _base(spec: Mapping[str, Any], model: Mapping[str, Any]) -> Plan:
    if spec.get("preset"):
        fixed = [name for name in ("family", "data") if spec.get(name)]
        fixed += ["network"] if "network" in model else []
        require(not fixed, f"the preset {_shown(spec['preset'])} names its own {' and '.join(fixed)}.")
        return preset_plan(spec["preset"])
    network = model.get("network", "mlp")
    require(isinstance(network, str), f"network must be a text; got {_shown(network)}.")
    return make_plan(spec.get("family") or "vae", spec.get("data") or "mnist", 2, {"network": network})


def _part(spec: Mapping[str, Any], name: str, known: tuple[str, ...]) -> dict[str, Any]:
    part = spec.get(name, {})
    require(isinstance(part, Mapping), f"{name} must be a table of settings; got {_shown(part)}.")
    unknown = sorted(set(map(str, part)) - set(known))
    require(not unknown, f"{name}: unknown setting {_shown(unknown)}; known are {', '.join(known)}.")
    return dict(part)


def _read(kind: type[Any], values: Mapping[str, Any], where: str) -> Any:
    """The dataclass, each value checked for its type and its bounds, as if it had come from a file."""
    try:
        text = json.dumps(values, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise InputError(f"{where}: {error}.") from None
    return strict_json.read(kind, text, where)


def _title(spec: Mapping[str, Any], plan: Plan, config: ModelConfig) -> str:
    given = str(spec.get("title") or "").strip()
    require(len(given) <= MAX_TITLE, f"title: at most {MAX_TITLE} characters; got {len(given)}.")
    return given or replace(plan, title=plan.title.replace("2 latents", f"{config.latent_dim} latents")).title


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
