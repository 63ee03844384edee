"""A network is a list of layers, and a layer is a small record of plain values.

The same list builds the torch module (models/layer_modules.py) and is sent to the browser, so the two can't differ.
Knows nothing of encoders, decoders or families, and no torch.
"""

from dataclasses import asdict, dataclass
from typing import Any

Sides = tuple[int, int, int, int]  # top, bottom, left, right, in pixels


@dataclass(frozen=True)
class Linear:
    """y = x W^T + b, from `[batch inputs]` to `[batch outputs]`."""

    inputs: int
    outputs: int
    op: str = "linear"


@dataclass(frozen=True)
class Conv:
    """Convolution after zero padding by `pad` = (top, bottom, left, right) pixels.

    Keras' `same` with kernel 3 and stride 2 pads an even side (0, 1); PyTorch's `padding=1` pads (1, 1).
    """

    inputs: int
    outputs: int
    kernel: int
    stride: int
    pad: Sides = (0, 0, 0, 0)
    op: str = "conv"


@dataclass(frozen=True)
class ConvTranspose:
    """Transposed convolution, then `crop` = (top, bottom, left, right) pixels cut off.

    Keras' `same` with kernel 3 and stride 2 cuts (0, 1) to an even side.
    """

    inputs: int
    outputs: int
    kernel: int
    stride: int
    crop: Sides = (0, 0, 0, 0)
    op: str = "conv_transpose"


@dataclass(frozen=True)
class Activation:
    """An elementwise function: `relu`, `leaky_relu` (with its slope), `gelu` (exact, with erf) or `tanh`."""

    op: str
    slope: float = 0.0


@dataclass(frozen=True)
class Reshape:
    """`[batch n]` or `[batch c h w]` to `[batch *shape]`, in row-major order (channel, row, column)."""

    shape: tuple[int, ...]
    op: str = "reshape"


@dataclass(frozen=True)
class JoinCondition:
    """Joins the one-hot label to a vector: `[batch n]` to `[batch n+classes]`."""

    classes: int
    op: str = "join_condition"


@dataclass(frozen=True)
class ConditionChannel:
    """Draws the label as one more image channel, by a linear map from one-hot to height x width.

    Source: Advanced Deep Learning with Keras, ch. 8, `cvae-cnn-mnist`.
    """

    classes: int
    height: int
    width: int
    op: str = "condition_channel"


@dataclass(frozen=True)
class Gate:
    """a -> a (1 + bias + weight log(value / origin)), `[batch units]`: the value is a dial's, one an example or one
    for all. Zeros at the start, so that a gate begins as the identity; at the origin the logarithm is 0.

    Source: the gates of Bae et al. 2023, affine instead of a sigmoid and a root.
    """

    units: int
    origin: float = 1.0
    op: str = "gate"


@dataclass(frozen=True)
class OneOfRows:
    """Of each column one row: the softmax over the rows of `[batch c h w]`, as log-odds log p - log(1 - p).

    Their sigmoid is each row's probability, so whoever draws an image need not know that its columns are softmaxes.
    """

    op: str = "one_of_rows"


Layer = Linear | Conv | ConvTranspose | Activation | Reshape | JoinCondition | ConditionChannel | Gate | OneOfRows

ACTIVATIONS = ("relu", "leaky_relu", "gelu", "tanh")
RELU = Activation("relu")


def layer_to_json(layer: Layer) -> dict[str, Any]:
    """The layer as a JSON object; its `op` names the kind."""
    return asdict(layer)


def weight_shapes(layer: Layer) -> dict[str, tuple[int, ...]]:
    """The shapes of `weight` and `bias`; nothing of a layer without parameters."""
    match layer:
        case Linear():
            return {"weight": (layer.outputs, layer.inputs), "bias": (layer.outputs,)}
        case Conv():
            return {"weight": (layer.outputs, layer.inputs, layer.kernel, layer.kernel), "bias": (layer.outputs,)}
        case ConvTranspose():
            return {"weight": (layer.inputs, layer.outputs, layer.kernel, layer.kernel), "bias": (layer.outputs,)}
        case ConditionChannel():
            pixels = layer.height * layer.width
            return {"weight": (pixels, layer.classes), "bias": (pixels,)}
        case Gate():
            return {"weight": (layer.units,), "bias": (layer.units,)}
        case _:
            return {}
