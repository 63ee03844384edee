"""The optional fifth file of a checkpoint: its round trips, and every refusal in words."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy

from live.words import refusal
from models.checkpoint import (
    EPOCHS,
    FILES,
    Checkpoint,
    from_files,
    from_zip,
    has_epochs,
    load,
    load_epochs,
    save,
    to_files,
    to_zip,
)
from models.errors import InputError
from models.series import MAX_KEPT, MAX_SERIES_BYTES, Series, to_bytes

Files = dict[str, bytes]
Make = Callable[..., Checkpoint]


@pytest.fixture
def filmed(tiny_checkpoint: Checkpoint) -> Checkpoint:
    """A checkpoint of one epoch with its film: before and after."""
    weights = {
        name: np.stack([tensor.astype(np.float16) * 0, tensor.astype(np.float16)])
        for name, tensor in tiny_checkpoint.weights.items()
    }
    mu = tiny_checkpoint.latents.mu.astype(np.float16)
    return replace(tiny_checkpoint, epochs=Series((0, 1), weights, np.stack([mu * 0, mu])))


def _same(one: Series | None, other: Series | None) -> None:
    assert one is not None
    assert other is not None
    assert to_bytes(one) == to_bytes(other)
    assert one.values == other.values


def test_a_folder_with_epochs_comes_back(filmed: Checkpoint, tmp_path: Path) -> None:
    folder = tmp_path / "tiny-vae"
    save(folder, filmed)
    assert sorted(path.name for path in folder.iterdir()) == sorted((*FILES, EPOCHS))
    assert has_epochs(folder)
    assert load(folder).epochs is None  # the gallery and the map do not read them
    _same(load_epochs(folder), filmed.epochs)
    _same(load(folder, with_series=True).epochs, filmed.epochs)


def test_a_folder_without_epochs_is_as_it_was(tiny_checkpoint: Checkpoint, tmp_path: Path) -> None:
    folder = tmp_path / "tiny-vae"
    save(folder, tiny_checkpoint)
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    assert not has_epochs(folder)
    assert load_epochs(folder) is None
    assert load(folder, with_series=True).epochs is None


def test_replacing_a_folder_takes_its_film_away(filmed: Checkpoint, tmp_path: Path) -> None:
    save(tmp_path / "tiny-vae", filmed)
    save(tmp_path / "tiny-vae", replace(filmed, epochs=None))
    assert not has_epochs(tmp_path / "tiny-vae")


def test_zip_round_trip(filmed: Checkpoint) -> None:
    _same(from_zip(to_zip(filmed), "x.zip").epochs, filmed.epochs)
    with zipfile.ZipFile(io.BytesIO(to_zip(filmed))) as archive:
        assert sorted(archive.namelist()) == sorted(f"tiny-vae/{name}" for name in (*FILES, EPOCHS))


def test_a_convolutional_film_comes_back_from_channels_last(make_checkpoint: Make) -> None:
    plain = make_checkpoint("cvae", network="book-cnn")
    stacked = {name: np.stack([tensor.astype(np.float16)] * 2) for name, tensor in plain.weights.items()}
    twisted = {name: np.asfortranarray(tensor) for name, tensor in stacked.items()}
    mu = np.stack([plain.latents.mu.astype(np.float16)] * 2)
    made = replace(plain, epochs=Series((0, 1), twisted, mu))
    back = from_zip(to_zip(made), "x").epochs
    assert back is not None
    for name, tensor in stacked.items():
        assert np.array_equal(back.weights[name], tensor)


def _with(files: Files, **changes: np.ndarray | None) -> Files:
    tensors = safetensors.numpy.load(files[EPOCHS]) | {k.replace("__", "."): v for k, v in changes.items()}
    return files | {EPOCHS: safetensors.numpy.save({k: v for k, v in tensors.items() if v is not None})}


def _refused(files: Files, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence) as caught:
        from_files(files, "upload")
    assert refusal(caught.value).startswith(f"upload: {EPOCHS}")
    assert "\n" not in refusal(caught.value)
    assert len(refusal(caught.value)) < 400


def test_damaged_epochs_are_refused(filmed: Checkpoint) -> None:
    files, name = to_files(filmed), "weights__encoder__1__weight"
    numbers = r"series\.rising"
    infinite = np.zeros((2, 16, 64), np.float32).astype(np.float16)
    infinite[1, 2, 3] = np.inf
    _refused(_with(files, epochs=np.array([1, 0], np.int32)), rf"{numbers}: .*found=\[1, 0\]")
    _refused(_with(files, epochs=np.array([1, 1], np.int32)), numbers)
    _refused(_with(files, epochs=np.array([-1, 1], np.int32)), numbers)
    _refused(_with(files, epochs=np.array([0, 2], np.int32)), numbers)
    _refused(_with(files, epochs=np.array([0, 1])), r"tensors\.type: .*found='I64'")
    _refused(_with(files, epochs=np.zeros(2, np.float32).astype(np.float16)), r"series\.epochs_type")
    _refused(_with(files, epochs=np.zeros((2, 1), np.int32)), r"series\.numbers_shape")
    _refused(_with(files, epochs=np.zeros(0, np.int32)), r"series\.numbers_shape")
    _refused(_with(files, epochs=np.arange(MAX_KEPT + 1, dtype=np.int32)), r"series\.numbers_shape: .*found=\[32\]")
    _refused(_with(files, epochs=None), r"series\.one_axis: .*found=\[\]")
    _refused(_with(files, mu=np.zeros((2, 21, 2), np.float32).astype(np.float16)), r"tensors\.shape")
    _refused(_with(files, mu=np.zeros((2, 20, 2), np.float32)), r"tensors\.type: .*found='F32'")
    _refused(_with(files, mu=np.zeros((2, 20, 2), np.int32)), r"series\.type: .*found=int32")
    _refused(_with(files, mu=np.full((2, 20, 2), np.nan, np.float32).astype(np.float16)), r"tensors\.not_finite")
    _refused(_with(files, **{name: infinite}), r"tensors\.not_finite")
    _refused(_with(files, **{name: np.zeros((2, 64, 16), np.float32).astype(np.float16)}), r"tensors\.shape")
    _refused(_with(files, **{name: None}), r"tensors\.missing")
    _refused(_with(files, weights__extra=np.zeros(2, np.float32).astype(np.float16)), r"tensors\.unknown")
    _refused(files | {EPOCHS: b""}, r"tensors\.too_short")
    _refused(files | {EPOCHS: files[EPOCHS][:-4]}, r"tensors\.unreadable")
    _refused(files | {EPOCHS: b"\0" * (MAX_SERIES_BYTES + 1)}, r"checkpoint\.file_too_long")


def test_damaged_epochs_hide_no_model(filmed: Checkpoint, tmp_path: Path) -> None:
    folder = tmp_path / "tiny-vae"
    save(folder, filmed)
    (folder / EPOCHS).write_bytes(b"torso")
    assert load(folder).run == filmed.run
    with pytest.raises(InputError, match=r"tensors\.too_short: source=tiny-vae: epochs\.safetensors, size=5"):
        load_epochs(folder)
    with pytest.raises(InputError, match=r"tiny-vae: epochs.safetensors"):
        load(folder, with_series=True)
