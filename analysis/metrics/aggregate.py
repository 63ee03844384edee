"""The density of the aggregate posterior q(z), exactly: a mixture of one Gaussian an image.

Knows posteriors only.
"""

import math
from collections.abc import Iterator

import torch
from jaxtyping import Float, Float64
from torch import Tensor

from models.errors import require
from models.posterior import LOG_2PI, Posterior

BLOCK_PAIRS = 1_000_000  # 8 MB a matrix


def drawn_codes(posterior: Posterior, seed: int = 0) -> Float[Tensor, "images latent"]:
    """One code z ~ q(z|x) an image: together a sample of the aggregate posterior. The mean, for a point posterior."""
    noise = torch.Generator().manual_seed(seed)
    return posterior.sample(torch.randn(posterior.mu.shape, generator=noise).to(posterior.mu))


def log_aggregate(
    posterior: Posterior, z: Float[Tensor, "draws latent"]
) -> tuple[Float64[Tensor, " draws"], Float64[Tensor, "draws latent"]]:
    """log q(z) and log q(z_j) of each dimension, nats, with q(z) = (1/N) sum_n q(z|x_n) over all N images.

    No minibatch estimate of the mixture (Chen et al. 2018, appendix C.1), but all of it: draws x images x latents
    densities, `BLOCK_PAIRS` at a time. Raises InputError for a deterministic encoder or no images.
    """
    images, latent = require_density(posterior).mu.shape
    joint, marginal = [z.new_empty(0).double()], [z.new_empty(0, latent).double()]
    for block in blocks(len(z), images):
        whole, of_dims = torch.zeros(block.stop - block.start, images, dtype=torch.float64), []
        for log_density in log_densities(posterior, z[block]):
            whole += log_density
            of_dims.append(log_density.logsumexp(dim=1))
        joint.append(whole.logsumexp(dim=1))
        marginal.append(torch.stack(of_dims, dim=1))
    return torch.cat(joint) - math.log(images), torch.cat(marginal) - math.log(images)


def log_densities(posterior: Posterior, z: Float[Tensor, "draws latent"]) -> Iterator[Float64[Tensor, "draws images"]]:
    """log q(z_j|x_n), nats, of every draw and image, one dimension j after the other."""
    assert posterior.log_var is not None
    for mu, log_var, value in zip(posterior.mu.T.double(), posterior.log_var.T.double(), z.T.double(), strict=True):
        squared = (value[:, None] - mu).square_().mul_(torch.exp(-log_var))
        yield squared.add_(log_var + LOG_2PI).mul_(-0.5)


def blocks(draws: int, images: int) -> list[slice]:
    """The draws in slices whose pairs with all images are at most `BLOCK_PAIRS`."""
    step = max(1, BLOCK_PAIRS // images)
    return [slice(start, min(start + step, draws)) for start in range(0, draws, step)]


def require_density(posterior: Posterior) -> Posterior:
    """The posterior itself; raises InputError where it is a point, or where there is no image."""
    require(posterior.log_var is not None, "measure.no_kl")
    require(len(posterior.mu) >= 1, "measure.no_image")
    return posterior
