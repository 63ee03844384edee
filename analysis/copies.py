"""How near a model's images are to those it learnt from, and whether it blurs: pixel by pixel, every pair computed.

Knows images; knows no model and no page.
"""

import math

import numpy as np
from jaxtyping import Float, Int64, UInt8

from analysis.metrics.sharpness import sharpness
from analysis.neighbours import nearest
from models.errors import require

BLOCK = 2_000  # training images that are floating-point numbers at once
MOST_ASKED = 200  # of the training images about their own neighbours


def nearest_images(
    images: UInt8[np.ndarray, "images channel height width"],
    x: Float[np.ndarray, "queries channel height width"],
    count: int = 1,
) -> tuple[Int64[np.ndarray, "queries {count}"], Float[np.ndarray, "queries {count}"]]:
    """Indices of the images that are most like each x, the most like first, and how much each differs.

    That is the root of the mean squared difference of a pixel: 0 for the same image, 1 for black against white. Raises
    InputError where there are fewer images than `count`.
    """
    require(1 <= count <= len(images), "copies.count", most=len(images), got=count)
    indices: np.ndarray = np.empty((len(x), 0), np.int64)
    distances: np.ndarray = np.empty((len(x), 0), np.float32)
    for start in range(0, len(images), BLOCK):
        block = images[start : start + BLOCK].astype(np.float32) / 255
        found, apart = nearest(block.reshape(len(block), -1), x.reshape(len(x), -1), min(count, len(block)))
        distances, indices = np.hstack([distances, apart]), np.hstack([indices, found + start])
        order = np.argsort(distances, axis=1, kind="stable")[:, :count]
        distances, indices = (np.take_along_axis(part, order, axis=1) for part in (distances, indices))
    return indices, distances / np.float32(math.sqrt(x[0].size))


def own_distances(images: UInt8[np.ndarray, "images channel height width"]) -> Float[np.ndarray, " asked"]:
    """How much images differ from the most similar other one: of all, or of 200 evenly taken from them.

    Empty for a single image.
    """
    if len(images) < 2:
        return np.empty(0, np.float32)
    asked = np.linspace(0, len(images) - 1, min(MOST_ASKED, len(images))).round().astype(np.int64)
    _, distances = nearest_images(images, images[asked].astype(np.float32) / 255, 2)
    return distances[:, 1]  # each finds itself first, or another one that is the same


def kept_sharpness(
    x: Float[np.ndarray, "images channel height width"], copies: Float[np.ndarray, "images channel height width"]
) -> float:
    """How sharp the copies of images are, as a share of the images' own sharpness; 1 where those are flat."""
    real = float(sharpness(x).mean())
    return float(sharpness(copies).mean()) / real if real else 1.0
