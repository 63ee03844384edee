"""The label as a model wants it: one int64 an example for a conditional family, none for the others.

Knows the model's configuration only.
"""

import numpy as np
from jaxtyping import Int64, Integer

from models.config import ModelConfig
from models.errors import InputError, require


def condition(
    config: ModelConfig, y: int | Integer[np.ndarray, " labels"] | None, count: int
) -> Int64[np.ndarray, " {count}"] | None:
    """The labels of `count` examples; one number stands for all of them. None for an unconditional family.

    Raises InputError where a conditional family gets no label, another number of them, or one that is no class.
    """
    if not config.conditional:
        return None
    highest = config.class_count - 1
    if y is None:
        raise InputError("class.missing", family=config.family, highest=highest)
    if isinstance(y, int):
        _require_class(y, highest)
        return np.full(count, y)
    require(y.shape == (count,), "class.one_each", count=count, got=list(y.shape))
    for extreme in (y.min(), y.max()) if count else ():
        _require_class(int(extreme), highest)
    return y.astype(np.int64)


def _require_class(y: int, highest: int) -> None:
    require(0 <= y <= highest, "class.out_of_range", highest=highest, got=y)
