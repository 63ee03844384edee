"""Series of separate models along an axis, such as one for each number of latents: which models, listed in the gallery.

A record is a file `series-NAME.json` in the folder of models; it names models, and the values are what their own
records say. Between two of them lies no model, unlike on a dial (models/dial.py). Knows records and the folder; opens
no weights.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from models import strict_json
from models.atomic import write_file
from models.checkpoint import load_run
from models.errors import InputError, Reason, require
from models.gallery import checkpoint_folder, is_shipped
from models.run import Run, require_plain_name, require_run_id

AXES: dict[str, Callable[[Run], float]] = {
    "latent": lambda run: run.model.latent_dim,
    "beta": lambda run: run.training.weights.beta,
    "lambda": lambda run: run.training.weights.mmd_weight,
}
MOST = 32
MAX_NAME, MOST_ALIKE = 80, 99
MAX_BYTES = 16 * 2**10


@dataclass(frozen=True)
class ModelSeries:
    """`axis`: a row of `AXES`; `models`: run_ids, in any order. Raises InputError for another axis or a bad name."""

    name: str
    axis: str
    models: tuple[str, ...]

    def __post_init__(self) -> None:
        require_plain_name("series.name", self.name)
        require(self.axis in AXES, "series.axis", known=list(AXES), got=self.axis[:40])
        for run_id in self.models:
            require_run_id(run_id)
        require(
            2 <= len(set(self.models)) == len(self.models) <= MOST, "series.models", most=MOST, got=len(self.models)
        )


@dataclass(frozen=True)
class Lined:
    """A series as it can be shown: each model at its value, rising; and the reason for each that is not there."""

    series: ModelSeries
    steps: tuple[tuple[float, Run], ...]
    gaps: tuple[Reason, ...]


def list_series(folder: Path | None = None) -> tuple[tuple[Lined, ...], tuple[Reason, ...]]:
    """The series of the folder by name, and for each record that can't be used the reason. A model that is missing or
    damaged, of other data than most, or at a value that is taken, is a gap; the rest of its series stays.
    """
    root = folder or checkpoint_folder()
    lined, refused = [], list[Reason]()
    for path in sorted(root.glob("series-*.json")) if root.is_dir() else ():
        try:
            lined.append(_lined(_read(path), root))
        except InputError as error:
            refused.append(error.reason)
        except OSError as error:
            refused.append(Reason("gallery.unreadable", {"name": path.name, "problem": str(error.strerror)}))
    return tuple(lined), tuple(refused)


def add_series(series: ModelSeries, folder: Path | None = None) -> ModelSeries:
    """Puts the record of a series into the folder and returns it: in place of an older one of its models, but where
    other models have its name, under the first of NAME-2, NAME-3 that is free. Raises InputError where that can't be.
    """
    root = folder or checkpoint_folder()
    names = (series.name, *(f"{series.name[: MAX_NAME - 4]}-{number}" for number in range(2, MOST_ALIKE + 1)))
    free = next((name for name in names if _may_write(root, name, series)), None)
    require(free is not None, "series.name_taken", name=series.name)
    named = replace(series, name=str(free))
    with _refusals(path := _path(root, named.name)):
        write_file(path, strict_json.write(named).encode())
    return named


def remove_series(series: ModelSeries, folder: Path | None = None) -> None:
    """Removes the record; its models stay. Raises InputError for a series that shipped, and where that can't be."""
    root = folder or checkpoint_folder()
    require(not is_shipped_series(series, root), "series.shipped", name=series.name)
    with _refusals(path := _path(root, series.name)):
        path.unlink(missing_ok=True)


def is_shipped_series(series: ModelSeries, folder: Path | None = None) -> bool:
    """Whether it came with the app: all its models did."""
    return all(is_shipped(run_id, folder) for run_id in series.models)


def _may_write(root: Path, name: str, series: ModelSeries) -> bool:
    """Whether nothing is lost by it: the name is free, or what has it is of some of the same models."""
    path = _path(root, name)
    if not path.exists():
        return True
    try:
        return bool({*_read(path).models} & {*series.models}) and not is_shipped_series(_read(path), root)
    except (InputError, OSError):
        return False  # whoever wrote it may still mend it


def _path(root: Path, name: str) -> Path:
    return root / f"series-{name}.json"


@contextmanager
def _refusals(path: Path) -> Iterator[None]:
    """Inside, what the disk refuses becomes an InputError with advice."""
    try:
        yield
    except OSError as error:
        raise InputError("gallery.unwritable", name=path.name, problem=str(error.strerror)) from None


def _read(path: Path) -> ModelSeries:
    size = path.stat().st_size
    require(size <= MAX_BYTES, "series.record_too_long", file=path.name, size=size, most=MAX_BYTES)
    series = strict_json.read(ModelSeries, path.read_bytes(), path.name)
    require(path.name == f"series-{series.name}.json", "series.record_of_another", file=path.name, name=series.name)
    return series


def _lined(series: ModelSeries, folder: Path) -> Lined:
    runs, gaps = [], list[Reason]()
    for run_id in series.models:
        try:
            runs.append(load_run(folder / run_id))
        except InputError as error:
            gaps.append(error.reason)
    steps: dict[float, Run] = {}
    for run in runs:
        value = float(AXES[series.axis](run))
        if not runs[0].data.same_data(run.data):
            gaps.append(Reason("series.other_data", {"name": run.run_id, "first": runs[0].run_id}))
        elif value in steps:
            same = {"name": run.run_id, "axis": series.axis, "other": steps[value].run_id, "value": value}
            gaps.append(Reason("series.same_value", same))
        else:
            steps[value] = run
    require(len(steps) >= 2, "series.too_few", file=f"series-{series.name}.json", gaps=gaps[:2])
    return Lined(series, tuple(sorted(steps.items(), key=lambda step: step[0])), tuple(gaps))
