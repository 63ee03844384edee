"""A measured number with its unit, error and source, or the sentence that says why there is none; and their table.

Knows numbers and words; knows nothing of models.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from analysis.metrics.mean_with_error import MeanWithError
from models.errors import InputError, Reason, require

COLUMNS = ("Measure", "Value", "Standard error", "Unit", "Source")
NONE = "—"
DECIMALS, MAX_DECIMALS = 4, 8
MAX_SAMPLES = 5000


@dataclass(frozen=True)
class Options:
    """`samples`: k of the bound. `images`: how many test images, drawn without replacement. `seed`: of all noise."""

    samples: int = 100
    images: int = 500
    seed: int = 0

    def __post_init__(self) -> None:
        require(1 <= self.samples <= MAX_SAMPLES, "measure.samples", most=MAX_SAMPLES, got=self.samples)
        require(self.images >= 1, "measure.images", got=self.images)


@dataclass(frozen=True)
class Quantity:
    """What may be measured. `key`: its name in code, such as `bound`; `source`: the paper that defines it, or empty."""

    key: str
    title: str
    unit: str
    source: str = ""


@dataclass(frozen=True)
class Measurement:
    """One number of a quantity, and the quantity's own words. `error`: the standard error, None where none is known.

    `value` is None where it is not defined, and then there is a `reason`: a text in a file that is older than codes.
    """

    key: str
    title: str
    value: float | None
    error: float | None
    unit: str
    source: str
    reason: Reason | str | None = None


@dataclass(frozen=True)
class Group:
    """Quantities that are computed together: `compute` returns one number each, in their order."""

    quantities: tuple[Quantity, ...]
    compute: Callable[[], Sequence[MeanWithError | float]]

    def measurements(self) -> list[Measurement]:
        """One a quantity. Where `compute` raises InputError, none has a value, and the error is their reason."""
        try:
            found = self.compute()
        except InputError as error:
            return [Measurement(q.key, q.title, None, None, q.unit, q.source, error.reason) for q in self.quantities]
        estimates = [number if isinstance(number, MeanWithError) else MeanWithError(number, None) for number in found]
        return [
            Measurement(q.key, q.title, number.mean, number.error, q.unit, q.source)
            for q, number in zip(self.quantities, estimates, strict=True)
        ]


def measurement_table(measurements: Iterable[Measurement], sentence: Callable[[Reason], str] = str) -> str:
    """A Markdown table, a row a measurement, and below it each reason of a gap once; ends with a newline.

    `sentence`: a reason in the reader's words.
    """
    rows = list(measurements)
    cells = [COLUMNS, ("---", "---:", "---:", "---", "---"), *(_cells(row) for row in rows)]
    found = [row.reason for row in rows if row.reason]
    reasons = dict.fromkeys(reason if isinstance(reason, str) else sentence(reason) for reason in found)
    lines = ["| " + " | ".join(cell) + " |" for cell in cells]
    return "\n".join([*lines, *(f"\n{NONE}: {reason}" for reason in reasons)]) + "\n"


def _cells(row: Measurement) -> tuple[str, ...]:
    decimals = _decimals(row)
    numbers = (NONE if number is None else f"{number:z,.{decimals}f}" for number in (row.value, row.error))
    return row.title, *numbers, row.unit, row.source


def _decimals(row: Measurement) -> int:
    """As many as show two digits of the error; without an error, none for a count and four for the rest."""
    if row.error:
        return min(max(1 - math.floor(math.log10(row.error)), 0), MAX_DECIMALS)
    return 0 if row.error is None and row.value is not None and row.value.is_integer() else DECIMALS
