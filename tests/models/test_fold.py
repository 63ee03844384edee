"""A dial's network: gates of zeros change nothing, and folded at a value it is the network that the gates make."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor

from models.architecture import layer_lists, parameter_shapes
from models.config import ModelConfig
from models.dial import Dial
from models.errors import InputError
from models.fold import folded, gate_at
from models.fused import gated
from models.latent_model import LatentModel
from models.layer_modules import with_weights
from models.layers import Activation, Gate, Linear, layer_to_json

BETA = Dial("beta", 0.1, 50.0, 1.0)
PLAIN = ModelConfig("beta-vae", "mlp", (1, 8, 8), 3, 10, (20, 12), "gelu")
TURNED = replace(PLAIN, dial=BETA)
VALUES = (0.1, 0.7, 1.0, 6.0, 50.0)


def _model(config: ModelConfig, gates: float = 0.3) -> LatentModel:
    """Random weights; the gates' are normal with a standard deviation of `gates`."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = LatentModel(config)
        for part in (model.encoder, model.decoder):
            for position, layer in enumerate(part.layers):
                for parameter in part.get_submodule(str(position)).parameters() if isinstance(layer, Gate) else ():
                    torch.nn.init.normal_(parameter, std=gates)
    return model.requires_grad_(False)


def _inputs(conditional: bool = False) -> tuple[Tensor, Tensor, Tensor]:
    draws = torch.Generator().manual_seed(1)
    y = torch.arange(5) if conditional else torch.zeros(5, dtype=torch.int64)
    return torch.rand(5, 1, 8, 8, generator=draws), torch.randn(5, 3, generator=draws), y


def test_gates_stand_behind_each_hidden_map_and_no_other() -> None:
    for layers in layer_lists(TURNED):
        ops = [layer.op for layer in layers if layer.op != "reshape"]
        assert ops == ["linear", "gate", "gelu", "linear", "gate", "gelu", "linear"]
    assert layer_to_json(Gate(12)) == {"units": 12, "origin": 1.0, "op": "gate"}
    extra = {name: shape for name, shape in parameter_shapes(TURNED, "x").items() if shape in ((20,), (12,))}
    assert LatentModel(TURNED).parameter_count() == LatentModel(PLAIN).parameter_count() + 4 * (20 + 12)
    assert extra["encoder.2.weight"] == extra["encoder.2.bias"] == (20,)


def test_gates_of_zeros_are_the_identity_at_every_value() -> None:
    """A dial begins as the plain network."""
    new = _model(TURNED, gates=0.0)
    plain = LatentModel(PLAIN)
    for own, other in ((plain.encoder, new.encoder), (plain.decoder, new.decoder)):
        linear = [layer for layer in other.children() if isinstance(layer, torch.nn.Linear)]
        for mine, theirs in zip(own.children(), linear, strict=True):
            mine.load_state_dict(theirs.state_dict())
    x, z, y = _inputs()
    for at in (None, *(torch.tensor([value]) for value in VALUES), torch.tensor(VALUES)):
        assert torch.equal(new.encode(x, y, at).mu, plain.encode(x, y).mu)
        assert torch.equal(new.decode(z, y, at), plain.decode(z, y))


@pytest.mark.parametrize("family", ["beta-vae", "beta-cvae"])
@pytest.mark.parametrize("value", [*VALUES, None])
def test_the_folded_network_is_the_gated_one(family: str, value: float | None) -> None:
    model = _model(replace(TURNED, family=family))
    x, z, y = _inputs(conditional=True)
    at = None if value is None else torch.tensor([value])
    for part, given, expected in (
        (model.encoder, x, model.encoder(x, y, at)), (model.decoder, z, model.decoder(z, y, at)),
    ):  # fmt: skip
        weights = {name: tensor.numpy() for name, tensor in part.state_dict().items()}
        layers, tensors = folded(part.layers, weights, value)
        plain = with_weights(layers, tensors)
        assert not any(isinstance(layer, Gate) for layer in layers)
        torch.testing.assert_close(plain(given, y), expected, rtol=1e-5, atol=1e-5)


def test_one_value_an_example_is_each_example_at_its_own() -> None:
    model = _model(TURNED)
    x, z, y = _inputs()
    at = torch.tensor(VALUES)
    for row, value in enumerate(VALUES):
        alone = slice(row, row + 1)
        one = torch.tensor([value])
        torch.testing.assert_close(model.encode(x, y, at).mu[alone], model.encode(x[alone], y[alone], one).mu)
        torch.testing.assert_close(model.decode(z, y, at)[alone], model.decode(z[alone], y[alone], one))
    assert not torch.allclose(model.decode(z, y, at), model.decode(z, y))


