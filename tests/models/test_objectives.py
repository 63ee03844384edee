"""Every objective against its formula, written out again with torch.distributions."""

import math
from dataclasses import replace

import pytest
import torch
from torch import Tensor
from torch.distributions import Bernoulli, Normal, kl_divergence

from models.aims import LIKELIHOODS, NEEDS_DENSITY, Weights
from models.layer_modules import log_odds
from models.mmd import mmd
from models.objectives import OBJECTIVES, Pass, Terms, log_likelihood, squared_error, with_learnt_std
from models.posterior import Posterior
from models.prior import Prior
from models.total_correlation import total_correlation

BATCH, LATENT, IMAGE = 6, 3, (2, 4, 5)


def _pass(seed: int = 0, stochastic: bool = True, batch: int = BATCH) -> Pass:
    generator = torch.Generator().manual_seed(seed)
    posterior = Posterior(
        torch.randn(batch, LATENT, generator=generator),
        torch.randn(batch, LATENT, generator=generator) if stochastic else None,
    )
    return Pass(
        x=torch.rand(batch, *IMAGE, generator=generator),
        posterior=posterior,
        z=posterior.sample(torch.randn(batch, LATENT, generator=generator)),
        logits=torch.randn(batch, *IMAGE, generator=generator) * 2,
        prior_sample=torch.randn(batch, LATENT, generator=generator),
    )


def _kl(passed: Pass) -> Tensor:
    """KL to the prior for each dimension, by torch.distributions."""
    mu, log_var = passed.posterior.mu, passed.posterior.log_var
    assert log_var is not None
    return kl_divergence(Normal(mu, torch.exp(0.5 * log_var)), Normal(torch.zeros_like(mu), torch.ones_like(mu)))


def test_bernoulli_log_likelihood_is_summed_over_pixels() -> None:
    passed = _pass()
    expected = Bernoulli(logits=passed.logits, validate_args=False).log_prob(passed.x).sum(dim=(1, 2, 3))
    torch.testing.assert_close(log_likelihood(passed, Weights()), expected)


@pytest.mark.parametrize("pixel_std", [math.sqrt(0.5), 1.0, 0.1])
def test_gaussian_log_likelihood_is_summed_over_pixels(pixel_std: float) -> None:
    passed = _pass()
    expected = Normal(torch.sigmoid(passed.logits), pixel_std).log_prob(passed.x).sum(dim=(1, 2, 3))
    weights = Weights(likelihood="gaussian", pixel_std=pixel_std)
    torch.testing.assert_close(log_likelihood(passed, weights), expected)


LEARNT = Weights(likelihood="gaussian-learnt", least_std=0.01)


def test_a_learnt_deviation_is_the_root_of_the_mean_squared_error_or_its_floor() -> None:
    half = replace(_pass(batch=2), x=torch.full((2, *IMAGE), 0.5), logits=torch.zeros(2, *IMAGE))
    half.x[0] += 0.2  # errors 0.2 and 0: their mean square is 0.02
    assert squared_error(half) == pytest.approx(0.02)
    assert with_learnt_std(LEARNT, squared_error(half)).pixel_std == pytest.approx(math.sqrt(0.02))
    assert with_learnt_std(replace(LEARNT, least_std=0.15), 0.02).pixel_std == 0.15
    assert with_learnt_std(LEARNT, 0.0).pixel_std == 0.01
    held = Weights(likelihood="gaussian", pixel_std=0.3)
    assert with_learnt_std(held, 0.02) is held


def test_no_other_deviation_makes_the_pixels_likelier() -> None:
    passed = _pass()
    best = with_learnt_std(LEARNT, squared_error(passed))
    found = log_likelihood(passed, best).mean()
    pixels = math.prod(IMAGE)
    assert float(found) == pytest.approx(-pixels * (math.log(2 * math.pi * math.e) / 2 + math.log(best.pixel_std)))
    for factor in (0.9, 0.99, 1.01, 1.1):
        assert log_likelihood(passed, replace(best, pixel_std=best.pixel_std * factor)).mean() < found


def test_the_gradient_is_that_of_the_likelihood_at_its_best_deviation() -> None:
    """That of -D/2 log(mean squared error), which holds no deviation at all."""
    passed = _pass()
    passed.logits.requires_grad_()
    weights = with_learnt_std(LEARNT, squared_error(passed))
    (found,) = torch.autograd.grad(log_likelihood(passed, weights).mean(), passed.logits)
    error = (passed.x - torch.sigmoid(passed.logits)).square().mean()
    (wanted,) = torch.autograd.grad(-math.prod(IMAGE) / 2 * error.log(), passed.logits)
    torch.testing.assert_close(found, wanted)


