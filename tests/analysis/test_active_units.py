"""Active units and collapse: known dimensions."""

import numpy as np
import pytest
import torch

from analysis.metrics.active_units import active_units, collapsed
from models.errors import InputError
from models.posterior import Posterior


def test_a_dimension_is_active_when_its_mean_varies():
    spread = np.array([1.0, 0.0, 0.09, 0.11], np.float32)  # standard deviations; the threshold's is 0.1
    signs = np.tile(np.array([-1.0, 1.0], np.float32), (50,))
    assert active_units(5 + signs[:, None] * spread) == [0, 3]


def test_constant_codes_and_a_single_image_have_no_active_unit():
    assert active_units(np.ones((20, 3), np.float32)) == []
    assert active_units(torch.randn(1, 3).numpy()) == []
    with pytest.raises(InputError, match=r"measure\.no_image"):
        active_units(np.zeros((0, 3), np.float32))


def test_a_dimension_at_the_prior_has_collapsed():
    kl = Posterior(torch.tensor([[0.0, 2.0, 0.0]]), torch.tensor([[0.0, 0.0, -3.0]])).kl()[0]
    assert collapsed(kl.tolist()) == [0]
    assert collapsed([0.0, 0.009, 0.01, 5.0]) == [0, 1]
    assert collapsed([]) == []
