"""Rings: on the curve, closed, degenerate."""

import math

import numpy as np
import pytest

from analysis.ellipses import prior_rings
from models.errors import InputError


def test_every_point_is_as_far_from_0_as_the_ring_says():
    rings = prior_rings((1.0, 2.0))
    assert np.array_equal(rings[:, 0], rings[:, -1])
    np.testing.assert_allclose(
        np.linalg.norm(rings, axis=2),
        np.broadcast_to(np.array([[1.0], [2.0]], np.float32), (2, 64)),
        rtol=1.3e-6,
        atol=1e-5,
    )
    assert rings[1, :, 0].max() == pytest.approx(2.0)


def test_no_spread_is_a_point_and_no_ring_is_empty():
    assert np.array_equal(prior_rings((0.0,)), np.zeros((1, 64, 2), np.float32))
    assert prior_rings(()).shape == (0, 64, 2)


def test_bad_outlines_are_refused():
    with pytest.raises(InputError, match=r"ellipse\.points: got=3"):
        prior_rings((1.0,), points=3)
    for sigmas in (-1.0, math.nan, math.inf):
        with pytest.raises(InputError, match=r"ellipse\.sigmas"):
            prior_rings((sigmas,))
