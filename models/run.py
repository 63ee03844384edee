"""The record of one training: what `run.json` and `history.jsonl` say, as frozen dataclasses.

Plain values only, checked on the way in. Knows nothing of files or of how training works.
"""

import datetime
import re
from dataclasses import dataclass, field

from models.aims import DIALS, KERNEL_WIDTHS, LIKELIHOODS, NEEDS_DENSITY, OBJECTIVES, Weights
from models.config import ModelConfig
from models.dial import Dial
from models.errors import InputError, require
from models.families import family_of
from models.networks import ONE_OF_ROWS
from models.strict_json import ADDED_LATER

FORMAT = 1
OPTIMIZERS = ("adam", "adamw", "muon", "rmsprop")
SCHEDULES = ("constant", "cosine")
PRECISIONS = ("float32", "bfloat16")
INITIALISATIONS = ("torch", "keras")
# what may be changed while training runs, with its bounds
ADJUSTABLE = {"learning_rate": (1e-7, 1.0), "beta": (0.0, 1000.0), "mmd_weight": (0.0, 1e6)}
MAX_CHANGES = 200
MAX_TITLE = 80
MAX_EPOCHS = 500  # of 128 latents: 3.8 MB of history
KINDS = ("image", "piano-roll", "voices")
DIGEST = re.compile(r"[0-9a-f]{64}")
RUN_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")


@dataclass(frozen=True)
class Change:
    """A setting changed while training ran: `name` is a row of `ADJUSTABLE`, `value` holds from step `step` on."""

    step: int
    name: str
    value: float

    def __post_init__(self) -> None:
        require(self.name in ADJUSTABLE, "run.change_name", known=list(ADJUSTABLE), got=self.name[:40])
        _require_between(self.name, self.value, *ADJUSTABLE[self.name])
        require(self.step >= 0, "run.change_step", got=self.step)


@dataclass(frozen=True)
class TrainingConfig:
    """How a model is trained.

    `epochs`: passes over the training set. `learning_rate`: its highest value; `warmup`: share of all steps in which
    it rises, after which a cosine falls to 0. `beta_warmup`: epochs in which beta rises from 0. `capacity_epochs`:
    epochs in which the capacity C rises from 0. `clip_norm`: the gradient's norm is cut
    down to it, 0 for never. `precision`: of the matrix products while training; metrics are
    always computed in float32. `initialisation`: `torch`, its default, or `keras`: Glorot and Bengio's 2010 uniform
    weights, biases 0. `changes`: settings changed while it ran, in the order of their steps. `held_out`: the share of
    the training images by which the best epoch is known, whose weights are kept; 0 keeps the last. `shift`: by how many
    pixels at most each image is moved whenever it is seen. Raises InputError for a value out of bounds.
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
    held_out: float = field(default=0.0, metadata={ADDED_LATER: True})
    shift: int = field(default=0, metadata={ADDED_LATER: True})

    def __post_init__(self) -> None:
        _require_in("objective", self.objective, OBJECTIVES)
        _require_in("optimizer", self.optimizer, OPTIMIZERS)
        _require_in("schedule", self.schedule, SCHEDULES)
        _require_in("precision", self.precision, PRECISIONS)
        _require_in("initialisation", self.initialisation, INITIALISATIONS)
        _require_in("likelihood", self.weights.likelihood, LIKELIHOODS)
        _require_in("bandwidth", self.weights.bandwidth, tuple(KERNEL_WIDTHS))
        _require_between("epochs", self.epochs, 1, MAX_EPOCHS)
        _require_between("batch_size", self.batch_size, 8, 1024)
        _require_between("learning_rate", self.learning_rate, *ADJUSTABLE["learning_rate"])
        _require_between("optimizer_eps", self.optimizer_eps, 1e-12, 1e-1)
        _require_between("weight_decay", self.weight_decay, 0.0, 1.0)
        _require_between("clip_norm", self.clip_norm, 0.0, 1e6)
        _require_between("warmup", self.warmup, 0.0, 0.9)
        _require_between("beta", self.weights.beta, *ADJUSTABLE["beta"])
        _require_between("mmd_weight", self.weights.mmd_weight, *ADJUSTABLE["mmd_weight"])
        _require_between("alpha", self.weights.alpha, -10.0, 1.0)
        _require_between("capacity", self.weights.capacity, 0.0, 1000.0)
        _require_between("gamma", self.weights.gamma, 0.0, 1e6)
        _require_between("pixel_std", self.weights.pixel_std, 1e-3, 10.0)
        _require_between("least_std", self.weights.least_std, 1e-3, 10.0)
        _require_between("beta_warmup", self.beta_warmup, 0, MAX_EPOCHS)
        _require_between("capacity_epochs", self.capacity_epochs, 0, MAX_EPOCHS)
        _require_between("seed", self.seed, 0, 2**31 - 1)
        _require_between("held_out", self.held_out, 0.0, 0.5)
        _require_between("shift", self.shift, 0, 8)
        steps = [change.step for change in self.changes]
        require(len(steps) <= MAX_CHANGES, "run.too_many_changes", got=len(steps), most=MAX_CHANGES)
        require(steps == sorted(steps), "run.changes_order")


@dataclass(frozen=True)
class DataRecord:
    """What a checkpoint remembers of its data set, so that it can be shown without it.

    `kind`: what an image is. `digest`: the hash of images and labels, by which the data are known again; None in
    records that are older than it.
    """

    name: str
    title: str
    class_names: tuple[str, ...]
    train_count: int
    test_count: int
    kind: str = field(default="image", metadata={ADDED_LATER: True})
    digest: str | None = field(default=None, metadata={ADDED_LATER: True})

    def __post_init__(self) -> None:
        _require_in("data.kind", self.kind, KINDS)
        require(self.digest is None or DIGEST.fullmatch(self.digest) is not None, "run.data_digest")
        require(len(self.class_names) <= 64, "run.data_class_count")
        require(all(0 < len(n) <= 40 for n in self.class_names), "run.data_class_names")
        require(0 < len(self.title) <= 80, "run.data_title")
        require(min(self.train_count, self.test_count) >= 0, "run.data_counts")

    def same_data(self, other: "DataRecord") -> bool:
        """Whether both are of the same images: by their hash, or by name and counts where one of them has none."""
        if self.digest and other.digest:
            return self.digest == other.digest
        counts, theirs = (self.train_count, self.test_count), (other.train_count, other.test_count)
        return (self.name, self.kind, counts) == (other.name, other.kind, theirs)


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
    `program`: the published program whose settings it was trained with, unchanged; None for any other. `kept_epoch`:
    the epoch whose weights these are, the best by images that were held out; None for the last. `begun_from`: the model
    whose weights it began with, in a chain; None for random ones.
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
    program: str | None = field(default=None, metadata={ADDED_LATER: True})
    kept_epoch: int | None = field(default=None, metadata={ADDED_LATER: True})
    begun_from: str | None = field(default=None, metadata={ADDED_LATER: True})

    def __post_init__(self) -> None:
        require(self.format == FORMAT, "run.format", wanted=FORMAT, got=self.format)
        require_run_id(self.run_id)
        require(0 < len(self.title) <= MAX_TITLE, "run.title", most=MAX_TITLE)
        require_plain_name("data.name", self.data.name)
        require_moment(self.made)
        if self.program is not None:
            require_plain_name("program", self.program)
        if self.begun_from is not None:
            require_plain_name("begun_from", self.begun_from)
        classes = len(self.data.class_names)
        require(self.model.class_count == classes, "run.class_count", got=self.model.class_count, named=classes)
        require_trainable(self.model, self.training)
        require_metrics(self.test, self.model)
        require_metrics(self.train, self.model)
        kept = self.kept_epoch
        require(kept is None or 1 <= kept <= self.epochs_done, "run.kept_epoch", done=self.epochs_done, got=kept)
        numbers = (self.epochs_done, self.seconds, self.images_per_second)
        require(min(numbers) >= 0, "run.counts")


def require_run_id(run_id: str) -> None:
    """Raise InputError unless the name is safe as a folder and in a URL."""
    require_plain_name("run_id", run_id)


def require_plain_name(field: str, name: str) -> None:
    """Raise InputError that names the field, unless the name is as plain as a run's."""
    require(RUN_ID.fullmatch(name) is not None, "run.plain_name", field=field, got=name[:80])


