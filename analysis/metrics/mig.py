"""The mutual information gap: whether each factor of variation has a latent dimension of its own.

Knows posteriors, or codes, and the factors' values; knows no data set.
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from jaxtyping import Float, Float64, Int64, Integer
from torch import Tensor

from analysis.metrics.aggregate import blocks, drawn_codes, log_densities, require_density
from models.errors import require
from models.posterior import Posterior

BINS = 20


@dataclass(frozen=True)
class InformationGap:
    """`score`: the mean of `gaps`, one a factor, 0 to 1 but for noise, without unit.

    `information`: I(z_j; v_k) in nats; `entropy`: H(v_k) in nats.
    """

    score: float
    gaps: tuple[float, ...]
    information: Float64[Tensor, "latent factors"]
    entropy: Float64[Tensor, " factors"]


@torch.no_grad()
def mig(posterior: Posterior, factors: Integer[Tensor, "images factors"], seed: int = 0) -> InformationGap:
    """Mean over factors of (the highest I(z_j; v_k) - the second highest) / H(v_k). Chen et al. 2018, section 4.

    I(z_j; v_k) = E[log q(z_j|v_k) - log q(z_j)] with one draw an image, q(z_j|v_k) the exact mixture of the images that
    share the factor's value. `factors`: a whole number an image and factor; only equality counts. Time: images^2 x
    latents. Raises InputError for a deterministic encoder (see `mig_of_codes`), fewer than 2 latents, factors of
    another length, or a factor with a single value.
    """
    values = _values(factors, *require_density(posterior).mu.shape)
    z = drawn_codes(posterior, seed)
    sums = torch.zeros(posterior.mu.shape[1], len(values), dtype=torch.float64)
    members = torch.cat([F.one_hot(value) for value in values], dim=1).double()  # [images, values of all factors]
    offsets = torch.tensor([0, *(int(value.max()) + 1 for value in values[:-1])]).cumsum(0)
    own = torch.stack(values, dim=1) + offsets  # [images factors]
    log_share = torch.log(members.mean(dim=0))[own]
    for block in blocks(len(z), len(z)):
        for dim, log_density in enumerate(log_densities(posterior, z[block])):
            density = torch.exp(log_density - log_density.amax(dim=1, keepdim=True))
            of_own = torch.log((density @ members).gather(1, own[block])) - log_share[block]
            sums[dim] += (of_own - torch.log(density.sum(dim=1, keepdim=True))).sum(dim=0)
    return _gap(sums / len(z), values)


def mig_of_codes(
    codes: Float[Tensor, "images latent"], factors: Integer[Tensor, "images factors"], bins: int = BINS
) -> InformationGap:
    """The same gap from codes cut into `bins` equally wide bins a dimension, as disentanglement_lib computes it.

    Locatello et al. 2019, appendix B; for codes without a density, and to compare with its published numbers.
    Raises InputError like `mig`, for codes that are not finite and for fewer than 2 bins.
    """
    values = _values(factors, *codes.shape)
    require(bins >= 2, "measure.bins", got=bins)
    require(bool(torch.isfinite(codes).all()), "codes.not_finite")
    low, high = codes.double().amin(dim=0), codes.double().amax(dim=0)
    width = torch.where(high > low, high - low, 1.0)
    binned = ((codes.double() - low) / width * bins).long().clamp(max=bins - 1)
    information = [[_discrete_information(z_j, v_k) for v_k in values] for z_j in binned.T]
    return _gap(torch.tensor(information, dtype=torch.float64), values)


def _gap(information: Float64[Tensor, "latent factors"], values: list[Tensor]) -> InformationGap:
    entropy = torch.tensor([_discrete_information(v_k, v_k) for v_k in values], dtype=torch.float64)
    best = information.sort(dim=0, descending=True).values
    gaps = ((best[0] - best[1]) / entropy).tolist()
    return InformationGap(math.fsum(gaps) / len(gaps), tuple(gaps), information, entropy)


def _discrete_information(a: Int64[Tensor, " images"], b: Int64[Tensor, " images"]) -> float:
    """I(a; b) in nats of two whole numbers an image, from their counts; I(a; a) is the entropy."""
    width = int(b.max()) + 1
    joint = torch.bincount(a * width + b, minlength=(int(a.max()) + 1) * width).double().reshape(-1, width) / len(a)
    expected = joint.sum(dim=1, keepdim=True) * joint.sum(dim=0, keepdim=True)
    return float(torch.where(joint > 0, joint * torch.log(joint / expected), 0.0).sum())


def _values(factors: Integer[Tensor, "images factors"], images: int, latent: int) -> list[Int64[Tensor, " images"]]:
    """Each factor's values as 0, 1, ... in the order of their size."""
    require(latent >= 2, "measure.one_latent", got=latent)
    require(
        len(factors) == images and factors.shape[1] >= 1, "measure.factors_shape", count=images, got=list(factors.shape)
    )
    values = [torch.unique(factor, return_inverse=True)[1] for factor in factors.T]
    for number, value in enumerate(values):
        require(int(value.max()) > 0, "measure.constant_factor", number=number)
    return values
