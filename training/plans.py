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
    """A published program. `note`: what its script really computes. `model`, `training`: fields that differ.

    `extent`: its picture of what the decoder draws is an even grid from -extent to extent; None where it has none.
    """

    title: str
    family: str
    data: str
    note: str
    citation: str
    model: Mapping[str, Any] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)
    latent_dim: int = 2
    extent: float | None = None


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
    return make_plan(preset.family, preset.data, preset.latent_dim, preset.model, preset.training, preset.title)


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


_PIXELS = 784
_SQUARED_ERROR = Weights(likelihood="gaussian", pixel_std=math.sqrt(0.5))
_SCRIPT: dict[str, Any] = {"clip_norm": 0.0, "schedule": "constant", "warmup": 0.0, "initialisation": "keras"}
_KERAS = _SCRIPT | {"optimizer_eps": 1e-7, "learning_rate": 1e-3}
# TensorFlow's epsilon of 1e-8, in the scale of our loss: their losses are 1/784 of it, or 100 times it
_TF_MEAN_LOSS = _SCRIPT | {"optimizer_eps": _PIXELS * 1e-8}
_TF_BATCH_SUM = _SCRIPT | {"optimizer_eps": 1e-10, "learning_rate": 1e-4}
_BOOK = "Atienza, Advanced Deep Learning with Keras, ch. 8"
_POST = "Representation learning with MMD-VAE (R/Keras), 2018"
_ZHAO = "Zhao, Song and Ermon 2017, github.com/ShengjiaZhao/MMD-Variational-Autoencoder"
_DECK = "A teaching deck on variational autoencoders"
_BOOK_NOTE = (
    "784 x mean squared error + KL: a Gaussian likelihood with variance 1/2, so its beta = 1 is 1/2 against variance 1."
)
_POST_MMD_NOTE = (
    "Mean squared error per pixel + 1 x MMD, here times 784 to be in nats. The encoder is deterministic, whatever the "
    "name says, and nothing is conditional."
)
_KERNEL_NOTE = "The kernel exp(-|d|²/dim²) fades: two draws of a 20-dimensional prior give 0.9, so it hardly sees z."
_BOOK_CNN = {"epochs": 30, "optimizer": "rmsprop"} | _KERAS
_POST_MMD = (
    {"weights": replace(_SQUARED_ERROR, mmd_weight=float(_PIXELS), bandwidth="dim-squared"), "epochs": 50,
     "batch_size": 100} | _TF_MEAN_LOSS | {"learning_rate": 1e-4}
)  # fmt: skip
_POST_VAE = {"objective": "elbo-monte-carlo", "weights": Weights(beta=0.01), "epochs": 50, "batch_size": 100}
_DECK_TRAINING = {"epochs": 10} | _KERAS
_DECK_NETWORK = {"widths": (512,), "activation": "relu"}


def _book_beta(beta: float) -> Preset:
    return Preset(
        f"Book's beta-VAE, beta = {beta:g}", "beta-cvae", "mnist",
        _BOOK_NOTE + " The book's beta-VAE is conditional: a beta-CVAE.", f"{_BOOK}, cvae-cnn-mnist --beta {beta:g}",
        {"network": "book-cnn"}, {"weights": replace(_SQUARED_ERROR, beta=beta)} | _BOOK_CNN,
    )  # fmt: skip


def _post_vae(data: str) -> Preset:
    return Preset(
        "R post's VAE", "vae", data,
        "The cross-entropy is summed over pixels and batch, the KL is per example: an effective beta of 0.01.",
        f"{_POST}, eager_cvae.R", {"network": "post-cnn"}, _POST_VAE | _TF_BATCH_SUM, extent=4.0,
    )  # fmt: skip


def _post_mmd(data: str) -> Preset:
    return Preset(
        "R post's MMD-VAE", "mmd-vae", data, _POST_MMD_NOTE, f"{_POST}, mmd_cvae.R",
        {"network": "post-cnn", "stochastic": False}, _POST_MMD, extent=4.0,
    )  # fmt: skip


