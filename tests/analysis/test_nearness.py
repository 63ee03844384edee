"""Nearness as a rank: known lines and clouds, copies, and draws of the prior that no radius got right."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
import torch

from analysis import nearness
from analysis.nearness import LEVELS, own_distances, own_quantiles, rank
from analysis.neighbours import nearest
from models.errors import InputError

CASES = json.loads((Path(__file__).parent.parent / "cases" / "nearness.json").read_text())
FAR = 0.99


def normal(count: int, latent: int, seed: int = 0) -> np.ndarray:
    return torch.randn(count, latent, generator=torch.Generator().manual_seed(seed)).numpy()


def rank_of(point: np.ndarray, codes: np.ndarray, quantiles: np.ndarray) -> float:
    return rank(float(nearest(codes, point[None], 1)[1][0, 0]), quantiles.tolist())


@pytest.mark.parametrize("case", CASES, ids=[case["why"] for case in CASES])
def test_rank_is_that_of_the_table_which_the_browser_reads_too(case):
    assert rank(case["distance"], case["quantiles"]) == pytest.approx(case["rank"], abs=1e-12)


def test_equally_spaced_points_are_all_as_far_as_their_neighbours():
    line = np.arange(50.0, dtype=np.float32)[:, None] * 0.5
    assert own_distances(line).tolist() == [0.5] * 50
    assert own_quantiles(line).tolist() == [0.5] * LEVELS


@pytest.mark.parametrize("latent", [1, 2, 3, 8, 9, 50])
def test_distances_are_those_of_a_loop_over_all_pairs(latent):
    """Both searches, and what float32 stores is all that they see."""
    codes = normal(40, latent)
    rows = codes.astype(np.float64).tolist()
    expected = [min(math.dist(a, b) for j, b in enumerate(rows) if i != j) for i, a in enumerate(rows)]
    assert own_distances(codes).tolist() == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("latent", [2, 20])
def test_copies_are_at_distance_0(latent):
    codes = normal(30, latent)
    codes = np.concatenate([codes, codes[:10], codes[:10], 10 + codes[:1]])
    distances = own_distances(codes)
    assert np.concatenate([distances[:10], distances[30:50]]).tolist() == [0.0] * 30
    assert (distances[10:30] > 0).all()
    assert rank(0.0, own_quantiles(codes).tolist()) == 0.0


def test_all_codes_in_one_point():
    quantiles = own_quantiles(np.ones((25, 3), np.float32)).tolist()
    assert quantiles == [0.0] * LEVELS
    assert (rank(0.0, quantiles), rank(0.1, quantiles)) == (0.0, 1.0)


def test_a_single_code_has_no_neighbour():
    assert own_distances(np.zeros((1, 2), np.float32)).tolist() == []
    assert own_quantiles(np.zeros((1, 2), np.float32)).tolist() == [0.0] * LEVELS


def test_huge_codes_stay_finite():
    codes = np.array([[3e38, 0.0], [-3e38, 0.0], [0.0, 1.0], [0.0, 2.0]], np.float32)
    distances = own_distances(codes).tolist()
    assert distances == pytest.approx([3e38, 3e38, 1.0, 1.0])


def test_a_point_far_away_has_rank_1():
    for latent in (1, 2, 10, 50):
        codes = normal(500, latent)
        assert rank_of(np.full((latent,), 30.0, np.float32), codes, own_quantiles(codes)) == 1.0


@pytest.mark.parametrize("latent", [2, 8, 10, 50])
def test_a_draw_from_the_prior_is_not_far_from_codes_that_fill_it(latent):
    """The defect: within a radius of 0.2 no draw in 8 dimensions or more has a code, so all of them were "far"."""
    codes, draws = normal(10_000, latent), normal(100, latent, seed=1)
    quantiles = own_quantiles(codes)
    ranks = [rank_of(draw, codes, quantiles) for draw in draws]
    assert sum(value > FAR for value in ranks) <= 5  # 1 is expected
    assert 0.35 < sum(ranks) / len(ranks) < 0.65  # as near as the codes themselves
    if latent >= 8:
        assert (nearest(codes, draws, 1)[1] > 0.2).all()


@pytest.mark.parametrize("latent", [2, 10, 50])
def test_the_middle_between_two_nearest_codes_is_near(latent):
    """The other half of the defect: half-way between two neighbours was "extrapolated"."""
    codes = normal(2_000, latent)
    quantiles = own_quantiles(codes)
    middles = (codes[:20] + codes[nearest(codes, codes[:20], 2)[0][:, 1]]) / 2
    assert all(rank_of(middle, codes, quantiles) < FAR for middle in middles)


def test_of_very_many_codes_some_are_asked_always_the_same_among_all(monkeypatch):
    codes = normal(300, 2)
    whole = own_distances(codes)
    monkeypatch.setattr(nearness, "MAX_QUERIES", 100)
    some = own_distances(codes)
    assert len(some) == 100
    assert set(some.tolist()) <= set(whole.tolist())
    assert np.array_equal(some, own_distances(codes))


def test_values_that_are_not_finite_are_refused():
    with pytest.raises(InputError, match=r"codes\.not_finite"):
        own_quantiles(np.array([[0.0], [math.nan]], np.float32))
