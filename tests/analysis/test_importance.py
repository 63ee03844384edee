"""The importance-weighted bound: exact in a linear-Gaussian model, against quadrature in the app's own models."""

import math

import pytest
import torch
from torch.distributions import MultivariateNormal

from analysis.metrics import importance
from analysis.metrics.importance import bounds_of, importance_bounds
from analysis.metrics.mean_with_error import mean_with_error
from models.aims import Weights
from models.errors import InputError
from models.objectives import Pass, log_likelihood
from models.posterior import LOG_2PI, Posterior, prior_log_prob

IMAGES, LATENT, PIXELS, NOISE = 40, 2, 5, 0.5


class LinearGaussian:
    """x = W z + noise: log p(x) and p(z|x) are known. Its posterior is not diagonal, so no diagonal q is exact."""

    def __init__(self) -> None:
        generator = torch.Generator().manual_seed(3)
        self.W = torch.tensor([[1.0, 0.8], [0.5, 0.6], [-0.7, -0.4], [0.2, 0.9], [0.6, 0.1]]).double()
        covariance = self.W @ self.W.T + NOISE**2 * torch.eye(PIXELS).double()
        marginal = MultivariateNormal(torch.zeros(PIXELS).double(), covariance)
        self.x = torch.randn(IMAGES, PIXELS, generator=generator).double() @ torch.linalg.cholesky(covariance).T
        self.log_px = marginal.log_prob(self.x)
        precision = torch.eye(LATENT).double() + self.W.T @ self.W / NOISE**2
        self.mu = self.x @ self.W @ torch.linalg.inv(precision) / NOISE**2
        self.variance = 1 / precision.diag()  # of the diagonal Gaussian nearest in KL(q || p)

    def posterior(self, wider: float = 1.0) -> Posterior:
        return Posterior(self.mu, torch.log(wider * self.variance).expand(IMAGES, LATENT))

    def likelihood(self, z: torch.Tensor, image: torch.Tensor) -> torch.Tensor:
        error = (self.x[image] - z @ self.W.T) / NOISE
        return -0.5 * (error.square() + LOG_2PI).sum(dim=1) - PIXELS * math.log(NOISE)

    def elbo(self, wider: float = 1.0) -> torch.Tensor:
        """In closed form: E_q of a square is the square at the mean plus the trace."""
        trace = (self.W.square() @ (wider * self.variance)).sum() / NOISE**2
        at_mean = self.likelihood(self.mu, torch.arange(IMAGES))
        return at_mean - 0.5 * trace - self.posterior(wider).kl().sum(dim=1)


@pytest.fixture(scope="module")
def linear() -> LinearGaussian:
    return LinearGaussian()


def test_the_bound_rises_with_k_towards_log_p_from_below(linear):
    def slack(samples: int, seeds: int) -> float:
        bounds = [bounds_of(linear.posterior(), linear.likelihood, samples, seed).bound for seed in range(seeds)]
        return float((linear.log_px - torch.stack(bounds)).mean())

    slacks = [slack(1, 100), slack(5, 20), slack(50, 5), slack(5000, 1)]
    assert slacks == sorted(slacks, reverse=True)
    assert slacks[0] == pytest.approx(float((linear.log_px - linear.elbo()).mean()), abs=0.05)
    assert slacks[0] > 0.2
    assert slacks[-1] == pytest.approx(0, abs=0.01)


def test_a_single_sample_is_the_elbo_in_expectation(linear):
    posterior = linear.posterior(wider=1.5)
    bounds = [bounds_of(posterior, linear.likelihood, 1, seed).bound - linear.elbo(1.5) for seed in range(100)]
    difference = mean_with_error(torch.cat(bounds).numpy())
    assert difference.error < 0.05
    assert abs(difference.mean) < 4 * difference.error


def test_the_elbo_is_that_of_the_closed_form(linear):
    difference = mean_with_error((bounds_of(linear.posterior(), linear.likelihood, 2000).elbo - linear.elbo()).numpy())
    assert difference.error < 0.02
    assert abs(difference.mean) < 4 * difference.error


def test_with_the_exact_posterior_every_weight_is_log_p(linear):
    # one pixel and one latent: the posterior is Gaussian and diagonal, so a single draw tells all
    w, x = 2.0, torch.tensor([[0.3], [-4.0]]).double()
    variance = 1 / (1 + w**2 / NOISE**2)
    posterior = Posterior(variance * w / NOISE**2 * x, torch.full((2, 1), math.log(variance), dtype=torch.float64))
    bounds = bounds_of(
        posterior, lambda z, i: -0.5 * (((x[i] - w * z) / NOISE).square() + LOG_2PI)[:, 0] - math.log(NOISE), 7
    )
    expected = MultivariateNormal(torch.zeros(1).double(), torch.tensor([[w**2 + NOISE**2]]).double()).log_prob(x)
    torch.testing.assert_close(bounds.bound, expected, atol=1e-9, rtol=0)
    torch.testing.assert_close(bounds.effective, torch.full((2,), 7.0).double())


