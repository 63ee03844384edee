"""Named arrays to safetensors bytes and back, checked against the names and shapes that are expected.

Knows the file format's limits; knows nothing of what the tensors mean.
"""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import safetensors.numpy
from safetensors import SafetensorError, deserialize

from models.errors import InputError, require

MAX_HEADER_BYTES = 256 * 2**10
MAX_TENSORS = 512
TYPES = {"F16": "<f2", "BF16": "<u2", "F32": "<f4", "F64": "<f8", "I32": "<i4", "I64": "<i8", "U8": "u1"}
Array = np.ndarray


def tensors_to_bytes(tensors: Mapping[str, Array]) -> bytes:
    """The tensors as a safetensors file; the same tensors give the same bytes."""
    return safetensors.numpy.save({name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()})


def read_tensors(
    content: bytes, shapes: Mapping[str, tuple[int, ...]], types: tuple[str, ...], source: str,
    max_header: int = MAX_HEADER_BYTES,
) -> dict[str, Array]:  # fmt: skip
    """The tensors of a safetensors file; raises InputError unless names, shapes, types and values are as expected.

    `types`: the allowed element types by their safetensors names. The header is checked before the library
    allocates anything for it.
    """
    header = read_header(content, source, max_header)
    missing, extra = sorted(set(shapes) - set(header)), sorted(set(header) - set(shapes))
    require(not missing, "tensors.missing", source=source, names=missing[:3])
    require(not extra, "tensors.unknown", source=source, names=[name[:60] for name in extra[:3]])
    for name, shape in shapes.items():
        entry = header[name]
        require(isinstance(entry, dict), "tensors.entry", source=source, name=name)
        found = entry.get("shape")
        require(
            found == list(shape), "tensors.shape", source=source, name=name, wanted=list(shape), found=repr(found)[:80]
        )
        kind = entry.get("dtype")
        require(kind in types, "tensors.type", source=source, name=name, known=types, found=repr(kind)[:20])
    try:
        tensors = {name: _array(entry) for name, entry in deserialize(content)}  # type: ignore[no-untyped-call]
    except (SafetensorError, ValueError, RuntimeError, KeyError) as error:
        raise InputError("tensors.unreadable", source=source, problem=str(error)[:200]) from None
    for name, tensor in tensors.items():
        finite = tensor.dtype.kind != "f" or bool(np.isfinite(tensor).all())
        require(finite, "tensors.not_finite", source=source, name=name)
    return tensors


def _array(entry: Mapping[str, Any]) -> Array:
    """One tensor; numpy has no bfloat16, whose numbers are the upper halves of float32's."""
    kind, found = entry["dtype"], np.frombuffer(entry["data"], TYPES[entry["dtype"]])
    found = (found.astype(np.uint32) << 16).view(np.float32) if kind == "BF16" else found
    return found.reshape(entry["shape"])


def read_header(content: bytes, source: str, max_header: int = MAX_HEADER_BYTES) -> dict[str, Any]:
    """The entries of a safetensors header by tensor name, not checked themselves; raises InputError."""
    require(len(content) >= 8, "tensors.too_short", source=source, size=len(content))
    length = int.from_bytes(content[:8], "little")
    require(
        length <= max_header and 8 + length <= len(content),
        "tensors.header_length",
        source=source,
        length=length,
        size=len(content),
        most=max_header,
    )
    try:
        header = json.loads(content[8 : 8 + length])
    except (ValueError, RecursionError):
        raise InputError("tensors.header_no_json", source=source) from None
    require(isinstance(header, dict), "tensors.header_no_object", source=source)
    header.pop("__metadata__", None)
    require(len(header) <= MAX_TENSORS, "tensors.too_many", source=source, count=len(header), most=MAX_TENSORS)
    return dict(header)
