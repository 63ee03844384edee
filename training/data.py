"""The data sets, each as two uint8 tensors, from disk, from scikit-learn, or downloaded by torchvision.

Knows where data lies and what may be wrong with it; knows nothing of models' internals or of a screen.
"""

import os
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from jaxtyping import UInt8
from torch import Tensor

from models.errors import InputError, require
from models.run import DataRecord


@dataclass(frozen=True)
class DataSet:
    """A data set in memory. Images are `[count channel height width]` uint8, labels `[count]` uint8.

    `draws`: a training pixel / 255 is the probability of white, drawn anew whenever it is seen; test pixels are drawn
    once, 0 or 255.
    """

    name: str
    title: str
    class_names: tuple[str, ...]
    train_x: UInt8[Tensor, "train channel height width"]
    train_y: UInt8[Tensor, " train"]
    test_x: UInt8[Tensor, "test channel height width"]
    test_y: UInt8[Tensor, " test"]
    draws: bool = False

    @property
    def image(self) -> tuple[int, int, int]:
        """Channels, height and width in pixels."""
        channels, height, width = self.train_x.shape[1:]
        return (channels, height, width)

    def record(self) -> DataRecord:
        """What a checkpoint remembers of this data set."""
        return DataRecord(self.name, self.title, self.class_names, len(self.train_x), len(self.test_x))


@dataclass(frozen=True)
class Source:
    """One row of the table. `torchvision`: the class's name there, None for the set that needs no download.

    `draws`: as in `DataSet`.
    """

    title: str
    class_names: tuple[str, ...]
    torchvision: str | None
    megabytes: int
    options: Mapping[str, str] | None = None
    draws: bool = False


IDX_KINDS = ("images-idx3", "labels-idx1")
DIGITS = tuple("0123456789")
DRAW_SEED = 2008  # any constant: the same test set on every machine
SOURCES: dict[str, Source] = {
    "mnist": Source("MNIST", DIGITS, "MNIST", 12),
    "fashion-mnist": Source(
        "Fashion-MNIST",
        ("T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
        "FashionMNIST",
        31,
    ),
    "kmnist": Source("KMNIST", ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"), "KMNIST", 21),
    "emnist-letters": Source(
        "EMNIST letters", tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), "EMNIST", 562, {"split": "letters"}
    ),
    "digits": Source("Digits 8x8", DIGITS, None, 0),
    # as Salakhutdinov and Murray 2008 drew it, and Burda et al. 2015 anew for each batch
    "binarised-mnist": Source("MNIST, binarised", DIGITS, "MNIST", 12, draws=True),
}


# What torchvision raises for files that are missing, cut off, or not what their names say
DAMAGES = (
    OSError, RuntimeError, ValueError, EOFError, AssertionError, TypeError, LookupError, zlib.error, zipfile.BadZipFile
)  # fmt: skip


def data_folder() -> Path:
    """Where data sets lie: the folder that `LATENT_DATA` names, or `data` in the working directory."""
    return Path(os.environ.get("LATENT_DATA") or "data")


def is_here(name: str) -> bool:
    """Whether a data set's files are on this machine, unpacked or as the archives they come in; looks at names only."""
    source = SOURCES.get(name)
    if source is None or source.torchvision is None:
        return source is not None
    raw = data_folder() / source.torchvision / "raw"
    if source.torchvision == "EMNIST":
        parts = [f"emnist-letters-{part}-{kind}-ubyte" for part in ("train", "test") for kind in IDX_KINDS]
        return (raw / "gzip.zip").is_file() or all((raw / part).is_file() for part in parts)
    parts = [f"{part}-{kind}-ubyte" for part in ("train", "t10k") for kind in IDX_KINDS]
    return all((raw / part).is_file() or (raw / f"{part}.gz").is_file() for part in parts)


def load(name: str, download: bool = True) -> DataSet:
    """The data set called `name`; raises InputError that says what is missing or damaged and how to mend it.

    With `download`, torchvision fetches what is missing, with a progress bar, and checks every archive's md5. Without
    it, archives that are here are unpacked, and nothing is fetched.
    """
    require(name in SOURCES, f"data set must be one of {', '.join(SOURCES)}; got {name!r}.")
    source = SOURCES[name]
    if source.torchvision is None:
        return _bundled_digits(name, source)
    if not download and not is_here(name):
        raise InputError(_missing_message(source, data_folder(), FileNotFoundError("it is not there")))
    (train_x, train_y), (test_x, test_y) = _torchvision(source, download)
    if source.draws:
        test_x = drawn(test_x, torch.Generator().manual_seed(DRAW_SEED))
    return DataSet(name, source.title, source.class_names, train_x, train_y, test_x, test_y, source.draws)


def drawn(
    pixels: UInt8[Tensor, "images channel height width"], generator: torch.Generator
) -> UInt8[Tensor, "images channel height width"]:
    """White (255) with the probability pixel / 255, else black (0), each pixel for itself."""
    chances = torch.rand(pixels.shape, generator=generator, device=pixels.device) * 255
    return (chances < pixels).to(torch.uint8) * 255


def _torchvision(source: Source, download: bool) -> tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]]:
    from torchvision import datasets  # imported here: it costs a second that the first page need not wait for

    folder = data_folder()
    # torchvision would unpickle what an old version of it left there
    old = folder / str(source.torchvision) / "processed"
    require(not old.exists(), f"{old} was made by an old torchvision and is not read; delete it and start again.")
    make: Callable[..., object] = getattr(datasets, str(source.torchvision))
    damaged = [] if download else _damaged_archives(make, folder / str(source.torchvision) / "raw")
    if damaged:  # torchvision would fetch it anew
        raise InputError(_missing_message(source, folder, ValueError(f"{damaged[0]} is damaged")))
    try:
        parts = [make(folder, train=train, download=True, **(source.options or {})) for train in (True, False)]
    except DAMAGES as error:
        raise InputError(_missing_message(source, folder, error)) from None
    train, test = (_checked(part, source, folder) for part in parts)
    return train, test


