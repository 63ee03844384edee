"""What to train: a family with sensible settings, or the settings of a published program.

Knows the tables of models/; knows nothing of how training runs.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from models.config import ModelConfig
from models.errors import InputError, require
from models.families import family_of
from models.networks import NETWORKS
from models.objectives import Weights
from models.run import DataRecord, TrainingConfig
from training.data import SOURCES

IMAGES: dict[str, tuple[int, int, int]] = {"digits": (1, 8, 8)}
SMALL_SET_BATCH = 32


@dataclass(frozen=True)
class Plan:
    """One training to be: the model, how it is trained, and what it is called on screen."""

    title: str
    model: ModelConfig
    training: TrainingConfig


@dataclass(frozen=True)
class Preset:
    """A published program. `note`: what its script really computes. `model`, `training`: fields that differ."""

    title: str
    family: str
    data: str
    note: str
    citation: str
    model: Mapping[str, Any] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)


def make_plan(
    family: str, data: str, latent_dim: int = 2, model: Mapping[str, Any] | None = None,
    training: Mapping[str, Any] | None = None, title: str = "",
) -> Plan:  # fmt: skip
    """The plan for a family on a data set; `model` and `training` name fields that differ from the defaults.

    Raises InputError for an unknown name or a value out of bounds.
    """
    row = family_of(family)
    require(data in SOURCES, f"data set must be one of {', '.join(SOURCES)}; got {data!r}.")
    changes = dict(model or {})
    network = changes.get("network", "mlp")
    require(network in NETWORKS, f"network must be one of {', '.join(NETWORKS)}; got {network!r}.")
    shape = {
        "network": network,
        "widths": NETWORKS[network].widths,
        "activation": NETWORKS[network].activation,
        "stochastic": row.stochastic and row.objective != "mmd",
        "image": IMAGES.get(data, (1, 28, 28)),
        "class_count": len(SOURCES[data].class_names),
    }
    config = ModelConfig(family=family, latent_dim=latent_dim, **(shape | changes))
    defaults: dict[str, Any] = {
        "objective": row.objective,
        "weights": Weights(beta=row.beta, mmd_weight=row.mmd_weight),
        "epochs": 30,
        "learning_rate": 1e-3,
        "clip_norm": 100.0,  # about the median norm on MNIST: cuts the outliers only
        "batch_size": SMALL_SET_BATCH if data == "digits" else 128,
    }
    settings = TrainingConfig(data=data, **(defaults | dict(training or {})))
    return Plan(title or f"{row.title} on {SOURCES[data].title}, {latent_dim} latents", config, settings)


def preset_plan(name: str) -> Plan:
    """The plan of a published program; raises InputError that lists the names."""
    require(name in PRESETS, f"preset must be one of {', '.join(PRESETS)}; got {name!r}.")
    preset = PRESETS[name]
    return make_plan(preset.family, preset.data, 2, preset.model, preset.training, preset.title)


def with_changes(plan: Plan, model: Mapping[str, Any], training: Mapping[str, Any], weights: Mapping[str, Any]) -> Plan:
    """The plan with some fields replaced; raises InputError for a value out of bounds."""
    try:
        changed = replace(plan.training, **training, weights=replace(plan.training.weights, **weights))
        return replace(plan, model=replace(plan.model, **model), training=changed)
    except TypeError as error:
        raise InputError(f"unknown setting: {error}.") from None


def data_matches(record: DataRecord, plan: Plan) -> bool:
    """Whether a loaded data set is the one that the plan was made for."""
    return record.name == plan.training.data and len(record.class_names) == plan.model.class_count


_SQUARED_ERROR = Weights(likelihood="gaussian", pixel_std=math.sqrt(0.5))
_KERAS = {"optimizer_eps": 1e-7, "clip_norm": 0.0, "schedule": "constant", "warmup": 0.0, "precision": "float32"}
_BOOK = "Atienza, Advanced Deep Learning with Keras, ch. 8"
_POST = "Representation learning with MMD-VAE (R/Keras), 2018"
_BOOK_NOTE = (
    "784 x mean squared error + KL: a Gaussian likelihood with variance 1/2, so its beta = 1 is 1/2 against variance 1."
)

PRESETS: dict[str, Preset] = {
    "book-mlp": Preset(
        "Book's MLP VAE", "vae", "mnist", _BOOK_NOTE, f"{_BOOK}, vae-mlp-mnist",
        {"widths": (512,), "activation": "relu"},
        {"weights": _SQUARED_ERROR, "epochs": 50} | _KERAS | {"learning_rate": 1e-3},
    ),
    "book-cnn": Preset(
        "Book's CNN VAE", "vae", "mnist", _BOOK_NOTE, f"{_BOOK}, vae-cnn-mnist",
        {"network": "book-cnn"},
        {"weights": _SQUARED_ERROR, "epochs": 30, "optimizer": "rmsprop", "learning_rate": 1e-3} | _KERAS,
    ),
    "book-cvae": Preset(
        "Book's CVAE", "cvae", "mnist", _BOOK_NOTE + " The label enters as a second image channel.",
        f"{_BOOK}, cvae-cnn-mnist",
        {"network": "book-cnn"},
        {"weights": _SQUARED_ERROR, "epochs": 30, "optimizer": "rmsprop", "learning_rate": 1e-3} | _KERAS,
    ),
    "book-beta-cvae": Preset(
        "Book's beta-VAE, beta = 9", "beta-cvae", "mnist",
        _BOOK_NOTE + " The book's beta-VAE is conditional: a beta-CVAE.", f"{_BOOK}, --beta",
        {"network": "book-cnn"},
        {"weights": replace(_SQUARED_ERROR, beta=9.0), "epochs": 30, "optimizer": "rmsprop",
         "learning_rate": 1e-3} | _KERAS,
    ),
    "post-vae": Preset(
        "R post's VAE", "vae", "fashion-mnist",
        "The cross-entropy is summed over pixels and batch, the KL is per example: an effective beta of 0.01.",
        f"{_POST}, eager_cvae.R",
        {"network": "post-cnn"},
        {"objective": "elbo-monte-carlo", "weights": Weights(beta=0.01), "epochs": 50, "batch_size": 100,
         "learning_rate": 1e-4} | _KERAS,
    ),
    "post-mmd-vae": Preset(
        "R post's MMD-VAE", "mmd-vae", "fashion-mnist",
        "Mean squared error per pixel + 1 x MMD, here times 784 to be in nats; the encoder is deterministic.",
        f"{_POST}, mmd_cvae.R",
        {"network": "post-cnn", "stochastic": False},
        {"weights": replace(_SQUARED_ERROR, mmd_weight=784.0, bandwidth="dim-squared"), "epochs": 50,
         "batch_size": 100, "learning_rate": 1e-4} | _KERAS,
    ),
}  # fmt: skip
