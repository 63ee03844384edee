"""What to train: a family with sensible settings, and changes to them.

Knows the tables of models/; knows nothing of how training runs, nor of published programs.
"""

import datetime
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from datasets.catalogue import require_known
from datasets.own.shelf import is_own
from datasets.source import Source
from models import strict_json
from models.aims import Weights
from models.config import ModelConfig
from models.dial import RANGES, Dial
from models.errors import InputError, require
from models.families import family_of
from models.networks import NETWORKS, ONE_OF_ROWS
from models.run import TrainingConfig, require_trainable

SMALL_SET, SMALL_SET_BATCH = 10_000, 32
HELD_OUT = 0.1  # of the training images of a small set of one's own


@dataclass(frozen=True)
class Plan:
    """One training to be: the model, how it is trained, and what it is called on screen.

    `program`: whose settings these are, a name that is only passed on; None where they are nobody's, or were changed.
    """

    title: str
    model: ModelConfig
    training: TrainingConfig
    program: str | None = None


def make_plan(
    family: str, data: str, latent_dim: int = 2, model: Mapping[str, Any] | None = None,
    training: Mapping[str, Any] | None = None, title: str = "",
) -> Plan:  # fmt: skip
    """The plan for a family on a data set; `model` and `training` name fields that differ from the defaults.

    Raises InputError for an unknown name or a value out of bounds.
    """
    row = family_of(family)
    source = require_known(data)
    changes = dict(model or {})
    network = changes.get("network", ONE_OF_ROWS if source.kind == "voices" else "mlp")
    require(network in NETWORKS, "model.network", known=list(NETWORKS), got=network[:40])
    shape = {
        "network": network,
        "widths": NETWORKS[network].widths,
        "activation": NETWORKS[network].activation,
        "stochastic": row.stochastic and row.objective != "mmd",
        "image": source.image,
        "class_count": len(source.class_names),
        "pseudo_inputs": row.pseudo_inputs,
    }
    config = ModelConfig(family=family, latent_dim=latent_dim, **(shape | changes))
    defaults: dict[str, Any] = {
        "objective": row.objective,
        "weights": Weights(beta=row.beta, mmd_weight=row.mmd_weight, alpha=row.alpha, **_likelihood(source)),
        "epochs": 30,
        "learning_rate": 1e-3,
        "clip_norm": 100.0,  # about the median norm on MNIST: cuts the outliers only
        "batch_size": SMALL_SET_BATCH if source.train_count < SMALL_SET else 128,
        "held_out": HELD_OUT if is_own(data) and source.train_count < SMALL_SET else 0.0,
    }
    settings = TrainingConfig(data=data, **(defaults | dict(training or {})))
    return Plan(title or f"{row.title} on {source.title}, {_latents(latent_dim)}", config, settings)


def _latents(count: int) -> str:
    return f"{count} latent{'' if count == 1 else 's'}"


def _likelihood(source: Source) -> dict[str, Any]:
    """The fields of the weights that say how likely a data set's pixels are."""
    if source.kind == "voices":
        return {"likelihood": "categorical"}
    return {} if source.pixel_std is None else {"likelihood": "gaussian", "pixel_std": source.pixel_std}


def as_dial(plan: Plan, axis: str, low: float | None = None, high: float | None = None) -> Plan:
    """The plan as one network for all values of its objective's weight: `beta` of the KL, or `lambda` of the MMD.

    A VAE is a beta-VAE whose beta is 1. Raises InputError where the objective has no such weight.
    """
    require(axis in RANGES, "dial.plan_axis", known=list(RANGES), got=axis)
    least, most = RANGES[axis]
    family, training = plan.model.family, plan.training
    if axis == "beta" and training.objective == "elbo":
        family = {"vae": "beta-vae", "cvae": "beta-cvae"}.get(family, family)
        training = replace(training, objective="beta-elbo")
    origin = 1.0 if axis == "beta" else training.weights.mmd_weight
    weights = replace(training.weights, beta=1.0) if axis == "beta" else training.weights
    dial = Dial(axis, least if low is None else low, most if high is None else high, origin)
    model, training = replace(plan.model, family=family, dial=dial), replace(training, weights=weights)
    require_trainable(model, training)
    title = f"Dial over {axis} on {require_known(training.data).title}, {_latents(model.latent_dim)}"
    return Plan(title, model, training)


def new_run_id(plan: Plan) -> str:
    """A readable name that no other run has: data set, family, latents, date and time (UTC)."""
    made = datetime.datetime.now(datetime.UTC).strftime("%Y%m%d-%H%M%S")
    family = f"{plan.model.family}-dial" if plan.model.dial else plan.model.family
    return f"{plan.training.data}-{family}-{plan.model.latent_dim}d-{made}"


def with_changes(plan: Plan, model: Mapping[str, Any], training: Mapping[str, Any], weights: Mapping[str, Any]) -> Plan:
    """The plan with some fields replaced, each value checked for its type and its bounds as if it came from a file;
    where one is another now, it is no program's any more.

    Raises InputError that names the field, what came and what may come.
    """
    settings = asdict(plan.training) | dict(training)
    settings["weights"] = asdict(plan.training.weights) | dict(weights)
    config: ModelConfig = _read(ModelConfig, asdict(plan.model) | dict(model), "model")
    changed = replace(plan, model=config, training=_read(TrainingConfig, settings, "training"))
    return plan if changed == plan else replace(changed, program=None)


def _read(kind: type[Any], values: Mapping[str, Any], where: str) -> Any:
    for name, value in (*values.items(), *values.get("weights", {}).items()):
        finite = not isinstance(value, float) or math.isfinite(value)
        require(finite, "plan.not_finite", where=where, name=name, got=str(value))
    try:
        text = json.dumps(values, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise InputError("plan.no_json", where=where, problem=str(error)) from None
    return strict_json.read(kind, text, where)
