"""A sweep: the product of some settings, each combination a training of its own; what it costs, and what it gave.

    Sweep("betas", {"data": ("mnist",), "beta": (0.5, 1.0, 4.0), "seed": (0, 1, 2)})

makes nine. With `chain` the values of beta or lambda are one job, from the largest down, each begun with the network of
the one before; with `base` all have a published program's network, loss and schedule. Knows plans, jobs and records of
models; knows neither queue nor screen.
"""

import csv
import heapq
import io
import itertools
import math
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from datasets.catalogue import is_here, require_known
from jobs.job import DONE, QUEUED, SWEEP, Job, Limits
from models.aims import DIALS
from models.checkpoint import load_run
from models.errors import InputError, require
from models.families import family_of
from models.run import MAX_TITLE, Run, require_plain_name
from training.chain import links_of
from training.plans import Plan, new_run_id
from training.recipes import recipe_parts
from training.spec import CHAIN, LONGEST, plan_of

TEXTS, NUMBERS = ("data", "family", "network"), ("latent", "beta", "lambda", "seed")
SETTINGS = (*TEXTS, *NUMBERS)  # in the order in which they count: the last changes first
WHOLE = ("latent", "seed")
WEIGHTS = {"beta": "beta", "lambda": "mmd_weight"}
Value = str | float
MEASURES = ("elbo", "log_likelihood", "kl", "mmd", "seconds", "images_per_second")


@dataclass(frozen=True)
class Sweep:
    """`settings`: for some of `SETTINGS` the values that each may have. `recipe`: network and schedule of all.
    `chain`: whether the values of beta or lambda are trained one after the other. `base`: the spec of all where it is
    not a recipe's, which `settings` change. `epochs`: of each, where they are other than the recipe's or the base's.

    Raises InputError for another setting, no or too many values, one that comes twice, a weight that the family does
    not have, and data, family or network where `base` names them.
    """

    name: str
    settings: Mapping[str, Sequence[Value]]
    recipe: str = "quick"
    chain: bool = False
    base: Mapping[str, Any] | None = None
    epochs: int | None = None

    def __post_init__(self) -> None:
        require_plain_name("sweep", self.name)
        for name, values in self.settings.items():
            require(name in SETTINGS, "sweep.setting", known=list(SETTINGS), got=name[:40])
            require(len(values) > 0, "sweep.no_value", name=name)
            require(len(set(values)) == len(values), "sweep.twice", name=name)
            whole = name not in WHOLE or all(float(value).is_integer() for value in values)
            require(whole, "sweep.whole", name=name)
        require(not ("beta" in self.settings and "lambda" in self.settings), "sweep.two_weights")
        most, count = Limits().sweep, math.prod(map(len, self.settings.values()))
        require(count <= most, "sweep.size", most=most, got=count)
        links = max((len(self.settings.get(name, ())) for name in WEIGHTS), default=0)
        require(not self.chain or 2 <= links <= LONGEST, "sweep.chain", most=LONGEST, got=links)
        fixed = [name for name in TEXTS if self.base and name in self.settings]
        require(not fixed, "sweep.fixed", options=fixed)
        for family in (self.base["family"],) if self.base else self.settings.get("family", ()):
            for weight in WEIGHTS.keys() & self.settings.keys():
                has = DIALS.get(family_of(str(family)).objective) == weight
                require(has, "sweep.no_weight", family=str(family), name=weight)

    def combinations(self) -> Iterable[dict[str, Value]]:
        """What each job has, the last setting changing first."""
        names = [name for name in SETTINGS if name in self.settings and not (self.chain and name in WEIGHTS)]
        for values in itertools.product(*(self.settings[name] for name in names)):
            yield dict(zip(names, values, strict=True))

    def specs(self) -> list[dict[str, Any]]:
        """What each job is to train; raises InputError for one that can't be."""
        return [spec for _, spec in self.plans()]

    def plans(self) -> list[tuple[Plan, dict[str, Any]]]:
        """The same with the plan of each, of a chain that of its first link."""
        return [self._plan(values) for values in self.combinations()]

    def _plan(self, values: Mapping[str, Value]) -> tuple[Plan, dict[str, Any]]:
        spec = self._spec(values)
        model, training = dict(spec["model"]), dict(spec["training"])
        if "latent" in values:
            model["latent_dim"] = int(values["latent"])
        if "seed" in values:
            training["seed"] = int(values["seed"])
        if self.epochs is not None:
            training["epochs"] = self.epochs
        weights = {WEIGHTS[name]: float(values[name]) for name in WEIGHTS if name in values}
        spec |= {"model": model, "training": training, "weights": {**spec.get("weights", {}), **weights}}
        if self.chain:
            spec[CHAIN] = self._chain()
        plan = plan_of(spec)
        told = [f"{name} {values[name]:g}" for name in ("beta", "lambda", "seed") if name in values]
        return plan, spec | {"title": ", ".join([plan.title, *told])[:MAX_TITLE], SWEEP: self.name}

    def _spec(self, values: Mapping[str, Value]) -> dict[str, Any]:
        """What all have in common, with the settings that are no number."""
        if self.base:
            return dict(self.base)
        data = str(values.get("data", "mnist"))
        model, training = recipe_parts(self.recipe, data)
        if values.get("network", "mlp") != "mlp":
            model = {"network": values["network"]}
        return {"family": self._family(values), "data": data, "model": model, "training": training}

    def _family(self, values: Mapping[str, Value]) -> str:
        if "family" in values:
            return str(values["family"])
        return "beta-vae" if "beta" in self.settings else "mmd-vae" if "lambda" in self.settings else "vae"

    def _chain(self) -> dict[str, list[float]]:
        """From the largest weight down: a network that holds only what is worth most learns the rest (continuation)."""
        (name,) = WEIGHTS.keys() & self.settings.keys()
        return {WEIGHTS[name]: sorted(map(float, self.settings[name]), reverse=True)}


