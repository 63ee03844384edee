"""Embedding: the encoder's own numbers, whatever the block, and images of another shape."""

import math

import pytest
import torch
from jaxtyping import TypeCheckError
from torch.distributions import Normal, kl_divergence

from analysis import embedding
from analysis.embedding import posterior_of
from models.errors import InputError


def some_images(count: int = 7) -> tuple[torch.Tensor, torch.Tensor]:
    images = torch.rand(count, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    return images, torch.arange(count) % 4


@pytest.mark.parametrize("family", ["vae", "cvae", "autoencoder"])
def test_the_posterior_is_the_encoders_in_blocks(make_model, monkeypatch, family):
    model, (images, labels) = make_model(family), some_images()
    monkeypatch.setattr(embedding, "BLOCK", 3)
    posterior = posterior_of(model, images, labels)
    expected = model.encode(images, labels)
    torch.testing.assert_close(posterior.mu, expected.mu.detach())
    assert not posterior.mu.requires_grad
    if family == "autoencoder":
        assert posterior.log_var is None
    else:
        torch.testing.assert_close(posterior.log_var, expected.log_var.detach())


def test_the_class_matters_to_a_conditional_encoder(make_model):
    model, (images, labels) = make_model("cvae"), some_images()
    told, lied = posterior_of(model, images, labels).mu, posterior_of(model, images, (labels + 1) % 4).mu
    assert (told - lied).abs().max() > 1e-3


def test_no_image_gives_no_latent(make_model):
    assert posterior_of(make_model(), *some_images(0)).mu.shape == (0, 2)


def test_the_posterior_is_one_that_torch_distributions_knows(make_model):
    posterior = posterior_of(make_model(), some_images()[0], None)
    expected = kl_divergence(Normal(posterior.mu, posterior.std), Normal(0.0, 1.0))
    torch.testing.assert_close(posterior.kl(), expected)


def test_bad_images_are_refused(make_model):
    model, (images, labels) = make_model(), some_images()
    with pytest.raises(InputError, match=r"images\.shape: channels=1, height=8, width=8, got=\[7, 1, 8, 4\]"):
        posterior_of(model, images[..., :4], labels)
    with pytest.raises((InputError, TypeCheckError)):
        posterior_of(make_model("cvae"), images, labels[:6])
    for x in (images * 255, torch.full((1, 1, 8, 8), math.nan), torch.full((1, 1, 8, 8), -0.1)):
        with pytest.raises(InputError, match=r"images\.range"):
            posterior_of(model, x, None)
