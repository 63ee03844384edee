"""How far gliding codes are from codes encoded anew: none where the encoder does not turn, and as much as it bends."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from analysis.glide import glide_errors
from datasets.data_set import DataSet
from models.errors import InputError
from models.latent_model import LatentModel
from models.series import Series, half
from training.plans import as_dial, make_plan

VALUES = (0.1, 1.0, 4.0, 50.0)
IMAGES = 40


def _model(turns: float, widths: tuple[int, ...] = (8, 8)) -> LatentModel:
    """A dial whose gates are 1 + turns * log beta in its encoder."""
    torch.manual_seed(0)
    plan = as_dial(make_plan("vae", "digits", 2, {"widths": widths, "activation": "relu"}, {}), "beta")
    model = LatentModel(plan.model)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.startswith("encoder") and parameter.dim() == 1 and name.endswith("weight"):
                parameter.fill_(turns)
    return model


def _series(model: LatentModel, images: np.ndarray) -> Series:
    x = torch.from_numpy(images)
    with torch.no_grad():
        mu = np.stack([model.encode(x, None, torch.full((1,), value)).mu.numpy() for value in VALUES])
    return Series(VALUES, {}, half(mu), "beta")


def test_an_encoder_that_does_not_turn_glides_exactly(few_digits: DataSet) -> None:
    x = few_digits.test_x[:IMAGES].astype(np.float32) / 255
    model = _model(0.0)
    rows = glide_errors(model, _series(model, x), x)
    assert [row.value for row in rows] == pytest.approx([math.sqrt(0.1), 2.0, math.sqrt(200)])
    assert all(row.median <= row.most < 2e-3 for row in rows)  # float16


def test_one_layer_of_relu_goes_straight_with_the_logarithm_as_long_as_no_gate_turns_over(few_digits: DataSet) -> None:
    x = few_digits.test_x[:IMAGES].astype(np.float32) / 255
    straight = _model(0.2, (8,))  # 1 + 0.2 log beta > 0 from 0.1 on
    assert all(row.most < 2e-3 for row in glide_errors(straight, _series(straight, x), x))


def test_the_more_it_turns_between_two_values_the_farther_a_glide_is_off(few_digits: DataSet) -> None:
    x = few_digits.test_x[:IMAGES].astype(np.float32) / 255
    errors = []
    for turns in (0.05, 0.2, 0.4):
        model = _model(turns)
        errors.append(max(row.most for row in glide_errors(model, _series(model, x), x)))
    assert errors[0] < errors[1] < errors[2]
    assert errors[2] > 20 * errors[0]


def test_a_shifted_step_is_seen_half_as_far(few_digits: DataSet) -> None:
    x = few_digits.test_x[:IMAGES].astype(np.float32) / 255
    model = _model(0.0)
    series = _series(model, x)
    mu = series.mu.copy()
    mu[1, :, 0] += 1
    rows = glide_errors(model, replace(series, mu=mu), x)
    assert [row.median for row in rows] == pytest.approx([0.5, 0.5, 0], abs=3e-3)


@pytest.mark.parametrize("count", [0, IMAGES + 1])
def test_no_images_or_too_many_are_refused(few_digits: DataSet, count: int) -> None:
    x = few_digits.test_x[:IMAGES].astype(np.float32) / 255
    model = _model(0.0)
    with pytest.raises(InputError, match=r"glide\.images"):
        glide_errors(model, _series(model, x), np.tile(x[:1], (count, 1, 1, 1)))
