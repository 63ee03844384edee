"""Projections: PCA against scikit-learn's, and the way to the plane and back."""

import math

import numpy as np
import pytest
import torch
from jaxtyping import TypeCheckError
from sklearn.decomposition import PCA

from analysis.projection import pca, pick_dims
from models.errors import InputError


def stretched(latent: int = 6, images: int = 400) -> np.ndarray:
    noise = torch.Generator().manual_seed(0)
    mixing = torch.randn(latent, latent, generator=noise).numpy()
    return torch.randn(images, latent, generator=noise).numpy() @ mixing + 3


def test_pca_agrees_with_scikit_learn_up_to_signs():
    codes = stretched()
    projection, referee = pca(codes), PCA(2).fit(codes.astype(np.float64))
    expected = referee.components_.T.astype(np.float32)
    np.testing.assert_allclose(
        np.abs((projection.axes * expected).sum(axis=0)), np.ones(2, np.float32), rtol=1.3e-6, atol=1e-5
    )
    assert projection.explained == pytest.approx(referee.explained_variance_ratio_.tolist(), abs=1e-9)
    np.testing.assert_allclose(projection.mean, codes.mean(axis=0), rtol=1.3e-6, atol=1e-5)


def test_pca_does_not_flip_with_its_data():
    codes = stretched()
    np.testing.assert_allclose(pca(codes).axes, pca(-codes).axes, atol=1e-5, rtol=0)
    axes = pca(codes).axes
    assert (np.take_along_axis(axes, np.abs(axes).argmax(axis=0)[None], axis=0) > 0).all()


@pytest.mark.parametrize("make", [lambda: pca(stretched()), lambda: pick_dims(6, 4, 1)], ids=["pca", "pick_dims"])
def test_there_and_back(make):
    projection, z = make(), stretched(images=5)
    p = np.array([[0.0, 0.0], [1.0, -2.0]], np.float32)
    np.testing.assert_allclose(projection.axes.T @ projection.axes, np.eye(2), atol=1e-6, rtol=0)
    np.testing.assert_allclose(projection.to_plane(projection.to_latent(p)), p, atol=1e-5, rtol=0)
    np.testing.assert_allclose(projection.to_plane(projection.to_latent(p, z[0])), p, atol=1e-5, rtol=0)
    back = projection.to_latent(projection.to_plane(z[:1]), z[0])
    np.testing.assert_allclose(back, z[:1], atol=1e-5, rtol=1e-5)
    kept = (
        projection.to_latent(np.zeros((1, 2), np.float32), z[1]) - projection.mean
    )  # what the plane does not see of it
    np.testing.assert_allclose(kept @ projection.axes, np.zeros((1, 2), np.float32), atol=1e-5, rtol=0)
    assert np.linalg.norm(kept) > 1


def test_picked_dimensions_keep_the_others_of_the_base_exactly():
    projection = pick_dims(4, 2, 0)
    assert projection.to_plane(np.array([[1.0, 2.0, 3.0, 4.0]], np.float32)).tolist() == [[3, 1]]
    assert projection.to_latent(
        np.array([[7.0, 8.0]], np.float32), np.array([0.1, 0.2, 0.3, 0.4], np.float32)
    ).tolist() == [pytest.approx([8.0, 0.2, 7.0, 0.4])]
    assert projection.to_latent(np.array([[7.0, 8.0]], np.float32)).tolist() == [[8, 0, 7, 0]]
    assert projection.explained is None


def test_one_point_and_equal_points_have_a_plane_without_variance():
    for codes in (np.array([[1.0, 2.0, 3.0]], np.float32), np.ones((9, 3), np.float32)):
        projection = pca(codes)
        assert projection.explained == (0, 0)
        assert np.abs(projection.to_plane(codes)).max() == 0
        np.testing.assert_allclose(projection.axes.T @ projection.axes, np.eye(2), rtol=1.3e-6, atol=1e-5)


def test_a_single_latent_lies_on_the_first_axis():
    codes = np.array([[1.0], [2.0], [6.0]], np.float32)
    for projection, mean in ((pca(codes), 3.0), (pick_dims(1, 0, 0), 0.0)):
        assert projection.to_plane(codes).tolist() == [[1 - mean, 0], [2 - mean, 0], [6 - mean, 0]]
        np.testing.assert_allclose(
            projection.to_latent(projection.to_plane(codes), codes[0]), codes, rtol=1.3e-6, atol=1e-5
        )
    assert pca(codes).explained == (1, 0)


def test_bad_codes_and_dimensions_are_refused():
    with pytest.raises(InputError, match=r"plane\.no_code"):
        pca(np.zeros((0, 2), np.float32))
    with pytest.raises(InputError, match=r"codes\.not_finite"):
        pca(np.array([[math.nan, 0]], np.float32))
    for i, j, message in (
        (0, 3, r"grid\.dimension: last=2, got=3"),
        (-1, 0, r"grid\.dimension: last=2, got=-1"),
        (1, 1, r"plane\.same_dimension"),
    ):
        with pytest.raises(InputError, match=message):
            pick_dims(3, i, j)
    with pytest.raises((InputError, TypeCheckError)):
        pick_dims(3, 0, 1).to_latent(np.zeros((1, 2), np.float32), np.zeros(2, np.float32))
