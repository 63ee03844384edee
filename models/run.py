"""The record of one training: what `run.json` and `history.jsonl` say, as frozen dataclasses.

Plain values only, checked on the way in. Knows nothing of files or of how training works.
"""

import re
from dataclasses import dataclass, field

from models.config import ModelConfig
from models.errors import require
from models.families import family_of
from models.mmd import KERNEL_WIDTHS
from models.objectives import LIKELIHOODS, NEEDS_DENSITY, OBJECTIVES, Weights
from models.strict_json import ADDED_LATER

FORMAT = 1
OPTIMIZERS = ("adam", "adamw", "rmsprop")
SCHEDULES = ("constant", "cosine")
PRECISIONS = ("float32", "bfloat16")
INITIALISATIONS = ("torch", "keras")
# what may be turned while training runs, with its bounds
TURNABLE = {"learning_rate": (1e-7, 1.0), "beta": (0.0, 1000.0), "mmd_weight": (0.0, 1e6)}
MAX_CHANGES = 200
MAX_EPOCHS = 500  # of 128 latents: 3.8 MB of history
RUN_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")


@dataclass(frozen=True)
class Change:
    """A setting turned while training ran: `name` is a row of `TURNABLE`, `value` holds from step `step` on."""

    step: int
    name: str
    value: float

    def __post_init__(self) -> None:
        require(self.name in TURNABLE, f"changes: name must be one of {', '.join(TURNABLE)}; got {self.name[:40]!r}.")
        _require_between(self.name, self.value, *TURNABLE[self.name])
        require(self.step >= 0, f"changes: step must be at least 0; got {self.step}.")


@dataclass(frozen=True)
class TrainingConfig:
    """How a model is trained.

    `epochs`: passes over the training set. `learning_rate`: its highest value; `warmup`: share of all steps in which
    it rises, after which a cosine falls to 0. `beta_warmup`: epochs in which beta rises from 0. `capacity_epochs`:
    epochs in which the capacity C rises from 0. `clip_norm`: the gradient's norm is cut
    down to it, 0 for never. `precision`: of the matrix products while training; metrics are
    always computed in float32. `initialisation`: `torch`, its default, or `keras`: Glorot and Bengio's 2010 uniform
    weights, biases 0. `changes`: settings turned while it ran, in the order of their steps. Raises InputError
    for a value out of bounds.
    """

    data: str = "mnist"
    objective: str = "elbo"
    weights: Weights = field(default_factory=Weights)
    epochs: int = 10
    batch_size: int = 128
    optimizer: str = "adam"
    learning_rate: float = 1e-3
    optimizer_eps: float = 1e-8
    weight_decay: float = 0.0
    clip_norm: float = 0.0
    schedule: str = "cosine"
    warmup: float = 0.02
    beta_warmup: int = 0
    capacity_epochs: int = 0
    precision: str = "bfloat16"
    seed: int = 0
    initialisation: str = field(default="torch", metadata={ADDED_LATER: True})
    changes: tuple[Change, ...] = field(default=(), metadata={ADDED_LATER: True})

    def __post_init__(self) -> None:
        _require_in("objective", self.objective, tuple(OBJECTIVES))
        _require_in("optimizer", self.optimizer, OPTIMIZERS)
        _require_in("schedule", self.schedule, SCHEDULES)
        _require_in("precision", self.precision, PRECISIONS)
        _require_in("initialisation", self.initialisation, INITIALISATIONS)
        _require_in("likelihood", self.weights.likelihood, LIKELIHOODS)
        _require_in("bandwidth", self.weights.bandwidth, tuple(KERNEL_WIDTHS))
        _require_between("epochs", self.epochs, 1, MAX_EPOCHS)
        _require_between("batch_size", self.batch_size, 8, 1024)
        _require_between("learning_rate", self.learning_rate, *TURNABLE["learning_rate"])
        _require_between("optimizer_eps", self.optimizer_eps, 1e-12, 1e-1)
        _require_between("weight_decay", self.weight_decay, 0.0, 1.0)
        _require_between("clip_norm", self.clip_norm, 0.0, 1e6)
        _require_between("warmup", self.warmup, 0.0, 0.9)
        _require_between("beta", self.weights.beta, *TURNABLE["beta"])
        _require_between("mmd_weight", self.weights.mmd_weight, *TURNABLE["mmd_weight"])
        _require_between("capacity", self.weights.capacity, 0.0, 1000.0)
        _require_between("gamma", self.weights.gamma, 0.0, 1e6)
        _require_between("pixel_std", self.weights.pixel_std, 1e-3, 10.0)
        _require_between("beta_warmup", self.beta_warmup, 0, MAX_EPOCHS)
        _require_between("capacity_epochs", self.capacity_epochs, 0, MAX_EPOCHS)
        _require_between("seed", self.seed, 0, 2**31 - 1)
        steps = [change.step for change in self.changes]
        require(len(steps) <= MAX_CHANGES, f"changes: {len(steps)}; at most {MAX_CHANGES} in one training.")
        require(steps == sorted(steps), "changes must be in the order of their steps.")