@pytest.mark.parametrize(
    ("family", "likelihood"),
    [("vae", "bernoulli"), ("vae", "gaussian"), ("cvae", "bernoulli"), ("mmd-vae", "gaussian")],
)
def test_a_models_bound_agrees_with_quadrature_over_two_latents(make_model, family, likelihood):
    model, weights = make_model(family), Weights(likelihood=likelihood, pixel_std=0.3)
    x, y = torch.rand(3, 1, 8, 8, generator=torch.Generator().manual_seed(0)), torch.tensor([0, 3, 1])
    bounds = importance_bounds(model, x, y, weights, 5000)
    torch.testing.assert_close(bounds.bound, _by_quadrature(model, x, y, weights), atol=0.05, rtol=0)
    assert (bounds.effective > 500).all()  # else the tolerance would be luck
    assert (bounds.elbo < bounds.bound).all()


def test_the_label_of_a_conditional_model_counts(make_model):
    x, weights = torch.rand(2, 1, 8, 8, generator=torch.Generator().manual_seed(0)), Weights()
    conditional, plain = make_model("cvae"), make_model("vae")
    assert not torch.equal(
        importance_bounds(conditional, x, 0, weights, 3).bound, importance_bounds(conditional, x, 1, weights, 3).bound
    )
    assert torch.equal(
        importance_bounds(plain, x, 0, weights, 3).bound, importance_bounds(plain, x, None, weights, 3).bound
    )
    with pytest.raises(InputError, match=r"class\.missing: family=cvae, highest=3"):
        importance_bounds(conditional, x, None, weights, 3)


@pytest.mark.parametrize("samples", [1, 4, 30])
def test_blocks_change_nothing_and_stay_small(linear, monkeypatch, samples):
    whole, sizes = bounds_of(linear.posterior(), linear.likelihood, samples, seed=5), []

    def watched(z: torch.Tensor, image: torch.Tensor) -> torch.Tensor:
        sizes.append(len(z))
        return linear.likelihood(z, image)

    monkeypatch.setattr(importance, "BLOCK", 7)
    blocked = bounds_of(linear.posterior(), watched, samples, seed=5)
    torch.testing.assert_close(blocked.bound, whole.bound, atol=1e-12, rtol=0)
    torch.testing.assert_close(blocked.effective, whole.effective)
    assert max(sizes) <= 7
    assert sum(sizes) == IMAGES * samples


def test_the_seed_decides_the_noise(linear):
    bounds = [bounds_of(linear.posterior(), linear.likelihood, 2, seed).bound for seed in (0, 0, 1)]
    assert torch.equal(bounds[0], bounds[1])
    assert not torch.equal(bounds[0], bounds[2])


def test_weights_far_below_what_exp_can_hold_are_kept(linear):
    far = bounds_of(linear.posterior(), lambda z, image: linear.likelihood(z, image) - 5000, 10)
    near = bounds_of(linear.posterior(), linear.likelihood, 10)
    torch.testing.assert_close(far.bound + 5000, near.bound)


def test_what_has_no_bound_is_refused(make_model, linear):
    with pytest.raises(InputError, match=r"measure\.no_elbo"):
        importance_bounds(make_model("autoencoder"), torch.zeros(1, 1, 8, 8), None, Weights(), 1)
    for samples in (0, 5001):
        with pytest.raises(InputError, match=rf"measure\.samples: most=5000, got={samples}"):
            bounds_of(linear.posterior(), linear.likelihood, samples)
    with pytest.raises(InputError, match=r"measure\.no_image"):
        bounds_of(Posterior(torch.zeros(0, 2), torch.zeros(0, 2)), linear.likelihood, 1)


@torch.no_grad()
def _by_quadrature(model, x, y, weights) -> torch.Tensor:
    """log of the integral of p(x|z) p(z) over [-6, 6]^2, by the midpoint rule on 120 x 120 points."""
    side, cells = 12.0, 120
    line = (torch.arange(cells) + 0.5) * side / cells - side / 2
    z = torch.cartesian_prod(line, line)
    area = 2 * math.log(side / cells)
    results = []
    for image, label in zip(x, y, strict=True):
        logits = model.decode(z, label.expand(len(z)) if model.config.conditional else None)
        passed = Pass(image.expand(len(z), -1, -1, -1), Posterior(z), z, logits, z)
        joint = log_likelihood(passed, weights).double() + prior_log_prob(z).double()
        results.append(joint.logsumexp(dim=0) + area)
    return torch.stack(results)
