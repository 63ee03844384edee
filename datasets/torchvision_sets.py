"""The data sets that torchvision fetches and unpacks; what is unpacked is read without it, and so without torch.

Knows where they lie and what may be wrong with them; pickles that an old torchvision left are not read.
"""

import contextlib
import gzip
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from datasets.data_set import DataSet
from datasets.idx import read_idx
from datasets.source import Source, data_folder
from models.atomic import write_file
from models.errors import InputError, Reason, require

IDX_KINDS = ("images-idx3", "labels-idx1")
Bytes = npt.NDArray[np.uint8]
# What is raised for files that are missing, cut off, or not what their names say
DAMAGES = (
    OSError, RuntimeError, ValueError, EOFError, AssertionError, TypeError, LookupError, zlib.error, zipfile.BadZipFile
)  # fmt: skip


def is_here(source: Source) -> bool:
    """Whether its files are on this machine, unpacked or as archives; looks at names only."""
    raw = _raw(source)
    if source.torchvision == "EMNIST" and (raw / "gzip.zip").is_file():
        return True
    return all((raw / name).is_file() or (raw / f"{name}.gz").is_file() for name in _files(source))


def load(name: str, source: Source, download: bool) -> DataSet:
    """The data set; raises InputError that says what is missing or damaged and how to mend it."""
    if not download and not is_here(source):
        raise _unusable(source, Reason("data.not_there"))
    # torchvision would unpickle what an old version of it left there
    old = _raw(source).parent / "processed"
    require(not old.exists(), "data.old_pickles", folder=str(old))
    if not all((_raw(source) / file).is_file() for file in _files(source)):
        _fetch(source, download)
    (train_x, train_y), (test_x, test_y) = _read(source)
    if source.draws:
        from datasets.drawing import drawn_once  # torch, whose generator has drawn this set since it is here

        test_x = drawn_once(test_x)
    return DataSet(name, source.title, source.class_names, train_x, train_y, test_x, test_y, source.draws, source.kind)


def _raw(source: Source) -> Path:
    return data_folder() / str(source.torchvision) / "raw"


def _files(source: Source) -> list[str]:
    """Images and labels to train on, then those to test."""
    emnist = source.torchvision == "EMNIST"
    parts = ("emnist-letters-train", "emnist-letters-test") if emnist else ("train", "t10k")
    return [f"{part}-{kind}-ubyte" for part in parts for kind in IDX_KINDS]


def _fetch(source: Source, download: bool) -> None:
    """Unpacks the archives that are here; with `download`, torchvision fetches what is missing."""
    from torchvision import datasets  # imported here: it brings torch

    make: Callable[..., object] = getattr(datasets, str(source.torchvision))
    damaged = [] if download else _damaged_archives(make, _raw(source))
    if damaged:  # torchvision would fetch it anew
        raise _unusable(source, Reason("data.archive_damaged", {"file": damaged[0]}))
    with _damages(source):
        _unpack(make, _raw(source))
        make(data_folder(), download=True, **(source.options or {}))


def _read(source: Source) -> list[tuple[Bytes, Bytes]]:
    """Images and labels to train on, and to test."""
    with _damages(source):
        parts = [read_idx(_raw(source) / name, 3 if "images" in name else 1) for name in _files(source)]
    return [_checked(images, labels, source) for images, labels in (parts[:2], parts[2:])]


@contextlib.contextmanager
def _damages(source: Source) -> Iterator[None]:
    """Inside, whatever is wrong with a file becomes an InputError."""
    try:
        yield
    except DAMAGES as error:
        said = str(error).splitlines()[:1]
        raise _unusable(source, said[0][:120] if said else Reason("data.cut_off")) from None


def _unpack(make: Any, raw: Path) -> None:
    """Unpacks the sound archives, each in one step: torchvision would let another process read half of a file."""
    from torchvision.datasets.utils import check_integrity

    for name, md5 in getattr(make, "resources", ()):
        archive, target = raw / name, raw / name.removesuffix(".gz")
        if not target.is_file() and check_integrity(archive, md5):
            write_file(target, gzip.decompress(archive.read_bytes()))


def _damaged_archives(make: Any, raw: Path) -> list[str]:
    """The archives that are still needed and whose md5 is not the one that torchvision knows."""
    from torchvision.datasets.utils import check_integrity

    if hasattr(make, "resources"):
        needed = [(name, md5) for name, md5 in make.resources if not (raw / name.removesuffix(".gz")).is_file()]
    else:  # EMNIST comes as one zip of all its parts
        needed = [("gzip.zip", make.md5)] if (raw / "gzip.zip").is_file() else []
    return [name for name, md5 in needed if not check_integrity(raw / name, md5)]


def _checked(images: Bytes, labels: Bytes, source: Source) -> tuple[Bytes, Bytes]:
    where = _raw(source).parent
    sound = images.shape[1:] == source.image[1:] and len(images) == len(labels) > 0
    require(sound, "data.damaged", data=source.title, folder=str(where), images=images.shape, count=len(labels))
    numbers = labels.astype(np.int64)
    if source.torchvision == "EMNIST":
        # EMNIST's files hold every image transposed, and letters count from 1
        images, numbers = images.transpose(0, 2, 1), numbers - 1
    low, high = int(numbers.min()), int(numbers.max())
    require(
        low >= 0 and high < len(source.class_names),
        "data.labels",
        data=source.title,
        folder=str(where),
        low=low,
        high=high,
        last=len(source.class_names) - 1,
    )
    return np.ascontiguousarray(images[:, None]), numbers.astype(np.uint8)


def _unusable(source: Source, why: Reason | str) -> InputError:
    name = str(source.torchvision)
    folder = str(_raw(source))
    return InputError(
        "data.unusable", data=source.title, folder=folder, why=why, megabytes=source.megabytes, files=f"{name}/raw"
    )
