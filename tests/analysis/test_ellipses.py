"""Ellipses and rings: on the curve, closed, degenerate."""

import math

import pytest
import torch

from analysis.ellipses import posterior_ellipse, prior_rings
from models.errors import InputError


def test_every_point_is_sigmas_standard_deviations_away():
    mu, log_var = torch.tensor([3.0, -1.0]), torch.tensor([4.0, 0.25]).log()
    line = posterior_ellipse(mu, log_var, sigmas=2.0)
    distance = ((line - mu) / torch.tensor([2.0, 0.5])).norm(dim=1)
    torch.testing.assert_close(distance, torch.full((64,), 2.0))
    assert torch.equal(line[0], line[-1])
    assert line[:, 0].max() == pytest.approx(7.0)


def test_at_the_prior_the_ellipse_is_its_ring():
    ellipse = posterior_ellipse(torch.zeros(2), torch.zeros(2), sigmas=2.0)
    rings = prior_rings((1.0, 2.0))
    assert torch.equal(rings[1], ellipse)
    assert torch.equal(rings[:, 0], rings[:, -1])
    torch.testing.assert_close(rings.norm(dim=2), torch.tensor([[1.0], [2.0]]).expand(2, 64))


def test_no_spread_is_the_mean_and_no_ring_is_empty():
    mu = torch.tensor([3.0, -1.0])
    assert torch.equal(posterior_ellipse(mu, torch.zeros(2), sigmas=0.0), mu.expand(64, 2))
    assert prior_rings(()).shape == (0, 64, 2)


def test_bad_outlines_are_refused():
    zero = torch.zeros(2)
    with pytest.raises(InputError, match="at least 4"):
        posterior_ellipse(zero, zero, points=3)
    for sigmas in (-1.0, math.nan, math.inf):
        with pytest.raises(InputError, match="sigmas"):
            prior_rings((sigmas,))
    with pytest.raises(InputError, match="NaN"):
        posterior_ellipse(torch.tensor([math.nan, 0]), zero)
