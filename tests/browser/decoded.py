"""What torch makes of the shipped models: the referee of the pictures on the page."""

import functools
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analysis.decoding import decode_images
from models import checkpoint
from models.checkpoint import Checkpoint, Latents

SHIPPED = Path(__file__).parents[2] / "checkpoints"


@functools.cache
def opened(run_id: str) -> Checkpoint:
    """A shipped checkpoint."""
    return checkpoint.load(SHIPPED / run_id)


def latents_of(run_id: str) -> Latents:
    """The test set as a shipped model sees it."""
    return opened(run_id).latents


def decoded(run_id: str, z: Sequence[float], y: int | None = None) -> NDArray[np.int64]:
    """The grey levels, `[height width]`, that torch decodes at z."""
    image = decode_images(opened(run_id).model, np.array([z], np.float32), y)[0, 0]
    return (image * 255).round().astype(np.int64)


def far_from(image: NDArray[np.int64], other: NDArray[np.int64]) -> int:
    """The largest difference of two pictures in grey levels."""
    assert image.shape == other.shape
    return int(np.abs(image - other).max())
