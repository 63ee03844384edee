"""What the page of a series is told: separate models in the order of their axis, and a sentence for each that is missing."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from live.words import t
from models import gallery
from models.checkpoint import WEIGHTS, Checkpoint
from models.errors import InputError
from models.model_series import Lined, list_series
from ui.series_data import open_series, origin_of, series_data, series_title

SIZES = (4, 1, 2)


@pytest.fixture
def folder(make_checkpoint: Callable[..., Checkpoint], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Models of 1, 2 and 4 latents, and their record."""
    monkeypatch.setenv("LATENT_CHECKPOINTS", str(tmp_path))
    for size in SIZES:
        gallery.add(make_checkpoint("vae", size, run_id=f"size-{size}"))
    _write(tmp_path, axis="latent", models=[f"size-{size}" for size in SIZES])
    return tmp_path


def _write(folder: Path, **record: Any) -> None:
    (folder / "series-sizes.json").write_text(json.dumps({"name": "sizes"} | record))


def _lined() -> Lined:
    (lined,), refused = list_series()
    assert refused == ()
    return lined


@pytest.mark.usefixtures("folder")
def test_each_step_has_its_models_numbers_and_the_view_opens_at_two_latents() -> None:
    lined = _lined()
    found = open_series(lined)
    data = series_data(found, {"by": "dial"}, {"at": "3"})
    assert (data["view"], data["series"], data["axis"], data["origin"]) == ("series", "sizes", "latent", 2)
    assert [step["value"] for step in data["steps"]] == [1, 2, 4]
    assert [pane["model"]["latentDim"] for pane in data["panes"]] == [1, 2, 4]
    for step, (_, opened) in zip(data["steps"], found.steps, strict=True):
        test = opened.checkpoint.run.test
        assert step["kl"] == list(test.kl or [])
        assert (step["distortion"], step["elbo"]) == (-test.log_likelihood, test.elbo)
    assert (data["gaps"], data["state"], data["names"]) == ([], {"at": "3"}, {"by": "dial"})
    assert 0 <= data["point"] < data["panes"][0]["model"]["count"]
    json.dumps(data, allow_nan=False)
    assert origin_of(lined)[1].run_id == "size-2"
    assert series_title(lined) == t("series.of.latent", data=lined.steps[0][1].data.title, low=1, high=4)


def test_a_damaged_model_is_a_sentence_and_the_rest_works(folder: Path) -> None:
    (folder / "size-2" / WEIGHTS).write_bytes(b"torso")
    data = series_data(open_series(_lined()), {}, {})
    assert [step["value"] for step in data["steps"]] == [1, 4]
    (gap,) = data["gaps"]
    assert gap.startswith("size-2: weights.safetensors")
    assert str(folder) not in gap


def test_a_model_that_is_gone_is_a_sentence_and_the_rest_works(folder: Path) -> None:
    _write(folder, axis="latent", models=["size-1", "size-2", "size-9"])
    data = series_data(open_series(_lined()), {}, {})
    assert [step["value"] for step in data["steps"]] == [1, 2]
    assert [gap[:7] for gap in data["gaps"]] == ["size-9:"]


def test_with_one_model_left_there_is_nothing_to_move_along(folder: Path) -> None:
    for size in (1, 2):
        (folder / f"size-{size}" / WEIGHTS).write_bytes(b"torso")
    with pytest.raises(InputError, match=r"series\.few: .*size-1.*size-2"):
        open_series(_lined())


def test_a_series_of_betas_opens_at_the_vae(folder: Path, make_checkpoint: Callable[..., Checkpoint]) -> None:
    for beta in (0.5, 1.0, 8.0):
        made = make_checkpoint("beta-vae", 2, run_id=f"beta-{beta:g}".replace(".", "-"))
        training = replace(made.run.training, weights=replace(made.run.training.weights, beta=beta))
        gallery.add(replace(made, run=replace(made.run, training=training)))
    _write(folder, axis="beta", models=["beta-8", "beta-0-5", "beta-1"])
    found = open_series(_lined())
    assert (found.origin, [value for value, _ in found.steps]) == (1, [0.5, 1, 8])
