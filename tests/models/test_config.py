"""The model's configuration: what it takes, and one sentence for each thing that it refuses."""

from typing import Any

import pytest

from models.config import ModelConfig
from models.errors import InputError


@pytest.mark.parametrize(("changes", "sentence"), [
    ({"family": "gan"}, "family must be one of .*; got 'gan'"),
    ({"network": "resnet"}, "network must be one of mlp, book-cnn, post-cnn, zhao-cnn; got 'resnet'"),
    ({"image": (2, 28, 28)}, r"image must be 1 or 3 channels of 8 to 128 pixels a side; got \[2, 28, 28\]"),
    ({"image": (1, 7, 28)}, r"8 to 128 pixels a side; got \[1, 7, 28\]"),
    ({"image": (1, 28, 129)}, r"8 to 128 pixels a side; got \[1, 28, 129\]"),
    ({"latent_dim": 0}, "latent_dim must be a whole number from 1 to 128; got 0"),
    ({"latent_dim": 129}, "latent_dim must be a whole number from 1 to 128; got 129"),
    ({"latent_dim": 10**9}, "latent_dim must be a whole number from 1 to 128; got 1000000000"),
    ({"class_count": -1}, "class_count must be a whole number from 0 to 64; got -1"),
    ({"class_count": 65}, "class_count must be a whole number from 0 to 64; got 65"),
    ({"family": "cvae", "class_count": 1}, "a CVAE needs a data set of at least 2 classes; got 1"),
    ({"stochastic": False}, "a VAE needs a stochastic encoder"),
    ({"family": "beta-vae", "stochastic": False}, "a beta-VAE needs a stochastic encoder"),
    ({"family": "autoencoder", "stochastic": True}, "an Autoencoder's encoder is deterministic"),
    ({"activation": "swish"}, "activation must be one of relu, leaky_relu, gelu, tanh"),
    ({"widths": ()}, r"widths must be 1 to 8 numbers from 1 to 4096; got \[\]"),
    ({"widths": (8,) * 9}, "widths must be 1 to 8 numbers"),
    ({"widths": (8, 0)}, r"numbers from 1 to 4096; got \[8, 0\]"),
    ({"widths": (4097,)}, r"numbers from 1 to 4096; got \[4097\]"),
    ({"network": "book-cnn"}, "the book-cnn network has fixed widths; leave `widths` empty"),
])  # fmt: skip
def test_refusals(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        ModelConfig(**changes)


@pytest.mark.parametrize("changes", [
    {},
    {"image": (3, 8, 64), "latent_dim": 128, "class_count": 64, "widths": (4096,) * 8},
    {"image": (1, 64, 8), "latent_dim": 1, "class_count": 0, "widths": (1,)},
    {"family": "mmd-vae", "stochastic": False},
    {"family": "mmd-cvae", "stochastic": True},
    {"family": "autoencoder", "stochastic": False},
    {"network": "post-cnn", "widths": ()},
])  # fmt: skip
def test_the_bounds_themselves_are_allowed(changes: dict[str, Any]) -> None:
    ModelConfig(**changes)


def test_conditional_is_the_familys() -> None:
    assert ModelConfig(family="beta-cvae").conditional
    assert not ModelConfig(family="beta-vae").conditional
