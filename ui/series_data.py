"""What the view of a series of separate models is told: its models with their values and numbers, and what is missing.

`SeriesData` in live/contract.d.ts is its type. Knows the library and the records of series; knows nothing of Streamlit.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from live.library import OpenModel, open_model
from live.words import refusal, t
from models.errors import InputError, require
from models.model_series import Lined
from models.run import Run
from ui.panes_data import of_many
from ui.text import without_folders

VIEW = "series"
OPENS_AT = {"latent": 2.0, "beta": 1.0, "lambda": 1000.0}  # or at the model that is nearest to it


@dataclass(frozen=True)
class OpenSeries:
    """The models of a series that can be opened, each at its value, rising; and a sentence for each that can't."""

    lined: Lined
    steps: tuple[tuple[float, OpenModel], ...]
    gaps: tuple[str, ...]

    @property
    def name(self) -> str:
        """As the link writes it."""
        return self.lined.series.name

    @property
    def origin(self) -> float:
        """The value at which it opens."""
        return origin_of(self.lined)[0]


def origin_of(lined: Lined) -> tuple[float, Run]:
    """The step at which a series opens, which is also its picture."""
    wanted = OPENS_AT[lined.series.axis]
    return min(lined.steps, key=lambda step: abs(step[0] - wanted))


def series_title(lined: Lined) -> str:
    """What a series is called: its data, its axis and how far it goes."""
    (low, run), (high, _) = lined.steps[0], lined.steps[-1]
    return t(f"series.of.{lined.series.axis}", data=run.data.title, low=low, high=high)


def open_series(lined: Lined) -> OpenSeries:
    """Opens its models; one that is damaged is a gap. Raises InputError where fewer than two are left."""
    steps, gaps = [], list(lined.gaps)
    for value, run in lined.steps:
        try:
            steps.append((value, open_model(run.run_id)))
        except InputError as error:
            gaps.append(error.reason)
    require(len(steps) >= 2, "series.few", title=series_title(lined), reasons=gaps)
    return OpenSeries(lined, tuple(steps), tuple(without_folders(refusal(gap)) for gap in gaps))


def series_data(found: OpenSeries, names: Mapping[str, str], present: Mapping[str, str]) -> dict[str, Any]:
    """The data of the view. `names`, `present`: as in `ui.view_data.view_data`."""
    return of_many(VIEW, [opened for _, opened in found.steps], names, present) | {
        "series": found.name,
        "axis": found.lined.series.axis,
        "origin": found.origin,
        "steps": [_step(value, opened.checkpoint.run) for value, opened in found.steps],
        "gaps": list(found.gaps),
    }


def _step(value: float, run: Run) -> dict[str, Any]:
    test = run.test
    return {
        "value": value,
        "kl": list(test.kl) if test.kl else [],
        "distortion": -test.log_likelihood,
        "elbo": test.elbo,
        "mmd": test.mmd,
    }
