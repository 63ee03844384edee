"""From latents to images: what a trained decoder draws, always its mean, sigmoid(logits), without noise.

Knows models; knows nothing of how an image is shown.
"""

import torch
from jaxtyping import Float, Integer
from torch import Tensor

from analysis.conditions import condition
from analysis.grids import grid, place_in
from models.errors import require
from models.latent_model import LatentModel

BLOCK = 500


@torch.no_grad()
def decode_images(
    model: LatentModel, z: Float[Tensor, "batch latent"], y: int | Integer[Tensor, " labels"] | None = None
) -> Float[Tensor, "batch channel height width"]:
    """The images at the latents: x_mean in [0, 1], on the CPU, decoded in blocks.

    `y`: the class of each latent, or one for all; ignored by an unconditional family. Raises InputError for latents
    of another width than the model's or that are not finite, and for a missing or unknown class.
    """
    latent = model.config.latent_dim
    require(z.dim() == 2 and z.shape[1] == latent, "codes.width", latent=latent, got=list(z.shape))
    require(bool(torch.isfinite(z).all()), "codes.not_finite")
    labels, device = condition(model.config, y, len(z)), next(model.parameters()).device
    images = []
    for start in range(0, max(len(z), 1), BLOCK):
        block = slice(start, start + BLOCK)
        logits = model.decode(z[block].float().to(device), None if labels is None else labels[block].to(device))
        images.append(torch.sigmoid(logits).cpu())
    return torch.cat(images)


def manifold(
    model: LatentModel,
    side: int,
    kind: str = "normal",
    y: int | None = None,
    span: tuple[float, float] | None = None,
    dims: tuple[int, int] = (0, 1),
    base: Float[Tensor, " latent"] | None = None,
) -> Float[Tensor, "{side}*{side} channel height width"]:
    """The images on a grid over two latents, row by row from the top left, where z2 is highest and z1 lowest.

    `kind`, `span`: as in `grids.grid_axis`. A model with more latents keeps `base` in all but `dims`. Raises
    InputError for a bad grid, dimension or class, and for a model with a single latent.
    """
    low, high = span or (None, None)
    return decode_images(model, place_in(grid(kind, side, low, high), model.config.latent_dim, dims, base), y)
