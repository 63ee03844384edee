"""Layer lists that came from elsewhere, and are no network of this app: plain values, checked before anything is built.

Each layer must take what the one before it gives, within bounds of size and of work. Knows layers and shapes.
"""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from models.errors import InputError, require
from models.layers import ACTIVATIONS, Activation, ConditionChannel, Conv, ConvTranspose, JoinCondition, Linear, Reshape

OwnLayer = Linear | Conv | ConvTranspose | Activation | Reshape | JoinCondition | ConditionChannel
Shape = tuple[int, ...]
MOST_LAYERS = 64
MOST_NUMBERS = 2**20  # of one image between two layers
MOST_PRODUCTS = 10**9  # of one image through a list: half a second of one core
MOST, MOST_KERNEL = 2**16, 64  # of any whole number in a layer; what is cut off or put around is below the kernel


@dataclass(frozen=True)
class OwnLayers:
    """The two lists of a model. Raises InputError for an empty or long one, and for a number out of bounds."""

    encoder: tuple[OwnLayer, ...]
    decoder: tuple[OwnLayer, ...]

    def __post_init__(self) -> None:
        for part, layers in (("encoder", self.encoder), ("decoder", self.decoder)):
            require(1 <= len(layers) <= MOST_LAYERS, "layers.count", part=part, most=MOST_LAYERS, got=len(layers))
            for position, layer in enumerate(layers):
                _require_plain(layer, f"{part}.{position}")


def require_shapes(part: str, layers: Sequence[OwnLayer], given: Shape, wanted: Shape, classes: int) -> None:
    """Raise InputError that names the layer, unless the list leads from one shape, without its batch, to the other."""
    shape, products = given, 0
    for position, layer in enumerate(layers):
        where = f"{part}.{position}"
        shape, cost = _passed(layer, shape, classes, where)
        products += cost
        size = math.prod(shape)
        require(size <= MOST_NUMBERS, "layers.too_wide", layer=where, size=size, most=MOST_NUMBERS)
        require(products <= MOST_PRODUCTS, "layers.too_much_work", layer=where, most=MOST_PRODUCTS)
    require(shape == wanted, "layers.ends_elsewhere", part=part, found=list(shape), wanted=list(wanted))


def _require_plain(layer: OwnLayer, where: str) -> None:
    if isinstance(layer, Activation):
        known = layer.op in ACTIVATIONS and 0 <= layer.slope <= 1
        require(known, "layers.activation", layer=where, known=list(ACTIVATIONS), got=layer.op[:40])
        return
    require(layer.op == type(layer).op, "layers.op", layer=where, wanted=type(layer).op, got=layer.op[:40])
    fields = asdict(layer)
    sides, kernel = fields.pop("pad", fields.pop("crop", ())), fields.get("kernel", 1)
    sizes = fields.pop("shape", [value for value in fields.values() if isinstance(value, int)])
    right = all(1 <= size <= MOST for size in sizes) and all(0 <= side < kernel for side in sides)
    require(right and kernel <= MOST_KERNEL, "layers.number", layer=where, most=MOST, kernel=MOST_KERNEL)


def _passed(layer: OwnLayer, shape: Shape, classes: int, where: str) -> tuple[Shape, int]:
    """The shape behind a layer, and how many products it takes."""
    match layer, shape:
        case Linear(inputs=inputs, outputs=outputs), (size,) if size == inputs:
            return (outputs,), inputs * outputs
        case Conv(inputs=inputs), (channels, height, width) if channels == inputs:
            return _convolved(layer, height, width, where)
        case ConvTranspose(inputs=inputs), (channels, height, width) if channels == inputs:
            return _spread(layer, height, width, where)
        case Activation(), _:
            return shape, 0
        case Reshape(shape=wanted), _ if len(wanted) in (1, 3) and math.prod(wanted) == math.prod(shape):
            return wanted, 0
        case JoinCondition(classes=told), (size,) if told == classes:
            return (size + told,), 0
        case ConditionChannel(classes=told, height=high, width=wide), (channels, height, width) if told == classes and (
            high,
            wide,
        ) == (height, width):
            return (channels + 1, height, width), told * height * width
    raise InputError("layers.does_not_fit", layer=where, op=layer.op, got=list(shape))


def _convolved(layer: Conv, height: int, width: int, where: str) -> tuple[Shape, int]:
    top, bottom, left, right = layer.pad
    high, wide = height + top + bottom - layer.kernel, width + left + right - layer.kernel
    require(min(high, wide) >= 0, "layers.nothing_left", layer=where)
    rows, columns = high // layer.stride + 1, wide // layer.stride + 1
    return (layer.outputs, rows, columns), layer.inputs * layer.outputs * layer.kernel**2 * rows * columns


def _spread(layer: ConvTranspose, height: int, width: int, where: str) -> tuple[Shape, int]:
    top, bottom, left, right = layer.crop
    rows = (height - 1) * layer.stride + layer.kernel - top - bottom
    columns = (width - 1) * layer.stride + layer.kernel - left - right
    require(min(rows, columns) >= 1, "layers.nothing_left", layer=where)
    return (layer.outputs, rows, columns), layer.inputs * layer.outputs * layer.kernel**2 * height * width
