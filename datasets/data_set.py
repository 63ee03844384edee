"""A data set in memory: images of any size, their kind, and their labels and factors where it has them.

Knows arrays and the record that a checkpoint keeps; knows nothing of files or sources.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import UInt8

from models.errors import require
from models.run import DataRecord


@dataclass(frozen=True)
class DataSet:
    """A data set in memory. Images are `[count channel height width]` uint8, labels `[count]` uint8.

    Labels are None, and `class_names` empty, for unlabelled data. `draws`: a training pixel / 255 is the probability of
    white, drawn anew whenever it is seen; test pixels are drawn once, 0 or 255. `kind`: a row of `models.run.KINDS`.
    `factors`: the test images' factors of variation by name, `[count]` each, where they are known. `held_x`, `held_y`:
    training images that are not learnt from, if some are apart; `whole`: the record of the data set with them.
    Raises InputError where labels and class names don't fit.
    """

    name: str
    title: str
    class_names: tuple[str, ...]
    train_x: UInt8[np.ndarray, "train channel height width"]
    train_y: UInt8[np.ndarray, " train"] | None
    test_x: UInt8[np.ndarray, "test channel height width"]
    test_y: UInt8[np.ndarray, " test"] | None
    draws: bool = False
    kind: str = "image"
    factors: Mapping[str, np.ndarray] | None = None
    held_x: UInt8[np.ndarray, "held channel height width"] | None = None
    held_y: UInt8[np.ndarray, " held"] | None = None
    whole: DataRecord | None = None

    def __post_init__(self) -> None:
        labelled = self.train_y is not None and self.test_y is not None
        unlabelled = self.train_y is None and self.test_y is None
        require(
            labelled if self.class_names else unlabelled,
            "data.labels_without_classes",
            data=self.title,
            count=len(self.class_names),
        )
        of_factors = [len(values) for values in (self.factors or {}).values()]
        require(
            all(count == len(self.test_x) for count in of_factors),
            "data.factors",
            count=len(self.test_x),
            got=of_factors,
        )

    @property
    def image(self) -> tuple[int, int, int]:
        """Channels, height and width in pixels."""
        channels, height, width = self.train_x.shape[1:]
        return (channels, height, width)

    @property
    def train_classes(self) -> UInt8[np.ndarray, " train"]:
        """The class of each training image: its label, 0 for all of unlabelled data."""
        return np.zeros(len(self.train_x), np.uint8) if self.train_y is None else self.train_y

    @property
    def test_classes(self) -> UInt8[np.ndarray, " test"]:
        """The class of each test image, likewise."""
        return np.zeros(len(self.test_x), np.uint8) if self.test_y is None else self.test_y

    @property
    def held_classes(self) -> UInt8[np.ndarray, " held"]:
        """The class of each image that is held out, likewise."""
        count = 0 if self.held_x is None else len(self.held_x)
        return np.zeros(count, np.uint8) if self.held_y is None else self.held_y

    @cached_property
    def digest(self) -> str:
        """SHA-256 of shapes, pixels and labels, by which the data are known again; computed once, 0.1 s for MNIST."""
        content = hashlib.sha256()
        for part in (self.train_x, self.train_y, self.test_x, self.test_y):
            content.update(repr(None if part is None else tuple(part.shape)).encode())
            if part is not None:
                content.update(np.ascontiguousarray(part).data)
        return content.hexdigest()

    def record(self) -> DataRecord:
        """What a checkpoint remembers of this data set."""
        if self.whole:
            return self.whole
        counts = len(self.train_x), len(self.test_x)
        return DataRecord(self.name, self.title, self.class_names, *counts, self.kind, self.digest)
