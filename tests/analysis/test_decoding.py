"""Decoding: sigmoid means, blocks, classes, the manifold's order, and what is refused."""

import math

import numpy as np
import pytest
import torch

from analysis import decoding
from analysis.decoding import decode_images, manifold
from models.errors import InputError


def some_latents(count: int = 7, latent: int = 2) -> np.ndarray:
    return torch.randn(count, latent, generator=torch.Generator().manual_seed(0)).numpy()


@pytest.mark.parametrize("family", ["vae", "cvae"])
def test_images_are_sigmoids_of_the_logits_in_blocks(make_model, monkeypatch, family):
    model, z, y = make_model(family), some_latents(), np.arange(7) % 4
    monkeypatch.setattr(decoding, "BLOCK", 3)
    images = decode_images(model, z, y)
    expected = torch.sigmoid(model.decode(torch.from_numpy(z), torch.from_numpy(y))).detach()
    np.testing.assert_allclose(images, expected, rtol=1.3e-6, atol=1e-5)
    assert images.shape == (7, 1, 8, 8)


def test_no_latent_gives_no_image(make_model):
    assert decode_images(make_model("cvae"), np.zeros((0, 2), np.float32), 1).shape == (0, 1, 8, 8)


def test_one_class_for_all_is_that_class_for_each(make_model):
    model, z = make_model("cvae"), some_latents()
    assert np.array_equal(decode_images(model, z, 2), decode_images(model, z, np.full((7,), 2)))
    assert not np.array_equal(decode_images(model, z, 2), decode_images(model, z, 3))


def test_the_manifolds_corners_are_where_the_axes_say(make_model):
    model = make_model()
    images = manifold(model, 3, "linear", span=(-2.0, 2.0))
    corners = np.array([[-2.0, 2.0], [2.0, 2.0], [-2.0, -2.0], [2.0, -2.0]], np.float32)
    np.testing.assert_allclose(images[[0, 2, 6, 8]], decode_images(model, corners), rtol=1.3e-6, atol=1e-5)
    np.testing.assert_allclose(
        manifold(model, 3)[4], decode_images(model, np.zeros((1, 2), np.float32))[0], rtol=1.3e-6, atol=1e-5
    )


def test_the_manifold_of_more_latents_keeps_the_base(make_model):
    model, base = make_model("cvae", latent_dim=5), some_latents(1, 5)[0]
    images = manifold(model, 2, "linear", y=3, span=(-1.0, 1.0), dims=(4, 0), base=base)
    top_right = base.copy()
    top_right[4], top_right[0] = 1.0, 1.0
    np.testing.assert_allclose(images[1], decode_images(model, top_right[None], 3)[0], rtol=1.3e-6, atol=1e-5)
    with pytest.raises(InputError, match=r"grid\.too_few_latents: got=1"):
        manifold(make_model(latent_dim=1), 3)


def test_bad_latents_and_classes_are_refused(make_model):
    with pytest.raises(InputError, match=r"codes\.width: latent=2, got=\[7, 3\]"):
        decode_images(make_model(), some_latents(latent=3))
    for value in (math.nan, math.inf):
        with pytest.raises(InputError, match=r"codes\.not_finite"):
            decode_images(make_model(), np.array([[0.0, value]], np.float32))
    with pytest.raises(InputError, match=r"class\.missing"):
        decode_images(make_model("cvae"), some_latents())
    with pytest.raises(InputError, match=r"class\.out_of_range: highest=3, got=4"):
        decode_images(make_model("cvae"), some_latents(), 4)
