"""From latents to images: what a trained decoder draws, always its mean, sigmoid(logits), without noise.

Knows models; knows nothing of how an image is shown. Arrays go in and come out; torch is here once a model is.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float, Integer, Shaped

from analysis.grids import grid, place_in
from models.errors import require

if TYPE_CHECKING:
    import models.latent_model

BLOCK = 500


def decode_images(
    model: "models.latent_model.LatentModel",
    z: Float[np.ndarray, "batch latent"],
    y: int | Integer[np.ndarray, " labels"] | None = None,
) -> Float[np.ndarray, "batch channel height width"]:
    """The images at the latents: x_mean in [0, 1], decoded in blocks.

    `y`: the class of each latent, or one for all; ignored by an unconditional family. Raises InputError for latents
    of another width than the model's or that are not finite, and for a missing or unknown class.
    """
    from analysis.conditions import condition

    latent = model.config.latent_dim
    require(z.ndim == 2 and z.shape[1] == latent, "codes.width", latent=latent, got=list(z.shape))
    require(bool(np.isfinite(z).all()), "codes.not_finite")
    return decoded(model.decode, z, condition(model.config, y, len(z)))


def decoded(
    decoder: Callable[[Any, Any], Any],
    z: Float[np.ndarray, "batch latent"],
    y: Shaped[np.ndarray, "batch *classes"] | None,
) -> Float[np.ndarray, "batch channel height width"]:
    """What a decoder, a function of tensors, draws at latents; `y`: labels, or class weights `[batch classes]`."""
    import torch

    codes, told = torch.from_numpy(z.astype(np.float32)), None if y is None else torch.from_numpy(y)
    images = []
    with torch.no_grad():
        for start in range(0, max(len(z), 1), BLOCK):
            block = slice(start, start + BLOCK)
            images.append(torch.sigmoid(decoder(codes[block], None if told is None else told[block])).numpy())
    return np.concatenate(images)


def manifold(
    model: "models.latent_model.LatentModel",
    side: int,
    kind: str = "normal",
    y: int | None = None,
    span: tuple[float, float] | None = None,
    dims: tuple[int, int] = (0, 1),
    base: Float[np.ndarray, " latent"] | None = None,
) -> Float[np.ndarray, "{side}*{side} channel height width"]:
    """The images on a grid over two latents, row by row from the top left, where z2 is highest and z1 lowest.

    `kind`, `span`: as in `grids.grid_axis`. A model with more latents keeps `base` in all but `dims`. Raises
    InputError for a bad grid, dimension or class, and for a model with a single latent.
    """
    low, high = span or (None, None)
    return decode_images(model, place_in(grid(kind, side, low, high), model.config.latent_dim, dims, base), y)
