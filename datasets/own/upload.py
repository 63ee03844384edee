"""An uploaded file to the pictures in it: whichever kind it is, and whatever it holds, within the limits.

Knows the readers; knows nothing of the disk or of a screen. It raises nothing but InputError.
"""

import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from datasets.data_set import DataSet
from datasets.own import arrays, parquet, table, zipped
from datasets.own.limits import (
    CLASSES,
    LABELLED_CLASSES,
    LABELLED_EACH,
    LEAST_PICTURES,
    MEGABYTE,
    PICTURES,
    PREPARED_BYTES,
    SECONDS,
    UPLOAD_BYTES,
)  # fmt: skip
from datasets.own.picture import Bytes, Look, as_seen, from_file
from datasets.own.reasons import LeftOutError
from datasets.own.similar import alike, small_hash, split
from datasets.own.zipped import Label
from models.errors import InputError

LIGHT = 127.5
Found = Iterator[tuple[Label, bytes | npt.NDArray[Any]]]  # an image file or its pixels


@dataclass(frozen=True)
class Pictures:
    """What of an upload can be used. `pixels`: `[count channel side side]`; `labels`: the class of each, 0 without any.

    `groups`: the places of pictures that look alike together; `left_out`: how many by the code of the reason.
    """

    pixels: Bytes
    labels: tuple[int, ...]
    class_names: tuple[str, ...]
    groups: tuple[tuple[int, ...], ...]
    left_out: Mapping[str, int]

    @property
    def counts(self) -> dict[str, int]:
        """How many pictures each class has."""
        counted = Counter(self.labels)
        return {name: counted[label] for label, name in enumerate(self.class_names)}

    @property
    def duplicates(self) -> int:
        """How many look like one before them."""
        return len(self.pixels) - len(self.groups)

    @property
    def light(self) -> bool:
        """Whether they are light on the whole, as ink on paper is."""
        return bool(self.pixels.mean() > LIGHT)

    def inverted(self) -> "Pictures":
        """The same with light and dark exchanged."""
        return replace(self, pixels=255 - self.pixels)

    def to_data_set(self, name: str, title: str) -> DataSet:
        """The pictures as a data set, a fifth of them to test; the same pictures are split in the same way."""
        tests, x, y = split(self.labels, self.groups), self.pixels, np.array(self.labels, np.uint8)
        train_y, test_y = (y[~tests], y[tests]) if self.class_names else (None, None)
        return DataSet(name, title, self.class_names, x[~tests], train_y, x[tests], test_y)


def can_be_labelled(counts: Mapping[str, int]) -> bool:
    """Whether a model of classes makes sense: two of them have twenty pictures each, by name."""
    return sum(count >= LABELLED_EACH for count in counts.values()) >= LABELLED_CLASSES


def read(content: bytes, look: Look) -> Pictures:
    """The pictures in an upload, made alike; raises InputError where none or too few of them can be used."""
    require_length(content)
    left_out: Counter[str] = Counter()
    labels, pixels = _prepared(_found(content, left_out), look, left_out)
    if not pixels:
        raise InputError("upload.nothing")
    if len(pixels) < LEAST_PICTURES:
        raise InputError("upload.too_few", count=len(pixels), least=LEAST_PICTURES)
    groups = alike([small_hash(picture) for picture in pixels])
    if len(groups) < 2:
        raise InputError("upload.all_alike")
    names = _class_names(labels)
    numbers = tuple(names.index(label) if label in names else 0 for label in labels)
    kept = {code: count for code, count in left_out.items() if count}
    return Pictures(np.stack(pixels), numbers, names, tuple(map(tuple, groups)), kept)


def require_length(content: bytes) -> None:
    """Raises InputError for an upload that is empty or too long."""
    if not content:
        raise InputError("upload.empty")
    if len(content) > UPLOAD_BYTES:
        raise InputError("upload.too_long", megabytes=len(content) / MEGABYTE, limit=UPLOAD_BYTES // MEGABYTE)


def _found(content: bytes, left_out: Counter[str]) -> Found:
    if content.startswith(b"PK"):
        archive = zipped.opened(content)
        return arrays.images(archive, left_out) if arrays.is_npz(archive) else zipped.images(archive, left_out)
    if parquet.is_parquet(content):
        return parquet.images(content, left_out)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = ""
    if text.isspace() or "," not in text or "\0" in text:
        raise InputError("upload.unknown", least=LEAST_PICTURES)
    return table.images(text, left_out)


def _prepared(found: Found, look: Look, left_out: Counter[str]) -> tuple[list[Label], list[Bytes]]:
    labels: list[Label] = []
    pixels: list[Bytes] = []
    until, size = time.monotonic() + SECONDS, int(np.prod(look.image))
    for label, picture in found:
        if len(pixels) == PICTURES:
            left_out["too_many"] += 1
            continue
        if time.monotonic() > until:
            left_out["too_late"] += 1
            continue
        if (len(pixels) + 1) * size > PREPARED_BYTES:
            raise InputError("upload.prepared", limit=PREPARED_BYTES // MEGABYTE)
        try:
            pixels.append(_seen(picture, look))
        except LeftOutError as reason:
            left_out[reason.code] += 1
        else:
            labels.append(label)
    return labels, pixels


def _seen(picture: bytes | npt.NDArray[Any], look: Look) -> Bytes:
    return from_file(picture, look) if isinstance(picture, bytes) else as_seen(Image.fromarray(picture), look)


def _class_names(labels: list[Label]) -> tuple[str, ...]:
    """The labels in the order in which people count, 2 before 10; none where all pictures have the same or one none."""
    names = sorted({label for label in labels if label is not None}, key=_in_order)
    if len(names) < 2 or None in labels:
        return ()
    if len(names) > CLASSES:
        raise InputError("upload.classes", count=len(names), limit=CLASSES)
    return tuple(names)


def _in_order(name: str) -> tuple[tuple[int, int, str], ...]:
    parts = re.findall(r"[0-9]{1,15}|[^0-9]+", name)
    return tuple((0, int(part), "") if part.isascii() and part.isdigit() else (1, 0, part) for part in parts)
