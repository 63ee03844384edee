"""Projections: PCA against scikit-learn's, and the way to the plane and back."""

import math

import pytest
import torch
from jaxtyping import TypeCheckError
from sklearn.decomposition import PCA

from analysis.projection import pca, pick_dims
from models.errors import InputError


def stretched(latent: int = 6, images: int = 400) -> torch.Tensor:
    noise = torch.Generator().manual_seed(0)
    mixing = torch.randn(latent, latent, generator=noise)
    return torch.randn(images, latent, generator=noise) @ mixing + 3


def test_pca_agrees_with_scikit_learn_up_to_signs():
    codes = stretched()
    projection, referee = pca(codes), PCA(2).fit(codes.double().numpy())
    expected = torch.from_numpy(referee.components_.T).float()
    torch.testing.assert_close((projection.axes * expected).sum(dim=0).abs(), torch.ones(2))
    assert projection.explained == pytest.approx(referee.explained_variance_ratio_.tolist(), abs=1e-9)
    torch.testing.assert_close(projection.mean, codes.mean(dim=0))


def test_pca_does_not_flip_with_its_data():
    codes = stretched()
    torch.testing.assert_close(pca(codes).axes, pca(-codes).axes, atol=1e-5, rtol=0)
    largest = pca(codes).axes.gather(0, pca(codes).axes.abs().argmax(dim=0, keepdim=True))
    assert bool((largest > 0).all())


@pytest.mark.parametrize("make", [lambda: pca(stretched()), lambda: pick_dims(6, 4, 1)], ids=["pca", "pick_dims"])
def test_there_and_back(make):
    projection, z = make(), stretched(images=5)
    p = torch.tensor([[0.0, 0.0], [1.0, -2.0]])
    torch.testing.assert_close(projection.axes.T @ projection.axes, torch.eye(2), atol=1e-6, rtol=0)
    torch.testing.assert_close(projection.to_plane(projection.to_latent(p)), p, atol=1e-5, rtol=0)
    torch.testing.assert_close(projection.to_plane(projection.to_latent(p, z[0])), p, atol=1e-5, rtol=0)
    back = projection.to_latent(projection.to_plane(z[:1]), z[0])
    torch.testing.assert_close(back, z[:1], atol=1e-5, rtol=1e-5)
    kept = projection.to_latent(torch.zeros(1, 2), z[1]) - projection.mean  # what the plane does not see of it
    torch.testing.assert_close(kept @ projection.axes, torch.zeros(1, 2), atol=1e-5, rtol=0)
    assert kept.norm() > 1


def test_picked_dimensions_keep_the_others_of_the_base_exactly():
    projection = pick_dims(4, 2, 0)
    assert projection.to_plane(torch.tensor([[1.0, 2.0, 3.0, 4.0]])).tolist() == [[3, 1]]
    assert projection.to_latent(torch.tensor([[7.0, 8.0]]), torch.tensor([0.1, 0.2, 0.3, 0.4])).tolist() == [
        pytest.approx([8.0, 0.2, 7.0, 0.4])
    ]
    assert projection.to_latent(torch.tensor([[7.0, 8.0]])).tolist() == [[8, 0, 7, 0]]
    assert projection.explained is None


def test_one_point_and_equal_points_have_a_plane_without_variance():
    for codes in (torch.tensor([[1.0, 2.0, 3.0]]), torch.ones(9, 3)):
        projection = pca(codes)
        assert projection.explained == (0, 0)
        assert projection.to_plane(codes).abs().max() == 0
        torch.testing.assert_close(projection.axes.T @ projection.axes, torch.eye(2))


def test_a_single_latent_lies_on_the_first_axis():
    codes = torch.tensor([[1.0], [2.0], [6.0]])
    for projection, mean in ((pca(codes), 3.0), (pick_dims(1, 0, 0), 0.0)):
        assert projection.to_plane(codes).tolist() == [[1 - mean, 0], [2 - mean, 0], [6 - mean, 0]]
        torch.testing.assert_close(projection.to_latent(projection.to_plane(codes), codes[0]), codes)
    assert pca(codes).explained == (1, 0)


def test_bad_codes_and_dimensions_are_refused():
    with pytest.raises(InputError, match=r"plane\.no_code"):
        pca(torch.zeros(0, 2))
    with pytest.raises(InputError, match=r"codes\.not_finite"):
        pca(torch.tensor([[math.nan, 0]]))
    for i, j, message in (
        (0, 3, r"grid\.dimension: last=2, got=3"),
        (-1, 0, r"grid\.dimension: last=2, got=-1"),
        (1, 1, r"plane\.same_dimension"),
    ):
        with pytest.raises(InputError, match=message):
            pick_dims(3, i, j)
    with pytest.raises((InputError, TypeCheckError)):
        pick_dims(3, 0, 1).to_latent(torch.zeros(1, 2), torch.zeros(2))
