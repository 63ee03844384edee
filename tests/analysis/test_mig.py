"""The mutual information gap: a latent a factor scores 1, a constant or a shared code 0, and dSprites' own factors."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from jaxtyping import TypeCheckError

from analysis.metrics import aggregate
from analysis.metrics.mig import mig, mig_of_codes
from models.errors import InputError
from models.posterior import Posterior

FACTORS = torch.cartesian_prod(torch.arange(3), torch.arange(4), torch.arange(5)).repeat(4, 1)  # 240 images
SHARP = -12.0  # the log variance of codes that lie 1 apart


def sharp(mu: torch.Tensor) -> Posterior:
    return Posterior(mu, torch.full_like(mu, SHARP))


def both(mu: torch.Tensor, factors: torch.Tensor):
    return mig(sharp(mu), factors), mig_of_codes(mu, factors)


def test_a_latent_a_factor_scores_one():
    for found in both(FACTORS[:, [2, 0, 1]].float(), FACTORS):
        assert found.gaps == pytest.approx((1, 1, 1), abs=1e-9)
        assert found.score == pytest.approx(1, abs=1e-9)
        torch.testing.assert_close(found.entropy, torch.tensor([3.0, 4.0, 5.0]).double().log())
        torch.testing.assert_close(found.information[[1, 2, 0], [0, 1, 2]], found.entropy)
        assert float(found.information[0, 0]) == pytest.approx(0, abs=1e-9)


def test_order_sign_scale_and_unused_latents_change_nothing():
    factors = FACTORS.float()
    mu = torch.stack([-7 * factors[:, 1], torch.zeros(240), 3 * factors[:, 0] + 5, 20 * factors[:, 2]], dim=1)
    for found in both(mu, FACTORS):
        assert found.score == pytest.approx(1, abs=1e-9)
    relabelled = FACTORS * 17 - 40  # only equality counts
    assert mig(sharp(mu), relabelled).score == pytest.approx(1, abs=1e-9)


def test_a_constant_code_and_a_collapsed_posterior_score_zero():
    for found in both(torch.zeros(240, 3), FACTORS):
        assert found.score == pytest.approx(0, abs=1e-9)
    collapsed = mig(Posterior(torch.zeros(240, 3), torch.zeros(240, 3)), FACTORS)
    torch.testing.assert_close(collapsed.information, torch.zeros(3, 3).double(), atol=1e-12, rtol=0)


def test_a_factor_told_by_two_latents_has_no_gap():
    mu = FACTORS[:, [0, 0, 1, 2]].float()
    for found in both(mu, FACTORS):
        assert found.gaps == pytest.approx((0, 1, 1), abs=1e-9)
        assert found.score == pytest.approx(2 / 3, abs=1e-9)


def test_one_latent_that_tells_all_factors_scores_one_and_its_information_is_each_entropy():
    # MIG asks for axes, not for one factor an axis (Chen et al. 2018): the second latent says nothing
    told_at_once = (FACTORS @ torch.tensor([20, 5, 1])).float()
    mu = torch.stack([told_at_once, torch.zeros(240)], dim=1)
    assert mig(sharp(mu), FACTORS).score == pytest.approx(1, abs=1e-9)


def test_a_noisy_channel_has_the_information_of_the_integral():
    # two values at -1 and 1 with unit noise: I = log 2 - E log(1 + exp(-2 (1 + eps))), by quadrature 0.3368 nats
    eps = torch.linspace(-8, 8, 4001).double()
    density = torch.exp(-eps.square() / 2) / math.sqrt(2 * math.pi)
    expected = math.log(2) - float(torch.trapezoid(density * torch.log1p(torch.exp(-2 * (1 + eps))), eps))
    factors = torch.arange(1000)[:, None] % 2
    mu = torch.cat([2.0 * factors - 1, torch.zeros(1000, 1)], dim=1)
    found = mig(Posterior(mu, torch.zeros(1000, 2)), factors)
    assert expected == pytest.approx(0.3368, abs=1e-3)
    assert float(found.information[0, 0]) == pytest.approx(expected, abs=0.06)
    assert found.score == pytest.approx(expected / math.log(2), abs=0.09)


def test_blocks_change_nothing(monkeypatch):
    mu = torch.randn(240, 2, generator=torch.Generator().manual_seed(5))
    whole = mig(Posterior(mu, torch.zeros(240, 2)), FACTORS)
    monkeypatch.setattr(aggregate, "BLOCK_PAIRS", 2500)
    torch.testing.assert_close(mig(Posterior(mu, torch.zeros(240, 2)), FACTORS).information, whole.information)


def test_where_a_sprite_stands_tells_its_position_and_nothing_else(dsprites: Path):
    """Hand-made codes of real sprites: the centre of the white pixels, their number, and noise."""
    with np.load(dsprites) as file:
        chosen = np.random.default_rng(0).choice(len(file["imgs"]), 1500, replace=False)
        images, factors = (
            torch.from_numpy(file["imgs"][chosen]).double(),
            torch.from_numpy(file["latents_classes"][chosen]),
        )
    factors = factors[:, -5:].long()  # shape, scale, orientation, posX, posY
    area = images.sum(dim=(1, 2))
    line = torch.linspace(-1, 1, images.shape[1]).double()
    across, down = (images.sum(dim=dim) @ line / area for dim in (1, 2))
    noise = torch.randn(len(area), generator=torch.Generator().manual_seed(0)).double()
    codes = torch.stack([across, down, area / area.max(), noise], dim=1)
    for found in (mig(Posterior(codes, torch.full_like(codes, -8.0)), factors), mig_of_codes(codes, factors)):
        shape, scale, orientation, across_gap, down_gap = found.gaps
        # the centre moves a little as a sprite turns; a small square may be as large as a large heart
        assert orientation < 0.15
        assert shape < scale < 0.65 < min(across_gap, down_gap)
        assert found.information[:, 3:].argmax(dim=0).tolist() == [0, 1]
    perfect = mig(sharp(factors.double()), factors)
    assert perfect.score > 0.95  # 1 but for the chance dependence of factors among 1,500 images


@pytest.mark.parametrize("score", [lambda mu, factors: mig(sharp(mu), factors), mig_of_codes])
def test_what_has_no_gap_is_refused(score):
    mu = torch.zeros(240, 2)
    with pytest.raises(InputError, match=r"measure\.one_latent: got=1"):
        score(mu[:, :1], FACTORS)
    with pytest.raises((InputError, TypeCheckError)):
        score(mu, FACTORS[:3])
    with pytest.raises(InputError, match=r"measure\.constant_factor"):
        score(mu, FACTORS * torch.tensor([1, 0, 1]))


def test_a_point_posterior_and_odd_bins_are_refused():
    with pytest.raises(InputError, match=r"measure\.no_kl"):
        mig(Posterior(torch.zeros(240, 2)), FACTORS)
    with pytest.raises(InputError, match=r"measure\.bins: .*got=1"):
        mig_of_codes(torch.zeros(240, 2), FACTORS, bins=1)
    with pytest.raises(InputError, match=r"codes\.not_finite"):
        mig_of_codes(torch.full((240, 2), math.nan), FACTORS)
