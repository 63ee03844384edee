"""From images to latents: what a trained encoder makes of a set, always in float32.

Knows models; knows nothing of data sets on disk or of what is done with the latents.
"""

import torch
from jaxtyping import Float, Int64, Integer
from torch import Tensor

from analysis.conditions import condition
from models.errors import require
from models.latent_model import LatentModel
from models.posterior import Posterior

BLOCK = 1000


@torch.no_grad()
def posterior_of(
    model: LatentModel, x: Float[Tensor, "batch channel height width"], y: int | Integer[Tensor, " labels"] | None
) -> Posterior:
    """q(z|x) of observations in [0, 1], on the CPU, in blocks; `y` as in `condition`.

    Raises InputError for images of another shape than the model's or with pixels outside [0, 1].
    """
    _require_image(model, x)
    require(bool(((x >= 0) & (x <= 1)).all()), "images.range")
    labels, device = labels_of(model, y, len(x)), next(model.parameters()).device
    mus, log_vars = [], []
    for start in range(0, max(len(x), 1), BLOCK):
        block = slice(start, start + BLOCK)
        of_block = model.encode(x[block].float().to(device), None if labels is None else labels[block].to(device))
        mus.append(of_block.mu.cpu())
        if of_block.log_var is not None:
            log_vars.append(of_block.log_var.cpu())
    return Posterior(torch.cat(mus), torch.cat(log_vars) if log_vars else None)


def labels_of(
    model: LatentModel, y: int | Integer[Tensor, " labels"] | None, count: int
) -> Int64[Tensor, " {count}"] | None:
    """The labels as the model wants them, see `condition`."""
    found = condition(model.config, y.numpy() if isinstance(y, Tensor) else y, count)
    return None if found is None else torch.from_numpy(found)


def _require_image(model: LatentModel, images: Tensor) -> None:
    expected = model.config.image
    require(
        images.dim() == 4 and tuple(images.shape[1:]) == expected,
        "images.shape",
        channels=expected[0],
        height=expected[1],
        width=expected[2],
        got=list(images.shape),
    )
