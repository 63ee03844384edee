"""The test images that a checkpoint was measured on, read from disk and known by their labels.

A checkpoint keeps its test set's latents, not its images. Knows the files of the data sets (IDX, as MNIST's, packed or
not) and scikit-learn's digits; fetches nothing, and knows nothing of training.
"""

import gzip
import os
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

import torch
from jaxtyping import UInt8
from torch import Tensor

from models.checkpoint import Checkpoint
from models.errors import InputError, require


@dataclass(frozen=True)
class IdxFiles:
    """Where the test set of an IDX data set lies: `folder`/raw/`prefix`-images-idx3-ubyte and its labels."""

    folder: str
    prefix: str = "t10k"
    transposed: bool = False
    first_label: int = 0


FILES = {
    "mnist": IdxFiles("MNIST"),
    "fashion-mnist": IdxFiles("FashionMNIST"),
    "kmnist": IdxFiles("KMNIST"),
    "emnist-letters": IdxFiles("EMNIST", "emnist-letters-test", transposed=True, first_label=1),
}
DIGITS = "digits"


def data_folder() -> Path:
    """Where data sets lie: the folder that `LATENT_DATA` names, or `data` in the working directory."""
    return Path(os.environ.get("LATENT_DATA") or "data")


def load_originals(checkpoint: Checkpoint, folder: Path) -> UInt8[Tensor, "images channel height width"]:
    """The images, 0..255, in the order of the checkpoint's latents.

    Raises InputError for a data set that is not known here, missing or damaged, and where the labels on disk are not
    those that the checkpoint remembers.
    """
    name = checkpoint.run.data.name
    if name == DIGITS:
        images, labels = _bundled_digits()
    else:
        require(
            name in FILES, f"no test images are known for the data set {name!r}; only {', '.join(FILES)}, {DIGITS}."
        )
        images, labels = _read_idx(FILES[name], folder)
    remembered = checkpoint.latents.labels
    require(
        labels.shape == remembered.shape and torch.equal(labels, remembered),
        f"the test labels of {checkpoint.run.data.title} are not those that {checkpoint.run.run_id} remembers; it was "
        "measured on another version of the set.",
    )
    return images


def _read_idx(files: IdxFiles, folder: Path) -> tuple[Tensor, Tensor]:
    raw = folder / files.folder / "raw"
    images = _read_array(raw / f"{files.prefix}-images-idx3-ubyte", 3)
    labels = _read_array(raw / f"{files.prefix}-labels-idx1-ubyte", 1)
    return (images.transpose(1, 2) if files.transposed else images)[:, None].contiguous(), labels - files.first_label


def _read_array(path: Path, dimensions: int) -> Tensor:
    """One IDX file of uint8: two zeros, the type 8, the number of dimensions, each as 4 bytes, then the values."""
    packed = path.with_name(path.name + ".gz")
    try:
        content = path.read_bytes() if path.is_file() else gzip.decompress(packed.read_bytes())
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or "it is damaged"
        raise InputError(
            f"{path} can't be read ({reason}). Train once on that set to fetch it, or name the folder that holds "
            f"{path.parent.parent.name}/raw with --data or LATENT_DATA."
        ) from None
    start = 4 + 4 * dimensions
    require(content[:4] == bytes((0, 0, 8, dimensions)) and len(content) >= start, f"{path} is not an IDX file.")
    shape = struct.unpack(f">{dimensions}I", content[4:start])
    values = torch.frombuffer(bytearray(content[start:]) or bytearray(1), dtype=torch.uint8)
    require(len(content) - start == torch.Size(shape).numel(), f"{path} is cut off or damaged.")
    return values.reshape(shape)


def _bundled_digits() -> tuple[Tensor, Tensor]:
    """The fifth of scikit-learn's digits that training holds back: the same split, seed and rounding."""
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    digits = load_digits()
    pixels, labels = (digits.images * (255 / 16)).round().astype("uint8"), digits.target.astype("uint8")
    _, images, _, kept = train_test_split(pixels, labels, test_size=0.2, random_state=0, stratify=labels)
    return torch.from_numpy(images)[:, None], torch.from_numpy(kept)
