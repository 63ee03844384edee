"""dSprites: white shapes whose place, size, turn and kind are known (Matthey, Higgins, Hassabis and Lerchner 2017).

Reads the coarser, complete grid of 46,080 images and halves them, each pixel the mean of four. Knows numpy.
"""

import numpy as np
import numpy.typing as npt

from datasets.data_set import DataSet
from datasets.npz_file import arrays_of
from datasets.source import Source, unusable
from models.errors import Reason

SHAPES = ("square", "ellipse", "heart")
ORDERED = {"size": 1, "x": 3, "y": 4}  # the factors that are more or less, by column; a turn goes round
FULL_SIDE, SIDE, COLUMNS = 64, 32, 5
TEST_SHARE, SPLIT_SEED = 10, 0  # one image in ten, chosen at random: the grid's rows are in the factors' order


def sprites(name: str, source: Source) -> DataSet:
    """41,472 images to train on and 4,608 to test, `[count 1 32 32]`, 0..255; the class is the shape.

    The test images' place and size come with them. Raises InputError that says what is missing or damaged.
    """
    images, factors = _arrays(source)
    order = np.random.default_rng(SPLIT_SEED).permutation(len(images))
    count = len(images) // TEST_SHARE
    test, train = order[:count], order[count:]
    small, shapes = halved(images), factors[:, 0].astype(np.uint8)
    known = {factor: factors[test, column].astype(np.float32) for factor, column in ORDERED.items()}
    return DataSet(
        name, source.title, source.class_names, small[train], shapes[train], small[test], shapes[test], factors=known
    )


def halved(images: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """`[count 64 64]` of 0 or 1 as `[count 1 32 32]` of 0 to 255."""
    blocks: npt.NDArray[np.uint16] = images.reshape(len(images), SIDE, 2, SIDE, 2).sum(axis=(2, 4), dtype=np.uint16)
    return (blocks * 255 // 4).astype(np.uint8)[:, None]


def _arrays(source: Source) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """Images and the classes of their factors, shape first."""
    images, factors = arrays_of(source, "imgs", "latents_classes")
    count = len(images)
    if images.shape != (count, FULL_SIDE, FULL_SIDE) or images.dtype != np.uint8 or factors.shape != (count, COLUMNS):
        found = f"imgs {images.dtype} {images.shape}, latents_classes {factors.shape}"
        raise unusable(source, Reason("data.not_as_expected", {"problem": found}))
    if images.max(initial=0) > 1 or not np.isin(factors[:, 0], range(len(SHAPES))).all() or count < TEST_SHARE:
        raise unusable(source, Reason("data.not_as_expected", {"problem": f"{count} images, or pixels beyond 0 and 1"}))
    return images.astype(np.uint8), factors.astype(np.int64)
