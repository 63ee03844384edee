"""How long to train: *Quick*, *Good*, *Best*, each a network and a schedule that suit its time.

Knows plans; what was tried is in NUMBERS.md, "Recipes".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from models.errors import require
from training.plans import SMALL_SET_BATCH

SLOWER_SETS = ("fashion-mnist",)  # its best learning rates are half as high: -250.0 nats at 1e-3, -252.0 at 2e-3


@dataclass(frozen=True)
class Recipe:
    """One row. `model`, `training`: fields that differ from a plan's defaults."""

    title: str
    sentence: str
    model: Mapping[str, Any] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)


RECIPES: dict[str, Recipe] = {
    "quick": Recipe(
        "Quick", "seconds: enough to see the classes part",
        {"widths": (128, 128, 128)}, {"epochs": 2, "learning_rate": 6e-3, "batch_size": 64},
    ),
    "good": Recipe(
        "Good", "half a minute: a map to teach with",
        {"widths": (256, 256, 256)}, {"epochs": 12, "learning_rate": 4e-3},
    ),
    "best": Recipe(
        "Best", "minutes: the best that this network can do",
        {"widths": (384, 384, 384)}, {"epochs": 50, "learning_rate": 2e-3},
    ),
}  # fmt: skip


def recipe_parts(name: str, data: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields of model and training for a recipe on a data set; raises InputError that lists the names."""
    require(name in RECIPES, f"recipe must be one of {', '.join(RECIPES)}; got {name!r}.")
    recipe = RECIPES[name]
    training = dict(recipe.training)
    if data in SLOWER_SETS:
        training["learning_rate"] /= 2
    if data == "digits":  # 1,400 images: an epoch is 45 steps
        training |= {"epochs": min(200, 15 * training["epochs"]), "batch_size": SMALL_SET_BATCH, "learning_rate": 2e-3}
    return dict(recipe.model), training