def test_the_standard_pixel_std_gives_minus_the_squared_error_up_to_a_constant() -> None:
    one, other = _pass(0), _pass(1)
    weights = Weights(likelihood="gaussian")
    error = [(p.x - torch.sigmoid(p.logits)).square().sum(dim=(1, 2, 3)) for p in (one, other)]
    difference = log_likelihood(one, weights) - log_likelihood(other, weights)
    torch.testing.assert_close(difference, error[1] - error[0], atol=1e-4, rtol=1e-4)


def test_log_likelihood_of_two_known_pixels() -> None:
    logits = torch.tensor([0.0, math.log(3.0)]).reshape(1, 1, 1, 2)  # p = 1/2 and 3/4
    x = torch.tensor([1.0, 0.0]).reshape(1, 1, 1, 2)
    passed = replace(_pass(batch=1), x=x, logits=logits)
    assert float(log_likelihood(passed, Weights())) == pytest.approx(math.log(1 / 2) + math.log(1 / 4))


def test_log_likelihood_stays_finite_for_huge_logits() -> None:
    passed = replace(_pass(), logits=torch.full((BATCH, *IMAGE), 500.0), x=torch.zeros(BATCH, *IMAGE))
    torch.testing.assert_close(log_likelihood(passed, Weights()), torch.full((BATCH,), -500.0 * math.prod(IMAGE)))


def test_twice_the_pixels_give_twice_the_log_likelihood() -> None:
    passed = _pass()
    wide = replace(passed, x=torch.cat([passed.x] * 2, dim=3), logits=torch.cat([passed.logits] * 2, dim=3))
    for likelihood in LIKELIHOODS:
        weights = Weights(likelihood=likelihood)
        torch.testing.assert_close(log_likelihood(wide, weights), 2 * log_likelihood(passed, weights))


@pytest.mark.parametrize("name", OBJECTIVES)
def test_terms_are_per_example(name: str) -> None:
    terms = OBJECTIVES[name](_pass(), Weights())
    assert terms.objective.shape == terms.log_likelihood.shape == (BATCH,)
    assert terms.kl is not None
    assert terms.kl.shape == (BATCH, LATENT)
    assert terms.elbo is not None
    torch.testing.assert_close(terms.elbo, log_likelihood(_pass(), Weights()) - _kl(_pass()).sum(dim=1))


@pytest.mark.parametrize("name", sorted(set(OBJECTIVES) - {"mmd", "capacity-elbo", "infovae", "beta-tcvae"}))
def test_an_examples_terms_do_not_depend_on_its_batch(name: str) -> None:
    passed, weights = _pass(), Weights(beta=3.0)
    assert passed.posterior.log_var is not None
    posterior = Posterior(passed.posterior.mu[2:3], passed.posterior.log_var[2:3])
    alone = Pass(passed.x[2:3], posterior, passed.z[2:3], passed.logits[2:3], passed.prior_sample[2:3])
    together = OBJECTIVES[name](passed, weights).objective
    torch.testing.assert_close(OBJECTIVES[name](alone, weights).objective, together[2:3])


def test_elbo_is_log_likelihood_minus_kl_whatever_beta() -> None:
    passed = _pass()
    expected = log_likelihood(passed, Weights()) - _kl(passed).sum(dim=1)
    for beta in (0.0, 1.0, 7.0):
        torch.testing.assert_close(OBJECTIVES["elbo"](passed, Weights(beta=beta)).objective, expected)


def test_beta_elbo_weighs_the_kl() -> None:
    passed = _pass()
    for beta in (0.0, 1.0, 4.0):
        expected = log_likelihood(passed, Weights()) - beta * _kl(passed).sum(dim=1)
        terms = OBJECTIVES["beta-elbo"](passed, Weights(beta=beta))
        torch.testing.assert_close(terms.objective, expected)
        assert terms.elbo is not None
        torch.testing.assert_close(terms.elbo, log_likelihood(passed, Weights()) - _kl(passed).sum(dim=1))
    elbo = OBJECTIVES["elbo"](passed, Weights()).objective
    assert torch.equal(OBJECTIVES["beta-elbo"](passed, Weights(beta=1.0)).objective, elbo)


@pytest.mark.parametrize("capacity", [0.0, 1.0, 50.0])
def test_capacity_elbo_is_the_distance_of_the_mean_kl_to_the_capacity(capacity: float) -> None:
    passed = _pass()
    likelihood, kl = log_likelihood(passed, Weights()).mean(), _kl(passed).sum(dim=1).mean()
    terms = OBJECTIVES["capacity-elbo"](passed, Weights(capacity=capacity, gamma=30.0))
    torch.testing.assert_close(terms.objective.mean(), likelihood - 30 * (kl - capacity).abs())