PRESETS: dict[str, Preset] = {
    "book-mlp": Preset(
        "Book's MLP VAE", "vae", "mnist", _BOOK_NOTE, f"{_BOOK}, vae-mlp-mnist",
        {"widths": (512,), "activation": "relu"}, {"weights": _SQUARED_ERROR, "epochs": 50} | _KERAS, extent=4.0,
    ),
    "book-cnn": Preset(
        "Book's CNN VAE", "vae", "mnist", _BOOK_NOTE, f"{_BOOK}, vae-cnn-mnist",
        {"network": "book-cnn"}, {"weights": _SQUARED_ERROR} | _BOOK_CNN, extent=4.0,
    ),
    "book-cvae": Preset(
        "Book's CVAE", "cvae", "mnist", _BOOK_NOTE + " The label enters as a second image channel.",
        f"{_BOOK}, cvae-cnn-mnist", {"network": "book-cnn"}, {"weights": _SQUARED_ERROR} | _BOOK_CNN,
    ),
    "book-beta-7": _book_beta(7.0),
    "book-beta-9": _book_beta(9.0),
    "book-beta-10": _book_beta(10.0),
    "keras-io-vae": Preset(
        "keras.io's VAE", "vae", "mnist", "Cross-entropy summed over the pixels + KL: the ELBO as it is written.",
        "keras.io, example Variational AutoEncoder", {"network": "book-cnn"}, {"epochs": 30} | _KERAS, extent=1.0,
    ),
    "post-vae": _post_vae("fashion-mnist"),
    "post-vae-mnist": _post_vae("mnist"),
    "post-mmd-vae": _post_mmd("fashion-mnist"),
    "post-mmd-vae-mnist": _post_mmd("mnist"),
    "zhao-mmd-vae": Preset(
        "Zhao's MMD-VAE", "mmd-vae", "mnist",
        "Mean squared error per pixel + 1 x MMD, a deterministic encoder. " + _KERNEL_NOTE
        + " 33 epochs are its 10,000 steps.", f"{_ZHAO}, mmd_vae.py",
        {"network": "zhao-cnn", "stochastic": False},
        _POST_MMD | {"learning_rate": 1e-3, "batch_size": 200, "epochs": 33}, latent_dim=20,
    ),
    "zhao-eval": Preset(
        "Zhao's MMD-VAE, stochastic", "mmd-vae", "mnist",
        "Gaussian likelihood + 50 x MMD per pixel, a stochastic encoder. The script learns a standard deviation for "
        "every pixel, here all are 0.1; it takes 100,000 steps, here 40 epochs of 150.", f"{_ZHAO}, mmd_vae_eval.py",
        {"network": "zhao-cnn", "stochastic": True},
        _POST_MMD | {"weights": Weights(likelihood="gaussian", pixel_std=0.1, mmd_weight=50.0 * _PIXELS,
        bandwidth="dim-squared"), "batch_size": 400, "epochs": 40}, latent_dim=5,
    ),
    "burda-vae": Preset(
        "Burda's VAE, 50 latents", "vae", "binarised-mnist",
        "The ELBO on pixels drawn anew for each batch. Their network, constants and bound; they take 3,280 epochs in "
        "batches of 20 at a rate that falls in eight steps, here 500 in batches of 100 on a cosine.",
        "Burda, Grosse and Salakhutdinov 2015, Importance Weighted Autoencoders, table 1 (VAE, k = 1)",
        {"widths": (200, 200), "activation": "tanh"},
        _SCRIPT | {"epochs": 500, "batch_size": 100, "learning_rate": 1e-3, "schedule": "cosine",
        "optimizer_eps": 1e-4, "precision": "float32"}, latent_dim=50,
    ),
    "deck-autoencoder": Preset(
        "Deck's autoencoder", "autoencoder", "mnist", "No prior: codes lie where they like.", _DECK,
        _DECK_NETWORK, _DECK_TRAINING,
    ),
    "deck-reconstruction": Preset(
        "Deck's VAE, reconstruction only", "vae", "mnist", "A VAE whose KL term is left out.", _DECK,
        _DECK_NETWORK, {"objective": "reconstruction"} | _DECK_TRAINING,
    ),
    "deck-kl": Preset(
        "Deck's VAE, KL only", "vae", "mnist", "A VAE whose reconstruction term is left out.", _DECK,
        _DECK_NETWORK, {"objective": "kl"} | _DECK_TRAINING,
    ),
    "deck-both": Preset(
        "Deck's VAE, both terms", "vae", "mnist", "The ELBO.", _DECK, _DECK_NETWORK, _DECK_TRAINING,
    ),
}  # fmt: skip
