"""The minibatch's total correlation: 0 for independent dimensions, the closed form for a planted correlation."""

import math

import pytest
import torch

from analysis.metrics.surgery import elbo_surgery
from models.posterior import Posterior
from models.total_correlation import total_correlation

WIDTH = 0.5  # of a posterior: so wide that thousands of them are a smooth mixture


def _batch(correlation: float, count: int = 3000, seed: int = 0) -> tuple[Posterior, torch.Tensor]:
    """Posteriors whose mixture is N(0, [[1, r], [r, 1]]), and a draw from each."""
    generator = torch.Generator().manual_seed(seed)
    covariance = torch.tensor([[1.0, correlation], [correlation, 1.0]]) - WIDTH**2 * torch.eye(2)
    mu = torch.randn(count, 2, generator=generator) @ torch.linalg.cholesky(covariance).T
    posterior = Posterior(mu, torch.full((count, 2), 2 * math.log(WIDTH)))
    return posterior, posterior.sample(torch.randn(count, 2, generator=generator))


@pytest.mark.parametrize("correlation", [0.0, 0.4, -0.7])
def test_a_planted_correlation_has_its_closed_form(correlation: float) -> None:
    """TC of a bivariate Gaussian is -1/2 log(1 - r^2)."""
    shares = total_correlation(*_batch(correlation))
    error = float(shares.std()) / math.sqrt(len(shares))
    # a code lies in the mixture that it came from, which adds about 1 / (images it overlaps with)
    assert float(shares.mean()) == pytest.approx(-0.5 * math.log(1 - correlation**2), abs=4 * error + 0.005)


def test_one_latent_depends_on_nothing() -> None:
    posterior = Posterior(torch.randn(50, 1, generator=torch.Generator().manual_seed(0)), torch.zeros(50, 1))
    torch.testing.assert_close(total_correlation(posterior, posterior.mu), torch.zeros(50), atol=1e-5, rtol=0)


def test_it_is_what_elbo_surgery_says_of_the_same_images() -> None:
    posterior, _ = _batch(0.6, count=400)
    surgery = elbo_surgery(posterior, draws=20)
    noise = torch.Generator().manual_seed(1)
    draws = [total_correlation(posterior, posterior.sample(torch.randn(400, 2, generator=noise))) for _ in range(20)]
    assert float(torch.stack(draws).mean()) == pytest.approx(surgery.total_correlation.mean, abs=0.03)


def test_its_gradient_pulls_the_dimensions_apart() -> None:
    posterior, z = _batch(0.7, count=500)
    turn = torch.tensor(0.0, requires_grad=True)
    cos, sin = torch.cos(turn), torch.sin(turn)
    rotation = torch.stack([torch.stack([cos, -sin]), torch.stack([sin, cos])])
    turned = Posterior(posterior.mu @ rotation.T, posterior.log_var)
    total_correlation(turned, z @ rotation.T).mean().backward()
    assert turn.grad is not None
    assert abs(float(turn.grad)) < 0.2  # at 0 degrees the dependence is at its greatest: turning either way lessens it
    tilted = 0.3
    rotation = torch.tensor([[math.cos(tilted), -math.sin(tilted)], [math.sin(tilted), math.cos(tilted)]])
    less = total_correlation(Posterior(posterior.mu @ rotation.T, posterior.log_var), z @ rotation.T).mean()
    assert float(less) < float(total_correlation(posterior, z).mean())


def test_a_point_has_none() -> None:
    with pytest.raises(ValueError, match="no total correlation"):
        total_correlation(Posterior(torch.zeros(3, 2)), torch.zeros(3, 2))
