"""The data sets that torchvision fetches and reads, from their archives or unpacked.

Knows where they lie and what may be wrong with them; pickles that an old torchvision left are not read.
"""

import gzip
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from datasets.data_set import DRAW_SEED, DataSet, drawn
from datasets.source import Source, data_folder
from models.atomic import write_file
from models.errors import InputError, Reason, require

IDX_KINDS = ("images-idx3", "labels-idx1")
# What torchvision raises for files that are missing, cut off, or not what their names say
DAMAGES = (
    OSError, RuntimeError, ValueError, EOFError, AssertionError, TypeError, LookupError, zlib.error, zipfile.BadZipFile
)  # fmt: skip


def is_here(source: Source) -> bool:
    """Whether its files are on this machine, unpacked or as archives; looks at names only."""
    raw = data_folder() / str(source.torchvision) / "raw"
    if source.torchvision == "EMNIST":
        parts = [f"emnist-letters-{part}-{kind}-ubyte" for part in ("train", "test") for kind in IDX_KINDS]
        return (raw / "gzip.zip").is_file() or all((raw / part).is_file() for part in parts)
    parts = [f"{part}-{kind}-ubyte" for part in ("train", "t10k") for kind in IDX_KINDS]
    return all((raw / part).is_file() or (raw / f"{part}.gz").is_file() for part in parts)


def load(name: str, source: Source, download: bool) -> DataSet:
    """The data set; raises InputError that says what is missing or damaged and how to mend it."""
    if not download and not is_here(source):
        raise _unusable(source, Reason("data.not_there"))
    (train_x, train_y), (test_x, test_y) = _parts(source, download)
    if source.draws:
        test_x = drawn(test_x, torch.Generator().manual_seed(DRAW_SEED))
    return DataSet(name, source.title, source.class_names, train_x, train_y, test_x, test_y, source.draws, source.kind)


def _parts(source: Source, download: bool) -> tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]]:
    from torchvision import datasets  # imported here: it costs a second that the first page need not wait for

    folder = data_folder()
    # torchvision would unpickle what an old version of it left there
    old = folder / str(source.torchvision) / "processed"
    require(not old.exists(), "data.old_pickles", folder=str(old))
    make: Callable[..., object] = getattr(datasets, str(source.torchvision))
    raw = folder / str(source.torchvision) / "raw"
    damaged = [] if download else _damaged_archives(make, raw)
    if damaged:  # torchvision would fetch it anew
        raise _unusable(source, Reason("data.archive_damaged", {"file": damaged[0]}))
    try:
        _unpack(make, raw)
        parts = [make(folder, train=train, download=True, **(source.options or {})) for train in (True, False)]
    except DAMAGES as error:
        said = str(error).splitlines()[:1]
        raise _unusable(source, said[0][:120] if said else Reason("data.cut_off")) from None
    train, test = (_checked(part, source, folder) for part in parts)
    return train, test


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


def _checked(part: object, source: Source, folder: Path) -> tuple[Tensor, Tensor]:
    images, labels = part.data, part.targets  # type: ignore[attr-defined]
    where = folder / str(source.torchvision)
    sound = images.dtype == torch.uint8 and images.shape[1:] == source.image[1:] and len(images) == len(labels) > 0
    require(sound, "data.damaged", data=source.title, folder=str(where), images=tuple(images.shape), count=len(labels))
    if source.torchvision == "EMNIST":
        # EMNIST's files hold every image transposed, and letters count from 1
        images, labels = images.transpose(1, 2), labels - 1
    low, high = int(labels.min()), int(labels.max())
    require(
        low >= 0 and high < len(source.class_names),
        "data.labels",
        data=source.title,
        folder=str(where),
        low=low,
        high=high,
        last=len(source.class_names) - 1,
    )
    return images[:, None].contiguous(), labels.to(torch.uint8)


def _unusable(source: Source, why: Reason | str) -> InputError:
    name = str(source.torchvision)
    folder = str(data_folder() / name / "raw")
    return InputError(
        "data.unusable", data=source.title, folder=folder, why=why, megabytes=source.megabytes, files=f"{name}/raw"
    )
