"""The browser engine against torch: the same weights and inputs through both."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import torch
from random_models import random_checkpoint
from torch import Tensor

from live.weights import PARTS, PRECISIONS, Part, network_as_sent, part_manifest, part_weights, precision_of
from models import checkpoint as checkpoints
from models import layers
from models.checkpoint import Checkpoint
from models.config import ModelConfig
from models.errors import InputError
from models.networks import ONE_OF_ROWS
from tests.needs import missing

HERE = Path(__file__).parent
SHIPPED = HERE.parents[1] / "checkpoints"
INPUTS = 10
GREY_LEVEL = 1 / 255
SMALL = {"widths": (24, 16), "activation": "gelu"}
CNN = {"widths": (), "activation": "relu"}
NETWORKS: dict[str, dict[str, Any]] = {"mlp": SMALL, ONE_OF_ROWS: SMALL, "book-cnn": CNN, "post-cnn": CNN}
IMAGES = ((1, 28, 28), (1, 8, 8), (1, 28, 20), (3, 9, 13), (3, 16, 16))


def random_configs() -> Iterator[tuple[str, ModelConfig]]:
    """Every network, with and without a condition, over square, odd, tall and coloured images."""
    for network, settings in NETWORKS.items():
        for image in IMAGES:
            for family, latent_dim in (("vae", 2), ("cvae", 3)):
                name = f"{network}-{family}-{'x'.join(map(str, image))}"
                yield name, ModelConfig(family, network, image, latent_dim, 10, **settings)
    for activation in layers.ACTIVATIONS:
        yield f"mlp-{activation}", ModelConfig("vae", "mlp", (1, 8, 8), 2, 10, (37, 65), activation)
    yield "mlp-autoencoder", ModelConfig("autoencoder", "mlp", (1, 8, 8), 7, 10, (30,), "gelu", False)
    yield "mlp-wide", ModelConfig("vae", "mlp", (1, 28, 28), 2, 10, (512, 512, 512), "gelu")
    yield "post-cnn-point", ModelConfig("mmd-vae", "post-cnn", (1, 28, 28), 64, 10, (), "relu", False)


def shipped() -> list[Path]:
    return sorted(path for path in SHIPPED.glob("*") if (path / checkpoints.WEIGHTS).is_file())


@pytest.fixture(scope="module")
def node() -> str:
    found = shutil.which("node")
    if found is None:
        reason = "node is not installed: the browser engine can't be compared with torch"
        missing(reason)
    return found


@pytest.fixture(scope="module")
def report(node: str, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """One row for each model, part, precision and batching: the largest differences from torch."""
    folder = tmp_path_factory.mktemp("engine")
    cases: list[dict[str, Any]] = []
    for name, config in random_configs():
        cases += write_cases(folder, name, random_checkpoint(config, gain=1.5))
    for path in shipped():
        cases += write_cases(folder, f"shipped-{path.name}", checkpoints.load(path))
    (folder / "cases.json").write_text(json.dumps(cases))
    ran = subprocess.run([node, str(HERE / "compare.mjs"), str(folder)], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return cast(list[dict[str, Any]], json.loads(ran.stdout))


def write_cases(folder: Path, name: str, checkpoint: Checkpoint) -> Iterator[dict[str, Any]]:
    """Writes inputs, conditions, torch's outputs and the weights of both parts; yields what describes them."""
    for part in PARTS:
        case = f"{name}-{part}"
        inputs, conditions = make_inputs(checkpoint.run.model, part)
        save_numbers(folder / f"{case}.inputs", inputs)
        save_numbers(folder / f"{case}.conditions", conditions)
        save_numbers(folder / f"{case}.outputs", torch_outputs(checkpoint, part, inputs, conditions))
        save_numbers(
            folder / f"{case}.rounded", network_as_sent(checkpoint, part, "int8")(inputs, conditions).flatten(1)
        )
        for dtype in PRECISIONS:
            (folder / f"{case}.{dtype}").write_bytes(part_weights(checkpoint, part, dtype))
        yield {
            "name": case,
            "count": INPUTS,
            "manifests": [part_manifest(checkpoint, part, dtype) for dtype in PRECISIONS],
        }


def make_inputs(config: ModelConfig, part: Part) -> tuple[Tensor, Tensor]:
    """Latents or images, and conditions `[inputs classes]`: the first ones are labels, the last two are mixtures."""
    generator = torch.Generator().manual_seed(1)
    if part == "decoder":
        inputs = 1.5 * torch.randn(INPUTS, config.latent_dim, generator=generator)
    else:
        inputs = torch.rand(INPUTS, *config.image, generator=generator).square()
    classes = config.class_count
    conditions = torch.eye(classes)[torch.arange(INPUTS) % classes]
    conditions[-2:] = torch.softmax(torch.randn(2, classes, generator=generator), dim=1)
    return inputs, conditions if config.conditional else conditions[:, :0]


def torch_outputs(checkpoint: Checkpoint, part: Part, inputs: Tensor, conditions: Tensor) -> Tensor:
    """The part's raw outputs, `[inputs outputs]`."""
    module = checkpoint.model.decoder if part == "decoder" else checkpoint.model.encoder
    return module(inputs, conditions).flatten(1)


