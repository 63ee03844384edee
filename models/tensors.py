"""Named tensors to safetensors bytes and back, checked against the names and shapes that are expected.

Knows the file format's limits; knows nothing of what the tensors mean.
"""

import json
from collections.abc import Mapping
from typing import Any

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor

from models.errors import InputError, require

MAX_HEADER_BYTES = 256 * 2**10
MAX_TENSORS = 512


def tensors_to_bytes(tensors: Mapping[str, Tensor]) -> bytes:
    """The tensors as a safetensors file; the same tensors give the same bytes."""
    return safetensors.torch.save({name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()})


def read_tensors(
    content: bytes, shapes: Mapping[str, tuple[int, ...]], types: tuple[str, ...], source: str,
    max_header: int = MAX_HEADER_BYTES,
) -> dict[str, Tensor]:  # fmt: skip
    """The tensors of a safetensors file; raises InputError unless names, shapes, types and values are as expected.

    `types`: the allowed element types by their safetensors names. The header is checked before the library
    allocates anything for it.
    """
    header = read_header(content, source, max_header)
    missing, extra = sorted(set(shapes) - set(header)), sorted(set(header) - set(shapes))
    require(not missing, f"{source}: tensor {missing[0] if missing else ''!r} is missing (of {len(missing)}).")
    require(not extra, f"{source}: unknown tensor {extra[0][:60] if extra else ''!r} (of {len(extra)}).")
    for name, shape in shapes.items():
        entry = header[name]
        require(isinstance(entry, dict), f"{source}: {name}: the header's entry must be a JSON object.")
        found = entry.get("shape")
        require(found == list(shape), f"{source}: {name}: expected shape {list(shape)}; found {repr(found)[:80]}.")
        kind = entry.get("dtype")
        require(kind in types, f"{source}: {name}: expected one of {', '.join(types)}; found {repr(kind)[:20]}.")
    try:
        tensors = safetensors.torch.load(content)
    except (SafetensorError, ValueError, RuntimeError, KeyError) as error:
        raise InputError(f"{source}: not a valid safetensors file ({str(error)[:200]}).") from None
    for name, tensor in tensors.items():
        finite = not tensor.is_floating_point() or bool(torch.isfinite(tensor).all())
        require(finite, f"{source}: {name} holds a value that is not a finite number.")
    return tensors


def read_header(content: bytes, source: str, max_header: int = MAX_HEADER_BYTES) -> dict[str, Any]:
    """The entries of a safetensors header by tensor name, not checked themselves; raises InputError."""
    require(len(content) >= 8, f"{source}: {len(content)} bytes; a safetensors file has at least 8.")
    length = int.from_bytes(content[:8], "little")
    require(
        length <= max_header and 8 + length <= len(content),
        f"{source}: header of {length:,} bytes in a file of {len(content):,}; at most {max_header:,}.",
    )
    try:
        header = json.loads(content[8 : 8 + length])
    except (ValueError, RecursionError):
        raise InputError(f"{source}: the header is not JSON; this is not a safetensors file.") from None
    require(isinstance(header, dict), f"{source}: the header must be a JSON object.")
    header.pop("__metadata__", None)
    require(len(header) <= MAX_TENSORS, f"{source}: {len(header)} tensors; at most {MAX_TENSORS}.")
    return dict(header)
