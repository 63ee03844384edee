"""The file of scores: goes out and comes back, stays out of the digest's files, and is refused where it is wrong."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy
import torch

from models import gallery
from models.checkpoint import FILES, SCORES, Checkpoint, from_zip, load, load_scores, save, to_zip
from models.errors import InputError
from models.scores import Scores, from_bytes, to_bytes

SCORED = Scores(np.linspace(-150, -90, 20, dtype=np.float32), 8)


def test_scores_come_back_bit_for_bit() -> None:
    back = from_bytes(to_bytes(SCORED), 20, "x")
    assert np.array_equal(back.log_likelihood, SCORED.log_likelihood)
    assert back.draws == 8
    assert to_bytes(back) == to_bytes(SCORED)


def test_a_checkpoint_with_scores_goes_through_a_folder_and_a_zip(tiny_checkpoint: Checkpoint, tmp_path: Path) -> None:
    scored = replace(tiny_checkpoint, scores=SCORED)
    folder = tmp_path / scored.run.run_id
    save(folder, scored)
    assert sorted(path.name for path in folder.iterdir()) == sorted((*FILES, SCORES))
    assert load(folder).scores is None  # they are read on demand
    for found in (load(folder, with_series=True).scores, load_scores(folder), from_zip(to_zip(scored), "x").scores):
        assert found is not None
        assert np.array_equal(found.log_likelihood, SCORED.log_likelihood)


def test_a_model_of_before_has_none(tiny_checkpoint: Checkpoint, tmp_path: Path) -> None:
    folder = tmp_path / tiny_checkpoint.run.run_id
    save(folder, tiny_checkpoint)
    assert load_scores(folder) is None
    assert load(folder, with_series=True).scores is None


def test_the_gallery_adds_them_to_a_model_that_is_there(tiny_checkpoint: Checkpoint, checkpoint_folder: Path) -> None:
    gallery.add(tiny_checkpoint)
    folder = checkpoint_folder / tiny_checkpoint.run.run_id
    before = {name: (folder / name).read_bytes() for name in FILES}
    gallery.add_scores(tiny_checkpoint.run.run_id, SCORED)
    assert load_scores(folder) is not None
    assert {name: (folder / name).read_bytes() for name in FILES} == before  # so its digest is what it was
    with pytest.raises(InputError, match=r"gallery\.no_model: name=nobody"):
        gallery.add_scores("nobody", SCORED)


@pytest.mark.parametrize(("changes", "message"), [
    ({"log_likelihood": np.zeros(19, np.float32)}, r"tensors\.shape"),
    ({"log_likelihood": np.full((20,), float("nan"), np.float32)}, r"tensors\.not_finite"),
    ({"log_likelihood": np.zeros(20, np.float16)}, r"tensors\.type: .*found='F16'"),
    ({"log_likelihood": np.zeros(20, np.int32)}, r"scores\.types"),
    ({"draws": np.array([0], np.int32)}, r"scores\.draws: .*found=0"),
    ({"draws": np.array([8.0], np.float32)}, r"scores\.types"),
    ({"more": np.zeros(1, np.float32)}, r"tensors\.unknown"),
])  # fmt: skip
def test_a_wrong_file_is_refused_in_words(
    changes: dict[str, np.ndarray], message: str, tiny_checkpoint: Checkpoint, tmp_path: Path
) -> None:
    folder = tmp_path / tiny_checkpoint.run.run_id
    save(folder, tiny_checkpoint)
    right: dict[str, np.ndarray] = {"log_likelihood": SCORED.log_likelihood, "draws": np.array([8], np.int32)}
    (folder / SCORES).write_bytes(safetensors.numpy.save(right | changes))
    for read in (load_scores, lambda where: load(where, with_series=True)):
        with pytest.raises(InputError, match=message):
            read(folder)
    assert load(folder).scores is None  # the model itself is whole


def test_a_torso_is_refused(tiny_checkpoint: Checkpoint, tmp_path: Path) -> None:
    folder = tmp_path / tiny_checkpoint.run.run_id
    save(folder, replace(tiny_checkpoint, scores=SCORED))
    (folder / SCORES).write_bytes(b"torso")
    with pytest.raises(InputError, match=SCORES):
        load_scores(folder)
    (folder / SCORES).write_bytes(bytes(2**20 + 1))
    with pytest.raises(
        InputError,
        match=r"checkpoint\.file_too_long: source=tiny-vae, name=scores\.safetensors, size=1048577, limit=1048576",
    ):
        load_scores(folder)


def test_passes_of_a_point_are_one(make_checkpoint: Callable[..., Checkpoint]) -> None:
    from models.passes import passes

    noise, x = (
        torch.Generator().manual_seed(0),
        torch.rand(3, 1, 8, 8, generator=torch.Generator().manual_seed(1)),
    )
    counts = [len(list(passes(make_checkpoint(name).model, x, None, 8, noise))) for name in ("autoencoder", "vae")]
    assert counts == [1, 8]
