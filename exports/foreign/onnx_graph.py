"""An ONNX file as a graph: its nodes, its numbers, its inputs and outputs, read and never run.

Source: onnx.proto3 of ONNX 1.17. What lies outside of the file is refused, so is what is no number. Knows the format;
knows nothing of what the operators do.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from exports.foreign.wire import Message, message_of
from models.errors import InputError, require

Array = npt.NDArray[Any]
OURS = ("", "ai.onnx")  # whose operators are ONNX's own
TYPES: dict[int, type[np.generic]] = {1: np.float32, 7: np.int64, 10: np.float16, 11: np.float64}
EXTERNAL = 1
MOST_NODES, MOST_TENSORS = 512, 512
FLOAT, INT, STRING, TENSOR, INTS = 1, 2, 3, 4, 7  # kinds of attributes


@dataclass(frozen=True)
class Node:
    """One operator: `name` as its file calls it, or what it gives."""

    op: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Any]


@dataclass(frozen=True)
class Graph:
    """Nodes in the order in which they can run; `inputs`: the shape of each without its batch, open where None."""

    nodes: tuple[Node, ...]
    tensors: Mapping[str, Array]
    inputs: Mapping[str, tuple[int | None, ...]]
    outputs: tuple[str, ...]


def read_graph(content: bytes, source: str) -> Graph:
    """The graph of a file; raises InputError that names the operator or the tensor which can't be read."""
    graphs = message_of(content, source).messages(7)
    require(len(graphs) == 1, "import.garbage", source=source)
    (graph,) = graphs
    nodes, tensors = graph.messages(1), graph.messages(5)
    require(len(nodes) <= MOST_NODES, "import.too_many_nodes", source=source, most=MOST_NODES, got=len(nodes))
    require(len(tensors) <= MOST_TENSORS, "import.too_many_nodes", source=source, most=MOST_TENSORS, got=len(tensors))
    numbers = {part.text(8): _tensor(part, part.text(8), source) for part in tensors}
    inputs = {name: shape for name, shape in map(_input, graph.messages(11)) if name not in numbers}
    outputs = tuple(part.text(1) for part in graph.messages(12))
    require(bool(inputs and outputs), "import.garbage", source=source)
    return Graph(tuple(_node(part, source) for part in nodes), numbers, inputs, outputs)


def _node(node: Message, source: str) -> Node:
    op, outputs = node.text(4), tuple(node.texts(2))
    name = node.text(3) or (outputs[0] if outputs else op)
    domain = node.text(7)
    require(domain in OURS, "import.custom_operator", source=source, op=op, name=name, domain=domain)
    return Node(op, name, tuple(node.texts(1)), outputs, dict(_attributes(node, name, source)))


def _attributes(node: Message, name: str, source: str) -> Iterator[tuple[str, Any]]:
    """Those of the kinds that the operators we know have; a graph within a graph stays unread."""
    for attribute in node.messages(5):
        value: Any = None
        match attribute.whole(20):
            case kind if kind == FLOAT:
                # one, or none, which means 0; as it was written: 0.1 and not the float32 next to it
                value = float(f"{_floats(attribute.parts(2), source).sum():.7g}")
            case kind if kind == INT:
                value = attribute.whole(3)
            case kind if kind == STRING:
                value = attribute.text(4)
            case kind if kind == TENSOR and (found := attribute.messages(5)):
                value = _tensor(found[0], name, source)
            case kind if kind == INTS:
                value = attribute.wholes(8)
        yield attribute.text(1), value


def _tensor(tensor: Message, name: str, source: str) -> Array:
    outside = tensor.whole(14) == EXTERNAL or bool(tensor.parts(13))
    require(not outside, "import.external_data", source=source, name=name)
    kind, shape = TYPES.get(tensor.whole(2)), tensor.wholes(1)
    if kind is None:
        raise InputError("import.tensor_type", source=source, name=name, known=[t.__name__ for t in TYPES.values()])
    content = _content(tensor, kind, source)
    whole = all(side >= 0 for side in shape) and len(shape) <= 4 and math.prod(shape) == content.size
    require(whole, "import.tensor_shape", source=source, name=name, shape=shape, count=content.size)
    found = content.reshape(shape)
    if kind is np.int64:
        return found
    with np.errstate(over="ignore"):  # what is too large for float32 is no number then
        found = found.astype(np.float32)
    require(bool(np.isfinite(found).all()), "import.tensor_not_finite", source=source, name=name)
    return found


def _content(tensor: Message, kind: type[np.generic], source: str) -> Array:
    if raw := tensor.parts(9):
        require(len(raw[-1]) % np.dtype(kind).itemsize == 0, "import.garbage", source=source)
        return np.frombuffer(raw[-1], np.dtype(kind).newbyteorder("<"))
    if kind is np.int64:
        return np.array(tensor.wholes(7), np.int64)
    if kind is np.float32:
        return _floats(tensor.parts(4), source)
    require(kind is np.float64, "import.garbage", source=source)
    return _floats(tensor.parts(10), source, np.float64)


def _floats(parts: list[memoryview], source: str, kind: type[np.generic] = np.float32) -> Array:
    joined = b"".join(parts)
    whole = len(joined) % np.dtype(kind).itemsize == 0
    require(whole, "import.garbage", source=source)
    return np.frombuffer(joined, np.dtype(kind).newbyteorder("<"))


def _input(value: Message) -> tuple[str, tuple[int | None, ...]]:
    """An input's name and shape without its batch."""
    tensors = [tensor for kind in value.messages(2) for tensor in kind.messages(1)]
    dims = [dim for tensor in tensors for shape in tensor.messages(2) for dim in shape.messages(1)]
    return value.text(1), tuple(dim.whole(1) or None for dim in dims[1:])
