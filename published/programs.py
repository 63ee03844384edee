"""The published programs: the settings of each, what its script really computes, and how it is trained again here.

A run names its program in a field of its own (`models.run.Run.program`), so a model that happens to be called
`book-mlp` is not taken for one. Knows plans and specs of training; knows no screen.
"""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from analysis.measurement import Options
from models.aims import Weights
from models.errors import require
from models.run import Run
from training.plans import Plan, make_plan
from training.spec import MODEL_FIELDS, PARTS, TRAINING_FIELDS


@dataclass(frozen=True)
class Program:
    """A published program. `by`: authors and year. `model`, `training`: fields that differ from a plan's defaults.

    `note`: the catalogue says under `program.NOTE` what its script really computes.
    `extent`: its picture of what the decoder draws is an even grid from -extent to extent; None where it has none.
    `options`: how the publication measured, where it says so. `long`: hours on two cores.
    `form`: the loss of one image as its script has it, MSE the squared error's mean over the pixels, CE the
    cross-entropy summed over them; "" where one image and these settings can't tell it. `scale`: see `printed_loss`.
    """

    title: str
    by: str
    family: str
    data: str
    note: str
    citation: str
    model: Mapping[str, Any] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)
    latent_dim: int = 2
    extent: float | None = None
    options: Options | None = None
    long: bool = False
    form: str = "CE + KL"
    scale: float = 1.0

    @property
    def settings(self) -> dict[str, int]:
        """What its note may tell."""
        return {name: self.training[name] for name in ("epochs", "batch_size") if name in self.training}

    @property
    def what(self) -> str:
        """Its title without whose it is."""
        return self.title.split("'s ", 1)[-1]

    @property
    def weights(self) -> Weights:
        """What its objective multiplies with."""
        return self.plan().training.weights

    def dropped(self, pixels: int) -> float:
        """The constant of log p(x|z) that its script leaves out, nats: a squared error has no normaliser."""
        weights = self.weights
        if weights.likelihood == "bernoulli":
            return 0.0
        return pixels * math.log(weights.pixel_std * math.sqrt(2 * math.pi))

    def printed_loss(self, objective: float, pixels: int) -> float:
        """What its script prints as the loss of one image, from our objective of it, in nats."""
        return -self.scale * (objective + self.dropped(pixels))

    def plan(self) -> Plan:
        """What is trained; the plan names no program yet."""
        return make_plan(self.family, self.data, self.latent_dim, self.model, self.training, self.title)


def program_plan(name: str) -> Plan:
    """The plan of a published program; raises InputError that lists the names."""
    require(name in PROGRAMS, "program.unknown", known=list(PROGRAMS), got=name)
    return replace(PROGRAMS[name].plan(), program=name)


def spec_of(name: str, **changes: Mapping[str, Any]) -> dict[str, Any]:
    """The program as JSON that `training.spec.plan_of` reads, every setting named.

    `changes`: fields of "model", "training" or "weights" that differ; then the spec does not say that it is the
    program. Raises InputError for an unknown program.
    """
    plan = program_plan(name)
    model, training = asdict(plan.model), asdict(plan.training)
    spec = {
        "program": name, "title": plan.title, "family": plan.model.family, "data": plan.training.data,
        "model": {field: model[field] for field in MODEL_FIELDS},
        "training": {field: training[field] for field in TRAINING_FIELDS},
        "weights": training["weights"],
    }  # fmt: skip
    changed = spec | {part: spec[part] | dict(fields) for part, fields in changes.items()}
    if changed != spec:
        del changed["program"]
    as_json: dict[str, Any] = json.loads(json.dumps(changed))
    return as_json


def updated(spec: Mapping[str, Any]) -> Mapping[str, Any]:
    """A spec as it is written now; older versions wrote `preset` and the fields that differ. Raises InputError."""
    if "preset" not in spec:
        return spec
    changes = {part: spec[part] for part in PARTS if part in spec}
    kept = {name: spec[name] for name in ("title", "run_id") if name in spec}
    return spec_of(spec["preset"], **changes) | kept


