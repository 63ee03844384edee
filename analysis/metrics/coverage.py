"""How much of the prior's mass the codes cover: whether a draw from the prior finds a code near it.

Knows codes only; scikit-learn finds the neighbours.
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor

from analysis.metrics.mean_with_error import MeanWithError
from models.errors import require
from models.prior import Prior

# Another stream than that of `drawn_codes`: with its noise, a collapsed posterior's codes would be the draws themselves
STREAM = 1_000_003


def prior_draws(
    count: int, latent: int, seed: int = 0, prior: Prior | None = None
) -> Float[Tensor, "{count} {latent}"]:
    """Draws from the prior, N(0, I) where none is given, the same for the same seed."""
    noise = torch.Generator().manual_seed(seed + STREAM)
    eps = torch.randn(count, latent, generator=noise)
    return eps if prior is None else prior.draw(eps, noise)


def coverage(
    codes: Float[Tensor, "images latent"], prior: Float[Tensor, "draws latent"], neighbours: int = 5
) -> MeanWithError:
    """The share of prior draws with a code no further away than their own `neighbours`-th nearest other draw.

    Naeem et al. 2020, section 3, with the prior in the place of the real images and the codes in that of the fakes.
    It is scaled by the draws' own spacing, so that it means the same in any dimension: as many codes as draws from the
    prior itself give about 1 - 2^-neighbours (their lemma 2). Unit: a share; the error is binomial. Raises
    InputError for no codes, too few draws, or values that are not finite.
    """
    from sklearn.neighbors import NearestNeighbors  # slow to import

    _require_pair(codes, prior)
    require(1 <= neighbours < len(prior), "measure.neighbours_of_draws", draws=len(prior), got=neighbours)
    others, _ = NearestNeighbors(n_neighbors=neighbours).fit(prior.double().numpy()).kneighbors()  # never itself
    nearest = _nearest_code(codes, prior)
    return _share(nearest <= torch.from_numpy(others[:, -1]))


def share_within(
    codes: Float[Tensor, "images latent"], prior: Float[Tensor, "draws latent"], radius: float
) -> MeanWithError:
    """The share of prior draws with a code at most `radius` away, Euclidean; the error is binomial.

    The plain form of `coverage`, for models with the same number of latents and codes only: in 2 dimensions a
    radius of 0.25 is near, in 50 nothing is. Raises InputError for a radius below 0, and like `coverage`.
    """
    require(radius >= 0, "measure.radius", got=radius)
    _require_pair(codes, prior)
    return _share(_nearest_code(codes, prior) <= radius)


def _nearest_code(codes: Tensor, prior: Tensor) -> Float[Tensor, " draws"]:
    from sklearn.neighbors import NearestNeighbors

    search = NearestNeighbors(n_neighbors=1).fit(codes.double().numpy())
    return torch.from_numpy(search.kneighbors(prior.double().numpy())[0][:, 0])


def _share(covered: Tensor) -> MeanWithError:
    share = float(covered.double().mean())
    return MeanWithError(share, math.sqrt(share * (1 - share) / len(covered)))


def _require_pair(codes: Tensor, prior: Tensor) -> None:
    require(len(codes) >= 1 and len(prior) >= 1, "measure.no_code_or_draw")
    require(codes.shape[1] == prior.shape[1], "measure.draws_width", latent=codes.shape[1], got=prior.shape[1])
    finite = bool(torch.isfinite(codes).all() and torch.isfinite(prior).all())
    require(finite, "codes.not_finite")
