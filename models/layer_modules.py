"""A layer list (models/layers.py) as a torch module. Knows nothing of encoders, decoders or families."""

import itertools
from collections.abc import Mapping, Sequence

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor, nn

from models.fused import gated, transposed_conv
from models.layers import (
    ACTIVATIONS,
    RELU,
    Activation,
    ConditionChannel,
    Conv,
    ConvTranspose,
    Gate,
    JoinCondition,
    Layer,
    Linear,
    OneOfRows,
    Reshape,
)

Condition = Int[Tensor, " batch"] | Float[Tensor, "batch classes"] | None
At = (
    Float[Tensor, " batch"] | Float[Tensor, "1"] | None
)  # a dial's value, one an example or one for all; None: its origin
# Under autocast a linear map with a side below this stays in float32: it costs nothing there, and rounds no code. The
# three digits of bfloat16 are as coarse as the posterior of a good model is wide.
NARROW = 64


class UnitGates(nn.Module):
    """The parameters of a `Gate`, zeros at the start."""

    def __init__(self, units: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(units))
        self.bias = nn.Parameter(torch.zeros(units))


class Layers(nn.Module):
    """Runs a layer list. Parameters are named `<position>.weight` and `<position>.bias`.

    The condition is one label an example, or class weights that mix several. `at` is for a list with gates.
    """

    def __init__(self, layers: Sequence[Layer]) -> None:
        super().__init__()
        self.layers = tuple(layers)
        self._steps = _steps(self.layers)
        for position, layer in enumerate(self.layers):
            module = _parameters_of(layer)
            if module is not None:
                self.add_module(str(position), module)

    def forward(self, x: Float[Tensor, "batch *shape"], y: Condition, at: At = None) -> Float[Tensor, "batch *out"]:
        for position, layer, relu in self._steps:
            x = self._apply_layer(position, layer, x, y, at, relu)
        return x

    def _apply_layer(self, position: int, layer: Layer, x: Tensor, y: Tensor | None, at: At, relu: bool) -> Tensor:
        match layer:
            case Linear():
                return self._linear(position, layer, x)
            case Conv():
                top, bottom, left, right = layer.pad
                padded = F.pad(x, (left, right, top, bottom)) if any(layer.pad) else x
                return _as_tensor(self.get_submodule(str(position))(_channels_last(padded)))
            case ConvTranspose():
                # torch's padding cuts both sides alike, so Keras' one-sided cut is our own
                module = self.get_submodule(str(position))
                weight, bias = _as_tensor(module.weight), _as_tensor(module.bias)
                return transposed_conv(_channels_last(x), weight, bias, layer.stride, layer.crop, relu)
            case Gate():
                module = self.get_submodule(str(position))
                log = None if at is None else torch.log(at / layer.origin)
                return gated(x, _as_tensor(module.weight), _as_tensor(module.bias), log)
            case Activation():
                return _activate(layer, x)
            case Reshape():
                return x.reshape(x.shape[0], *layer.shape)
            case JoinCondition():
                return torch.cat([x, _one_hot(y, layer.classes, x.dtype)], dim=1)
            case ConditionChannel():
                drawn = self.get_submodule(str(position))(_one_hot(y, layer.classes, x.dtype))
                return torch.cat([x, drawn.reshape(-1, 1, layer.height, layer.width)], dim=1)
            case OneOfRows():
                return log_odds(x if x.dtype == torch.float64 else x.float())

    def _linear(self, position: int, layer: Linear, x: Tensor) -> Tensor:
        module = self.get_submodule(str(position))
        if min(layer.inputs, layer.outputs) >= NARROW:
            return _as_tensor(module(x))
        with torch.autocast(x.device.type, enabled=False):
            return _as_tensor(module(x.to(_as_tensor(module.weight).dtype)))


def with_weights(layers: Sequence[Layer], weights: Mapping[str, np.ndarray]) -> Layers:
    """The list with given weights, float32, ready to run."""
    network = Layers(layers)
    network.load_state_dict({name: torch.from_numpy(array) for name, array in weights.items()})
    return network.eval().requires_grad_(False)


def _steps(layers: Sequence[Layer]) -> tuple[tuple[int, Layer, bool], ...]:
    """Position, layer, and whether the relu behind it is done in the same pass, as a transposed convolution's is."""
    with_relu = [isinstance(a, ConvTranspose) and b == RELU for a, b in itertools.pairwise((*layers, None))]
    kept = [position for position in range(len(layers)) if position == 0 or not with_relu[position - 1]]
    return tuple((position, layers[position], with_relu[position]) for position in kept)


def _channels_last(x: Tensor) -> Tensor:
    """The memory layout in which oneDNN's convolutions run x1.3 faster."""
    return x.contiguous(memory_format=torch.channels_last)


def _parameters_of(layer: Layer) -> nn.Module | None:
    match layer:
        case Linear():
            return nn.Linear(layer.inputs, layer.outputs)
        case Conv():
            return nn.Conv2d(layer.inputs, layer.outputs, layer.kernel, layer.stride)
        case ConvTranspose():
            return nn.ConvTranspose2d(layer.inputs, layer.outputs, layer.kernel, layer.stride)
        case ConditionChannel():
            return nn.Linear(layer.classes, layer.height * layer.width)
        case Gate():
            return UnitGates(layer.units)
        case _:
            return None


def _activate(layer: Activation, x: Tensor) -> Tensor:
    match layer.op:
        case "relu":
            return F.relu(x)
        case "leaky_relu":
            return F.leaky_relu(x, layer.slope)
        case "gelu":
            return F.gelu(x)
        case "tanh":
            return torch.tanh(x)
    raise ValueError(f"activation must be one of {', '.join(ACTIVATIONS)}; got {layer.op!r}")


def log_odds(x: Float[Tensor, "batch c h w"]) -> Float[Tensor, "batch c h w"]:
    """log p - log(1 - p) of the softmax over the rows, exact for a p near 1 too.

    1 - p of the likeliest row is the sum of the others, of any other row 1 minus at most a half.
    """
    log_sum = x.logsumexp(dim=2, keepdim=True)
    log_p = x - log_sum
    likeliest = torch.zeros_like(x, dtype=torch.bool).scatter(2, x.argmax(dim=2, keepdim=True), True)
    others = x.masked_fill(likeliest, -torch.inf).logsumexp(dim=2, keepdim=True) - log_sum
    return log_p - torch.where(likeliest, others, torch.log1p(-log_p.exp().clamp(max=0.5)))


def _one_hot(y: Tensor | None, classes: int, dtype: torch.dtype) -> Tensor:
    if y is None:
        raise ValueError("this network is conditional: pass the labels y as int64 [batch]")
    if y.is_floating_point():
        return y.to(dtype)
    return F.one_hot(y, classes).to(dtype)


def _as_tensor(value: object) -> Tensor:
    assert isinstance(value, Tensor)
    return value
