"""What browser and pictures are told of a prior: nothing of N(0, I), rings and numbers of a learnt one."""

from collections.abc import Callable

import numpy as np
import pytest
import torch

from live.library import OpenModel
from live.pictures import map_info
from live.planes import plane_of
from live.prior import prior_json, prior_of_all, rings
from models.prior import Prior

Open = Callable[..., OpenModel]


def test_n01_is_not_told_and_has_two_rings(opened: Open) -> None:
    model = opened("vae", latent_dim=3)
    assert prior_json(model) is None
    reach = [float(np.linalg.norm(ring, axis=1).max()) for ring in rings(model, plane_of(model, "1-3"))]
    assert reach == pytest.approx([1, 2])
    assert rings(model, plane_of(model, "pca")) == []


def test_a_mixture_is_told_component_by_component(opened: Open) -> None:
    model = opened("vampprior", latent_dim=3)
    told, rows = prior_json(model), model.checkpoint.model.prior(None)
    mu, log_var = (part[:, 0].numpy() for part in (rows.mu, rows.log_var))
    assert told is not None
    assert told["kind"] == "mixture"
    np.testing.assert_allclose(np.array(told["mu"]), mu, atol=1e-5, rtol=0)
    np.testing.assert_allclose(np.array(told["logVar"]), log_var, atol=1e-5, rtol=0)
    lines = rings(model, plane_of(model, "1-3"))
    assert len(lines) == 50
    middle, reach = lines[7][:-1].mean(axis=0), lines[7].max(axis=0)
    np.testing.assert_allclose(middle, mu[7, [0, 2]], atol=1e-4, rtol=0)
    std = np.exp(0.5 * log_var[7, [0, 2]])
    np.testing.assert_allclose(reach, mu[7, [0, 2]] + std, atol=2e-3, rtol=0)


def test_a_class_is_a_row_of_a_conditional_prior(opened: Open) -> None:
    told = prior_json(opened("conditional-prior"))
    assert told == {"kind": "of-class", "mu": [[0.0, 0.0]] * 10, "logVar": [[0.0, 0.0]] * 10}


def test_many_rings_are_one_line_of_the_figure_with_gaps(opened: Open) -> None:
    model = opened("vampprior")
    (line,) = map_info(model, plane_of(model, "1-2")).rings
    assert line.shape == (50 * 65, 2)
    gaps = np.isnan(line).all(axis=1)
    assert int(gaps.sum()) == 50


def test_all_of_a_prior_has_the_moments_of_its_draws(opened: Open) -> None:
    rows = prior_of_all(opened("vampprior"))
    prior, noise = Prior(*(torch.from_numpy(part)[:, None] for part in (rows.mu, rows.log_var))), torch.Generator()
    z = prior.draw(torch.randn(40_000, 2, generator=noise.manual_seed(0)), noise)
    mean, std = rows.moments()
    np.testing.assert_allclose(z.mean(dim=0), mean, atol=0.03, rtol=0)
    np.testing.assert_allclose(z.std(dim=0), std, atol=0, rtol=0.03)
