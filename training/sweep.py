"""A sweep: the product of some settings, each combination a training of its own; what it costs, and what it gave.

    Sweep("betas", {"data": ("mnist",), "beta": (0.5, 1.0, 4.0), "seed": (0, 1, 2)})

makes nine. Knows plans, jobs and records of models; knows neither queue nor screen.
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
from jobs.job import DONE, SWEEP, Job, Limits
from models.aims import DIALS
from models.checkpoint import load_run
from models.errors import InputError, require
from models.families import family_of
from models.run import MAX_TITLE, Run, require_plain_name
from training.plans import Plan, new_run_id
from training.recipes import recipe_parts
from training.spec import plan_of

TEXTS, NUMBERS = ("data", "family", "network"), ("latent", "beta", "lambda", "seed")
SETTINGS = (*TEXTS, *NUMBERS)  # in the order in which they count: the last changes first
WHOLE = ("latent", "seed")
WEIGHTS = {"beta": "beta", "lambda": "mmd_weight"}
Value = str | float
MEASURES = ("elbo", "log_likelihood", "kl", "mmd", "seconds", "images_per_second")


@dataclass(frozen=True)
class Sweep:
    """`settings`: for some of `SETTINGS` the values that each may have. `recipe`: network and schedule of all.

    Raises InputError for another setting, no or too many values, one that comes twice, and a weight that the family
    does not have.
    """

    name: str
    settings: Mapping[str, Sequence[Value]]
    recipe: str = "quick"

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
        for family in self.settings.get("family", ()):
            for weight in WEIGHTS.keys() & self.settings.keys():
                has = DIALS.get(family_of(str(family)).objective) == weight
                require(has, "sweep.no_weight", family=str(family), name=weight)

    def combinations(self) -> Iterable[dict[str, Value]]:
        """Each combination, the last setting changing first."""
        names = [name for name in SETTINGS if name in self.settings]
        for values in itertools.product(*(self.settings[name] for name in names)):
            yield dict(zip(names, values, strict=True))

    def specs(self) -> list[dict[str, Any]]:
        """What each job is to train; raises InputError for one that can't be."""
        return [spec for _, spec in self.plans()]

    def plans(self) -> list[tuple[Plan, dict[str, Any]]]:
        """The same with the plan of each."""
        return [self._plan(values) for values in self.combinations()]

    def _plan(self, values: Mapping[str, Value]) -> tuple[Plan, dict[str, Any]]:
        data = str(values.get("data", "mnist"))
        model, training = recipe_parts(self.recipe, data)
        if values.get("network", "mlp") != "mlp":
            model = {"network": values["network"]}
        if "latent" in values:
            model["latent_dim"] = int(values["latent"])
        if "seed" in values:
            training["seed"] = int(values["seed"])
        weights = {WEIGHTS[name]: float(values[name]) for name in WEIGHTS if name in values}
        spec = {"family": self._family(values), "data": data, "model": model, "training": training, "weights": weights}
        plan = plan_of(spec)
        told = [f"{name} {values[name]:g}" for name in ("beta", "lambda", "seed") if name in values]
        return plan, spec | {"title": ", ".join([plan.title, *told])[:MAX_TITLE], SWEEP: self.name}

    def _family(self, values: Mapping[str, Value]) -> str:
        if "family" in values:
            return str(values["family"])
        return "beta-vae" if "beta" in values else "mmd-vae" if "lambda" in values else "vae"


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
    """What a sweep costs: jobs, seconds of one core, seconds until the last is done, and the data that are not here."""

    jobs: int
    cpu_seconds: float
    seconds: float
    to_fetch: tuple[str, ...]


def bill(sweep: Sweep, seconds_of: Callable[[Plan], float], places: int) -> Bill:
    """The bill on so many places. `seconds_of`: how long a plan takes; asked once for all that are alike."""
    known, plans = dict[str, float](), [plan for plan, _ in sweep.plans()]
    away = sorted({plan.training.data for plan in plans if not is_here(plan.training.data)})
    taken: list[float] = []
    for plan in plans if not away else ():
        alike = repr((plan.model, plan.training.data, plan.training.epochs, plan.training.batch_size))
        known[alike] = known.get(alike) or seconds_of(plan)
        taken.append(known[alike])
    return Bill(len(plans), sum(taken), _until_done(taken, places), tuple(require_known(name).title for name in away))


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


def setting_of(job: Job, name: str) -> Value:
    """The value of one of `SETTINGS` that a job has."""
    spec = job.spec
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


def varied(jobs: Sequence[Job]) -> list[str]:
    """The settings in which the jobs of a sweep differ."""
    return [name for name in SETTINGS if len({repr(setting_of(job, name)) for job in jobs}) > 1]


def run_of(job: Job, folder: Path) -> Run | None:
    """The record of the model that a job has given, None where it has not yet, or the model is gone."""
    if job.status != DONE:
        return None
    try:
        return load_run(folder / str(job.spec["run_id"]))
    except (InputError, OSError):
        return None


def to_csv(jobs: Sequence[Job], folder: Path) -> str:
    """A row a training: model, state, settings, and what was measured on the test set, nats an image."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["model", "state", *SETTINGS, *MEASURES])
    for job in jobs:
        settings = [setting_of(job, name) for name in SETTINGS]
        run = run_of(job, folder)
        writer.writerow([job.spec["run_id"], job.status, *map(_plain, settings), *map(_plain, _measured(run))])
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
