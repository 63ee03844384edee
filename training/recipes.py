"""How long to train: *Quick*, *Good*, *Best*, each a network and a schedule that suit its time.

Knows plans; what was tried is in NUMBERS.md, "Recipes".
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from datasets.catalogue import require_known
from models.errors import require
from training.plans import SMALL_SET, SMALL_SET_BATCH

SLOWER_SETS = ("fashion-mnist",)  # Adam's best rates are half as high: -250.0 nats at 1e-3, -252.0 at 2e-3
MOST_EPOCHS = 200  # after each the test set is measured, which takes longer than a few steps
FEW = {"batch_size": SMALL_SET_BATCH, "learning_rate": 2e-3, "optimizer": "adam"}  # of a set with few images


@dataclass(frozen=True)
class Recipe:
    """One row. `model`, `training`: fields that differ from a plan's defaults.

    `passes`: how many images of a small set are seen in all, each many times: with 30,000 the test ELBO of 300 digits
    is at its best, and later the model learns them by heart. `images`: how many are seen at least of a set that is not
    small. `digits`: epochs of the small digits.
    """

    model: Mapping[str, Any] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)
    passes: int = 30_000
    images: int = 0
    digits: int = MOST_EPOCHS


RECIPES: dict[str, Recipe] = {
    "quick": Recipe(
        {"widths": (128, 128, 128)}, {"epochs": 2, "learning_rate": 6e-3, "batch_size": 256, "optimizer": "muon"},
        images=120_000,
        digits=30,
    ),
    "good": Recipe(
        {"widths": (256, 256, 256)}, {"epochs": 12, "learning_rate": 4e-3}, 60_000, digits=180,
    ),
    "best": Recipe(
        {"widths": (384, 384, 384)}, {"epochs": 50, "learning_rate": 2e-3}, 120_000, digits=MOST_EPOCHS,
    ),
}  # fmt: skip


def recipe_parts(name: str, data: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields of model and training for a recipe on a data set.

    Raises InputError that lists the names, or says that the data set is not here.
    """
    require(name in RECIPES, "training.recipe", known=list(RECIPES), got=name)
    recipe = RECIPES[name]
    training = dict(recipe.training)
    if data in SLOWER_SETS and recipe.training.get("optimizer") != "muon":
        training["learning_rate"] /= 2
    images = require_known(data).train_count
    if images >= SMALL_SET:
        training["epochs"] = max(training["epochs"], math.ceil(recipe.images / images))
        return dict(recipe.model), training
    often = max(training["epochs"], round(recipe.passes / images))
    epochs = recipe.digits if data == "digits" else min(MOST_EPOCHS, often)
    return dict(recipe.model), training | {"epochs": epochs} | FEW
