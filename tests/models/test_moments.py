"""Moments of the aggregate posterior: known answers, and against many draws."""

import pytest
import torch

from models.errors import InputError
from models.moments import moments
from models.posterior import Posterior


def test_posteriors_at_the_prior_have_the_priors_moments():
    found = moments(torch.zeros(9, 3), torch.zeros(9, 3))
    assert torch.equal(found.mean, torch.zeros(3))
    assert torch.equal(found.std, torch.ones(3))


def test_both_variances_add_up():
    found = moments(torch.tensor([[-3.0], [3.0]]), torch.tensor([[16.0], [16.0]]).log())
    assert found.std.item() == pytest.approx(5.0)


def test_points_have_the_variance_of_their_means_only():
    assert moments(torch.tensor([[-3.0], [3.0]]), None).std.item() == pytest.approx(3.0)
    assert moments(torch.tensor([[7.0]]), None).std.item() == 0


def test_they_agree_with_many_draws():
    noise = torch.Generator().manual_seed(0)
    mu, log_var = torch.randn(20, 2, generator=noise) + 1, torch.randn(20, 2, generator=noise)
    found = moments(mu, log_var)
    repeated = Posterior(mu.repeat(5000, 1), log_var.repeat(5000, 1))
    z = repeated.sample(torch.randn(100_000, 2, generator=noise))
    torch.testing.assert_close(found.mean, z.mean(dim=0), atol=0.03, rtol=0)
    torch.testing.assert_close(found.std, z.std(dim=0), atol=0.03, rtol=0)


def test_no_image_is_refused():
    with pytest.raises(InputError, match=r"moments\.no_image"):
        moments(torch.zeros(0, 2), None)
