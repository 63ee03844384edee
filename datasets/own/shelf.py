"""The own data sets of this computer: a folder each, `own/NAME/` beside the other data, named, listed and deleted.

A strict record and a file of tensors, written whole or not at all, and no pickle. Knows the disk; knows no screen.
"""

import datetime
import logging
import os
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from datasets.data_set import DataSet
from datasets.own.limits import CLASS_NAME, CLASSES, MEGABYTE, QUOTA_BYTES, RECORD_BYTES, SETS, SIDES, TITLE
from datasets.own.upload import Pictures
from datasets.source import Source, data_folder
from models import strict_json
from models.atomic import remove_folder, sweep, write_folder
from models.errors import InputError, require
from models.run import require_moment
from models.tensors import read_tensors, tensors_to_bytes

PREFIX = "own-"
NAME = re.compile(r"own-[a-z0-9][a-z0-9-]{0,23}")  # as a run's name begins
RECORD, IMAGES = "record.json", "images.safetensors"
FORMAT = 1
PIXEL_STD = 0.1  # of coloured pictures, as for the drawn faces
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class OwnRecord:
    """`record.json`: what is known of a data set without opening its images. `made`: date and time, UTC, ISO 8601."""

    title: str
    class_names: tuple[str, ...]
    class_counts: tuple[int, ...]
    image: tuple[int, int, int]
    train_count: int
    test_count: int
    made: str
    format: int = FORMAT

    def __post_init__(self) -> None:
        require(self.format == FORMAT, "own.format", wanted=FORMAT, got=self.format)
        require(0 < len(self.title) <= TITLE and self.title.isprintable(), "own.title_of_record", most=TITLE)
        require(len(self.class_names) <= CLASSES, "own.too_many_classes", most=CLASSES)
        require(all(0 < len(name) <= CLASS_NAME for name in self.class_names), "own.class_name", most=CLASS_NAME)
        require(len(self.class_counts) == len(self.class_names), "own.class_counts")
        channels, height, width = self.image
        require(
            channels in (1, 3) and height == width and width in SIDES, "own.image", known=SIDES, got=list(self.image)
        )
        require(min(self.train_count, self.test_count) >= 1, "own.counts")
        require_moment(self.made)

    @property
    def counts(self) -> dict[str, int]:
        """How many pictures each class has."""
        return dict(zip(self.class_names, self.class_counts, strict=True))

    def source(self) -> Source:
        """The row of the table of data sets."""
        std = PIXEL_STD if self.image[0] == 3 else None
        return Source(self.title, self.class_names, self.image, self.train_count, None, 0, pixel_std=std)


def is_own(name: str) -> bool:
    """Whether a name is one of an own data set, here or not."""
    return NAME.fullmatch(name) is not None


def own_folder() -> Path:
    """Where own data sets lie."""
    return data_folder() / "own"


def prepare() -> None:
    """Clears what a killed process left behind; call it once when a writing process starts."""
    try:
        sweep(own_folder())
    except OSError as error:  # what can't be written can still be read
        logger.warning("%s: %s", own_folder(), error)


def names() -> list[str]:
    """The own data sets of this computer, damaged ones too, in the order of their names."""
    try:
        with os.scandir(own_folder()) as entries:
            return sorted(entry.name for entry in entries if is_own(entry.name) and entry.is_dir())
    except OSError:
        return []


def record_of(name: str) -> OwnRecord:
    """What is known of a data set; raises InputError where it is not here or damaged."""
    content = _read(name, RECORD, RECORD_BYTES)
    return strict_json.read(OwnRecord, content, f"{name}: {RECORD}")


def sources() -> dict[str, Source]:
    """The rows of the readable ones, by name."""
    return {name: source for name in names() if (source := source_of(name))}


def source_of(name: str) -> Source | None:
    """The row of one, None where it is not here or damaged."""
    try:
        return record_of(name).source() if is_own(name) else None
    except InputError:
        return None


