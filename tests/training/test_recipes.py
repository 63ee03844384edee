"""The recipes: each can be trained on every data set and family, and the slower sets get a smaller learning rate."""

import pytest

from datasets.catalogue import SOURCES
from models.errors import InputError
from models.families import FAMILIES
from training.recipes import RECIPES, SLOWER_SETS, recipe_parts
from training.spec import plan_of


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("data", SOURCES)
@pytest.mark.parametrize("recipe", RECIPES)
def test_every_recipe_can_be_trained(recipe: str, data: str, family: str) -> None:
    model, training = recipe_parts(recipe, data)
    plan = plan_of({"family": family, "data": data, "model": model, "training": training})
    assert plan.model.widths == RECIPES[recipe].model["widths"]
    assert plan.training.epochs == training["epochs"] <= 200


@pytest.mark.parametrize("recipe", RECIPES)
def test_slower_sets_get_half_the_learning_rate(recipe: str) -> None:
    rate = recipe_parts(recipe, "mnist")[1]["learning_rate"]
    assert rate == RECIPES[recipe].training["learning_rate"]
    for data in SLOWER_SETS:
        assert recipe_parts(recipe, data)[1]["learning_rate"] == rate / 2


def test_a_longer_recipe_takes_more_steps_of_a_larger_network() -> None:
    work = [sum(row.model["widths"]) * row.training["epochs"] for row in RECIPES.values()]
    assert work == sorted(work)


def test_the_parts_are_copies() -> None:
    model, training = recipe_parts("quick", "mnist")
    model["widths"], training["epochs"] = (1,), 1
    assert recipe_parts("quick", "mnist") != (model, training)


def test_an_unknown_recipe_is_refused() -> None:
    with pytest.raises(InputError, match="recipe must be one of quick, good, best; got 'slow'"):
        recipe_parts("slow", "mnist")
