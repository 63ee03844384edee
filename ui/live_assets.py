"""A checkpoint's encoder or decoder as the browser reads it: a JSON manifest and one block of numbers.

Pure functions of a checkpoint; knows nothing of Streamlit, routes or files. `ui/live/network.js` is the reader.
"""

import math
from collections.abc import Iterator
from typing import Any, Literal

import torch
from torch import Tensor

from models.checkpoint import Checkpoint
from models.errors import require
from models.latent_model import MAX_LOG_VAR, layer_lists
from models.layers import Layer, layer_to_json

Part = Literal["decoder", "encoder"]
Precision = Literal["float16", "float32"]
PARTS: tuple[Part, ...] = ("decoder", "encoder")
PRECISIONS: tuple[Precision, ...] = ("float16", "float32")
TYPES = {"float16": (torch.float16, "<f2"), "float32": (torch.float32, "<f4")}


def part_manifest(checkpoint: Checkpoint, part: Part, dtype: Precision = "float16") -> dict[str, Any]:
    """What the browser must know to read `part_weights` of the same arguments and to run it.

    A layer with parameters also has `weight` and `bias`, each with its shape and its offset, counted in numbers.
    Raises InputError for an unknown part or type.
    """
    _require_known(part, dtype)
    model = checkpoint.run.model
    records, count = [], 0
    for position, layer in enumerate(_layers_of(checkpoint, part)):
        record = layer_to_json(layer)
        for name, tensor in _tensors_at(checkpoint, part, position):
            record[name] = {"offset": count, "shape": list(tensor.shape)}
            count += tensor.numel()
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


def part_weights(checkpoint: Checkpoint, part: Part, dtype: Precision = "float16") -> bytes:
    """All tensors of the part, one after the other in row-major order, as little-endian numbers.

    Raises InputError where a weight is too large for float16; ask for float32 then.
    """
    _require_known(part, dtype)
    return b"".join(
        _to_bytes(tensor, dtype, f"{part}.{position}.{name}")
        for position in range(len(_layers_of(checkpoint, part)))
        for name, tensor in _tensors_at(checkpoint, part, position)
    )


def precision_of(checkpoint: Checkpoint) -> Precision:
    """The type in which the browser gets the weights: float16 where the file stores float16, else float32."""
    halves = all(tensor.dtype == torch.float16 for tensor in checkpoint.weights.values())
    return "float16" if halves else "float32"


def _require_known(part: str, dtype: str) -> None:
    require(part in PARTS, f"part must be one of {', '.join(PARTS)}; got {part!r}.")
    require(dtype in PRECISIONS, f"dtype must be one of {', '.join(PRECISIONS)}; got {dtype!r}.")


def _layers_of(checkpoint: Checkpoint, part: Part) -> list[Layer]:
    return layer_lists(checkpoint.run.model)[PARTS[::-1].index(part)]


def _tensors_at(checkpoint: Checkpoint, part: Part, position: int) -> Iterator[tuple[str, Tensor]]:
    for name in ("weight", "bias"):
        tensor = checkpoint.weights.get(f"{part}.{position}.{name}")
        if tensor is not None:
            yield name, tensor


def _to_bytes(tensor: Tensor, dtype: Precision, name: str) -> bytes:
    kind, little_endian = TYPES[dtype]
    numbers = tensor.detach().cpu().to(kind)
    require(bool(torch.isfinite(numbers).all()), f"{name} holds a value that {dtype} can't; ask for float32.")
    return numbers.contiguous().numpy().astype(little_endian).tobytes()