def test_capacity_zero_is_beta_elbo_with_beta_gamma() -> None:
    passed = _pass()
    capacity = OBJECTIVES["capacity-elbo"](passed, Weights(capacity=0.0, gamma=5.0)).objective
    torch.testing.assert_close(capacity, OBJECTIVES["beta-elbo"](passed, Weights(beta=5.0)).objective)


def test_the_gradient_of_capacity_elbo_pulls_the_kl_towards_the_capacity() -> None:
    for capacity, sign in ((0.0, -1.0), (1e3, 1.0)):  # mean KL above, below
        mu = torch.ones(BATCH, LATENT, requires_grad=True)
        passed = replace(_pass(), posterior=Posterior(mu, torch.zeros(BATCH, LATENT)))
        OBJECTIVES["capacity-elbo"](passed, Weights(capacity=capacity, gamma=2.0)).objective.sum().backward()
        assert mu.grad is not None
        torch.testing.assert_close(mu.grad, torch.full((BATCH, LATENT), sign * 2.0))  # gamma * dKL/dmu = gamma * mu


def test_monte_carlo_elbo_averages_to_the_closed_form() -> None:
    count = 40_000
    mu, log_var = torch.tensor([[0.8, -1.2, 0.1]]), torch.tensor([[-1.0, 0.5, -3.0]])
    posterior = Posterior(mu.expand(count, 3), log_var.expand(count, 3))
    z = posterior.sample(torch.randn(count, 3, generator=torch.Generator().manual_seed(3)))
    still = torch.zeros(count, 1, 1, 1)  # logits that do not depend on z leave only the KL's noise
    passed = Pass(still, posterior, z, still, z)
    monte_carlo = OBJECTIVES["elbo-monte-carlo"](passed, Weights()).objective
    closed = OBJECTIVES["elbo"](passed, Weights()).objective
    error = float(monte_carlo.std()) / math.sqrt(count)
    assert 0.001 < error < 0.02  # it is noisy, and there are enough samples
    assert float(monte_carlo.mean()) == pytest.approx(float(closed.mean()), abs=4 * error)


def test_monte_carlo_elbo_of_one_sample() -> None:
    passed = _pass()
    assert passed.posterior.log_var is not None
    q = Normal(passed.posterior.mu, torch.exp(0.5 * passed.posterior.log_var))
    ratio = (Normal(0.0, 1.0).log_prob(passed.z) - q.log_prob(passed.z)).sum(dim=1)
    terms = OBJECTIVES["elbo-monte-carlo"](passed, Weights(beta=0.01))
    torch.testing.assert_close(terms.objective, log_likelihood(passed, Weights()) + 0.01 * ratio)
    torch.testing.assert_close(terms.kl, _kl(passed))


@pytest.mark.parametrize("stochastic", [True, False])
def test_mmd_elbo_weighs_the_mmd_of_the_codes(stochastic: bool) -> None:
    passed = _pass(stochastic=stochastic)
    terms = OBJECTIVES["mmd"](passed, Weights(mmd_weight=50.0, bandwidth="dim"))
    distance = mmd(passed.z, passed.prior_sample, "dim")
    torch.testing.assert_close(terms.objective, log_likelihood(passed, Weights()) - 50 * distance)
    assert terms.mmd is not None
    assert float(terms.mmd.mean()) > 0
    assert (terms.kl is not None) == (terms.elbo is not None) == stochastic


@pytest.mark.parametrize("mmd_weight", [1.0, 50.0])
def test_infovae_lies_between_vae_and_mmd_vae(mmd_weight: float) -> None:
    passed = _pass()
    vae, mmd_vae, info = (OBJECTIVES[name] for name in ("elbo", "mmd", "infovae"))
    whole = info(passed, Weights(alpha=1.0, mmd_weight=mmd_weight))
    torch.testing.assert_close(whole.objective, mmd_vae(passed, Weights(mmd_weight=mmd_weight)).objective)
    none = info(passed, Weights(alpha=0.0, mmd_weight=mmd_weight)).objective
    distance = mmd(passed.z, passed.prior_sample, "two-dim")
    torch.testing.assert_close(none, vae(passed, Weights()).objective - (mmd_weight - 1) * distance)
    half = info(passed, Weights(alpha=0.5, mmd_weight=mmd_weight)).objective
    torch.testing.assert_close(half, (none + whole.objective) / 2)  # it is linear in alpha
    assert whole.mmd is not None


def test_beta_tcvae_adds_the_weight_of_the_total_correlation_alone() -> None:
    passed = _pass()
    elbo, tc = OBJECTIVES["elbo"](passed, Weights()).objective, OBJECTIVES["beta-tcvae"]
    torch.testing.assert_close(tc(passed, Weights(beta=1.0)).objective, elbo)
    heavy = tc(passed, Weights(beta=6.0))
    assert heavy.total_correlation is not None
    torch.testing.assert_close(heavy.objective, elbo - 5 * heavy.total_correlation)
    torch.testing.assert_close(
        heavy.total_correlation, total_correlation(passed.posterior, passed.z), rtol=0, atol=0
    )  # fmt: skip