def numbers(name: str, texts: Sequence[str]) -> tuple[float, ...]:
    """The values of a setting that somebody has typed; raises InputError for one that is no number."""
    try:
        return tuple(float(text) for text in texts)
    except ValueError:
        raise InputError("sweep.no_number", name=name, got=", ".join(texts)[:60]) from None


def submitted(sweep: Sweep) -> list[dict[str, Any]]:
    """The specs with a name for each model; raises InputError where one can't be trained, or its data are not here."""
    plans, own = sweep.plans(), uuid.uuid4().hex[:4]
    for name in sorted({plan.training.data for plan, _ in plans}):
        source = require_known(name)
        require(is_here(name), "training.to_fetch", data=source.title, megabytes=source.megabytes)
    return [spec | {"run_id": f"{new_run_id(plan)}-{own}-{number}"} for number, (plan, spec) in enumerate(plans)]


@dataclass(frozen=True)
class Bill:
    """What a sweep costs: models, seconds of one core, seconds until the last is done, and data that are not here.

    `longest`: seconds of the job that takes longest, of a chain with all its links: where they are more than a job may
    take at a stretch (`jobs.job.Limits.seconds`), it stops there and waits to be resumed.
    """

    models: int
    cpu_seconds: float
    seconds: float
    to_fetch: tuple[str, ...]
    longest: float = 0.0

    def stops(self, most: float) -> int:
        """How often its longest job is stopped where one may take so many seconds at a stretch."""
        return max(0, math.ceil(self.longest / most) - 1)


def bill(sweep: Sweep, seconds_of: Callable[[Plan], float], places: int) -> Bill:
    """The bill on so many places. `seconds_of`: how long a plan takes; asked once for all that are alike."""
    known, plans = dict[str, float](), [(plan, len(links_of(spec))) for plan, spec in sweep.plans()]
    away = sorted({plan.training.data for plan, _ in plans if not is_here(plan.training.data)})
    taken: list[float] = []
    for plan, links in plans if not away else ():
        alike = repr((plan.model, plan.training.data, plan.training.epochs, plan.training.batch_size))
        known[alike] = known.get(alike) or seconds_of(plan)
        taken.append(known[alike] * links)
    models, lacks = sum(links for _, links in plans), tuple(require_known(name).title for name in away)
    return Bill(models, sum(taken), _until_done(taken, places), lacks, max(taken, default=0.0))


def _until_done(taken: Sequence[float], places: int) -> float:
    """Each place takes the next that waits."""
    ends = [0.0] * max(1, places)
    for seconds in taken:
        heapq.heappush(ends, heapq.heappop(ends) + seconds)
    return max(ends)


def sweeps_of(jobs: Iterable[Job]) -> dict[str, list[Job]]:
    """The jobs of each sweep by its name, in their order."""
    found: dict[str, list[Job]] = {}
    for job in jobs:
        if job.sweep:
            found.setdefault(job.sweep, []).append(job)
    return found


@dataclass(frozen=True)
class Training:
    """One model that is to be, or is: its job, which trains several where it is a chain, and its own spec."""

    job: Job
    spec: Mapping[str, Any]

    def setting(self, name: str) -> Value:
        """Its value of one of `SETTINGS`."""
        spec = self.spec
        match name:
            case "data" | "family":
                return str(spec[name])
            case "network":
                return str(spec["model"].get("network", "mlp"))
            case "latent":
                return int(spec["model"].get("latent_dim", 2))
            case "seed":
                return int(spec["training"].get("seed", 0))
        return float(spec["weights"].get(WEIGHTS[name], math.nan))

    def run(self, folder: Path) -> Run | None:
        """The record of its model, None where there is none yet, or it is gone."""
        if CHAIN not in self.job.spec and self.job.status != DONE:
            return None
        try:
            return load_run(folder / str(self.spec["run_id"]))
        except (InputError, OSError):
            return None

    def status(self, run: Run | None) -> str:
        """How it stands, where `run` is what it has given: a chain's job is under way for one of its links."""
        if run:
            return DONE
        return self.job.status if self.shown or self.job.payload is None or not self.job.active else QUEUED

    @property
    def shown(self) -> bool:
        """Whether it is what its job has reported of last."""
        return bool(getattr(self.job.payload, "run_id", None) == self.spec["run_id"])


def trainings_of(jobs: Iterable[Job]) -> list[Training]:
    """All models of a sweep's jobs, in their order."""
    return [Training(job, link) for job in jobs for link in links_of(job.spec)]


def varied(trainings: Sequence[Training]) -> list[str]:
    """The settings in which the models of a sweep differ."""
    return [name for name in SETTINGS if len({repr(training.setting(name)) for training in trainings}) > 1]


def to_csv(jobs: Sequence[Job], folder: Path) -> str:
    """A row a training: model, state, settings, and what was measured on the test set, nats an image."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["model", "state", *SETTINGS, *MEASURES])
    for training in trainings_of(jobs):
        run = training.run(folder)
        settings = [training.setting(name) for name in SETTINGS]
        measured = [*map(_plain, settings), *map(_plain, _measured(run))]
        writer.writerow([training.spec["run_id"], training.status(run), *measured])
    return text.getvalue()


def _measured(run: Run | None) -> list[float | None]:
    if run is None:
        return [None] * len(MEASURES)
    test = run.test
    kl = None if test.kl is None else sum(test.kl)
    return [test.elbo, test.log_likelihood, kl, test.mmd, run.seconds, run.images_per_second]


def _plain(value: Value | None) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return value if isinstance(value, str) else f"{value:.6g}"
