"""A mean and how well it is known.

Knows numbers only.
"""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from models.errors import require


@dataclass(frozen=True)
class MeanWithError:
    """A mean over examples and its standard error, in the unit of the values; `error` is None for one example."""

    mean: float
    error: float | None


def mean_with_error(values: Float[np.ndarray, " examples"]) -> MeanWithError:
    """The mean of the values and its standard error, std / sqrt(examples), computed in float64.

    The error is what another set of examples, drawn alike, would change. Raises InputError for no values.
    """
    count = len(values)
    require(count >= 1, "measure.no_value")
    values = values.astype(np.float64)
    return MeanWithError(float(values.mean()), float(values.std(ddof=1)) / math.sqrt(count) if count > 1 else None)
