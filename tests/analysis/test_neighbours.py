"""Neighbours: against a brute-force loop, ties, blocks, one point."""

import math

import numpy as np
import pytest
import torch
from jaxtyping import TypeCheckError

from analysis import neighbours
from analysis.neighbours import nearest, own_neighbours
from models.errors import InputError


def test_nearest_agrees_with_a_loop_over_all_pairs():
    noise = torch.Generator().manual_seed(0)
    codes, z = torch.randn(50, 3, generator=noise).numpy(), torch.randn(7, 3, generator=noise).numpy()
    indices, distances = nearest(codes, z, 4)
    for query in range(7):
        found = sorted((math.dist(z[query].tolist(), codes[i].tolist()), i) for i in range(50))[:4]
        assert indices[query].tolist() == [i for _, i in found]
        assert distances[query].tolist() == pytest.approx([d for d, _ in found], rel=1e-5)


def test_blocks_change_nothing(monkeypatch):
    noise = torch.Generator().manual_seed(0)
    codes, z = torch.randn(50, 3, generator=noise).numpy(), torch.randn(7, 3, generator=noise).numpy()
    whole = nearest(codes, z, 4)
    monkeypatch.setattr(neighbours, "BLOCK_PAIRS", 120)  # two queries a block
    assert np.array_equal(nearest(codes, z, 4)[0], whole[0])


def test_equal_distances_come_in_the_order_of_the_codes():
    codes = np.array([[1.0, 0], [0, 1.0], [-1.0, 0], [0, -1.0]], np.float32)
    indices, distances = nearest(codes, np.zeros((1, 2), np.float32), 4)
    assert indices.tolist() == [[0, 1, 2, 3]]
    assert distances.tolist() == [[1, 1, 1, 1]]


def test_small_distances_far_from_the_origin_keep_their_digits():
    codes = np.array([[1000.1, 0.0], [1000.1, 0.0137]], np.float32)
    assert nearest(np.tile(codes, (20, 1)), np.tile(codes[:1], (30, 1)), 21)[1][:, -1].tolist() == pytest.approx(
        [0.0137] * 30
    )


def test_one_code_and_no_query():
    assert nearest(np.ones((1, 2), np.float32), np.ones((1, 2), np.float32), 1)[0].tolist() == [[0]]
    assert nearest(np.ones((3, 2), np.float32), np.zeros((0, 2), np.float32), 2)[0].shape == (0, 2)


def test_bad_queries_are_refused():
    codes = np.zeros((3, 2), np.float32)
    for count in (0, 4):
        with pytest.raises(InputError, match=rf"neighbours\.count: most=3, got={count}"):
            nearest(codes, codes, count)
    with pytest.raises(InputError, match=r"codes\.not_finite"):
        nearest(codes, np.array([[math.nan, 0]], np.float32), 1)
    with pytest.raises((InputError, TypeCheckError)):
        nearest(codes, np.zeros((1, 3), np.float32), 1)


def test_each_codes_own_neighbours_are_the_nearest_others() -> None:
    codes = np.array([[0.0, 0.0], [1.0, 0.0], [3.0, 0.0], [3.0, 4.0]], np.float32)
    assert own_neighbours(codes, 2).tolist() == [[1, 2], [0, 2], [1, 0], [2, 1]]
    same = np.zeros((4, 3), np.float32)
    found = own_neighbours(same, 3)
    assert all(sorted(row) == [other for other in range(4) if other != i] for i, row in enumerate(found.tolist()))
    cloud = torch.randn(300, 5, generator=torch.Generator().manual_seed(0)).numpy()
    assert np.array_equal(own_neighbours(cloud, 10), nearest(cloud, cloud, 11)[0][:, 1:])


def test_more_neighbours_than_there_are_others_are_refused() -> None:
    with pytest.raises(InputError, match=r"neighbours\.count_of_others: most=3, got=4"):
        own_neighbours(np.zeros((4, 2), np.float32), 4)
