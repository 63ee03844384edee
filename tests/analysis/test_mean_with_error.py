"""A mean and its standard error."""

import numpy as np
import pytest

from analysis.metrics.mean_with_error import MeanWithError, mean_with_error
from models.errors import InputError


def test_mean_and_error_of_four_numbers():
    found = mean_with_error(np.array([1.0, 2.0, 3.0, 6.0], np.float32))
    assert found.mean == 3
    assert found.error == pytest.approx((14 / 3 / 4) ** 0.5)  # squares 4, 1, 0, 9 over 3, then over 4


def test_one_number_has_no_error_and_none_no_mean():
    assert mean_with_error(np.array([2.5], np.float32)) == MeanWithError(2.5, None)
    with pytest.raises(InputError, match=r"measure\.no_value"):
        mean_with_error(np.zeros(0, np.float32))


def test_large_values_keep_their_digits():
    assert (
        mean_with_error(np.full((10_000,), 16_777_217.0, np.float32)).mean == 16_777_216
    )  # the float32 itself, not a rounded sum
