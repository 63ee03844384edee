"""Weights of others without their layers: the guess computes what the network that they came from computes."""

from collections.abc import Callable
from pathlib import Path

import pytest
import safetensors.torch
import torch
from torch import Tensor, nn

from datasets.data_set import DataSet
from exports.command import main
from exports.foreign.adopt import adopt
from exports.foreign.state_dict import guess
from live.words import refusal
from models import gallery
from models.architecture import layer_lists
from models.checkpoint import Checkpoint
from models.errors import InputError
from models.tensors import tensors_to_bytes

IMAGE = (1, 8, 8)
Tensors = dict[str, Tensor]


def content(tensors: Tensors) -> bytes:
    return safetensors.torch.save({name: tensor.clone().contiguous() for name, tensor in tensors.items()})


class Example(nn.Module):
    """With the names of PyTorch's own example."""

    def __init__(self) -> None:
        super().__init__()
        self.fc1, self.fc21, self.fc22 = nn.Linear(64, 40), nn.Linear(40, 3), nn.Linear(40, 3)
        self.fc3, self.fc4 = nn.Linear(3, 40), nn.Linear(40, 64)

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        h = torch.relu(self.fc1(x.flatten(1)))
        return self.fc21(h), self.fc22(h)

    def decode(self, z: Tensor) -> Tensor:
        return torch.sigmoid(self.fc4(torch.relu(self.fc3(z)))).reshape(-1, *IMAGE)


