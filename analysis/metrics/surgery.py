"""ELBO surgery: the mean KL divergence cut into information, dependence and distance from the prior.

Knows posteriors only.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Float64
from torch import Tensor

from analysis.metrics.aggregate import drawn_codes, log_aggregate, require_density
from analysis.metrics.mean_with_error import MeanWithError, mean_with_error
from models.errors import require
from models.posterior import LOG_2PI, Posterior
from models.prior import Prior

MAX_DRAWS = 100


@dataclass(frozen=True)
class Surgery:
    """The parts of E KL(q(z|x) || p(z)), all in nats, with standard errors over the images.

    `kl`: the whole, in closed form. `mutual_information`: I(x; z), at most log N for N images. `total_correlation`:
    KL(q(z) || prod_j q(z_j)). `dimension_wise_kl`: sum_j KL(q(z_j) || p(z_j)), its terms in `of_dimensions`.
    `marginal_kl`: KL(q(z) || p(z)), the total correlation and the dimension-wise KL together. `gap`: `kl` minus the sum
    of its parts, which is what the draws leave of an identity.
    """

    kl: MeanWithError
    mutual_information: MeanWithError
    total_correlation: MeanWithError
    dimension_wise_kl: MeanWithError
    of_dimensions: tuple[MeanWithError, ...]
    marginal_kl: MeanWithError
    gap: MeanWithError


@torch.no_grad()
def elbo_surgery(posterior: Posterior, draws: int = 1, seed: int = 0, prior: Prior | None = None) -> Surgery:
    """E KL(q(z|x) || p(z)) = I(x; z) + TC(z) + sum_j KL(q(z_j) || p(z_j)), each part from `draws` codes an image.

    Hoffman and Johnson 2016, eq. 6 (KL = information + marginal KL), and Chen et al. 2018, eq. 2, with x uniform
    over these images and their exact mixture as q(z), so that nothing depends on a minibatch. Information that comes
    near log N has met its ceiling: more images would move nats from the total correlation to it, so compare models at
    the same number of images. Time: draws x images^2 x latents. Raises InputError for a deterministic encoder, no
    images, draws out of range, or a learnt `prior`, which is no product of its dimensions.
    """
    require_density(posterior)
    learnt = prior is not None and bool((prior.mu != 0).any() or (prior.log_var != 0).any())
    require(not learnt, "measure.learnt_prior")
    require(1 <= draws <= MAX_DRAWS, "measure.draws", most=MAX_DRAWS, got=draws)
    terms = torch.stack([_log_ratios(posterior, seed + draw) for draw in range(draws)]).mean(dim=0)
    kl = posterior.kl().double().sum(dim=1)
    information, correlation, dimension_wise = terms[:, 0], terms[:, 1], terms[:, 2:]
    marginal = correlation + dimension_wise.sum(dim=1)
    return Surgery(
        kl=mean_with_error(kl.numpy()),
        mutual_information=mean_with_error(information.numpy()),
        total_correlation=mean_with_error(correlation.numpy()),
        dimension_wise_kl=mean_with_error(dimension_wise.sum(dim=1).numpy()),
        of_dimensions=tuple(mean_with_error(of_dim.numpy()) for of_dim in dimension_wise.T),
        marginal_kl=mean_with_error(marginal.numpy()),
        gap=mean_with_error((kl - information - marginal).numpy()),
    )


def _log_ratios(posterior: Posterior, seed: int) -> Float64[Tensor, "images terms"]:
    """Of one code an image: log q(z|x)/q(z), log q(z)/prod q(z_j), and log q(z_j)/p(z_j) of each dimension."""
    assert posterior.log_var is not None
    exact = Posterior(posterior.mu.double(), posterior.log_var.double())
    z = drawn_codes(exact, seed)
    joint, marginals = log_aggregate(exact, z)
    prior = -0.5 * (z.square() + LOG_2PI)
    information, correlation = exact.log_prob(z) - joint, joint - marginals.sum(dim=1)
    return torch.cat([information[:, None], correlation[:, None], marginals - prior], dim=1)