def program_of(run: Run) -> Program | None:
    """The published program that a run is of; None for any other run, whatever it is called."""
    return PROGRAMS.get(run.program or "")


def run_of(name: str, runs: Iterable[Run]) -> Run | None:
    """The run of a program: that which is called like it, or else the first; None where there is none."""
    trained = [run for run in runs if run.program == name]
    return min(trained, key=lambda run: run.run_id != name, default=None)


PIXELS = 784
_SQUARED_ERROR = Weights(likelihood="gaussian", pixel_std=math.sqrt(0.5))
_SCRIPT: dict[str, Any] = {"clip_norm": 0.0, "schedule": "constant", "warmup": 0.0, "initialisation": "keras"}
_KERAS = _SCRIPT | {"optimizer_eps": 1e-7, "learning_rate": 1e-3}
# TensorFlow's epsilon of 1e-8, in the scale of our loss: their losses are 1/784 of it, or 100 times it
_TF_MEAN_LOSS = _SCRIPT | {"optimizer_eps": PIXELS * 1e-8}
_TF_BATCH_SUM = _SCRIPT | {"optimizer_eps": 1e-10, "learning_rate": 1e-4}
_BOOK_BY, _POST_BY, _DECK_BY = "Atienza 2018", "Keydana 2018", "Teaching deck"
_BOOK = "Atienza, Advanced Deep Learning with Keras, ch. 8"
_POST = "Representation learning with MMD-VAE (R/Keras), 2018"
_ZHAO = "Zhao, Song and Ermon 2017, github.com/ShengjiaZhao/MMD-Variational-Autoencoder"
_DECK = "A teaching deck on variational autoencoders"
_BOOK_CNN = {"epochs": 30, "optimizer": "rmsprop"} | _KERAS
_POST_MMD = (
    {"weights": replace(_SQUARED_ERROR, mmd_weight=float(PIXELS), bandwidth="dim-squared"), "epochs": 50,
     "batch_size": 100} | _TF_MEAN_LOSS | {"learning_rate": 1e-4}
)  # fmt: skip
_POST_VAE = {"objective": "elbo-monte-carlo", "weights": Weights(beta=0.01), "epochs": 50, "batch_size": 100}
_BOOK_FORM, _PER_PIXEL = "784 MSE + KL", "MSE + MMD²"  # MSE: the mean over the pixels
_DECK_TRAINING = {"epochs": 10} | _KERAS
_DECK_NETWORK = {"widths": (512,), "activation": "relu"}


def _book_beta(beta: float) -> Program:
    return Program(
        f"Book's beta-VAE, beta = {beta:g}", _BOOK_BY, "beta-cvae", "mnist", "book-beta",
        f"{_BOOK}, cvae-cnn-mnist --beta {beta:g}",
        {"network": "book-cnn"}, {"weights": replace(_SQUARED_ERROR, beta=beta)} | _BOOK_CNN,
        form=f"784 MSE + {beta:g} KL",
    )  # fmt: skip


def _post_vae(data: str) -> Program:
    return Program(
        "R post's VAE", _POST_BY, "vae", data, "post-vae",
        f"{_POST}, eager_cvae.R", {"network": "post-cnn"}, _POST_VAE | _TF_BATCH_SUM, extent=4.0,
        form="100 CE + log q(z|x) − log p(z)", scale=100.0,
    )  # fmt: skip


def _post_mmd(data: str) -> Program:
    return Program(
        "R post's MMD-VAE", _POST_BY, "mmd-vae", data, "post-mmd-vae", f"{_POST}, mmd_cvae.R",
        {"network": "post-cnn", "stochastic": False}, _POST_MMD, extent=4.0, form=_PER_PIXEL, scale=1 / PIXELS,
    )  # fmt: skip


