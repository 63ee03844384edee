"""The label as the model wants it."""

import numpy as np
import pytest

from analysis.conditions import condition
from models.errors import InputError


def test_one_class_stands_for_all(make_model):
    config = make_model("cvae").config
    labels = condition(config, 3, 2)
    assert labels.tolist() == [3, 3]
    assert labels.dtype == np.int64
    assert condition(config, 0, 0).shape == (0,)
    assert condition(config, np.array([1, 2], np.uint8), 2).dtype == np.int64


def test_an_unconditional_family_has_none_whatever_is_said(make_model):
    assert condition(make_model("vae").config, 99, 2) is None


def test_a_missing_or_unknown_class_is_refused(make_model):
    config = make_model("cvae").config
    with pytest.raises(InputError, match=r"class\.missing: family=cvae, highest=3"):
        condition(config, None, 2)
    for y in (4, -1, 10**30, np.array([0, 4]), np.array([-1, 0])):
        with pytest.raises(InputError, match=r"class\.out_of_range"):
            condition(config, y, 2)
    with pytest.raises(InputError, match=r"class\.one_each"):
        condition(config, np.array([1]), 2)