def test_the_logarithm_counts_from_the_origin() -> None:
    w, b = np.array([2.0], np.float32), np.array([0.5], np.float32)
    assert gate_at(w, b, 1000.0, 1000.0).tolist() == [1.5]
    assert gate_at(w, b, 1000.0 * np.e, 1000.0).tolist() == pytest.approx([3.5])
    far = _model(replace(TURNED, family="mmd-vae", dial=Dial("lambda", 1.0, 1e4, 1000.0)))
    x, _, y = _inputs()
    assert torch.equal(far.encode(x, y).mu, far.encode(x, y, torch.tensor([1000.0])).mu)


def test_a_list_without_gates_stays_and_types_are_kept() -> None:
    layers = layer_lists(PLAIN)[0]
    weights = {"1.weight": np.ones((20, 64), np.float16), "1.bias": np.ones(20, np.float16)}
    kept, tensors = folded(layers, weights, 7.0)
    assert (kept, set(tensors)) == (layers, set(weights))
    _, halves = folded(
        [Linear(2, 1), Gate(1)],
        {"0.weight": np.array([[1, 3]], np.float16), "0.bias": np.array([1], np.float16),
         "1.weight": np.array([0], np.float16), "1.bias": np.array([1], np.float16)},
    )  # fmt: skip
    assert halves["0.weight"].dtype == np.float16
    assert halves["0.weight"].tolist() == [[2.0, 6.0]]


@pytest.mark.parametrize("layers", [[Gate(2)], [Linear(2, 2), Activation("relu"), Gate(2)]])
def test_a_gate_that_follows_no_linear_map_is_refused(layers: list[Linear | Gate | Activation]) -> None:
    weights = {f"{i}.{name}": np.zeros(2, np.float32) for i in range(3) for name in ("weight", "bias")}
    with pytest.raises(InputError, match=r"model\.gate"):
        folded(layers, weights, 2.0)


@pytest.mark.parametrize("rows", [1, 6])
def test_the_gates_gradient_is_that_of_autograd(rows: int) -> None:
    draws = torch.Generator().manual_seed(2)
    x, log = (torch.randn(shape, generator=draws, dtype=torch.float64) for shape in ((6, 4), (rows,)))
    leaves = [
        x.requires_grad_(),
        *(torch.randn(4, generator=draws, dtype=torch.float64).requires_grad_() for _ in "wb"),
    ]
    upstream = torch.randn(6, 4, generator=draws, dtype=torch.float64)
    ours = torch.autograd.grad(gated(leaves[0], leaves[1], leaves[2], log), leaves, upstream)
    by_hand = leaves[0] * (1 + leaves[2] + log[:, None] * leaves[1])
    for found, expected in zip(ours, torch.autograd.grad(by_hand, leaves, upstream), strict=True):
        torch.testing.assert_close(found, expected, rtol=1e-12, atol=1e-12)


def test_bfloat16_activations_stay_bfloat16_and_small_gates_still_count() -> None:
    x, zero, log = torch.full((4000, 1), 1.0).bfloat16(), torch.zeros(1), torch.zeros(4000)
    bias = torch.tensor([0.3])
    assert gated(x, zero, bias, log).dtype == torch.bfloat16
    assert gated(x, zero, bias, None)[0, 0] == torch.tensor(1.3).bfloat16()


@pytest.mark.parametrize(("changes", "sentence"), [
    ({"axis": "gamma"}, r"dial\.axis: .*got=gamma"),
    ({"low": 1.0}, r"dial\.range"),
    ({"high": 1.0}, r"dial\.range: axis=beta, least=0\.001, most=1000\.0, low=0\.1, origin=1\.0, high=1\.0"),
    ({"low": 0.0}, r"dial\.range: axis=beta, least=0\.001, most=1000\.0, low=0\.0, origin=1\.0, high=50\.0"),
    ({"high": 2000.0}, r"dial\.range: axis=beta, least=0\.001, most=1000\.0, low=0\.1, origin=1\.0, high=2000\.0"),
])  # fmt: skip
def test_a_dial_out_of_bounds_is_refused(changes: dict[str, object], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        replace(BETA, **changes)  # type: ignore[arg-type]


def test_a_dial_needs_the_mlp_and_the_standard_prior() -> None:
    with pytest.raises(InputError, match=r"model\.dial_network: got=book-cnn"):
        ModelConfig("beta-vae", "book-cnn", widths=(), dial=BETA)
    with pytest.raises(InputError, match=r"model\.dial_prior"):
        replace(TURNED, family="vampprior")
