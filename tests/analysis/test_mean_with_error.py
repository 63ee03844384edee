"""A mean and its standard error."""

import pytest
import torch

from analysis.metrics.mean_with_error import MeanWithError, mean_with_error
from models.errors import InputError


def test_mean_and_error_of_four_numbers():
    found = mean_with_error(torch.tensor([1.0, 2.0, 3.0, 6.0]))
    assert found.mean == 3
    assert found.error == pytest.approx((14 / 3 / 4) ** 0.5)  # squares 4, 1, 0, 9 over 3, then over 4


def test_one_number_has_no_error_and_none_no_mean():
    assert mean_with_error(torch.tensor([2.5])) == MeanWithError(2.5, None)
    with pytest.raises(InputError, match=r"measure\.no_value"):
        mean_with_error(torch.zeros(0))


def test_large_values_keep_their_digits():
    assert (
        mean_with_error(torch.full((10_000,), 16_777_217.0)).mean == 16_777_216
    )  # the float32 itself, not a rounded sum
