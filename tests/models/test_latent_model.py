"""The one module of all families: what it returns, and that it is the same wherever it runs."""

from collections.abc import Callable

import pytest
import torch

from models.checkpoint import Checkpoint
from models.config import ModelConfig
from models.families import FAMILIES
from models.latent_model import LatentModel


@pytest.mark.parametrize("family", FAMILIES)
def test_encode_returns_a_posterior_and_decode_logits(family: str, make_checkpoint: Callable[..., Checkpoint]) -> None:
    model = make_checkpoint(family, latent_dim=3).model
    y = torch.arange(5)
    posterior = model.encode(torch.rand(5, 1, 8, 8), y)
    assert posterior.mu.shape == (5, 3)
    assert (posterior.log_var is None) == (family == "autoencoder")
    logits = model.decode(torch.randn(5, 3, generator=torch.Generator().manual_seed(0)) * 50, y)
    assert logits.shape == (5, 1, 8, 8)
    assert logits.min() < 0  # not squeezed into [0, 1]
    assert logits.max() > 1


def test_mu_comes_first_and_log_var_second() -> None:
    model = LatentModel(ModelConfig(image=(1, 8, 8), widths=(4,), latent_dim=2))
    with torch.no_grad():
        for parameter in model.encoder.parameters():
            parameter.zero_()
        model.encoder.get_submodule("3").bias.copy_(torch.tensor([1.0, 2.0, -3.0, 4.0]))  # type: ignore[operator, union-attr]
        posterior = model.encode(torch.zeros(1, 1, 8, 8), None)
    assert posterior.mu.tolist() == [[1, 2]]
    assert posterior.log_var is not None
    assert posterior.log_var.tolist() == [[-3, 2]]  # 4 is beyond the bound that keeps exp(log_var) small


def test_an_example_does_not_depend_on_its_batch(make_checkpoint: Callable[..., Checkpoint]) -> None:
    model = make_checkpoint("cvae", network="book-cnn").model
    x, y = torch.rand(6, 1, 8, 8), torch.arange(6)
    torch.testing.assert_close(model.encode(x, y).mu[2:3], model.encode(x[2:3], y[2:3]).mu)
    z = torch.randn(6, 2)
    torch.testing.assert_close(model.decode(z, y)[2:3], model.decode(z[2:3], y[2:3]))


def test_there_is_no_hidden_randomness_and_no_mode(tiny_checkpoint: Checkpoint) -> None:
    model, x = tiny_checkpoint.model, torch.rand(3, 1, 8, 8)
    first = model.encode(x, None)
    model.train()
    second = model.encode(x, None)
    assert torch.equal(first.mu, second.mu)
    assert torch.equal(model.decode(first.mu, None), model.decode(second.mu, None))


def test_parameter_count(tiny_checkpoint: Checkpoint) -> None:
    # 64-16-4 and 2-16-64 with biases
    assert tiny_checkpoint.model.parameter_count() == (64 * 16 + 16) + (16 * 4 + 4) + (2 * 16 + 16) + (16 * 64 + 64)


@pytest.mark.parametrize("family", ["vae", "cvae"])
def test_channels_last_changes_nothing(family: str, make_checkpoint: Callable[..., Checkpoint]) -> None:
    checkpoint = make_checkpoint(family, network="post-cnn")
    plain, swapped = checkpoint.model, LatentModel(checkpoint.run.model)
    swapped.load_state_dict({name: torch.from_numpy(array) for name, array in checkpoint.weights.items()})
    swapped = swapped.to(memory_format=torch.channels_last)
    x, z, y = torch.rand(4, 1, 8, 8), torch.randn(4, 2), torch.arange(4)
    torch.testing.assert_close(plain.encode(x, y).mu, swapped.encode(x, y).mu)
    torch.testing.assert_close(plain.decode(z, y), swapped.decode(z, y))
