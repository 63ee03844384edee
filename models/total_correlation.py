"""The total correlation of the aggregate posterior, from a minibatch: how much latent dimensions depend on each other.

Knows posteriors only; analysis/metrics/surgery.py has the exact one, over a whole test set.
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor

from models.posterior import LOG_2PI, Posterior


def total_correlation(posterior: Posterior, z: Float[Tensor, "batch latent"]) -> Float[Tensor, " batch"]:
    """log q(z) - sum_j log q(z_j) of each code, nats; its mean estimates KL(q(z) || prod_j q(z_j)).

    q(z) is the mixture of the minibatch's own posteriors. Chen et al. 2018, appendix C.1 (minibatch-weighted sampling)
    divide by N M where this divides by the batch size M: with N images that moves the value by the constant
    (latents - 1) log N and no gradient. 0 for one latent. Raises ValueError for a point posterior.
    """
    if posterior.log_var is None:
        raise ValueError("a deterministic encoder has no total correlation in nats: its posterior is a point")
    squared = (z[:, None] - posterior.mu).square() * torch.exp(-posterior.log_var)  # [draws images latent]
    log_densities = -0.5 * (squared + posterior.log_var + LOG_2PI)
    joint, marginals = log_densities.sum(dim=2).logsumexp(dim=1), log_densities.logsumexp(dim=1)
    return joint - marginals.sum(dim=1) + (z.shape[1] - 1) * math.log(len(z))
