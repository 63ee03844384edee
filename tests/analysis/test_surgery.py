"""ELBO surgery: the identity, and codes whose information and total correlation are known."""

import math

import pytest
import torch

from analysis.metrics import aggregate
from analysis.metrics.aggregate import drawn_codes, log_aggregate
from analysis.metrics.surgery import elbo_surgery
from models.errors import InputError
from models.posterior import Posterior


def some_posterior(images: int = 200, latent: int = 3) -> Posterior:
    generator = torch.Generator().manual_seed(99)  # not a seed of the codes, whose noise would be the means' own
    return Posterior(
        torch.randn(images, latent, generator=generator) * 1.2,
        torch.randn(images, latent, generator=generator) - 2,
    )


def normal_grid(side: int) -> torch.Tensor:
    """A product grid of the standard normal's quantiles, `[side^2 2]`, scaled to a variance of exactly 1."""
    quantiles = torch.special.ndtri((torch.arange(side).double() + 0.5) / side)
    return torch.cartesian_prod(*2 * [quantiles / quantiles.std(correction=0)])


def close(found, expected: float, errors: float = 4.0) -> bool:
    return abs(found.mean - expected) <= errors * found.error + 1e-9


def test_the_parts_add_up_to_the_kl():
    for draws, error in ((1, 0.15), (20, 0.03)):
        parts = elbo_surgery(some_posterior(), draws)
        assert close(parts.gap, 0)
        assert parts.gap.error < error
        whole = parts.mutual_information.mean + parts.total_correlation.mean + parts.dimension_wise_kl.mean
        assert whole + parts.gap.mean == pytest.approx(parts.kl.mean, abs=1e-9)
        assert parts.marginal_kl.mean == pytest.approx(parts.total_correlation.mean + parts.dimension_wise_kl.mean)
        assert sum(part.mean for part in parts.of_dimensions) == pytest.approx(parts.dimension_wise_kl.mean)


def test_the_whole_is_the_posteriors_own_kl():
    posterior = some_posterior()
    assert elbo_surgery(posterior).kl.mean == pytest.approx(float(posterior.kl().sum(dim=1).mean()), rel=1e-6)


def test_independent_codes_have_no_total_correlation():
    # means on a product grid, one variance a dimension: the mixture is a product, whatever is drawn
    mu = torch.cartesian_prod(torch.linspace(-2, 2, 9), torch.tensor([-1.0, 0.5, 3.0]))
    parts = elbo_surgery(Posterior(mu, torch.tensor([-1.0, -3.0]).expand_as(mu)))
    assert parts.total_correlation.mean == pytest.approx(0, abs=1e-12)
    assert parts.total_correlation.error == pytest.approx(0, abs=1e-12)
    assert parts.mutual_information.mean > 1


def test_correlated_gaussian_codes_have_the_total_correlation_of_the_closed_form():
    # q(z|x) = N(mu, s^2 I) with Gaussian mu makes q(z) Gaussian with the covariance A A^T + s^2 I
    A, s2 = torch.tensor([[1.2, 0.0], [0.8, 0.5]]).double(), 0.4
    mu = normal_grid(48) @ A.T
    covariance = A @ A.T + s2 * torch.eye(2).double()
    parts = elbo_surgery(Posterior(mu, torch.full_like(mu, math.log(s2))), draws=2)
    log_det, variances = float(torch.logdet(covariance)), covariance.diag()
    correlation = 0.5 * (float(variances.log().sum()) - log_det)
    of_dims = 0.5 * (variances - 1 - variances.log())
    assert correlation > 0.2
    assert max(parts.total_correlation.error, parts.mutual_information.error) < 0.02
    assert close(parts.total_correlation, correlation)
    assert close(parts.mutual_information, 0.5 * (log_det - 2 * math.log(s2)))
    assert all(close(part, float(kl)) for part, kl in zip(parts.of_dimensions, of_dims, strict=True))
    assert close(parts.marginal_kl, correlation + float(of_dims.sum()))


def test_images_far_apart_are_known_by_their_codes():
    mu = 100 * torch.arange(50.0)[:, None] * torch.ones(2)
    parts = elbo_surgery(Posterior(mu, torch.zeros(50, 2)))
    assert parts.mutual_information.mean == pytest.approx(math.log(50))
    assert parts.total_correlation.mean == pytest.approx(math.log(50))  # one dimension tells the other


def test_a_posterior_at_the_prior_and_a_single_image_say_nothing():
    collapsed = elbo_surgery(Posterior(torch.zeros(9, 4), torch.zeros(9, 4)))
    for part in (collapsed.kl, collapsed.mutual_information, collapsed.total_correlation, collapsed.marginal_kl):
        assert part.mean == pytest.approx(0, abs=1e-12)
    single = elbo_surgery(Posterior(torch.tensor([[1.0, 2.0]]), torch.tensor([[-1.0, 0.0]])))
    assert single.mutual_information.mean == pytest.approx(0, abs=1e-12)
    assert single.mutual_information.error is None


def test_the_mixture_is_that_of_torch_distributions(monkeypatch):
    posterior = some_posterior(30, 2)
    z = drawn_codes(posterior)
    components = torch.distributions.Independent(
        torch.distributions.Normal(posterior.mu.double(), posterior.std.double()), 1
    )
    referee = torch.distributions.MixtureSameFamily(
        torch.distributions.Categorical(torch.ones(30).double()), components
    )
    joint, marginals = log_aggregate(posterior, z)
    torch.testing.assert_close(joint, referee.log_prob(z.double()))
    assert marginals.shape == (30, 2)
    monkeypatch.setattr(aggregate, "BLOCK_PAIRS", 100)  # three draws a block
    for whole, blocked in zip((joint, marginals), log_aggregate(posterior, z), strict=True):
        torch.testing.assert_close(blocked, whole)


def test_codes_are_drawn_by_seed_and_a_point_is_its_mean():
    posterior = some_posterior()
    assert torch.equal(drawn_codes(posterior, 1), drawn_codes(posterior, 1))
    assert not torch.equal(drawn_codes(posterior, 1), drawn_codes(posterior, 2))
    assert torch.equal(drawn_codes(Posterior(posterior.mu)), posterior.mu)


def test_points_no_images_and_no_draws_are_refused():
    with pytest.raises(InputError, match=r"measure\.no_kl"):
        elbo_surgery(Posterior(torch.zeros(3, 2)))
    with pytest.raises(InputError, match=r"measure\.no_image"):
        elbo_surgery(Posterior(torch.zeros(0, 2), torch.zeros(0, 2)))
    for draws in (0, 101):
        with pytest.raises(InputError, match=rf"measure\.draws: most=100, got={draws}"):
            elbo_surgery(some_posterior(), draws)
