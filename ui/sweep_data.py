"""What the plane of a sweep is told: what codes of its models cost against what copies lose, a mark for each value.

`Measured` in live/contract.d.ts is a mark's type. Knows sweeps and records of models; knows nothing of Streamlit.
"""

import math
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.model_series import AXES
from models.run import Run
from training.sweep import Training, Value, varied

Made = Sequence[tuple[Training, Run | None]]  # the models of a sweep, each with its record once it is trained


@dataclass(frozen=True)
class SweepPlane:
    """A plane. `of`: the settings that hold for all of it, where there are several; `marks`: rising by their value."""

    of: tuple[tuple[str, Value], ...]
    axis: str
    marks: tuple[dict[str, float], ...]


def planes_of(trainings: Made) -> Iterator[SweepPlane]:
    """A plane for each combination of the settings beside an axis and the seed; none before a model is there."""
    settings = varied([training for training, _ in trainings])
    axis = next((name for name in reversed(settings) if name in AXES), None)
    if axis is None:
        return
    beside = [name for name in settings if name not in (axis, "seed")]
    groups: dict[tuple[tuple[str, Value], ...], dict[float, list[tuple[float, float]]]] = {}
    for training, run in trainings:
        place = run and _place(run, axis)
        if place:
            of = tuple((name, training.setting(name)) for name in beside)
            groups.setdefault(of, {}).setdefault(float(training.setting(axis)), []).append(place)
    for of, values in groups.items():
        yield SweepPlane(of, axis, tuple(_mark(value, values[value]) for value in sorted(values)))


def _place(run: Run, axis: str) -> tuple[float, float] | None:
    """What is paid, the KL or for lambda the MMD, and what is lost, -log p(x|z); None where it has no such price."""
    paid = run.test.mmd if axis == "lambda" else None if run.test.kl is None else sum(run.test.kl)
    return None if paid is None else (paid, -run.test.log_likelihood)


def _mark(value: float, places: Sequence[tuple[float, float]]) -> dict[str, float]:
    rate, distortion = zip(*places, strict=True)
    return {
        "value": value, "seeds": len(places), "rate": statistics.fmean(rate), "rateError": _error(rate),
        "distortion": statistics.fmean(distortion), "distortionError": _error(distortion),
    }  # fmt: skip


def _error(values: Sequence[float]) -> float:
    """The standard error of the mean; 0 of a single value."""
    return statistics.stdev(values) / math.sqrt(len(values)) if len(values) > 1 else 0.0
