"""What the page of a model of own images says of what it has learnt: kept epoch, gap, nearest training images."""

import warnings
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from starlette.applications import Starlette

from datasets.own import shelf
from live import copies
from live.copies import Copies
from live.library import forget_images, open_model
from live.words import t
from models import gallery
from models.checkpoint import Checkpoint
from training.finish import finish
from training.held_out import with_held_out
from training.loop import train
from training.plans import make_plan
from training.state import TrainState
from ui import learnt
from ui.assets import ROUTES, THUMBS, model_url

with warnings.catch_warnings():  # starlette asks for httpx2; httpx does the same
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

Open = Callable[..., Any]


@pytest.fixture
def trained(own_shapes: str, checkpoint_folder: Any) -> Checkpoint:
    """A model of own shapes, trained for two epochs."""
    assert checkpoint_folder.is_dir()
    plan = make_plan("vae", own_shapes, 2, {"widths": (16,)}, {"epochs": 2, "batch_size": 8})
    assert plan.training.held_out > 0
    data = with_held_out(shelf.load(own_shapes), plan.training.held_out)
    state = TrainState("own-model", plan.title, plan.model, plan.training, data.record(), torch.device("cpu"))
    list(train(state, data))
    checkpoint = finish(state, data)
    gallery.add(checkpoint, replace=True)
    return checkpoint


def told(open_page: Open) -> str:
    return " ".join(open_page("explore", model="own-model").html)


def test_what_was_measured_is_said(open_page: Open, trained: Checkpoint) -> None:
    run, html = trained.run, told(open_page)
    assert run.kept_epoch and t("learnt.kept", epoch=run.kept_epoch, count=2) in html
    assert run.test.elbo is not None and run.train.elbo is not None
    assert t("unit.nats", value=run.train.elbo - run.test.elbo) in html
    assert t("learnt.copies.alt") in html and "data:image/png;base64," in html
    assert t("learnt.copies.no") in html


def test_the_nearest_training_image_is_gone_with_the_images(open_page: Open, trained: Checkpoint) -> None:
    assert t("learnt.copies.alt") in told(open_page)
    shelf.delete(trained.run.data.name)
    html = told(open_page)
    assert t("learnt.copies.alt") not in html
    assert "learnt" in html, "what the record knows is still said"


def test_of_other_models_nothing_is_said(open_page: Open, keep: Open) -> None:
    keep()
    html = " ".join(open_page("explore", model="tiny-vae").html)
    assert "lp-learnt" not in html


def test_collapsed_and_blurred_are_said_where_they_were_measured(
    open_page: Open, trained: Checkpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = replace(trained.run.test, kl=(3.0, 0.001))
    gallery.add(replace(trained, run=replace(trained.run, test=test)), replace=True)
    monkeypatch.setattr(learnt, "sharpness_of_copies", lambda opened: 0.53)
    html = told(open_page)
    assert t("learnt.collapsed", count=1, all=2) in html
    assert t("learnt.blurred", share=0.53) in html
    monkeypatch.setattr(learnt, "sharpness_of_copies", lambda opened: 0.61)
    assert t("learnt.blurred", share=0.61) not in told(open_page)


def test_the_pairs_are_the_nearest_of_all(trained: Checkpoint) -> None:
    opened = open_model("own-model")
    found = copies.copies_of(opened)
    assert found is not None
    images = shelf.load(trained.run.data.name).train_x.astype(np.float32) / 255
    apart = np.square(copies._samples(opened)[:, None] - images[None]).mean(axis=(2, 3, 4))
    assert found.places == tuple(apart.argmin(axis=1).tolist())
    assert found.distance == pytest.approx(float(np.median(np.sqrt(apart.min(axis=1)))), abs=1e-5)


@pytest.mark.parametrize(("distance", "nearly"), [(0.04, True), (0.06, False), (0.3, False)])
def test_nearly_copies_are_less_than_half_as_far(distance: float, nearly: bool) -> None:
    assert Copies((0,), distance, 0.1).nearly == nearly


@pytest.mark.parametrize(("seen", "unseen", "large"), [(-100, -103.9, False), (-100, -104.1, False), (-60, -65, True)])
def test_a_gap_is_large_by_nats_and_by_share(seen: float, unseen: float, large: bool) -> None:
    assert learnt.is_large(seen, unseen) == large


def test_the_nearest_training_image_of_any_picture_is_looked_up_and_kept_by_no_browser(trained: Checkpoint) -> None:
    training = shelf.load(trained.run.data.name).train_x
    base = f"/{model_url(open_model('own-model'))}"
    asked = training[[5, 0]]
    asked[1, 0, 0, 0] ^= 255
    with TestClient(Starlette(routes=ROUTES)) as client:
        answer = client.post(f"{base}nearest", content=asked.tobytes())
        assert answer.headers["cache-control"] == "no-store"
        off, images = answer.content[:8], answer.content[8:]
        assert images == training[[5, 0]].tobytes()
        assert np.frombuffer(off, np.float32) == pytest.approx([0, 1 / 28], abs=1e-4)  # one of 784 pixels
        for name in (THUMBS, "test-0.png"):
            assert client.get(base + name).headers["cache-control"] == "no-store"
        assert "immutable" in client.get(f"{base}decoder.bin").headers["cache-control"]
        for wrong in (b"", bytes(783), bytes(784 * 101)):
            assert client.post(f"{base}nearest", content=wrong).status_code == 404
        shelf.delete(trained.run.data.name)
        forget_images()
        gone = client.post(f"{base}nearest", content=asked.tobytes())
        assert (gone.status_code, "deleted" in gone.text) == (404, True)
