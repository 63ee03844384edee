"""The networks' padding beside Keras' own layers: `keras_same.json` holds what they gave, with whole numbers.

Made once with Keras 3.15.1 on TensorFlow 2.21.0: Conv2D and Conv2DTranspose, padding "same", no bias. Image and kernel
are the pattern (7 i mod 11) - 5 in Keras' order of axes; the transposed one reads the pattern in the convolution's shape.
"""

import json
import math
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from models.architecture import layer_lists
from models.config import ModelConfig
from models.layer_modules import Layers
from models.layers import Conv, ConvTranspose
from models.networks import _same, _same_by_4

CASES = json.loads(Path(__file__).with_name("keras_same.json").read_text())["cases"]
SAME = {3: _same, 4: _same_by_4}
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: f"kernel {case['kernel']}, side {case['height']}")


def _pattern(*shape: int) -> Tensor:
    return (torch.arange(math.prod(shape)) * 7 % 11 - 5).reshape(shape).float()


def _image(channels: int, height: int, width: int) -> Tensor:
    return _pattern(height, width, channels).permute(2, 0, 1)[None]


def _run(layer: Conv | ConvTranspose, x: Tensor) -> list[Any]:
    """One layer with the kernel's pattern, which Keras keeps as `[row column inputs outputs]`, transposed with both turned."""
    turned = isinstance(layer, ConvTranspose)
    axes = (layer.outputs, layer.inputs) if turned else (layer.inputs, layer.outputs)
    weight = _pattern(layer.kernel, layer.kernel, *axes).permute(3, 2, 0, 1)
    layers = Layers([layer])
    layers.load_state_dict({"0.weight": weight, "0.bias": torch.zeros(layer.outputs)})
    with torch.no_grad():
        out: list[Any] = layers(x, None)[0].tolist()
    return out


@each_case
def test_a_convolution_is_that_of_keras(case: dict[str, Any]) -> None:
    kernel, height, width = case["kernel"], case["height"], case["width"]
    layer = Conv(2, 2, kernel, 2, SAME[kernel](height, width))
    assert _run(layer, _image(2, height, width)) == case["conv"]


@each_case
def test_a_transposed_convolution_is_that_of_keras(case: dict[str, Any]) -> None:
    kernel, height, width = case["kernel"], math.ceil(case["height"] / 2), math.ceil(case["width"] / 2)
    layer = ConvTranspose(2, 2, kernel, 2, SAME[kernel](2 * height, 2 * width))  # Keras always doubles
    assert _run(layer, _image(2, height, width)) == case["transposed"]


@pytest.mark.parametrize("case", [case for case in CASES if case["kernel"] == 3], ids=lambda case: f"{case['height']}")
def test_a_transposed_convolution_of_stride_1_is_that_of_keras(case: dict[str, Any]) -> None:
    _, decoder = layer_lists(ModelConfig(network="book-cnn", widths=()))
    last = decoder[-1]
    assert isinstance(last, ConvTranspose)
    layer = ConvTranspose(2, 1, 3, 1, last.crop)
    assert _run(layer, _image(2, case["height"], case["width"])) == case["transposed_stride_1"]