def load(name: str) -> DataSet:
    """The data set, every shape and label checked; raises InputError that says what to do."""
    record = record_of(name)
    content = _read(name, IMAGES, QUOTA_BYTES)
    counts = {"train": record.train_count, "test": record.test_count}
    shapes: dict[str, tuple[int, ...]] = {f"{part}_x": (count, *record.image) for part, count in counts.items()}
    if record.class_names:
        shapes |= {f"{part}_y": (count,) for part, count in counts.items()}
    tensors = read_tensors(content, shapes, ("U8",), f"{name}: {IMAGES}")
    train_y, test_y = tensors.get("train_y"), tensors.get("test_y")
    highest = max((int(labels.max()) for labels in (train_y, test_y) if labels is not None), default=-1)
    classes = len(record.class_names)
    require(highest < classes, "own.label", name=name, label=highest, classes=classes)
    return DataSet(name, record.title, record.class_names, tensors["train_x"], train_y, tensors["test_x"], test_y)


def save(pictures: Pictures, title: str, taken: Mapping[str, Source]) -> str:
    """Puts pictures on the disk under a title and returns the data set's name.

    `taken`: the data sets there are, whose titles are taken. Raises InputError where the title can't be, where there
    are too many sets, or where the disk or our share of it is full.
    """
    plain = " ".join(unicodedata.normalize("NFC", title).split())
    require(0 < len(plain) <= TITLE and plain.isprintable(), "own.title", most=TITLE, got=title[:TITLE])
    is_taken = plain.casefold() in {source.title.casefold() for source in taken.values()}
    require(not is_taken, "own.title_taken", title=plain)
    name = _new_name(plain)
    data = pictures.to_data_set(name, plain)
    parts = {"train_x": data.train_x, "test_x": data.test_x, "train_y": data.train_y, "test_y": data.test_y}
    content = tensors_to_bytes({part: tensor for part, tensor in parts.items() if tensor is not None})
    _require_room(len(content))
    made = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    sizes = len(data.train_x), len(data.test_x)
    record = OwnRecord(plain, data.class_names, tuple(pictures.counts.values()), data.image, *sizes, made)
    try:
        write_folder(own_folder() / name, {RECORD: strict_json.write(record).encode(), IMAGES: content})
    except OSError as error:
        logger.warning("%s: %s", name, error)
        raise InputError("own.unwritable", problem=error.strerror) from None
    return name


def changed(name: str) -> int:
    """When a data set was written, in nanoseconds; 0 for one that is not here. Another set has another time."""
    try:
        return os.stat(own_folder() / name / RECORD).st_mtime_ns if is_own(name) else 0
    except OSError:
        return 0


def delete(name: str) -> None:
    """Takes a data set off the disk, now and for good; raises InputError where it can't be, or is not there."""
    require(name in names(), "own.gone", name=name[:40])
    try:
        remove_folder(own_folder() / name)
    except OSError as error:
        logger.warning("%s: %s", name, error)
        raise InputError("own.undeletable", problem=error.strerror) from None


def _new_name(title: str) -> str:
    """A name for the folder and for links, made of the title's plain letters; no other data set has it."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:20].strip("-") or "images"
    taken, number, name = set(names()), 1, f"{PREFIX}{stem}"
    while name in taken:
        number += 1
        name = f"{PREFIX}{stem}-{number}"
    return name


def _require_room(size: int) -> None:
    present = names()
    require(len(present) < SETS, "own.too_many_sets", count=len(present))
    used = sum(path.stat().st_size for name in present for path in (own_folder() / name).iterdir())
    require(
        used + size <= QUOTA_BYTES,
        "own.no_room",
        most=QUOTA_BYTES // MEGABYTE,
        used=used / MEGABYTE,
        need=size / MEGABYTE,
    )


def _read(name: str, file: str, limit: int) -> bytes:
    require(is_own(name), "own.name", got=name[:40])
    path = own_folder() / name / file
    require(path.is_file(), "own.not_here", name=name)
    try:
        require(path.stat().st_size <= limit, "own.file_too_long", name=name, file=file, limit=limit)
        return path.read_bytes()
    except OSError as error:
        raise InputError("own.unreadable", name=name, file=file, problem=error.strerror) from None
