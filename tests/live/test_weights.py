"""What the browser gets of a model: a manifest whose offsets fit the block of numbers, exact where it can be.

The JavaScript that reads it is tested in tests/js.
"""

import json
import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from live.weights import PARTS, network_as_sent, part_manifest, part_weights, precision_of
from models.checkpoint import Checkpoint
from models.errors import InputError
from models.families import FAMILIES
from models.networks import NETWORKS

Make = Callable[..., Checkpoint]
SIZE = {"float16": 2, "float32": 4}
MODELS = [(family, network, latents) for family in FAMILIES for network in NETWORKS for latents in (1, 2, 10)]


def tensors(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    """Offsets and shapes in the order in which the manifest lists them."""
    return [layer[name] for layer in manifest["layers"] for name in ("weight", "bias") if name in layer]


@pytest.mark.parametrize("precision", list(SIZE))
@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize(("family", "network", "latents"), MODELS)
def test_offsets_are_contiguous_and_the_block_is_as_long_as_they_say(
    make_checkpoint: Make, family: str, network: str, latents: int, part: str, precision: str
) -> None:
    checkpoint = make_checkpoint(family, latents, network=network)
    manifest = json.loads(json.dumps(part_manifest(checkpoint, part, precision), allow_nan=False))
    at = 0
    for tensor in tensors(manifest):
        assert tensor["offset"] == at
        at += math.prod(tensor["shape"])
    assert manifest["count"] == at > 0
    assert len(part_weights(checkpoint, part, precision)) == at * SIZE[precision]
    parameters = getattr(checkpoint.model, part).parameters()
    assert sum(tensor.numel() for tensor in parameters) == at


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("network", list(NETWORKS))
def test_float32_numbers_are_the_models_own(make_checkpoint: Make, network: str, part: str) -> None:
    checkpoint = make_checkpoint("cvae", 3, network=network)
    manifest = part_manifest(checkpoint, part, "float32")
    numbers = np.frombuffer(part_weights(checkpoint, part, "float32"), "<f4")
    for position, layer in enumerate(manifest["layers"]):
        for name in {"weight", "bias"} & set(layer):
            offset, shape = layer[name]["offset"], layer[name]["shape"]
            found = numbers[offset : offset + math.prod(shape)].reshape(shape)
            assert np.array_equal(found, checkpoint.weights[f"{part}.{position}.{name}"])


@pytest.mark.parametrize(("family", "latents"), [("vae", 2), ("cvae", 3), ("autoencoder", 2)])
def test_manifest_says_what_goes_in(make_checkpoint: Make, family: str, latents: int) -> None:
    checkpoint = make_checkpoint(family, latents)
    decoder, encoder = (part_manifest(checkpoint, part) for part in PARTS)
    assert decoder["part"] == "decoder"
    assert (decoder["inputs"], encoder["inputs"]) == (latents, 64)
    for manifest in (decoder, encoder):
        assert manifest["image"] == [1, 8, 8]
        assert manifest["latent_dim"] == latents
        assert manifest["classes"] == (10 if family == "cvae" else 0)
        assert manifest["stochastic"] is (family != "autoencoder")
        assert all(isinstance(layer["op"], str) for layer in manifest["layers"])


def test_a_float16_file_gives_float16_and_any_other_float32(make_checkpoint: Make) -> None:
    full, half = make_checkpoint(), make_checkpoint(weights_type=np.float16)
    assert precision_of(full) == "float32"
    assert precision_of(half) == "float16"
    first = next(iter(half.weights))
    mixed = replace(half, weights={**half.weights, first: full.weights[first]})
    assert precision_of(mixed) == "float32"


def test_float16_files_lose_nothing(make_checkpoint: Make) -> None:
    half = make_checkpoint(weights_type=np.float16)
    numbers = np.frombuffer(part_weights(half, "decoder", "float16"), "<f2")
    stored = np.concatenate([t.ravel() for name, t in half.weights.items() if name.startswith("decoder.")])
    assert np.array_equal(numbers, stored)


def test_a_weight_too_large_for_float16_is_refused_in_words(make_checkpoint: Make) -> None:
    checkpoint = make_checkpoint()
    name = next(name for name in checkpoint.weights if name.startswith("decoder."))
    huge = replace(checkpoint, weights={**checkpoint.weights, name: np.full_like(checkpoint.weights[name], 1e5)})
    with pytest.raises(InputError, match=rf"weights\.too_large: name={name}, dtype=float16"):
        part_weights(huge, "decoder", "float16")
    assert len(part_weights(huge, "decoder", "float32")) > 0


@pytest.mark.parametrize("network", list(NETWORKS))
def test_a_network_as_sent_is_the_model_but_for_its_rounding(make_checkpoint: Make, network: str) -> None:
    checkpoint, z = make_checkpoint("vae", 2, network=network), torch.randn(3, 2)
    wanted = checkpoint.model.decode(z, None)
    assert torch.equal(network_as_sent(checkpoint, "decoder", "float32")(z, None), wanted)
    for precision, most in (("float16", 2e-3), ("int8", 0.05)):
        off = (network_as_sent(checkpoint, "decoder", precision)(z, None) - wanted).abs().max()
        assert 0 < off < most, precision


@pytest.mark.parametrize(
    ("part", "precision"), [("middle", "float16"), ("", "float32"), ("decoder", "float64"), ("decoder", "")]
)
def test_unknown_parts_and_types_are_refused_in_words(tiny_checkpoint: Checkpoint, part: str, precision: str) -> None:
    for make in (part_manifest, part_weights):
        with pytest.raises(InputError, match=r"weights\.(part|dtype): known="):
            make(tiny_checkpoint, part, precision)
