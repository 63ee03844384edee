"""The posterior against torch.distributions, and at the prior."""

import pytest
import torch
from jaxtyping import TypeCheckError
from torch.distributions import Independent, Normal, kl_divergence

from models.posterior import Posterior, prior_log_prob


@pytest.fixture
def posterior() -> Posterior:
    generator = torch.Generator().manual_seed(1)
    return Posterior(torch.randn(7, 3, generator=generator) * 2, torch.randn(7, 3, generator=generator) * 2)


def _referee(posterior: Posterior) -> Normal:
    assert posterior.log_var is not None
    return Normal(posterior.mu, torch.exp(0.5 * posterior.log_var))


def test_kl_of_each_dimension_is_that_of_torch_distributions(posterior: Posterior) -> None:
    expected = kl_divergence(_referee(posterior), Normal(torch.zeros(7, 3), torch.ones(7, 3)))
    torch.testing.assert_close(posterior.kl(), expected)
    assert posterior.kl().shape == (7, 3)


def test_log_prob_is_summed_over_dimensions(posterior: Posterior) -> None:
    z = torch.randn(7, 3, generator=torch.Generator().manual_seed(2))
    expected = Independent(_referee(posterior), 1).log_prob(z)
    torch.testing.assert_close(posterior.log_prob(z), expected)
    assert posterior.log_prob(z).shape == (7,)


def test_prior_log_prob_is_that_of_the_standard_normal() -> None:
    z = torch.randn(7, 3, generator=torch.Generator().manual_seed(2)) * 3
    expected = Independent(Normal(torch.zeros(7, 3), torch.ones(7, 3)), 1).log_prob(z)
    torch.testing.assert_close(prior_log_prob(z), expected)


def test_kl_is_zero_at_the_prior_and_nowhere_negative(posterior: Posterior) -> None:
    assert torch.equal(Posterior(torch.zeros(4, 2), torch.zeros(4, 2)).kl(), torch.zeros(4, 2))
    assert (posterior.kl() > 0).all()


def test_kl_keeps_its_digits_beside_the_prior() -> None:
    # to second order KL = log_var^2 / 4, here 2.5e-9; exp(log_var) - 1 - log_var in float32 gives 0 or 1e-8
    near = Posterior(torch.zeros(1, 1), torch.full((1, 1), 1e-4))
    exact = Posterior(torch.zeros(1, 1).double(), torch.full((1, 1), 1e-4).double())
    assert float(exact.kl()) == pytest.approx(2.5e-9, rel=1e-3)
    assert float(near.kl()) == pytest.approx(2.5e-9, rel=5e-3)


def test_sample_is_mu_plus_std_times_eps() -> None:
    posterior = Posterior(torch.tensor([[1.0, -2.0]]), torch.log(torch.tensor([[4.0, 0.25]])))
    torch.testing.assert_close(posterior.std, torch.tensor([[2.0, 0.5]]))
    torch.testing.assert_close(posterior.sample(torch.tensor([[3.0, -2.0]])), torch.tensor([[7.0, -3.0]]))


def test_samples_have_the_posteriors_moments() -> None:
    eps = torch.randn(200_000, 2, generator=torch.Generator().manual_seed(0))
    mu, log_var = torch.tensor([[1.0, -1.0]]), torch.log(torch.tensor([[0.25, 9.0]]))
    z = Posterior(mu.expand(200_000, 2), log_var.expand(200_000, 2)).sample(eps)
    torch.testing.assert_close(z.mean(0), mu[0], atol=0.03, rtol=0)
    torch.testing.assert_close(z.var(0), log_var[0].exp(), atol=0, rtol=0.01)


def test_a_point_has_no_spread_no_density_and_no_kl() -> None:
    point = Posterior(torch.ones(3, 2))
    assert torch.equal(point.std, torch.zeros(3, 2))
    assert torch.equal(point.sample(torch.full((3, 2), 9.0)), point.mu)
    with pytest.raises(ValueError, match="no KL divergence"):
        point.kl()
    with pytest.raises(ValueError, match="no density"):
        point.log_prob(torch.zeros(3, 2))


def test_shapes_in_signatures_are_checked_in_tests() -> None:
    """pyproject.toml switches jaxtyping on; without it no other test would see a wrong annotation."""
    with pytest.raises(TypeCheckError):
        Posterior(torch.zeros(3, 2), torch.zeros(2, 3))
    with pytest.raises(TypeCheckError):
        prior_log_prob(torch.zeros(3))
