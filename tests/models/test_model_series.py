"""Series of separate models: found in the folder, in order, with a sentence for every gap."""

import itertools
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from live.words import refusal
from models.checkpoint import Checkpoint, save
from models.errors import InputError, Reason
from models.model_series import ModelSeries, add_series, list_series, remove_series

SHIPPED = Path(__file__).parents[2] / "checkpoints"


@pytest.fixture
def folder(tiny_checkpoint: Checkpoint, tmp_path: Path) -> Path:
    """Three models, of betas 1, 4 and 16, and their record, whose order is another."""
    for beta in (16, 1, 4):
        weights = replace(tiny_checkpoint.run.training.weights, beta=float(beta))
        training = replace(tiny_checkpoint.run.training, weights=weights)
        run = replace(tiny_checkpoint.run, run_id=f"b-{beta}", training=training)
        save(tmp_path / run.run_id, replace(tiny_checkpoint, run=run))
    _write(tmp_path, models=["b-16", "b-1", "b-4"])
    return tmp_path


def _write(folder: Path, **changes: Any) -> None:
    record = {"name": "betas", "axis": "beta", "models": ["b-1", "b-4", "b-16"]} | changes
    (folder / "series-betas.json").write_text(json.dumps(record))


def test_a_series_is_in_the_order_of_its_axis(folder: Path) -> None:
    (lined,), refused = list_series(folder)
    assert [(value, run.run_id) for value, run in lined.steps] == [(1, "b-1"), (4, "b-4"), (16, "b-16")]
    assert (lined.gaps, refused) == ((), ())
    assert list_series(folder / "nowhere") == ((), ())


def test_a_model_that_is_gone_or_damaged_is_a_gap_and_the_rest_stays(folder: Path) -> None:
    shutil.rmtree(folder / "b-4")
    (lined,), refused = list_series(folder)
    assert [value for value, _ in lined.steps] == [1, 16]
    assert [(gap.code, gap.values["source"]) for gap in lined.gaps] == [("checkpoint.file_missing", "b-4")]
    (folder / "b-16" / "run.json").write_text("{}")
    lines, refused = list_series(folder)
    assert lines == ()
    assert "fewer than 2 of its models are here. b-16: run.json" in refusal(refused[0])


def test_a_value_that_is_taken_is_a_gap(folder: Path, tiny_checkpoint: Checkpoint) -> None:
    save(folder / "again", replace(tiny_checkpoint, run=replace(tiny_checkpoint.run, run_id="again")))
    _write(folder, models=["b-1", "b-4", "again"])
    (lined,), _ = list_series(folder)
    assert [run.run_id for _, run in lined.steps] == ["b-1", "b-4"]
    assert [refusal(gap) for gap in lined.gaps] == ["again has the same beta as b-1, 1."]


def test_a_model_of_other_data_is_a_gap(folder: Path, tiny_checkpoint: Checkpoint) -> None:
    data = replace(tiny_checkpoint.run.data, digest="0" * 64, name="mine")
    weights = replace(tiny_checkpoint.run.training.weights, beta=2.0)
    training = replace(tiny_checkpoint.run.training, weights=weights)
    run = replace(tiny_checkpoint.run, run_id="other", data=data, training=training)
    save(folder / "other", replace(tiny_checkpoint, run=run))
    _write(folder, models=["b-1", "other", "b-4"])
    (lined,), _ = list_series(folder)
    assert lined.gaps == (Reason("series.other_data", {"name": "other", "first": "b-1"}),)
    assert len(lined.steps) == 2


@pytest.mark.parametrize(("changes", "sentence"), [
    ({"axis": "seed"}, "series.axis must be one of latent, beta, lambda; got “seed”"),
    ({"models": ["b-1"]}, "series.models must be 2 to 32 different models; got 1"),
    ({"models": ["b-1", "b-1"]}, "different models; got 2"),
    ({"models": ["b-1", "../b-4"]}, "run_id must be 1 to 80 of"),
    ({"name": "other"}, "series-betas.json: it is the record of “other”"),
    ({"title": "x"}, "title: Unexpected keyword argument"),
])  # fmt: skip
def test_a_bad_record_is_a_sentence(folder: Path, changes: dict[str, Any], sentence: str) -> None:
    _write(folder, **changes)
    lines, refused = list_series(folder)
    assert lines == ()
    assert sentence in refusal(refused[0])


def test_a_record_that_is_no_json_or_too_long_is_a_sentence(folder: Path) -> None:
    for content, sentence in ((b"\xff", "series-betas.json"), (b" " * 20_000, "20,000 bytes; at most 16,384")):
        (folder / "series-betas.json").write_bytes(content)
        assert sentence in refusal(list_series(folder)[1][0])


def test_the_series_that_ship_have_no_gaps() -> None:
    lines, refused = list_series(SHIPPED)
    assert refused == ()
    found = {lined.series.name: [value for value, _ in lined.steps] for lined in lines}
    assert found == {"book-betas": [1, 7, 9, 10], "mnist-latents": [1, 2, 3, 5, 10, 20]}
    assert [lined.gaps for lined in lines] == [(), ()]
    latents = next(lined for lined in lines if lined.series.name == "mnist-latents")
    distortions = [-run.test.log_likelihood for _, run in latents.steps]
    assert max(after - before for before, after in itertools.pairwise(distortions)) < 0.5  # no latent makes it worse
    assert distortions[0] > distortions[-1] + 40


def test_a_series_needs_names_that_are_safe() -> None:
    with pytest.raises(ValueError, match=r"run\.plain_name: field=series\.name, got=\.\./x"):
        ModelSeries("../x", "beta", ("a", "b"))


def test_a_series_takes_no_name_that_other_models_have(folder: Path) -> None:
    before = (folder / "series-betas.json").read_bytes()
    other = ModelSeries("betas", "beta", ("c-1", "c-4"))
    assert add_series(other, folder).name == "betas-2"
    assert (folder / "series-betas.json").read_bytes() == before
    (folder / "series-betas-3.json").write_text("{}")  # damaged: somebody may mend it
    assert add_series(ModelSeries("betas", "beta", ("d-1", "d-4")), folder).name == "betas-4"
    assert add_series(ModelSeries("betas", "beta", ("c-1", "c-4", "c-16")), folder).name == "betas-2"  # has grown
    assert add_series(ModelSeries("betas", "beta", ("b-1", "b-4")), folder).name == "betas"
    assert len(add_series(ModelSeries("n" * 80, "beta", ("b-1", "b-4")), folder).name) == 80


def test_a_series_that_shipped_stays_and_one_that_was_made_here_goes_without_its_models(folder: Path) -> None:
    series = list_series(folder)[0][0].series
    (folder / "shipped.txt").write_text("b-1 b-4 b-16")
    with pytest.raises(InputError, match=r"series\.shipped: name=betas"):
        remove_series(series, folder)
    assert add_series(ModelSeries("betas", "beta", ("b-1", "mine")), folder).name == "betas-2"
    (folder / "shipped.txt").write_text("b-1")
    remove_series(series, folder)
    remove_series(series, folder)  # is gone already
    assert not (folder / "series-betas.json").exists()
    assert (folder / "b-4").is_dir()
