"""Directions of factors: planted ones are recovered, others are refused, and a step raises a reading by 1."""

import numpy as np
import pytest
import torch

from analysis.directions import LEAST_R2, directions
from models.errors import InputError


def planted(noise: float = 0.0, count: int = 2000) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Codes of 3 latents in which two independent factors lie along known, oblique directions, and one does not."""
    generator = torch.Generator().manual_seed(3)
    smile, hue, absent = torch.rand(3, count, generator=generator).numpy()
    codes = (
        smile[:, None] * np.array([2.0, 1.0, 0.0], np.float32)
        + hue[:, None] * np.array([1.0, -1.0, 1.0], np.float32)
        - 0.5
    )
    codes = codes + noise * torch.randn(codes.shape, generator=generator).numpy()
    return codes, {"absent": absent, "smile": smile, "hue": hue}


def test_planted_directions_are_recovered() -> None:
    codes, factors = planted()
    found = {direction.name: direction for direction in directions(codes, factors)}
    assert np.allclose(found["smile"].step, np.array([2.0, 1.0, 0.0], np.float32), atol=1e-3)
    assert np.allclose(found["hue"].step, np.array([1.0, -1.0, 1.0], np.float32), atol=1e-3)
    for name in ("smile", "hue"):
        direction = found[name]
        assert direction.r2 == pytest.approx(1, abs=1e-6)
        assert np.allclose(direction.bias + codes @ direction.weights, factors[name], atol=1e-4)
        assert (direction.low, direction.high) == pytest.approx((0.01, 0.99), abs=0.02)


def test_a_step_raises_its_own_reading_by_one_and_no_other_one() -> None:
    codes, factors = planted(noise=0.05)
    by_name = {direction.name: direction for direction in directions(codes, factors)}
    smile, hue = by_name["smile"], by_name["hue"]
    assert float(smile.weights @ smile.step) == pytest.approx(1, abs=1e-5)
    assert float(hue.weights @ smile.step) == pytest.approx(0, abs=0.05)


def test_what_can_not_be_read_is_not_moved() -> None:
    codes, factors = planted(noise=0.1)
    last = directions(codes, factors)[-1]
    assert last.name == "absent"
    assert last.r2 < 0.05 < LEAST_R2
    assert np.array_equal(last.step, np.zeros(3, np.float32))


def test_a_factor_that_is_the_same_everywhere_has_no_direction() -> None:
    codes, factors = planted()
    assert [found.name for found in directions(codes, {"same": np.ones(2000, np.float32), "hue": factors["hue"]})] == [
        "hue"
    ]
    assert directions(codes, {}) == []


def test_too_few_or_unequal_numbers_are_refused() -> None:
    with pytest.raises(InputError, match=r"directions\.factor_count: count=5, got=\[4\]"):
        directions(np.zeros((5, 2), np.float32), {"hue": torch.rand(4).numpy()})
    with pytest.raises(InputError, match=r"directions\.too_few_codes: .*got=5"):
        directions(np.zeros((5, 2), np.float32), {"hue": torch.rand(5).numpy()})
