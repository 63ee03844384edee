"""Grids: where the corners are, symmetry, the prior's quantiles, and the mosaic's order."""

import math

import numpy as np
import pytest
import torch

from analysis.grids import (
    GRIDS,
    grid,
    grid_axis,
    mosaic,
    place_in,
    prior_quantile,
)
from models.errors import InputError


def test_the_first_row_is_the_top_and_columns_go_right():
    assert grid("linear", 2, -1.0, 1.0).tolist() == [[-1, 1], [1, 1], [-1, -1], [1, -1]]


@pytest.mark.parametrize("kind", GRIDS)
@pytest.mark.parametrize("side", [2, 3, 10, 15])
def test_a_grid_is_symmetric_and_its_axis_rises(kind, side):
    cells = grid(kind, side).reshape(side, side, 2)
    axis = grid_axis(kind, side)
    np.testing.assert_allclose(cells[::-1, ::-1], -cells, atol=1e-6, rtol=0)
    assert bool((np.diff(axis) > 0).all())
    assert np.array_equal(cells[0, :, 0], axis)
    assert np.array_equal(cells[:, 0, 1], axis[::-1])


def test_normal_grid_has_the_median_in_its_middle_and_equal_shares_of_the_prior_between_cells():
    cells = grid("normal", 5)
    assert np.abs(cells[12]).max() < 1e-6
    axis = grid_axis("normal", 5)
    np.testing.assert_allclose(
        torch.special.ndtr(torch.from_numpy(axis)),
        np.array([0.05, 0.275, 0.5, 0.725, 0.95], np.float32),
        rtol=1.3e-6,
        atol=1e-5,
    )


def test_prior_quantile_agrees_with_torch_distributions():
    for p in (0.001, 0.05, 0.5, 0.84, 0.999):
        expected = torch.distributions.Normal(0.0, 1.0).icdf(torch.tensor(p, dtype=torch.float64))
        assert prior_quantile(p) == pytest.approx(float(expected), abs=1e-6)


@pytest.mark.parametrize("kind", GRIDS)
def test_one_cell_is_the_middle(kind):
    np.testing.assert_allclose(grid(kind, 1), np.zeros((1, 2), np.float32), atol=1e-7, rtol=0)


def test_bad_grids_are_refused():
    for side in (0, -1, 101):
        with pytest.raises(InputError, match=rf"grid\.side: most=100, got={side}"):
            grid("normal", side)
    for low, high in ((1.0, 1.0), (2.0, 1.0), (math.nan, 1.0), (0.0, math.inf)):
        with pytest.raises(InputError, match=r"grid\.range"):
            grid("linear", 3, low, high)
    for low, high in ((0.0, 0.5), (0.5, 1.0), (-1.0, 2.0)):
        with pytest.raises(InputError, match=r"grid\.probabilit"):
            grid("normal", 3, low, high)
    with pytest.raises(InputError, match=r"grid\.kind: known=\['linear', 'normal'\], got=polar"):
        grid_axis("polar", 3)
    for p in (0.0, 1.0, math.nan):
        with pytest.raises(InputError, match=r"grid\.probability"):
            prior_quantile(p)


def test_place_in_puts_the_plane_into_the_base():
    z = place_in(np.array([[1.0, 2.0], [3.0, 4.0]], np.float32), 4, (3, 1), np.array([9.0, 9.0, 8.0, 9.0], np.float32))
    assert z.tolist() == [[9, 2, 8, 1], [9, 4, 8, 3]]
    assert place_in(np.array([[1.0, 2.0]], np.float32), 3).tolist() == [[1, 2, 0]]
    assert place_in(np.zeros((0, 2), np.float32), 3).shape == (0, 3)


def test_place_in_refuses_bad_dimensions():
    p = np.zeros((1, 2), np.float32)
    for dims, message in (
        ((0, 3), r"grid\.dimension: last=2, got=3"),
        ((-1, 0), r"grid\.dimension: last=2, got=-1"),
        ((1, 1), r"plane\.same_dimension"),
    ):
        with pytest.raises(InputError, match=message):
            place_in(p, 3, dims)
    with pytest.raises(InputError, match=r"grid\.too_few_latents"):
        place_in(p, 1)
    with pytest.raises(InputError, match=r"grid\.base"):
        place_in(p, 3, base=np.zeros(2, np.float32))


def test_mosaic_keeps_every_image_upright_in_its_place():
    images = np.arange(2 * 6 * 2 * 4).reshape(6, 2, 2, 4).astype(np.float32)
    whole = mosaic(images, 2, 3)
    assert whole.shape == (2, 4, 12)
    for row in range(2):
        for column in range(3):
            tile = whole[:, row * 2 : row * 2 + 2, column * 4 : column * 4 + 4]
            assert np.array_equal(tile, images[row * 3 + column])


@pytest.mark.parametrize(("rows", "columns"), [(2, 2), (0, 6), (-2, -3)])
def test_mosaic_refuses_another_number_of_images(rows, columns):
    with pytest.raises(InputError, match=r"grid\.images"):
        mosaic(np.zeros((6, 1, 2, 2), np.float32), rows, columns)