def require_moment(made: str) -> None:
    """Raise InputError unless `made` is a date and time in ISO 8601."""
    try:
        datetime.datetime.fromisoformat(made)
    except ValueError:
        raise InputError("run.made", got=made[:40]) from None


def require_metrics(metrics: Metrics, model: ModelConfig, where: str = "metrics") -> None:
    """Raise InputError unless a stochastic encoder has an ELBO and a KL for each latent, and any other has neither."""
    found, expected = len(metrics.kl or ()), model.latent_dim if model.stochastic else 0
    require(found == expected, "run.kl_count", where=where, expected=expected, found=found)
    require((metrics.kl is None) == (expected == 0), "run.kl_count", where=where, expected=expected, found=found)
    require((metrics.elbo is None) == (expected == 0), "run.elbo_without_kl", where=where)


def require_trainable(model: ModelConfig, training: TrainingConfig) -> None:
    """Raise InputError where objective and encoder, or likelihood and network, do not fit together."""
    require(
        model.stochastic or training.objective not in NEEDS_DENSITY,
        "run.needs_stochastic",
        objective=training.objective,
        family=family_of(model.family).title,
    )
    own = family_of(model.family).objective
    require(
        not model.learns_prior or training.objective == own,
        "run.learnt_prior",
        family=family_of(model.family).title,
        own=own,
        objective=training.objective,
    )
    likelihood = training.weights.likelihood
    require(
        (model.network == ONE_OF_ROWS) == (likelihood == "categorical"),
        "run.one_of_rows",
        network=model.network,
        likelihood=likelihood,
    )
    if model.dial:
        _require_dial(model.dial, training)


def _require_dial(dial: Dial, training: TrainingConfig) -> None:
    turns = DIALS.get(training.objective)
    require(turns == dial.axis, "run.dial_axis", objective=training.objective, axis=dial.axis)
    warms_up = training.beta_warmup or training.capacity_epochs
    require(not warms_up, "run.dial_warmup")
    weight = training.weights.beta if dial.axis == "beta" else training.weights.mmd_weight
    require(weight == dial.origin, "run.dial_origin", origin=dial.origin, axis=dial.axis, got=weight)


def _require_in(name: str, value: str, allowed: tuple[str, ...]) -> None:
    require(value in allowed, "run.one_of", name=name, known=allowed, got=value[:40])


def _require_between(name: str, value: float, low: float, high: float) -> None:
    require(low <= value <= high, "run.between", name=name, low=low, high=high, got=value)
