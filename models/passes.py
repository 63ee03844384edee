"""Trips of a batch through a model, one for each draw of a code: what every mean over a test set is made of.

Knows models; knows no data set and no files.
"""

from collections.abc import Iterator

import torch
from jaxtyping import Float
from torch import Tensor

from models.latent_model import LatentModel
from models.layer_modules import At, Condition
from models.objectives import Pass

BLOCK = 1000  # images that are encoded at a time
EVALUATION_SEED = 20131220  # any constant: the same noise for every model, epoch and machine


def passes(
    model: LatentModel, x: Float[Tensor, "batch channel height width"], y: Condition, draws: int,
    noise: torch.Generator, at: At = None,
) -> Iterator[Pass]:  # fmt: skip
    """One trip of a batch through the model for each draw of z, a single one for a deterministic encoder.

    `at`: where a dial stands.
    """
    posterior, prior = model.encode(x, y, at), model.prior(y, at)
    for _ in range(draws if model.config.stochastic else 1):
        z = posterior.sample(torch.randn(len(x), model.config.latent_dim, generator=noise).to(x.device))
        yield Pass(x, posterior, z, model.decode(z, y, at), z, prior=prior)