def save_numbers(path: Path, numbers: Tensor) -> None:
    path.write_bytes(numbers.detach().numpy().astype("<f4").tobytes())


def test_float32_weights_agree_with_torch_to_1e5(report: list[dict[str, Any]]) -> None:
    rows = [row for row in report if row["dtype"] == "float32"]
    assert len(rows) == 4 * (len(list(random_configs())) + len(shipped()))
    worst = max(rows, key=lambda row: max(row["raw"], row["mean"]))
    assert max(worst["raw"], worst["mean"]) <= 1e-5, worst


def test_int8_weights_agree_with_torchs_rounded_ones_to_1e5(report: list[dict[str, Any]]) -> None:
    rows = [row for row in report if row["dtype"] == "int8"]
    assert len(rows) == 4 * (len(list(random_configs())) + len(shipped()))
    worst = max(rows, key=lambda row: max(row["raw"], row["mean"]))
    assert max(worst["raw"], worst["mean"]) <= 1e-5, worst


def test_float16_weights_agree_with_torch_to_one_grey_level(report: list[dict[str, Any]]) -> None:
    decoders = [row for row in report if row["dtype"] == "float16" and row["part"] == "decoder"]
    worst = max(decoders, key=lambda row: row["mean"])
    assert worst["mean"] <= GREY_LEVEL, worst
    encoders = [row for row in report if row["dtype"] == "float16" and row["part"] == "encoder"]
    worst = max(encoders, key=lambda row: row["raw"])
    assert worst["raw"] <= GREY_LEVEL, worst


def test_rounding_to_float16_is_seen(report: list[dict[str, Any]]) -> None:
    row = next(row for row in report if row["name"] == "mlp-wide-decoder" and row["dtype"] == "float16")
    assert row["raw"] > 1e-6


def test_shipped_float16_weights_lose_nothing(report: list[dict[str, Any]]) -> None:
    if not shipped():
        pytest.skip("no shipped checkpoints yet")
    served = {f"shipped-{path.name}-{part}" for path in shipped() for part in PARTS if is_served_halved(path)}
    rows = [row for row in report if row["name"] in served and row["dtype"] == "float16"]
    worst = max(rows, key=lambda row: max(row["raw"], row["mean"]))
    assert max(worst["raw"], worst["mean"]) <= 1e-5, worst


def is_served_halved(path: Path) -> bool:
    """As `ui.assets` serves it; a dial without its gates goes out in float32."""
    return precision_of(checkpoints.load(path)) == "float16"


def test_one_hot_reference_is_the_models_own_decode() -> None:
    checkpoint = random_checkpoint(ModelConfig("cvae", "book-cnn", (1, 8, 8), 2, 10, (), "relu"))
    z, y = torch.randn(3, 2, generator=torch.Generator().manual_seed(0)), torch.tensor([1, 5, 9])
    expected = checkpoint.model.decode(z, y).flatten(1)
    assert torch.equal(torch_outputs(checkpoint, "decoder", z, torch.eye(10)[y]), expected)


def test_manifest_offsets_cover_the_weights_without_gaps() -> None:
    checkpoint = random_checkpoint(ModelConfig("cvae", "post-cnn", (1, 28, 28), 2, 10, (), "relu"))
    for part in PARTS:
        manifest = part_manifest(checkpoint, part)
        records = [layer[name] for layer in manifest["layers"] for name in ("weight", "bias") if name in layer]
        end = 0
        for record in records:
            assert record["offset"] == end
            end += int(np.prod(record["shape"]))
        assert end == manifest["count"]
        assert len(part_weights(checkpoint, part)) == 2 * end
        assert len(part_weights(checkpoint, part, "float32")) == 4 * end


def test_weights_are_row_major_little_endian() -> None:
    checkpoint = random_checkpoint(ModelConfig("vae", "mlp", (1, 8, 8), 2, 10, (5,), "relu"))
    numbers = np.frombuffer(part_weights(checkpoint, "decoder", "float32"), "<f4")
    weight = checkpoint.weights["decoder.0.weight"]
    np.testing.assert_array_equal(numbers[:10].reshape(5, 2), weight)
    assert numbers[3] == weight[1, 1]


def test_a_weight_beyond_float16_is_refused_by_name() -> None:
    checkpoint = random_checkpoint(ModelConfig("vae", "mlp", (1, 8, 8), 2, 10, (5,), "relu"))
    weights = dict(checkpoint.weights) | {"decoder.0.bias": np.full(5, 1e5, np.float32)}
    large = replace(checkpoint, weights=weights)
    with pytest.raises(InputError, match=r"weights\.too_large: name=decoder\.0\.bias"):
        part_weights(large, "decoder")
    assert len(part_weights(large, "decoder", "float32")) > 0


def test_unknown_part_and_type_are_refused() -> None:
    checkpoint = random_checkpoint(ModelConfig("vae", "mlp", (1, 8, 8), 2, 10, (5,), "relu"))
    with pytest.raises(InputError, match=r"weights\.part"):
        part_manifest(checkpoint, cast(Any, "middle"))
    with pytest.raises(InputError, match=r"weights\.dtype"):
        part_weights(checkpoint, "decoder", cast(Any, "float64"))