class Convolutional(nn.Module):
    """Heads that are named in the wrong order, normalisation, padded outputs, a convolution at the end."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.Sequential(
            *(part for a, b in ((1, 8), (8, 16)) for part in (nn.Conv2d(a, b, 3, 2, 1), nn.BatchNorm2d(b), nn.ReLU()))
        )
        self.fc_a_var, self.fc_mu, self.decoder_input = nn.Linear(64, 2), nn.Linear(64, 2), nn.Linear(2, 64)
        self.decoder = nn.Sequential(nn.ConvTranspose2d(16, 8, 3, 2, 1, 1), nn.BatchNorm2d(8), nn.ReLU())
        self.final = nn.Sequential(
            nn.ConvTranspose2d(8, 8, 3, 2, 1, 1), nn.BatchNorm2d(8), nn.ReLU(), nn.Conv2d(8, 1, 3, padding=1)
        )

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        h = self.encoder(x).flatten(1)
        return self.fc_mu(h), self.fc_a_var(h)

    def decode(self, z: Tensor) -> Tensor:
        h = torch.relu(self.decoder_input(z)).reshape(-1, 16, 2, 2)
        return torch.sigmoid(self.final(self.decoder(h)))


def made(kind: type[nn.Module]) -> nn.Module:
    torch.manual_seed(3)
    model = kind()
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.running_mean)  # type: ignore[arg-type]
            nn.init.uniform_(module.running_var, 0.5, 2)  # type: ignore[arg-type]
            nn.init.normal_(module.weight)
    return model.eval()


@pytest.mark.parametrize("kind", [Example, Convolutional])
@torch.no_grad()
def test_the_guess_computes_what_its_network_does(kind: type[nn.Module], few_digits: DataSet) -> None:
    theirs = made(kind)
    found = guess(content(theirs.state_dict()), IMAGE, 10, "relu", "x.safetensors")
    ours = adopt(found.foreign, few_digits, "x").model
    x, z = torch.rand(5, *IMAGE), torch.randn(5, found.foreign.latents)
    mu, log_var = theirs.encode(x)
    posterior = ours.encode(x, None)
    assert torch.allclose(posterior.mu, mu, atol=1e-5)
    assert posterior.log_var is not None
    assert torch.allclose(posterior.log_var, log_var.clamp(max=2), atol=1e-5)
    assert torch.allclose(torch.sigmoid(ours.decode(z, None)), theirs.decode(z), atol=1e-5)


@pytest.mark.parametrize(("family", "network"), [
    ("vae", "mlp"), ("autoencoder", "mlp"), ("cvae", "mlp"), ("vae", "post-cnn"),
])  # fmt: skip
def test_our_own_weights_are_guessed_as_they_are(
    make_checkpoint: Callable[..., Checkpoint], family: str, network: str
) -> None:
    there = make_checkpoint(family, latent_dim=5, network=network)
    found = guess(tensors_to_bytes(there.weights), IMAGE, 10, there.run.model.activation, "x").foreign
    assert (found.latents, found.stochastic) == (5, there.run.model.stochastic)
    assert (found.encoder.classes, found.decoder.classes) == ((10, 10) if family == "cvae" else (0, 0))
    layers = tuple([step.layer for step in part.steps] for part in (found.encoder, found.decoder))
    if network == "mlp":  # a convolution's rim is a guess of which several fit
        assert layers == layer_lists(there.run.model)


def without(tensors: Tensors, *names: str) -> Tensors:
    return {name: tensor for name, tensor in tensors.items() if name not in names}


EXAMPLE = dict(made(Example).state_dict())


@pytest.mark.parametrize(("tensors", "code", "words"), [
    (EXAMPLE | {"log_sigma": torch.zeros(1)}, "unknown_tensor", "log_sigma"),
    (EXAMPLE | {"norm.weight": torch.ones(40), "norm.bias": torch.ones(40)}, "unknown_tensor", "norm."),
    (EXAMPLE | {"attention.weight": torch.ones(3, 3, 3)}, "unknown_tensor", "attention.weight"),
    (EXAMPLE | {"wide.weight": torch.ones(2, 2, 3, 5)}, "unknown_tensor", "wide.weight"),
    (EXAMPLE | {"bn.running_mean": torch.zeros(7), "bn.running_var": torch.ones(7)}, "unknown_tensor", "bn.running_mean"),
    (EXAMPLE | {"bn.running_mean": torch.zeros(40), "bn.running_var": torch.ones(40), "bn.weight": torch.ones(3)}, "unknown_tensor", "bn.running_mean"),
    (EXAMPLE | {"fc4.bias": torch.zeros(64, 2, 2)}, "unknown_tensor", "fc4.bias"),
    (EXAMPLE | {"fc5.weight": torch.zeros(9, 9)}, "no_guess", "fc5"),
    (without(EXAMPLE, "fc4.weight", "fc4.bias"), "no_guess", "shape [1, 8, 8]"),
    ({}, "no_modules", "no weights"),
    ({f"l{place}.weight": torch.zeros(2, 2) for place in range(70)}, "too_many_modules", "70 layers"),
    ({f"l{place}.weight": torch.zeros(64, 64) for place in range(60)}, "", ""),
])  # fmt: skip
def test_a_table_that_is_no_model_is_refused_by_the_name_of_a_tensor(tensors: Tensors, code: str, words: str) -> None:
    if not code:  # so many ways that most are never tried: it ends
        assert guess(content(tensors), IMAGE, 10, "relu", "x.st").foreign.latents == 64
        return
    with pytest.raises(InputError, match=rf"import\.{code}") as caught:
        guess(content(tensors), IMAGE, 10, "relu", "x.st")
    assert words in refusal(caught.value)


def test_bytes_that_are_no_table_are_refused() -> None:
    for damaged in (b"", b"x" * 50, content(EXAMPLE)[:-5], content({"a.weight": torch.full((3, 3), torch.nan)})):
        with pytest.raises(InputError, match=r"tensors\."):
            guess(damaged, IMAGE, 10, "relu", "x.st")


def test_a_model_whose_images_are_no_numbers_is_refused(few_digits: DataSet) -> None:
    found = guess(content(EXAMPLE | {"fc1.weight": torch.full((40, 64), 3e38)}), IMAGE, 10, "relu", "x.st")
    with pytest.raises(InputError, match=r"import\.no_finite_image: data=Digits 8x8"):
        adopt(found.foreign, few_digits, "x")


def test_the_guess_is_shown_before_it_is_used(
    checkpoint_folder: Path, no_fsync: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "example.safetensors"
    file.write_bytes(content(EXAMPLE))
    assert main(["import", str(file), "--data", "digits"]) == 0
    said = capsys.readouterr().out
    assert "  linear          6            fc21 + fc22" in said
    assert "--yes" in said
    assert gallery.list_runs(checkpoint_folder).runs == ()
    assert main(["import", str(file), "--data", "digits", "--yes"]) == 0
    assert "example is among the models now" in capsys.readouterr().out
    assert gallery.open_run("example", checkpoint_folder).run.model.latent_dim == 3
