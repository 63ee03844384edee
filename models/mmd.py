"""The squared maximum mean discrepancy between codes and the prior, with a Gaussian kernel.

`mmd` is what training minimises, from prior samples; `mmd_to_prior` is what is reported, exact in the prior.
"""

import math
from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor

# Denominators under |a - b|^2. Zhao's scripts use dim^2, which fades in high dimensions: two prior samples are
# 2 dim apart, so k is near exp(-2 / dim) for any codes. With 2 latents, dim^2 and 2 dim are the same.
KERNEL_WIDTHS: dict[str, Callable[[int], float]] = {
    "dim-squared": lambda latent: float(latent**2),
    "dim": lambda latent: float(latent),
    "two-dim": lambda latent: float(2 * latent),
}


def gaussian_kernel(a: Float[Tensor, "n latent"], b: Float[Tensor, "m latent"], scale: float) -> Float[Tensor, "n m"]:
    """k(a, b) = exp(-|a - b|^2 / scale) for every pair, in (0, 1]."""
    squared = a.square().sum(dim=1)[:, None] + b.square().sum(dim=1)[None] - 2 * a @ b.T
    return torch.exp(-squared.clamp_min(0) / scale)


def mmd(
    codes: Float[Tensor, "batch latent"], prior_sample: Float[Tensor, "samples latent"], bandwidth: str
) -> Float[Tensor, " batch"]:
    """Squared MMD split into one share an example; the mean of the shares is the estimate. At least 0, no unit.

    MMD^2 = E k(z, z') - 2 E k(z, p) + E k(p, p'), the biased V-statistic (Gretton et al. 2012, eq. 5), as in Zhao's
    `mmd_vae.py`. `bandwidth` names a row of `KERNEL_WIDTHS`.
    """
    scale = KERNEL_WIDTHS[bandwidth](codes.shape[1])
    within = gaussian_kernel(codes, codes, scale).mean(dim=1)
    across = gaussian_kernel(codes, prior_sample, scale).mean(dim=1)
    return within - 2 * across + gaussian_kernel(prior_sample, prior_sample, scale).mean()


def mmd_to_prior(codes: Float[Tensor, "n latent"], bandwidth: str = "two-dim", block: int = 1000) -> float:
    """Squared MMD between codes and N(0, I) itself, unbiased, so it may fall a little below 0. No unit.

    Under the Gaussian kernel both expectations over the prior have a closed form (Gretton et al. 2012, eq. 3 with
    E_p k(z, p) = (s / (s + 2))^(d/2) exp(-|z|^2 / (s + 2)) and E k(p, p') = (s / (s + 4))^(d/2)), which leaves one
    sum over pairs of codes. Needs at least 2 codes; returns nan for fewer. Memory: `block` x n floats.
    """
    count, latent = codes.shape
    if count < 2:
        return math.nan
    codes = codes.double()
    scale = KERNEL_WIDTHS[bandwidth](latent)
    starts = range(0, count, block)
    pairs = math.fsum(float(gaussian_kernel(codes[i : i + block], codes, scale).sum()) for i in starts)
    within = (pairs - count) / (count * (count - 1))
    half = latent / 2
    across = math.pow(scale / (scale + 2), half) * float(torch.exp(-codes.square().sum(1) / (scale + 2)).mean())
    return within - 2 * across + math.pow(scale / (scale + 4), half)
