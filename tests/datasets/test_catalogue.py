"""The data sets: the bundled digits, small files in torchvision's formats, and all that may be wrong with them."""

import gzip
import hashlib
import os
import struct
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from datasets.catalogue import MADE_HERE, SOURCES, is_here, load
from datasets.drawing import drawn
from datasets.source import data_folder
from models.errors import InputError

NAMES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
FOLDERS = {"mnist": "MNIST", "fashion-mnist": "FashionMNIST", "kmnist": "KMNIST"}


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """No network: the addresses that were asked for."""
    asked: list[str] = []

    def refuse(request: urllib.request.Request, *_: object, **__: object) -> None:
        asked.append(request.full_url)
        raise urllib.error.URLError("no network")

    monkeypatch.setattr(urllib.request, "urlopen", refuse)
    return asked


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder, named by LATENT_DATA."""
    monkeypatch.setenv("LATENT_DATA", str(tmp_path))
    return tmp_path


def _idx(values: np.ndarray) -> bytes:
    """The IDX format: two zeros, type (8: bytes), dimensions, sizes, values."""
    return struct.pack(f">HBB{values.ndim}I", 0, 8, values.ndim, *values.shape) + bytes(values.flatten().tolist())


def _images(count: int, side: int = 28) -> np.ndarray:
    generator = torch.Generator().manual_seed(count)
    return torch.randint(0, 256, (count, side, side), generator=generator, dtype=torch.uint8).numpy()


def _contents(train: int = 20, test: int = 10, labels: int = 10) -> dict[str, bytes]:
    return {
        NAMES[0]: _idx(_images(train)),
        NAMES[1]: _idx(np.arange(train) % labels),
        NAMES[2]: _idx(_images(test)),
        NAMES[3]: _idx(np.arange(test) % labels),
    }


def _put(folder: Path, files: dict[str, bytes], name: str = "MNIST") -> Path:
    raw = folder / name / "raw"
    raw.mkdir(parents=True, exist_ok=True)
    for file, content in files.items():
        (raw / file).write_bytes(content)
    return raw


def _refused(name: str, sentence: str, download: bool = True) -> None:
    with pytest.raises(InputError, match=sentence) as caught:
        load(name, download)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 700


# The bundled digits


def test_digits_need_nothing(offline: list[str], folder: Path) -> None:
    data = load("digits")
    assert data.image == (1, 8, 8)
    assert (len(data.train_x), len(data.test_x)) == (1437, 360)
    assert data.train_x.dtype == data.train_y.dtype == np.uint8
    assert (int(data.train_x.min()), int(data.train_x.max())) == (0, 255)
    assert np.bincount(data.test_y.astype(np.int64)).tolist() == [36, 36, 35, 37, 36, 37, 36, 36, 35, 36]
    assert offline == []
    assert list(folder.iterdir()) == []


def test_digits_are_the_same_every_time_and_no_image_is_in_both_parts() -> None:
    one, other = load("digits"), load("digits")
    assert np.array_equal(one.train_x, other.train_x)
    assert np.array_equal(one.test_y, other.test_y)
    train, test = ({bytes(image.flatten().tolist()) for image in part} for part in (one.train_x, one.test_x))
    assert not train & test


def test_digits_are_scikit_learns() -> None:
    from sklearn.datasets import load_digits

    data, source = load("digits"), load_digits()
    images = (source.images * 255 / 16).round().astype("uint8")
    labels = {bytes(image): label for image, label in zip(images, source.target, strict=True)}
    x, y = np.concatenate([data.train_x, data.test_x]), np.concatenate([data.train_y, data.test_y])
    assert [labels[bytes(image.flatten().tolist())] for image in x] == y.tolist()


def test_record() -> None:
    record = load("digits").record()
    assert (record.name, record.train_count, record.test_count) == ("digits", 1437, 360)
    assert record.class_names == tuple("0123456789")


# Files in torchvision's formats


@pytest.mark.parametrize("name", FOLDERS)
def test_unpacked_files_are_read(name: str, folder: Path) -> None:
    _put(folder, _contents(), FOLDERS[name])
    data = load(name)
    assert np.array_equal(data.train_x, _images(20)[:, None])
    assert np.array_equal(data.test_x, _images(10)[:, None])
    assert data.train_y.tolist() == [i % 10 for i in range(20)]
    assert (data.train_x.dtype, data.train_y.dtype) == (np.uint8, np.uint8)
    assert data.class_names == SOURCES[name].class_names
    assert data.image == (1, 28, 28)


def test_binarised_mnist_draws_its_test_set_once_and_keeps_the_chances_to_train_on(folder: Path) -> None:
    _put(folder, _contents())
    grey, data = load("mnist"), load("binarised-mnist")
    assert (data.draws, grey.draws) == (True, False)
    assert np.array_equal(data.train_x, grey.train_x)
    assert set(np.unique(data.test_x).tolist()) == {0, 255}
    assert np.array_equal(data.test_x, load("binarised-mnist").test_x)
    assert is_here("binarised-mnist")


def test_a_pixel_is_white_with_the_probability_it_names() -> None:
    chances = torch.tensor([0, 51, 204, 255], dtype=torch.uint8).expand(20_000, 1, 1, 4)
    white = (drawn(chances, torch.Generator().manual_seed(0)) == 255).double().mean(dim=0).flatten().tolist()
    assert (white[0], white[3]) == (0.0, 1.0)
    assert white[1:3] == pytest.approx([0.2, 0.8], abs=0.015)  # five standard deviations


def test_emnist_is_turned_upright_and_its_letters_count_from_0(folder: Path) -> None:
    stored = np.zeros((2, 28, 28), np.uint8)
    stored[0, 3, 20] = 255  # EMNIST's files are transposed: this is row 20, column 3
    files = {}
    for part in ("train", "test"):
        files[f"emnist-letters-{part}-images-idx3-ubyte"] = _idx(stored)
        files[f"emnist-letters-{part}-labels-idx1-ubyte"] = _idx(np.array([1, 26]))
    _put(folder, files, "EMNIST")
    data = load("emnist-letters")
    assert np.argwhere(data.train_x[0, 0]).tolist() == [[20, 3]]
    assert data.train_y.tolist() == [0, 25]
    assert data.class_names[0] == "A"
    assert data.class_names[25] == "Z"
    assert data.test_x.flags.c_contiguous


def test_archives_are_unpacked_when_their_md5_is_right(
    folder: Path, monkeypatch: pytest.MonkeyPatch, offline: list[str]
) -> None:
    from torchvision import datasets

    packed = {f"{name}.gz": gzip.compress(content) for name, content in _contents().items()}
    sums = [(name, hashlib.md5(content).hexdigest()) for name, content in packed.items()]
    monkeypatch.setattr(datasets.MNIST, "resources", sums)
    for download in (False, True):
        raw = _put(folder, packed)
        assert np.array_equal(load("mnist", download).train_x, _images(20)[:, None])
        for name in NAMES:
            (raw / name).unlink()
    assert offline == []


def test_two_processes_that_unpack_at_once_never_read_half_a_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch, offline: list[str]
) -> None:
    """As the workers of a test run, or two servers, do in a fresh folder: a look at any moment finds nothing or all."""
    from torchvision import datasets

    packed = {f"{name}.gz": gzip.compress(content) for name, content in _contents().items()}
    sums = [(name, hashlib.md5(content).hexdigest()) for name, content in packed.items()]
    monkeypatch.setattr(datasets.MNIST, "resources", sums)
    raw, real, others = _put(folder, packed), os.fsync, []

    def look_first(handle: int) -> None:
        monkeypatch.setattr(os, "fsync", real)
        others.append(load("mnist", download=False))  # the other process, while this one is in the middle of a file
        real(handle)

    monkeypatch.setattr(os, "fsync", look_first)
    assert np.array_equal(load("mnist", download=False).train_x, _images(20)[:, None])
    assert [np.array_equal(other.train_x, _images(20)[:, None]) for other in others] == [True]
    assert {path.name: path.read_bytes() for path in raw.iterdir()} == packed | _contents()
    assert offline == []


# What is missing or damaged


def test_an_unknown_name_is_refused_with_the_names(offline: list[str]) -> None:
    _refused(
        "cifar",
        r"data\.unknown: known=\['mnist', 'fashion-mnist', 'kmnist', 'emnist-letters', 'digits', 'faces'",
    )
    assert offline == []


def test_what_torchvision_does_not_read_is_made_here() -> None:
    assert {name for name, source in SOURCES.items() if source.torchvision is None} == set(MADE_HERE)


@pytest.mark.parametrize("name", sorted(set(SOURCES) - set(MADE_HERE)))
def test_missing_data_offline_says_where_to_put_it(name: str, folder: Path, offline: list[str]) -> None:
    _refused(name, r"data\.unusable")
    assert offline
    asked = len(offline)
    _refused(name, r"data\.unusable", download=False)
    assert len(offline) == asked  # without `download` nothing is fetched
    assert not is_here(name)


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "truncated": lambda content: content[: len(content) // 2],
    "empty": lambda content: content[:0],
    "not gzip": lambda content: b"<html>404</html>" * len(content),
    "other content": lambda content: gzip.compress(content),
}


@pytest.mark.parametrize("download", [True, False])
@pytest.mark.parametrize("damage", DAMAGE)
def test_damaged_archives_offline_are_refused(damage: str, download: bool, folder: Path, offline: list[str]) -> None:
    packed = {f"{name}.gz": DAMAGE[damage](gzip.compress(content)) for name, content in _contents().items()}
    _put(folder, packed)
    _refused("mnist", r"data\.unusable", download)
    assert bool(offline) == download


@pytest.mark.parametrize("file", NAMES)
@pytest.mark.parametrize("content", [
    b"", b"\0", b"\0\0\x08", b"\0\0\x08\x03", b"\0\0\x0a\x03" + b"\0" * 100, b"\0\0\x0d\x01\0\0\0\x01" + b"\0" * 4,
    b"<html>404</html>", b"\0\0\x08\x09" + b"\0" * 100, b"\xff" * 50,
])  # fmt: skip
def test_damaged_unpacked_files_are_refused(file: str, content: bytes, folder: Path) -> None:
    _put(folder, _contents() | {file: content})
    _refused("mnist", r"data\.unusable")


@pytest.mark.parametrize("file", NAMES)
def test_files_cut_off_anywhere_are_refused(file: str, folder: Path) -> None:
    whole = _contents()[file]
    for length in {1, 4, 7, 8, 15, 16, 17, len(whole) // 2, len(whole) - 1} - {len(whole)}:
        _put(folder, _contents() | {file: whole[:length]})
        _refused("mnist", r"data\.unusable")


@pytest.mark.parametrize(("changes", "sentence"), [
    ({NAMES[1]: _idx(np.full((20,), 10))}, r"data\.labels"),
    ({NAMES[3]: _idx(np.arange(10) + 200)}, r"data\.labels"),
    ({NAMES[1]: _idx(np.arange(19) % 10)}, r"data\.damaged"),
    ({NAMES[0]: _idx(_images(20, side=27))}, r"data\.damaged"),
])  # fmt: skip
def test_files_that_do_not_fit_are_refused(changes: dict[str, bytes], sentence: str, folder: Path) -> None:
    _put(folder, _contents() | changes)
    _refused("mnist", sentence)


def test_emnist_labels_from_0_are_refused(folder: Path) -> None:
    files = {}
    for part in ("train", "test"):
        files[f"emnist-letters-{part}-images-idx3-ubyte"] = _idx(_images(2))
        files[f"emnist-letters-{part}-labels-idx1-ubyte"] = _idx(np.array([0, 26]))
    _put(folder, files, "EMNIST")
    _refused("emnist-letters", r"data\.labels")


def test_what_an_old_torchvision_pickled_is_not_read(folder: Path) -> None:
    _put(folder, _contents())
    for name in ("training.pt", "test.pt"):
        (folder / "MNIST" / "processed").mkdir(exist_ok=True)
        torch.save((torch.zeros(1, 28, 28), torch.zeros(1)), folder / "MNIST" / "processed" / name)
    _refused("mnist", r"data\.old_pickles")


def test_a_data_folder_that_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("LATENT_DATA", str(tmp_path / "file"))
    _refused("mnist", r"data\.unusable")


# Where it lies


def test_data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_DATA", "/some/where")
    assert data_folder() == Path("/some/where")
    monkeypatch.delenv("LATENT_DATA")
    assert data_folder().name == "data"


def test_is_here(folder: Path) -> None:
    assert is_here("digits")
    assert not is_here("nothing")
    assert not is_here("mnist")
    raw = _put(folder, _contents())
    assert is_here("mnist")
    (raw / NAMES[2]).rename(raw / f"{NAMES[2]}.gz")
    assert is_here("mnist")
    (raw / f"{NAMES[2]}.gz").unlink()
    assert not is_here("mnist")


@pytest.mark.usefixtures("real_data")
def test_real_mnist(offline: list[str]) -> None:
    data = load("mnist", download=False)
    assert (len(data.train_x), len(data.test_x)) == (60_000, 10_000)
    assert data.test_y[:5].tolist() == [7, 2, 1, 0, 4]
    # the first test image is an upright 7: a bar above, nothing below left
    seven = data.test_x[0, 0].astype(np.float32)
    assert seven[7:10, 6:20].mean() > 100
    assert seven[20:, :8].max() == 0
    assert offline == []