PROGRAMS: dict[str, Program] = {
    "book-mlp": Program(
        "Book's MLP VAE", _BOOK_BY, "vae", "mnist", "book", f"{_BOOK}, vae-mlp-mnist",
        {"widths": (512,), "activation": "relu"}, {"weights": _SQUARED_ERROR, "epochs": 50} | _KERAS, extent=4.0,
        form=_BOOK_FORM,
    ),
    "book-cnn": Program(
        "Book's CNN VAE", _BOOK_BY, "vae", "mnist", "book", f"{_BOOK}, vae-cnn-mnist",
        {"network": "book-cnn"}, {"weights": _SQUARED_ERROR} | _BOOK_CNN, extent=4.0, form=_BOOK_FORM,
    ),
    "book-cvae": Program(
        "Book's CVAE", _BOOK_BY, "cvae", "mnist", "book-cvae",
        f"{_BOOK}, cvae-cnn-mnist", {"network": "book-cnn"}, {"weights": _SQUARED_ERROR} | _BOOK_CNN, form=_BOOK_FORM,
    ),
    "book-beta-7": _book_beta(7.0),
    "book-beta-9": _book_beta(9.0),
    "book-beta-10": _book_beta(10.0),
    "keras-io-vae": Program(
        "keras.io's VAE", "Chollet 2020", "vae", "mnist", "keras-io-vae",
        "keras.io, example Variational AutoEncoder", {"network": "book-cnn"}, {"epochs": 30} | _KERAS, extent=1.0,
    ),
    "post-vae": _post_vae("fashion-mnist"),
    "post-vae-mnist": _post_vae("mnist"),
    "post-mmd-vae": _post_mmd("fashion-mnist"),
    "post-mmd-vae-mnist": _post_mmd("mnist"),
    "zhao-mmd-vae": Program(
        "Zhao's MMD-VAE", "Zhao, Song and Ermon 2017", "mmd-vae", "mnist", "zhao-mmd-vae",
        f"{_ZHAO}, mmd_vae.py",
        {"network": "zhao-cnn", "stochastic": False},
        _POST_MMD | {"learning_rate": 1e-3, "batch_size": 200, "epochs": 33}, latent_dim=20,
        form=_PER_PIXEL, scale=1 / PIXELS,
    ),
    "zhao-eval": Program(
        "Zhao's MMD-VAE, stochastic", "Zhao, Song and Ermon 2017", "mmd-vae", "mnist", "zhao-eval",
        f"{_ZHAO}, mmd_vae_eval.py",
        {"network": "zhao-cnn", "stochastic": True},
        _POST_MMD | {"weights": Weights(likelihood="gaussian", pixel_std=0.1, mmd_weight=50.0 * PIXELS,
        bandwidth="dim-squared"), "batch_size": 400, "epochs": 40}, latent_dim=5, long=True, form="",
    ),
    "burda-vae": Program(
        "Burda's VAE, 50 latents", "Burda, Grosse and Salakhutdinov 2015", "vae", "binarised-mnist", "burda-vae",
        "Burda, Grosse and Salakhutdinov 2015, Importance Weighted Autoencoders, table 1 (VAE, k = 1)",
        {"widths": (200, 200), "activation": "tanh"},
        _SCRIPT | {"epochs": 500, "batch_size": 100, "learning_rate": 1e-3, "schedule": "cosine",
        "optimizer_eps": 1e-4, "precision": "float32"}, latent_dim=50,
        options=Options(5000, 10_000),  # a quarter of an hour on one core
    ),
    "deck-autoencoder": Program(
        "Deck's autoencoder", _DECK_BY, "autoencoder", "mnist", "deck-autoencoder", _DECK,
        _DECK_NETWORK, _DECK_TRAINING, form="CE",
    ),
    "deck-reconstruction": Program(
        "Deck's VAE, reconstruction only", _DECK_BY, "vae", "mnist", "deck-reconstruction", _DECK,
        _DECK_NETWORK, {"objective": "reconstruction"} | _DECK_TRAINING, form="CE",
    ),
    "deck-kl": Program(
        "Deck's VAE, KL only", _DECK_BY, "vae", "mnist", "deck-kl", _DECK,
        _DECK_NETWORK, {"objective": "kl"} | _DECK_TRAINING, form="KL",
    ),
    "deck-both": Program(
        "Deck's VAE, both terms", _DECK_BY, "vae", "mnist", "deck-both", _DECK, _DECK_NETWORK, _DECK_TRAINING,
    ),
}  # fmt: skip
