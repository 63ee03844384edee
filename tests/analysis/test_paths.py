"""Paths: exact ends, the great circle, and the vectors between which there is none."""

import math

import pytest
import torch
from jaxtyping import TypeCheckError

from analysis.paths import PATHS, lerp, path, slerp
from models.errors import InputError

EAST, NORTH = torch.tensor([1.0, 0.0]), torch.tensor([0.0, 1.0])


def test_lerp_is_evenly_spaced():
    points = lerp(torch.tensor([0.0, 1.0]), torch.tensor([4.0, -1.0]), 5)
    assert points.tolist() == [[0, 1], [1, 0.5], [2, 0], [3, -0.5], [4, -1]]


@pytest.mark.parametrize("kind", PATHS)
@pytest.mark.parametrize("latent", [1, 2, 3, 64])
def test_the_ends_are_exact_and_the_path_goes_back_the_same_way(kind, latent):
    noise = torch.Generator().manual_seed(latent)
    a = torch.randn(latent, generator=noise, dtype=torch.float64) * 1e3
    b = torch.randn(latent, generator=noise, dtype=torch.float64) * 1e-3
    there, back = path(kind, a, b, 7), path(kind, b, a, 7)
    assert torch.equal(there[0], a)
    assert torch.equal(there[-1], b)
    assert there.shape == (7, latent)
    torch.testing.assert_close(there, back.flip(0), atol=1e-3, rtol=1e-5)


def test_slerp_of_orthogonal_unit_vectors_walks_the_unit_circle_in_equal_angles():
    points = slerp(EAST, NORTH, 4)
    angles = torch.atan2(points[:, 1], points[:, 0])
    torch.testing.assert_close(points.norm(dim=1), torch.ones(4))
    torch.testing.assert_close(angles, torch.tensor([0, 30, 60, 90]) * math.pi / 180)


def test_slerp_is_whites_formula():
    noise = torch.Generator().manual_seed(0)
    a, b = torch.randn(2, 5, generator=noise, dtype=torch.float64)
    a, b = a / a.norm(), b / b.norm()
    omega = torch.acos(a @ b)
    t = torch.linspace(0, 1, 9, dtype=torch.float64)[:, None]
    expected = (torch.sin((1 - t) * omega) * a + torch.sin(t * omega) * b) / torch.sin(omega)
    torch.testing.assert_close(slerp(a, b, 9), expected)


def test_slerp_takes_the_radius_linearly():
    torch.testing.assert_close(slerp(EAST, 3 * NORTH, 5).norm(dim=1), torch.tensor([1.0, 1.5, 2.0, 2.5, 3.0]))


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (EAST, 3 * EAST),
        (EAST, EAST),
        (torch.zeros(2), NORTH),
        (NORTH, torch.zeros(2)),
        (torch.zeros(2), torch.zeros(2)),
    ],
    ids=["parallel", "same", "from zero", "to zero", "both zero"],
)
def test_slerp_without_an_angle_is_lerp(a, b):
    assert torch.equal(slerp(a, b, 6), lerp(a, b, 6))


def test_slerp_of_opposite_numbers_is_lerp_through_zero():
    assert slerp(torch.tensor([1.0]), torch.tensor([-1.0]), 3).flatten().tolist() == [1, 0, -1]


@pytest.mark.parametrize("a", [EAST, torch.tensor([0.6, 0.8]), torch.tensor([1.0, 2.0, -2.0]) / 3])
def test_slerp_of_opposite_vectors_turns_without_leaving_the_sphere(a):
    points = slerp(a, -a, 9)
    torch.testing.assert_close(points.norm(dim=1), torch.ones(9))
    torch.testing.assert_close(points[4] @ a, torch.tensor(0.0), atol=1e-6, rtol=0)
    assert torch.equal(points, slerp(a, -a, 9))
    steps = points.diff(dim=0).norm(dim=1)
    torch.testing.assert_close(steps, steps[:1].expand(8))


def test_slerp_stays_finite_close_to_parallel_and_to_opposite():
    for tilt in (1e-3, 1e-5, 1e-7, 1e-12):
        for b in (torch.tensor([1.0, tilt]), torch.tensor([-1.0, tilt])):
            torch.testing.assert_close(slerp(EAST, b, 5).norm(dim=1), torch.ones(5), atol=1e-5, rtol=0)


@pytest.mark.parametrize("kind", PATHS)
def test_bad_ends_and_steps_are_refused(kind):
    with pytest.raises(InputError, match=r"path\.steps: most=1000, got=1"):
        path(kind, EAST, NORTH, 1)
    with pytest.raises(InputError, match=r"path\.not_finite"):
        path(kind, EAST, torch.tensor([math.nan, 0]), 3)
    with pytest.raises((InputError, TypeCheckError)):
        path(kind, EAST, torch.ones(3), 3)


def test_an_unknown_path_is_refused():
    with pytest.raises(InputError, match=r"path\.kind: known=\['lerp', 'slerp'\], got=arc"):
        path("arc", EAST, NORTH, 3)
