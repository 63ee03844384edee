"""The recipes: each can be trained on every data set and family, and the slower sets get a smaller learning rate."""

from dataclasses import replace

import pytest

from datasets.catalogue import SOURCES
from datasets.own import shelf
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


@pytest.mark.parametrize(("recipe", "epochs"), [("quick", 200), ("good", 200), ("best", 200)])
def test_of_few_own_images_each_is_seen_often(recipe: str, epochs: int, own_shapes: str) -> None:
    model, training = recipe_parts(recipe, own_shapes)
    plan = plan_of({"family": "cvae", "data": own_shapes, "model": model, "training": training})
    assert (plan.training.epochs, plan.training.batch_size) == (epochs, 32)
    assert (plan.model.image, plan.model.class_count) == ((1, 28, 28), 2)
    assert plan.title == "CVAE on My shapes, 2 latents"


@pytest.mark.parametrize(("images", "passes"), [(240, 30_000), (1_000, 30_000), (9_999, 30_000), (16_000, 128_000)])
def test_the_passes_are_the_same_for_more_own_images(
    images: int, passes: int, own_shapes: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = replace(shelf.source_of(own_shapes), train_count=images)
    monkeypatch.setattr("training.recipes.require_known", lambda name: row)
    assert recipe_parts("quick", own_shapes)[1]["epochs"] * images == pytest.approx(passes, rel=0.02)


def test_own_images_that_are_deleted_have_no_recipe(own_shapes: str) -> None:
    shelf.delete(own_shapes)
    with pytest.raises(InputError, match=r"own\.not_here: name=own-my-shapes"):
        recipe_parts("quick", own_shapes)


@pytest.mark.parametrize("recipe", RECIPES)
def test_slower_sets_get_half_of_adams_learning_rate(recipe: str) -> None:
    training = recipe_parts(recipe, "mnist")[1]
    rate = training["learning_rate"]
    assert rate == RECIPES[recipe].training["learning_rate"]
    for data in SLOWER_SETS:
        assert recipe_parts(recipe, data)[1]["learning_rate"] == rate / (
            1 if training.get("optimizer") == "muon" else 2
        )


@pytest.mark.parametrize(("data", "epochs"), [("mnist", 2), ("faces", 6), ("rhythms", 10), ("digits", 30)])
def test_of_a_smaller_set_each_image_is_seen_more_often(data: str, epochs: int) -> None:
    assert recipe_parts("quick", data)[1]["epochs"] == epochs


def test_a_longer_recipe_takes_more_steps_of_a_larger_network() -> None:
    work = [sum(row.model["widths"]) * row.training["epochs"] for row in RECIPES.values()]
    assert work == sorted(work)


def test_the_parts_are_copies() -> None:
    model, training = recipe_parts("quick", "mnist")
    model["widths"], training["epochs"] = (1,), 1
    assert recipe_parts("quick", "mnist") != (model, training)


def test_an_unknown_recipe_is_refused() -> None:
    with pytest.raises(InputError, match=r"training\.recipe: .*got=slow"):
        recipe_parts("slow", "mnist")
