"""The squared maximum mean discrepancy between codes and the prior, with a Gaussian kernel.

`mmd` is what training minimises, from prior samples; `mmd_to_prior` is what is reported, exact in the prior.
"""

import math
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from models.aims import KERNEL_WIDTHS
from models.prior import Mixture, standard_prior


def gaussian_kernel(a: Float[Tensor, "n latent"], b: Float[Tensor, "m latent"], scale: float) -> Float[Tensor, "n m"]:
    """k(a, b) = exp(-|a - b|^2 / scale) for every pair, in (0, 1]."""
    squared = a.square().sum(dim=1)[:, None] + b.square().sum(dim=1)[None] - 2 * a @ b.T
    return torch.exp(-squared.clamp_min(0) / scale)


def mmd(
    codes: Float[Tensor, "batch latent"], prior_sample: Float[Tensor, "samples latent"], bandwidth: str
) -> Float[Tensor, " batch"]:
    """Squared MMD split into one share an example; the mean of the shares is the estimate. At least 0, no unit.

    MMD^2 = E k(z, z') - 2 E k(z, p) + E k(p, p'), the biased V-statistic (Gretton et al. 2012, eq. 5), as in Zhao's
    `mmd_vae.py`. `bandwidth` names a row of `aims.KERNEL_WIDTHS`.
    """
    scale = KERNEL_WIDTHS[bandwidth](codes.shape[1])
    within = gaussian_kernel(codes, codes, scale).mean(dim=1)
    across = gaussian_kernel(codes, prior_sample, scale).mean(dim=1)
    return within - 2 * across + gaussian_kernel(prior_sample, prior_sample, scale).mean()


class KernelMeans(NamedTuple):
    """Means of the kernel in (0, 1]: between two codes, a code and a sample of the prior, two samples of the prior."""

    within: float
    across: float
    prior: float


def mmd_to_prior(
    codes: Float[Tensor, "n latent"], bandwidth: str = "two-dim", block: int = 1000, prior: Mixture | None = None
) -> float:
    """Squared MMD between codes and the prior itself, unbiased, so it may fall a little below 0. No unit.

    `prior`: N(0, I) where none is given. Needs at least 2 codes; returns nan for fewer. Memory: `block` x n floats.
    """
    within, across, between = kernel_means(codes, bandwidth, block, prior)
    return within - 2 * across + between


def kernel_means(
    codes: Float[Tensor, "n latent"], bandwidth: str = "two-dim", block: int = 1000, prior: Mixture | None = None
) -> KernelMeans:
    """The three means that MMD² = within - 2 across + prior is made of; nan for fewer than 2 codes.

    Under the Gaussian kernel both expectations over the prior have a closed form (Gretton et al. 2012, eq. 3): for
    N(0, I) E_p k(z, p) = (s / (s + 2))^(d/2) exp(-|z|^2 / (s + 2)) and E k(p, p') = (s / (s + 4))^(d/2), for a mixture
    a sum of such. That leaves one sum over pairs of codes.
    """
    count, latent = codes.shape
    if count < 2:
        return KernelMeans(math.nan, math.nan, math.nan)
    codes = codes.double()
    scale = KERNEL_WIDTHS[bandwidth](latent)
    blocks = [(codes[i : i + block], codes[i + block :]) for i in range(0, count, block)]
    inside = math.fsum(float(gaussian_kernel(some, some, scale).sum()) for some, _ in blocks) - count
    beside = math.fsum(float(gaussian_kernel(some, later, scale).sum()) for some, later in blocks)  # each pair once
    within = (inside + 2 * beside) / (count * (count - 1))
    prior = prior or standard_prior(latent).mixture()
    mu, var, weights = (part.double().to(codes.device) for part in (prior.mu, prior.var, prior.weights))
    across = float((_expected_kernel(codes, torch.zeros_like(codes), mu, var, scale) @ weights).mean())
    return KernelMeans(within, across, float(weights @ _expected_kernel(mu, var, mu, var, scale) @ weights))


def _expected_kernel(
    mu: Tensor, var: Tensor, other_mu: Tensor, other_var: Tensor, scale: float
) -> Float[Tensor, "n m"]:  # fmt: skip
    """E k(a, b) for a ~ N(mu, diag var) and b alike, of every pair of an `[n latent]` and an `[m latent]`."""
    log_kernel = mu.new_zeros(len(mu), len(other_mu))
    for a, v, b, w in zip(mu.T, var.T, other_mu.T, other_var.T, strict=True):
        width = scale + 2 * (v[:, None] + w)
        log_kernel += 0.5 * (math.log(scale) - torch.log(width)) - (a[:, None] - b).square() / width
    return log_kernel.exp()
