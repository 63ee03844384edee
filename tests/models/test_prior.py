"""The prior against torch.distributions: one Gaussian, one for each example, and a mixture."""

import math

import pytest
import torch
from torch.distributions import Categorical, Independent, MixtureSameFamily, Normal, kl_divergence

from models.posterior import Posterior, prior_log_prob
from models.prior import Prior, standard_prior

BATCH, LATENT = 7, 3


def _noise(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


@pytest.fixture
def posterior() -> Posterior:
    return Posterior(_noise(BATCH, LATENT) * 2, _noise(BATCH, LATENT, seed=1))


def _mixture(components: int = 4) -> Prior:
    return Prior(_noise(components, 1, LATENT, seed=2), _noise(components, 1, LATENT, seed=3))


def _referee(prior: Prior) -> MixtureSameFamily:
    parts = Independent(Normal(prior.mu[:, 0], torch.exp(0.5 * prior.log_var[:, 0])), 1)
    return MixtureSameFamily(Categorical(torch.ones(len(prior.mu))), parts)


def test_the_standard_prior_is_n01(posterior: Posterior) -> None:
    prior, z = standard_prior(LATENT), _noise(BATCH, LATENT, seed=4)
    assert prior.closed
    assert torch.equal(prior.kl(posterior, z), posterior.kl())
    torch.testing.assert_close(prior.log_prob(z), prior_log_prob(z))
    assert torch.equal(prior.sample(z), z)


def test_kl_to_one_gaussian_for_each_example(posterior: Posterior) -> None:
    prior = Prior(_noise(1, BATCH, LATENT, seed=2), _noise(1, BATCH, LATENT, seed=3))
    assert posterior.log_var is not None
    q, p = (Normal(mu, torch.exp(0.5 * lv)) for mu, lv in (
        (posterior.mu, posterior.log_var), (prior.mu[0], prior.log_var[0])))  # fmt: skip
    torch.testing.assert_close(prior.kl(posterior, posterior.mu), kl_divergence(q, p))
    same = Posterior(prior.mu[0], prior.log_var[0])
    torch.testing.assert_close(prior.kl(same, same.mu), torch.zeros(BATCH, LATENT))


def test_log_prob_of_a_mixture() -> None:
    z = _noise(BATCH, LATENT, seed=4) * 2
    torch.testing.assert_close(_mixture().log_prob(z), _referee(_mixture()).log_prob(z))


def test_kl_to_a_mixture_sums_to_the_log_ratio(posterior: Posterior) -> None:
    z, prior = posterior.sample(_noise(BATCH, LATENT, seed=4)), _mixture()
    kl = prior.kl(posterior, z)
    assert kl.shape == (BATCH, LATENT)
    torch.testing.assert_close(kl.sum(dim=1), posterior.log_prob(z) - _referee(prior).log_prob(z))


def test_the_share_of_the_first_dimension_is_that_of_its_marginal(posterior: Posterior) -> None:
    z, prior = posterior.sample(_noise(BATCH, LATENT, seed=4)), _mixture()
    marginal = Prior(prior.mu[:, :, :1], prior.log_var[:, :, :1]).log_prob(z[:, :1])
    torch.testing.assert_close(prior.kl(posterior, z)[:, 0], posterior.log_probs(z)[:, 0] - marginal)


def test_kl_to_a_mixture_is_positive_on_average_in_every_dimension() -> None:
    count = 20_000
    posterior = Posterior(torch.tensor([[0.5, -1.0, 0.0]]).expand(count, 3), torch.full((count, 3), -1.0))
    kl = _mixture().kl(posterior, posterior.sample(_noise(count, 3)))
    assert (kl < 0).any()  # of a single draw it may be below 0
    assert (kl.mean(dim=0) > 0).all()


def test_samples_have_the_moments_of_their_components() -> None:
    prior, count = _mixture(2), 100_000
    chosen = torch.zeros(count, dtype=torch.int64)
    z = prior.sample(_noise(count, LATENT), chosen)
    torch.testing.assert_close(z.mean(0), prior.mu[0, 0], atol=0.03, rtol=0)
    torch.testing.assert_close(z.var(0), prior.log_var[0, 0].exp(), atol=0, rtol=0.02)


def test_draws_come_from_all_components_alike() -> None:
    far = torch.tensor([-100.0, 0.0, 100.0])[:, None, None].expand(3, 1, LATENT)
    z = Prior(far, torch.zeros(3, 1, LATENT)).draw(_noise(9000, LATENT), torch.Generator().manual_seed(0))
    shares = [float((z[:, 0].round(decimals=-2) == place).float().mean()) for place in (-100, 0, 100)]
    assert shares == pytest.approx([1 / 3] * 3, abs=5 * math.sqrt(2 / 9 / 9000))


def test_draws_of_one_gaussian_leave_the_generator_as_it_is() -> None:
    """Trainings of N(0, I) that were begun before priors could be learnt go on bit for bit."""
    generator = torch.Generator().manual_seed(0)
    before = generator.get_state()
    eps = _noise(BATCH, LATENT)
    assert torch.equal(standard_prior(LATENT).draw(eps, generator), eps)
    assert torch.equal(generator.get_state(), before)


def test_the_prior_of_a_set_of_classes_weighs_them_by_their_number() -> None:
    rows = torch.tensor([[0.0, 1.0], [5.0, 6.0], [0.0, 1.0], [0.0, 1.0]])
    mixture = Prior(rows[None], torch.zeros(1, 4, 2)).mixture()
    assert mixture.mu.tolist() == [[0, 1], [5, 6]]
    assert mixture.weights.tolist() == [0.75, 0.25]
    assert mixture.var.tolist() == [[1, 1], [1, 1]]


def test_a_point_has_no_kl() -> None:
    for prior in (standard_prior(2), Prior(torch.zeros(3, 1, 2), torch.zeros(3, 1, 2))):
        with pytest.raises(ValueError, match="no (KL divergence|density)"):
            prior.kl(Posterior(torch.zeros(1, 2)), torch.zeros(1, 2))
