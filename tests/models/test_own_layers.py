"""Layer lists from elsewhere: the shapes that are checked are those that torch computes, and nothing unsound is built."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch

from models.architecture import layer_lists
from models.checkpoint import RUN, Checkpoint, from_files, to_files
from models.config import OWN, ModelConfig
from models.errors import InputError
from models.latent_model import LatentModel
from models.layer_modules import Layers
from models.layers import Activation, ConditionChannel, Conv, ConvTranspose, JoinCondition, Linear, Reshape
from models.networks import NETWORKS, ONE_OF_ROWS
from models.own_layers import OwnLayers, require_shapes

Make = Callable[..., Checkpoint]
RELU = Activation("relu")


@pytest.mark.parametrize("image", [(1, 8, 8), (3, 11, 9)])
@pytest.mark.parametrize(
    "network", [name for name in NETWORKS if name != ONE_OF_ROWS]
)  # rows are of our data sets alone
@pytest.mark.parametrize("family", ["vae", "cvae"])
def test_the_lists_of_our_own_networks_are_sound(family: str, network: str, image: tuple[int, int, int]) -> None:
    plain = ModelConfig(family, network, image, 3, 10, NETWORKS[network].widths, NETWORKS[network].activation)
    encoder, decoder = layer_lists(plain)
    own = replace(plain, network=OWN, widths=(), layers=OwnLayers(tuple(encoder), tuple(decoder)))
    assert layer_lists(own) == (encoder, decoder)


@pytest.mark.parametrize("layer", [
    Conv(2, 3, 3, 2, (1, 0, 2, 1)), Conv(2, 3, 5, 3), ConvTranspose(2, 3, 4, 3, (2, 1, 0, 3)), ConvTranspose(2, 1, 3, 1),
    Reshape((2 * 7 * 6,)), RELU, ConditionChannel(4, 7, 6),
])  # fmt: skip
def test_a_shape_is_what_torch_gives(layer: Any) -> None:
    x, y = torch.zeros(1, 2, 7, 6), torch.zeros(1, dtype=torch.int64)
    found = tuple(Layers([layer])(x, y).shape[1:])
    require_shapes("encoder", [layer], (2, 7, 6), found, 4)
    with pytest.raises(InputError, match=r"layers\.ends_elsewhere: part=encoder"):
        require_shapes("encoder", [layer], (2, 7, 6), (*found, 1), 4)


@pytest.mark.parametrize(("layers", "code"), [
    ([Linear(5, 2)], r"does_not_fit: layer=decoder\.0, op=linear"),
    ([Linear(4, 2), Linear(3, 2)], r"does_not_fit: layer=decoder\.1"),
    ([Conv(4, 2, 3, 1)], "does_not_fit"), ([JoinCondition(9)], "does_not_fit"), ([Reshape((3,))], "does_not_fit"),
    ([Reshape((2, 2))], "does_not_fit"), ([ConditionChannel(10, 1, 1)], "does_not_fit"),
    ([Reshape((1, 2, 2)), Conv(1, 1, 3, 1)], r"nothing_left: layer=decoder\.1"),
    ([Reshape((1, 2, 2)), ConvTranspose(1, 1, 2, 1, (1, 1, 1, 1)), ConvTranspose(1, 1, 1, 1, (0, 0, 0, 0)), Conv(1, 1, 2, 1)], "nothing_left"),
    ([Linear(4, 2**16)] + [Linear(2**16, 2**16)] * 3, "too_much_work"),
    ([Reshape((4, 1, 1)), ConvTranspose(4, 60_000, 5, 1)], "too_wide"),
])  # fmt: skip
def test_what_does_not_fit_is_named(layers: list[Any], code: str) -> None:
    with pytest.raises(InputError, match=rf"layers\.{code}"):
        require_shapes("decoder", layers, (4,), (1, 8, 8), 10)


@pytest.mark.parametrize(("layer", "code"), [
    (Activation("sin"), "activation"), (Activation("leaky_relu", 2.0), "activation"), (Linear(2, 2, "conv"), "op"),
    (Linear(0, 2), "number"), (Linear(2, 2**17), "number"), (Reshape((-1, 4)), "number"), (Conv(1, 1, 65, 1), "number"),
    (Conv(1, 1, 3, 1, (3, 0, 0, 0)), "number"), (ConvTranspose(1, 1, 3, 1, (0, -1, 0, 0)), "number"), (Conv(1, 1, 3, 0), "number"),
])  # fmt: skip
def test_a_layer_out_of_bounds_is_refused(layer: Any, code: str) -> None:
    with pytest.raises(InputError, match=rf"layers\.{code}: layer=decoder\.0"):
        OwnLayers((RELU,), (layer,))


def own(make_checkpoint: Make) -> Checkpoint:
    made = make_checkpoint()
    encoder, decoder = layer_lists(made.run.model)
    model = replace(made.run.model, network=OWN, widths=(), layers=OwnLayers(tuple(encoder), tuple(decoder)))
    return replace(made, run=replace(made.run, model=model))


def test_such_a_checkpoint_comes_back_from_its_files(make_checkpoint: Make) -> None:
    before = own(make_checkpoint)
    after = from_files(to_files(before), "x")
    assert after.run == before.run
    z = torch.randn(3, 2)
    assert torch.equal(after.model.decode(z, None), make_checkpoint().model.decode(z, None))


@pytest.mark.parametrize("change", [
    lambda model: model["layers"]["decoder"].append({"inputs": 64, "outputs": 64, "op": "linear"}),
    lambda model: model["layers"]["decoder"].append({"units": 64, "origin": 1.0, "op": "gate"}),
    lambda model: model["layers"]["decoder"][0].update(op="conv"),
    lambda model: model["layers"]["decoder"][0].update(surprise=1),
    lambda model: model["layers"]["decoder"].clear(),
    lambda model: model.update(network="mlp", widths=[16]),
    lambda model: model.update(layers=None),
    lambda model: model.update(family="vampprior", pseudo_inputs=5),
])  # fmt: skip
def test_a_damaged_record_is_refused(make_checkpoint: Make, change: Callable[[dict[str, Any]], None]) -> None:
    files = to_files(own(make_checkpoint))
    run = json.loads(files[RUN])
    change(run["model"])
    with pytest.raises(InputError, match=r"record\.|model\.|layers\."):
        from_files(files | {RUN: json.dumps(run).encode()}, "x")


def test_own_layers_are_built_as_they_are() -> None:
    layers = OwnLayers((Reshape((64,)), Linear(64, 4)), (Linear(2, 64), Reshape((1, 8, 8))))
    model = LatentModel(ModelConfig(network=OWN, image=(1, 8, 8), widths=(), layers=layers))
    assert model.parameter_count() == 64 * 4 + 4 + 2 * 64 + 64