def _damaged_archives(make: Any, raw: Path) -> list[str]:
    """The archives that are still needed and whose md5 is not the one that torchvision knows."""
    from torchvision.datasets.utils import check_integrity

    if hasattr(make, "resources"):
        needed = [(name, md5) for name, md5 in make.resources if not (raw / name.removesuffix(".gz")).is_file()]
    else:  # EMNIST comes as one zip of all its parts
        needed = [("gzip.zip", make.md5)] if (raw / "gzip.zip").is_file() else []
    return [name for name, md5 in needed if not check_integrity(raw / name, md5)]


def _checked(part: object, source: Source, folder: Path) -> tuple[Tensor, Tensor]:
    images, labels = part.data, part.targets  # type: ignore[attr-defined]
    where = folder / str(source.torchvision)
    sound = images.dtype == torch.uint8 and images.shape[1:] == (28, 28) and len(images) == len(labels) > 0
    require(
        sound,
        f"{source.title} in {where} is damaged: found images {tuple(images.shape)} and {len(labels)} labels. "
        "Delete that folder and start again.",
    )
    if source.torchvision == "EMNIST":
        # EMNIST's files hold every image transposed, and letters count from 1
        images, labels = images.transpose(1, 2), labels - 1
    low, high = int(labels.min()), int(labels.max())
    require(
        low >= 0 and high < len(source.class_names),
        f"{source.title} in {where} is damaged: labels {low} to {high}, expected 0 to {len(source.class_names) - 1}. "
        "Delete that folder and start again.",
    )
    return images[:, None].contiguous(), labels.to(torch.uint8)


def _missing_message(source: Source, folder: Path, error: Exception) -> str:
    where = folder / str(source.torchvision) / "raw"
    reason = str(error).splitlines()[0][:120] if str(error) else "a file is cut off"
    return (
        f"{source.title} is not usable in {where} ({reason}). With a network it is downloaded by itself "
        f"({source.megabytes} MB); without one, put its .gz files into that folder, or name the folder that holds "
        f"{source.torchvision}/raw in LATENT_DATA. The set 'digits' needs no download."
    )


def _bundled_digits(name: str, source: Source) -> DataSet:
    """scikit-learn's 1,797 real 8x8 digits (Alpaydin and Kaynak 1998); every fifth of each class is for testing."""
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    digits = load_digits()
    pixels = (digits.images * (255 / 16)).round().astype("uint8")
    parts = train_test_split(
        pixels, digits.target.astype("uint8"), test_size=0.2, random_state=0, stratify=digits.target
    )
    train_x, test_x, train_y, test_y = (torch.from_numpy(part) for part in parts)
    return DataSet(name, source.title, source.class_names, train_x[:, None], train_y, test_x[:, None], test_y)
