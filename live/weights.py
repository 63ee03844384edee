"""A model's encoder or decoder as the browser reads it: a JSON manifest and one block of numbers.

Pure functions of a checkpoint, or of a configuration and weights; knows nothing of Streamlit, routes or files.
`live/engine/network.js` is the reader.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from models.architecture import MAX_LOG_VAR, layer_lists
from models.checkpoint import Checkpoint
from models.config import ModelConfig
from models.errors import require
from models.fold import folded
from models.late import load_torch
from models.layers import Layer, layer_to_json

if TYPE_CHECKING:
    import models.layer_modules

Part = Literal["decoder", "encoder"]
Weights = Mapping[str, np.ndarray]  # by their names in a checkpoint
Precision = Literal["int8", "float16", "float32"]
PARTS: tuple[Part, ...] = ("decoder", "encoder")
PRECISIONS: tuple[Precision, ...] = ("int8", "float16", "float32")
TYPES = {"float16": "<f2", "float32": "<f4"}
LEVELS = 127  # of int8, on each side of 0


def part_manifest(checkpoint: Checkpoint, part: str, dtype: str = "float16", gated: bool = False) -> dict[str, Any]:
    """What the browser must know to read `part_weights` of the same arguments and to run it.

    A layer with parameters also has `weight` and `bias`, each with its shape and its offset, counted in numbers.
    `gated`: a dial with its gates; without, it is the plain network that it is at its origin. Raises InputError for an
    unknown part or type.
    """
    return manifest_of(checkpoint.run.model, checkpoint.weights, part, dtype, gated)


def part_weights(checkpoint: Checkpoint, part: str, dtype: str = "float16", gated: bool = False) -> bytes:
    """All tensors of the part, one after the other in row-major order, as little-endian numbers.

    int8: a signed byte a number, then the step of each row as float32, see `rounded`. Raises InputError where a weight
    is too large for float16; ask for float32 then.
    """
    return numbers_of(checkpoint.run.model, checkpoint.weights, part, dtype, gated)


def manifest_of(
    model: ModelConfig, weights: Weights, part: str, dtype: str = "float16", gated: bool = False
) -> dict[str, Any]:
    """`part_manifest` of weights that are in no checkpoint yet."""
    _require_known(part, dtype)
    records, count = [], 0
    layers, tensors = _part_of(model, weights, part, gated)
    for position, layer in enumerate(layers):
        record = layer_to_json(layer)
        for name, tensor in _tensors_at(tensors, position):
            record[name] = {"offset": count, "shape": list(tensor.shape)}
            count += tensor.size
        records.append(record)
    return {
        "part": part,
        "layers": records,
        "inputs": model.latent_dim if part == "decoder" else math.prod(model.image),
        "latent_dim": model.latent_dim,
        "stochastic": model.stochastic,
        "max_log_var": MAX_LOG_VAR,
        "classes": model.class_count if model.conditional else 0,
        "image": list(model.image),
        "dtype": dtype,
        "count": count,
    }


def numbers_of(model: ModelConfig, weights: Weights, part: str, dtype: str = "float16", gated: bool = False) -> bytes:
    """`part_weights` of weights that are in no checkpoint yet."""
    _require_known(part, dtype)
    layers, tensors = _part_of(model, weights, part, gated)
    if dtype == "int8":
        return rounded_bytes(tensor for position in range(len(layers)) for _, tensor in _tensors_at(tensors, position))
    return b"".join(
        _to_bytes(tensor, dtype, f"{part}.{position}.{name}")
        for position in range(len(layers))
        for name, tensor in _tensors_at(tensors, position)
    )


def rounded(tensor: np.ndarray, levels: int = LEVELS) -> tuple[np.ndarray, np.ndarray]:
    """A tensor in few levels: whole numbers `[rows, numbers]` and the step of each row `[rows, 1]`, as float32.

    A row holds all of one first index; a bias is a row a number, and so exact in float32.
    """
    rows = tensor.astype(np.float32).reshape(len(tensor), -1)
    steps = np.abs(rows).max(axis=1, keepdims=True) / np.float32(levels)
    return np.rint(np.divide(rows, steps, out=np.zeros_like(rows), where=steps > 0)), steps


def rounded_bytes(tensors: Iterable[np.ndarray], levels: int = LEVELS) -> bytes:
    """Tensors in few levels: all whole numbers as signed bytes, then all steps as float32, little-endian."""
    parts = [rounded(tensor, levels) for tensor in tensors]
    numbers = b"".join(part.astype(np.int8).tobytes() for part, _ in parts)
    return numbers + b"".join(steps.astype("<f4").tobytes() for _, steps in parts)


def network_as_sent(checkpoint: Checkpoint, part: Part, dtype: Precision) -> "models.layer_modules.Layers":
    """The part as the browser runs it when it gets its numbers in `dtype`; of a dial the one at its origin."""
    layers, tensors = _part_of(checkpoint.run.model, checkpoint.weights, part, gated=False)
    load_torch()
    from models.layer_modules import with_weights

    return with_weights(layers, {name: _as_sent(tensor, dtype) for name, tensor in tensors.items()})


def _as_sent(tensor: np.ndarray, dtype: Precision) -> np.ndarray:
    if dtype != "int8":
        return tensor.astype(TYPES[dtype]).astype(np.float32)
    numbers, steps = rounded(tensor)
    return np.asarray((numbers * steps).reshape(tensor.shape))


def precision_of(checkpoint: Checkpoint, gated: bool = False) -> Precision:
    """The type in which the browser gets the weights: float16 where the file stores float16, else float32.

    A dial's gates folded in, at its origin, are products of two float16 numbers, which float16 would round.
    """
    halves = all(tensor.dtype == np.float16 for tensor in checkpoint.weights.values())
    return "float16" if halves and (gated or checkpoint.run.model.dial is None) else "float32"


def part_tensors(checkpoint: Checkpoint, part: Part) -> list[np.ndarray]:
    """All tensors of a part in the order of `part_manifest`, of a dial those at its origin."""
    layers, tensors = _part_of(checkpoint.run.model, checkpoint.weights, part, gated=False)
    return [tensor for position in range(len(layers)) for _, tensor in _tensors_at(tensors, position)]


def _require_known(part: str, dtype: str) -> None:
    require(part in PARTS, "weights.part", known=list(PARTS), got=part)
    require(dtype in PRECISIONS, "weights.dtype", known=list(PRECISIONS), got=dtype)


def _part_of(model: ModelConfig, weights: Weights, part: str, gated: bool) -> tuple[list[Layer], Weights]:
    """The layer list and its tensors by `<position>.<name>`."""
    layers = layer_lists(model)[PARTS[::-1].index(part)]
    prefix = f"{part}."
    tensors = {name.removeprefix(prefix): t for name, t in weights.items() if name.startswith(prefix)}
    if gated or model.dial is None:
        return layers, tensors
    return folded(layers, {name: tensor.astype(np.float32) for name, tensor in tensors.items()})


def _tensors_at(tensors: Weights, position: int) -> Iterator[tuple[str, np.ndarray]]:
    for name in ("weight", "bias"):
        tensor = tensors.get(f"{position}.{name}")
        if tensor is not None:
            yield name, tensor


def _to_bytes(tensor: np.ndarray, dtype: str, name: str) -> bytes:
    with np.errstate(over="ignore"):
        numbers = tensor.astype(TYPES[dtype])
    require(bool(np.isfinite(numbers).all()), "weights.too_large", name=name, dtype=dtype)
    return numbers.tobytes()