@dataclass(frozen=True)
class DataRecord:
    """What a checkpoint remembers of its data set, so that it can be shown without it."""

    name: str
    title: str
    class_names: tuple[str, ...]
    train_count: int
    test_count: int

    def __post_init__(self) -> None:
        require(len(self.class_names) <= 64, "data.class_names: at most 64 classes.")
        require(all(0 < len(n) <= 40 for n in self.class_names), "data.class_names: 1 to 40 characters each.")
        require(0 < len(self.title) <= 80, "data.title: 1 to 80 characters.")
        require(min(self.train_count, self.test_count) >= 0, "data.train_count, data.test_count: at least 0.")


@dataclass(frozen=True)
class Metrics:
    """Means over a set, in nats an image; `mmd` is the squared MMD of the codes to the prior, without unit.

    `elbo` and `kl` (one number a dimension) are None for a deterministic encoder, which has neither; `mmd` is None
    where it was not measured.
    """

    log_likelihood: float
    elbo: float | None
    kl: tuple[float, ...] | None
    mmd: float | None


@dataclass(frozen=True)
class EpochRecord:
    """One line of `history.jsonl`. `seconds`: training time of the epoch. `loss`: mean of what was minimised, nats."""

    epoch: int
    seconds: float
    learning_rate: float
    beta: float
    loss: float
    train: Metrics
    test: Metrics


@dataclass(frozen=True)
class Run:
    """`run.json`: everything about a training but its weights.

    `seconds`: training time without evaluation. `made`: date and time, UTC, ISO 8601. `versions`: of the libraries.
    """

    run_id: str
    title: str
    model: ModelConfig
    training: TrainingConfig
    data: DataRecord
    test: Metrics
    train: Metrics
    epochs_done: int
    seconds: float
    images_per_second: float
    device: str
    parameter_count: int
    made: str
    versions: dict[str, str]
    format: int = FORMAT

    def __post_init__(self) -> None:
        require(self.format == FORMAT, f"format must be {FORMAT}; got {self.format}. Use the app of that format.")
        require_run_id(self.run_id)
        require(0 < len(self.title) <= 80, "title: 1 to 80 characters.")
        classes = len(self.data.class_names)
        require(
            self.model.class_count == classes,
            f"model.class_count is {self.model.class_count}, but data names {classes} classes.",
        )
        require_trainable(self.model, self.training)
        require_metrics(self.test, self.model)
        require_metrics(self.train, self.model)
        numbers = (self.epochs_done, self.seconds, self.images_per_second)
        require(min(numbers) >= 0, "epochs_done, seconds and images_per_second must be at least 0.")


def require_run_id(run_id: str) -> None:
    """Raise InputError unless the name is safe as a folder and in a URL."""
    require(
        RUN_ID.fullmatch(run_id) is not None,
        f"run_id must be 1 to 80 of a-z, 0-9 and '-', starting with a letter or digit; got {run_id[:80]!r}.",
    )


def require_metrics(metrics: Metrics, model: ModelConfig, where: str = "") -> None:
    """Raise InputError unless a stochastic encoder has an ELBO and a KL for each latent, and any other has neither."""
    found = None if metrics.kl is None else len(metrics.kl)
    expected = model.latent_dim if model.stochastic else None
    require(found == expected, f"{where}metrics.kl must have {expected or 'no'} numbers; found {found or 'none'}.")
    require((metrics.elbo is None) == (expected is None), f"{where}metrics.elbo must go with metrics.kl.")


def require_trainable(model: ModelConfig, training: TrainingConfig) -> None:
    """Raise InputError where objective and encoder do not fit together."""
    require(
        model.stochastic or training.objective not in NEEDS_DENSITY,
        f"the objective {training.objective!r} has a KL divergence and needs a stochastic encoder; "
        f"this {family_of(model.family).title} has a deterministic one.",
    )


def _require_in(name: str, value: str, allowed: tuple[str, ...]) -> None:
    require(value in allowed, f"{name} must be one of {', '.join(allowed)}; got {value!r}.")


def _require_between(name: str, value: float, low: float, high: float) -> None:
    require(low <= value <= high, f"{name} must be from {low:g} to {high:g}; got {value:g}.")