@pytest.mark.parametrize("name", OBJECTIVES)
def test_a_prior_that_is_n01_changes_no_objective(name: str) -> None:
    """One pseudo-input whose posterior is N(0, I), and classes that are all N(0, I), are the VAE and the CVAE."""
    passed, weights = _pass(), Weights(beta=3.0, alpha=0.3)
    plain = OBJECTIVES[name](passed, weights)
    one, of_class = torch.zeros(1, 1, LATENT), torch.zeros(1, BATCH, LATENT)
    for zeros in (one, of_class):
        with_prior = OBJECTIVES[name](replace(passed, prior=Prior(zeros, zeros)), weights)
        torch.testing.assert_close(with_prior.objective, plain.objective, rtol=1e-6, atol=1e-5)
        torch.testing.assert_close(with_prior.kl, plain.kl)


@pytest.mark.parametrize("name", ["elbo", "beta-elbo", "elbo-monte-carlo"])
def test_a_mixture_of_the_same_gaussian_is_that_gaussian_on_average(name: str) -> None:
    """With K equal components the estimate from draws agrees with the closed form within its error."""
    count = 40_000
    posterior = Posterior(torch.tensor([[0.8, -1.2]]).expand(count, 2), torch.tensor([[-1.0, 0.5]]).expand(count, 2))
    z = posterior.sample(torch.randn(count, 2, generator=torch.Generator().manual_seed(3)))
    still = torch.zeros(count, 1, 1, 1)
    passed = Pass(still, posterior, z, still, z, prior=Prior(torch.zeros(5, 1, 2), torch.zeros(5, 1, 2)))
    drawn = OBJECTIVES[name](passed, Weights()).objective
    closed = OBJECTIVES["elbo"](replace(passed, prior=None), Weights()).objective
    error = float(drawn.std()) / math.sqrt(count)
    assert 0.001 < error < 0.02
    assert float(drawn.mean()) == pytest.approx(float(closed.mean()), abs=4 * error)


def test_reconstruction_only_ignores_the_posterior() -> None:
    passed = _pass()
    moved = replace(passed, posterior=Posterior(passed.posterior.mu + 5, passed.posterior.log_var))
    one, other = (OBJECTIVES["reconstruction"](p, Weights(beta=9.0)) for p in (passed, moved))
    assert torch.equal(one.objective, log_likelihood(passed, Weights()))
    assert torch.equal(one.objective, other.objective)


def test_kl_only_ignores_the_image() -> None:
    passed = _pass()
    terms = OBJECTIVES["kl"](passed, Weights(beta=9.0))
    torch.testing.assert_close(terms.objective, -_kl(passed).sum(dim=1))
    blank = OBJECTIVES["kl"](replace(passed, x=torch.zeros_like(passed.x)), Weights(beta=9.0))
    assert torch.equal(blank.objective, terms.objective)
    assert not torch.equal(blank.log_likelihood, terms.log_likelihood)


@pytest.mark.parametrize("name", OBJECTIVES)
def test_only_the_named_objectives_need_a_density(name: str) -> None:
    point = _pass(stochastic=False)
    if name in NEEDS_DENSITY:
        with pytest.raises(ValueError, match="deterministic encoder"):
            OBJECTIVES[name](point, Weights())
    else:
        terms = OBJECTIVES[name](point, Weights())
        assert terms.kl is None
        assert terms.elbo is None


def test_without_a_kl_there_is_no_elbo() -> None:
    assert Terms(torch.zeros(2), torch.zeros(2), None).elbo is None


def test_categorical_log_likelihood_is_a_cross_entropy_a_column() -> None:
    """Against torch's, with the rows of each column as its classes; the log-odds come from the layer before."""
    generator = torch.Generator().manual_seed(0)
    outputs = torch.randn(3, 1, 9, 5, generator=generator)
    on = torch.randint(0, 9, (3, 1, 5), generator=generator)
    x = torch.nn.functional.one_hot(on, 9).movedim(-1, 2).float()
    passed = Pass(x, Posterior(torch.zeros(3, 1)), torch.zeros(3, 1), log_odds(outputs), torch.zeros(3, 1))
    found = log_likelihood(passed, Weights(likelihood="categorical"))
    expected = -torch.nn.functional.cross_entropy(outputs.movedim(2, 1), on, reduction="none").flatten(1).sum(dim=1)
    assert found.tolist() == pytest.approx(expected.tolist(), rel=1e-5)
