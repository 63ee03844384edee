"""The model's configuration: what it takes, and one sentence for each thing that it refuses."""

from typing import Any

import pytest

from models.config import ModelConfig
from models.errors import InputError


@pytest.mark.parametrize(("changes", "sentence"), [
    ({"family": "gan"}, r"model\.family: known=\['autoencoder', 'vae', 'cvae', 'beta-vae', 'beta-cvae', 'mmd-vae', 'mmd-cvae'"),
    ({"network": "resnet"}, r"model\.network: .*got=resnet"),
    ({"image": (2, 28, 28)}, r"model\.image"),
    ({"image": (1, 7, 28)}, r"model\.image: least=8, most=128, got=\[1, 7, 28\]"),
    ({"image": (1, 28, 129)}, r"model\.image: least=8, most=128, got=\[1, 28, 129\]"),
    ({"latent_dim": 0}, r"model\.whole_number: name=latent_dim"),
    ({"latent_dim": 129}, r"model\.whole_number: name=latent_dim"),
    ({"latent_dim": 10**9}, r"model\.whole_number: name=latent_dim"),
    ({"class_count": -1}, r"model\.whole_number: name=class_count"),
    ({"class_count": 65}, r"model\.whole_number: name=class_count"),
    ({"family": "cvae", "class_count": 1}, r"model\.needs_classes: .*got=1"),
    ({"stochastic": False}, r"model\.needs_stochastic: family=VAE"),
    ({"family": "beta-vae", "stochastic": False}, r"model\.needs_stochastic: family=beta-VAE"),
    ({"family": "autoencoder", "stochastic": True}, r"model\.is_deterministic: family=Autoencoder"),
    ({"activation": "swish"}, r"model\.activation"),
    ({"widths": ()}, r"model\.widths"),
    ({"widths": (8,) * 9}, r"model\.widths: depth=8, most=4096, got=\(8, 8"),
    ({"widths": (8, 0)}, r"model\.widths: depth=8, most=4096, got=\(8, 0\)"),
    ({"widths": (4097,)}, r"model\.widths: depth=8, most=4096, got=\(4097,\)"),
    ({"network": "book-cnn"}, r"model\.fixed_widths"),
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
