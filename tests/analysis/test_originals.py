"""The test images of a checkpoint: packed, unpacked, transposed, the same as training's, damaged, or of another set."""

import gzip
import struct
from dataclasses import replace

import pytest
import torch

from analysis.originals import FILES, data_folder, load_originals
from models.checkpoint import Latents
from models.errors import InputError
from training import data as training_data


def idx(values: torch.Tensor) -> bytes:
    return struct.pack(f">4B{values.dim()}I", 0, 0, 8, values.dim(), *values.shape) + values.numpy().tobytes()


@pytest.fixture
def images() -> torch.Tensor:
    return torch.randint(256, (24, 8, 8), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))


@pytest.fixture
def folder(tmp_path, images, make_checkpoint):
    """A folder whose MNIST has 24 test images with the labels of `make_checkpoint`."""
    raw = tmp_path / "MNIST" / "raw"
    raw.mkdir(parents=True)
    (raw / "t10k-images-idx3-ubyte").write_bytes(idx(images))
    (raw / "t10k-labels-idx1-ubyte.gz").write_bytes(gzip.compress(idx(make_checkpoint().latents.labels)))
    return tmp_path


def test_packed_and_unpacked_files_are_read(folder, images, make_checkpoint):
    assert torch.equal(load_originals(make_checkpoint(), folder), images[:, None])


def test_emnist_is_turned_and_counts_from_one(folder, images, make_checkpoint):
    checkpoint = make_checkpoint(data=("emnist-letters", "EMNIST letters"))
    raw = folder / "EMNIST" / "raw"
    raw.mkdir(parents=True)
    (raw / "emnist-letters-test-images-idx3-ubyte").write_bytes(idx(images))
    (raw / "emnist-letters-test-labels-idx1-ubyte").write_bytes(idx(checkpoint.latents.labels + 1))
    assert torch.equal(load_originals(checkpoint, folder), images.transpose(1, 2)[:, None])


def test_the_digits_are_those_that_training_holds_back(make_checkpoint, digits, tmp_path):
    checkpoint = make_checkpoint(data=("digits", "Digits"))
    latents = Latents(torch.zeros(len(digits.test_y), 2), None, digits.test_y)
    assert torch.equal(load_originals(replace(checkpoint, latents=latents), tmp_path), digits.test_x)


def test_mnist_is_that_of_training(make_checkpoint, real_data):
    mnist = training_data.load("mnist", download=False)
    latents = Latents(torch.zeros(len(mnist.test_y), 2), None, mnist.test_y)
    assert torch.equal(load_originals(replace(make_checkpoint(), latents=latents), real_data), mnist.test_x)


def test_every_set_that_can_be_trained_on_is_known_here():
    assert set(FILES) | {"digits"} == set(training_data.SOURCES)
    for name, files in FILES.items():
        assert training_data.SOURCES[name].torchvision == files.folder
    assert data_folder() == training_data.data_folder()


def test_other_labels_are_another_set(folder, make_checkpoint):
    checkpoint = make_checkpoint()
    other = replace(checkpoint, latents=replace(checkpoint.latents, labels=1 - checkpoint.latents.labels))
    with pytest.raises(InputError, match="are not those that tiny remembers"):
        load_originals(other, folder)


@pytest.mark.parametrize(("content", "message"), [
    (None, "can't be read (No such file"),
    (b"", "is not an IDX file"),
    (b"\0\0\x08\x03\0\0", "is not an IDX file"),
    (b"\0\0\x0d\x03" + bytes(12), "is not an IDX file"),
    (idx(torch.zeros(24, 8, 8, dtype=torch.uint8))[:-1], "cut off or damaged"),
])  # fmt: skip
def test_missing_and_damaged_files_are_one_sentence(folder, make_checkpoint, content, message):
    path = folder / "MNIST" / "raw" / "t10k-images-idx3-ubyte"
    path.unlink() if content is None else path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        load_originals(make_checkpoint(), folder)
    assert message in str(caught.value)


@pytest.mark.parametrize("content", [b"not packed", gzip.compress(b"half")[:-9]])
def test_a_damaged_archive_is_one_sentence(folder, make_checkpoint, content):
    (folder / "MNIST" / "raw" / "t10k-labels-idx1-ubyte.gz").write_bytes(content)
    with pytest.raises(InputError, match="can't be read"):
        load_originals(make_checkpoint(), folder)


def test_an_unknown_set_is_named(make_checkpoint, tmp_path):
    with pytest.raises(InputError, match="no test images are known for the data set 'own'"):
        load_originals(make_checkpoint(data=("own", "My own")), tmp_path)
