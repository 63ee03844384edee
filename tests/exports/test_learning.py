"""What the static site's Train place is told: sheets as the trainer reads them, plans as a checkpoint's records."""

import gzip
import json
import math

import numpy as np
import pytest

from datasets.catalogue import load
from exports import learning
from exports.learning import KINDS
from live.in_page import SHEETS, Sheet, sheet_of
from models import strict_json
from models.config import ModelConfig
from models.run import TrainingConfig, require_trainable
from training.recipes import RECIPES


@pytest.fixture
def only_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where nothing was downloaded."""
    monkeypatch.setattr(learning, "is_here", lambda name: name == "digits")


def test_a_sheet_is_training_images_labels_test_images_labels() -> None:
    record, packed = sheet_of("digits")
    content, data = np.frombuffer(gzip.decompress(packed), np.uint8), load("digits")
    assert len(content) == (record.train_count + record.test_count) * 65
    assert np.array_equal(content[: 64 * 1437].reshape(-1, 1, 8, 8), data.train_x)
    assert np.array_equal(content[64 * 1437 : 65 * 1437], data.train_classes)
    assert np.array_equal(content[-360:], data.test_classes)
    assert record == data.record(), "all of it, as it is: the app knows its images again"


def test_a_part_of_a_set_or_fewer_levels_are_other_images(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SHEETS, "digits", Sheet(100, 20, levels=3))
    sheet_of.cache_clear()
    record, packed = sheet_of("digits")
    sheet_of.cache_clear()
    assert (record.train_count, record.test_count, record.digest) == (100, 20, None)
    pixels = np.frombuffer(gzip.decompress(packed), np.uint8)[: 64 * 100]
    assert set(pixels.tolist()) == {0, 128, 255}


@pytest.mark.usefixtures("only_digits")
def test_every_plan_is_one_that_the_app_would_train() -> None:
    told = json.loads(json.dumps(learning.learning([])))
    assert [one["name"] for one in told["sets"]] == ["digits"]
    assert list(learning.sheets()) == [told["sets"][0]["file"]]
    assert set(told["plans"]["digits"]) == set(told["drawn"]) == set(KINDS)
    for kind, recipes in (*told["plans"]["digits"].items(), *told["drawn"].items()):
        assert list(recipes) == list(RECIPES)
        for plan in recipes.values():
            model: ModelConfig = strict_json.read(ModelConfig, json.dumps(plan["model"]), kind)
            training: TrainingConfig = strict_json.read(TrainingConfig, json.dumps(plan["training"]), kind)
            require_trainable(model, training)
            assert (model.network, training.precision, training.optimizer) == ("mlp", "float32", "adam")
            assert plan["conditional"] is model.conditional
            first, *widths = model.widths
            assert plan["work"] == math.prod(model.image) * first + first * sum(widths), "all widths are the same"
