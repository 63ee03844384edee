"""Moments of the aggregate posterior: known answers, and against many draws."""

import numpy as np
import pytest

from models.errors import InputError
from models.moments import moments


def test_posteriors_at_the_prior_have_the_priors_moments():
    found = moments(np.zeros((9, 3), np.float32), np.zeros((9, 3), np.float32))
    assert np.array_equal(found.mean, np.zeros(3, np.float32))
    assert np.array_equal(found.std, np.ones(3, np.float32))


def test_both_variances_add_up():
    found = moments(np.array([[-3.0], [3.0]], np.float32), np.log(np.array([[16.0], [16.0]], np.float32)))
    assert found.std.item() == pytest.approx(5.0)


def test_points_have_the_variance_of_their_means_only():
    assert moments(np.array([[-3.0], [3.0]], np.float32), None).std.item() == pytest.approx(3.0)
    assert moments(np.array([[7.0]], np.float32), None).std.item() == 0


def test_they_agree_with_many_draws():
    noise = np.random.default_rng(0)
    mu, log_var = noise.standard_normal((20, 2)) + 1, noise.standard_normal((20, 2))
    found = moments(mu, log_var)
    z = np.tile(mu, (5000, 1)) + np.exp(0.5 * np.tile(log_var, (5000, 1))) * noise.standard_normal((100_000, 2))
    np.testing.assert_allclose(found.mean, z.mean(axis=0), atol=0.03, rtol=0)
    np.testing.assert_allclose(found.std, z.std(axis=0), atol=0.03, rtol=0)


def test_no_image_is_refused():
    with pytest.raises(InputError, match=r"moments\.no_image"):
        moments(np.zeros((0, 2), np.float32), None)
