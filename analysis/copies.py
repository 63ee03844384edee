"""How near a model's images are to those it learnt from, and whether it blurs: pixel by pixel, every pair computed.

Knows images; knows no model and no page.
"""

import math

import torch
from jaxtyping import Float, Int64, UInt8
from torch import Tensor

from analysis.metrics.sharpness import sharpness
from analysis.neighbours import nearest
from models.errors import require

BLOCK = 2_000  # training images that are floating-point numbers at once
MOST_ASKED = 200  # of the training images about their own neighbours


def nearest_images(
    images: UInt8[Tensor, "images channel height width"],
    x: Float[Tensor, "queries channel height width"],
    count: int = 1,
) -> tuple[Int64[Tensor, "queries {count}"], Float[Tensor, "queries {count}"]]:
    """Indices of the images that are most like each x, the most like first, and how much each differs.

    That is the root of the mean squared difference of a pixel: 0 for the same image, 1 for black against white. Raises
    InputError where there are fewer images than `count`.
    """
    require(1 <= count <= len(images), "copies.count", most=len(images), got=count)
    indices, distances = torch.empty(len(x), 0, dtype=torch.int64), torch.empty(len(x), 0)
    for start in range(0, len(images), BLOCK):
        block = images[start : start + BLOCK].flatten(1).float() / 255
        found, apart = nearest(block, x.flatten(1), min(count, len(block)))
        distances, order = torch.cat([distances, apart], dim=1).sort(dim=1, stable=True)
        indices = torch.cat([indices, found + start], dim=1).gather(1, order)[:, :count]
        distances = distances[:, :count]
    return indices, distances / math.sqrt(x[0].numel())


def own_distances(images: UInt8[Tensor, "images channel height width"]) -> Float[Tensor, " asked"]:
    """How much images differ from the most similar other one: of all, or of 200 evenly taken from them.

    Empty for a single image.
    """
    if len(images) < 2:
        return torch.empty(0)
    asked = torch.linspace(0, len(images) - 1, min(MOST_ASKED, len(images))).round().long()
    _, distances = nearest_images(images, images[asked].float() / 255, 2)
    return distances[:, 1]  # each finds itself first, or another one that is the same


def kept_sharpness(
    x: Float[Tensor, "images channel height width"], copies: Float[Tensor, "images channel height width"]
) -> float:
    """How sharp the copies of images are, as a share of the images' own sharpness; 1 where those are flat."""
    real = float(sharpness(x).mean())
    return float(sharpness(copies).mean()) / real if real else 1.0
