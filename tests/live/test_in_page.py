"""What the trainer in the page is given: which plans it can follow, as it follows them, and images of one's own."""

import gzip
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from datasets.own import shelf
from datasets.own.upload import Pictures
from live.in_page import MOST_MEGABYTES, OBJECTIVES, as_here, begin, lacking, sheet_file
from live.words import refusal
from models.errors import InputError
from models.families import FAMILIES
from training.plans import Plan, as_dial, make_plan, with_changes
from training.recipes import recipe_parts

ROOT = Path(__file__).parent.parent.parent


def quick(data: str, family: str = "vae", **training: object) -> Plan:
    model, settings = recipe_parts("quick", data)
    return make_plan(family, data, 2, model, settings | training)


def code(plan: Plan) -> str:
    reason = lacking(plan)
    if reason:
        assert refusal(reason) != str(reason), "it has a sentence"
    return reason.code if reason else ""


def test_what_the_page_trains_is_what_its_trainer_has() -> None:
    rows = re.findall(r'^  "?([a-z-]+)"?: \(', (ROOT / "live/trainer/objectives.js").read_text(), re.MULTILINE)
    assert tuple(rows) == OBJECTIVES
    fitting = {name for name in FAMILIES if not code(quick("digits", name))}
    assert {"autoencoder", "vae", "cvae", "beta-vae", "mmd-vae"} <= fitting
    assert all(FAMILIES[name].prior == "standard" and FAMILIES[name].objective in OBJECTIVES for name in fitting)


def test_what_it_lacks_is_named() -> None:
    assert code(make_plan("vae", "digits", 2, {"network": "post-cnn"})) == "page.network"
    assert code(as_dial(quick("digits", "beta-vae"), "beta")) == "page.kind"
    assert code(quick("digits", optimizer="rmsprop")) == "page.setting"
    assert code(quick("digits", schedule="constant")) == "page.setting"
    assert code(quick("digits", shift=1)) == "page.shift"
    assert code(quick("faces")) == "page.images"
    plan = with_changes(make_plan("vae", "digits", 2), {}, {}, {"likelihood": "gaussian-learnt"})
    assert code(plan) == "page.learnt_std"


def test_a_large_set_goes_in_part_and_as_many_images_are_seen() -> None:
    plan = quick("mnist")
    here = as_here(plan).training
    assert (plan.training.optimizer, here.optimizer, here.precision) == ("muon", "adam", "float32")
    assert (here.epochs * 10_000, here.batch_size) == (plan.training.epochs * 60_000, 64)
    assert as_here(quick("digits")).training == replace(quick("digits").training, precision="float32")


def own(monkeypatch: pytest.MonkeyPatch, folder: Path, side: int, count: int) -> str:
    monkeypatch.setenv("LATENT_DATA", str(folder))
    pixels = np.random.default_rng(0).integers(0, 256, (count, 1, side, side), np.uint8)
    return shelf.save(
        Pictures(pixels, (0, 1) * (count // 2), ("a", "b"), tuple((i,) for i in range(count)), {}), "Mine", {}
    )


def test_own_images_are_learnt_from_and_known_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    name = own(monkeypatch, tmp_path, 28, 40)
    told = begin(as_here(quick(name)), f"{name}-1", "assets/x.bin")
    record = told["set"]["record"]
    content = gzip.decompress(sheet_file(name)[1])
    assert len(content) == 40 * (28 * 28 + 1) == (record["train_count"] + record["test_count"]) * 785
    assert (record["digest"], told["plan"]["training"]["held_out"]) == (shelf.load(name).digest, 0.0)
    shelf.delete(name)
    with pytest.raises(InputError, match=r"own\."):
        sheet_file(name)


def test_too_many_own_images_are_for_the_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    name = own(monkeypatch, tmp_path, 64, 5_400)
    assert code(quick(name)) == "page.too_large"
    with pytest.raises(InputError, match=rf"page\.too_large: title=Mine, megabytes=\d\d, most={MOST_MEGABYTES}"):
        sheet_file(name)
