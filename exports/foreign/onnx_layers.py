"""A graph of ONNX as a list of layers: followed node by node from its input, each a row of `OPERATORS` or refused.

What is followed is a flow: the layers so far. Operators that come in groups (GELU by Erf, MatMul and Add, a
normalisation behind weights) become one layer; two heads of an encoder become one. Knows graphs and layers; runs
nothing.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from exports.foreign.onnx_graph import Graph, Node, read_graph
from exports.foreign.parts import Array, Part, Step
from models.architecture import MAX_LOG_VAR
from models.errors import InputError, require
from models.layers import Activation, ConditionChannel, Conv, ConvTranspose, JoinCondition, Linear, Reshape, Sides

Image = tuple[int, int, int]
INPUT, LABEL = "input", "label"  # what a flow began with
SIGMOID = "sigmoid"
# GELU is x / 2 (1 + erf(x / sqrt 2)): what two parts of it give as a product, and what half of one is
PRODUCTS = {("", "share"): "twice", ("half", "share"): "gelu", ("", "half share"): "gelu"}
HALVES = {"twice": "gelu", "share": "half share", "": "half"}


@dataclass(frozen=True)
class Flow:
    """What the graph has made of an input: `steps`, of the shape `[batch, *shape]`. `mark`: a group of operators that
    is not complete, or an end that our models have by themselves: `sigmoid`, or a half of a split code, `half 0`.
    """

    begun: str
    shape: tuple[int, ...]
    steps: tuple[Step, ...] = ()
    mark: str = ""

    def then(self, step: Step, *shape: int) -> "Flow":
        """With one more layer."""
        return Flow(self.begun, shape, (*self.steps, step))


Value = Flow | Array


def _fits(found: tuple[int | None, ...], shape: tuple[int, ...]) -> bool:
    return len(found) == len(shape) and all(side in (None, wanted) for side, wanted in zip(found, shape, strict=True))


class Follower:
    """Follows one graph. `values`: what each name stands for."""

    def __init__(self, graph: Graph, given: tuple[int, ...], source: str) -> None:
        self.graph, self.source = graph, source
        self.values: dict[str, Value] = dict(graph.tensors)
        names = list(graph.inputs)
        require(len(names) <= 2, "import.inputs", source=source, names=names)
        self.classes = self._label_size(names[1]) if len(names) == 2 else 0
        self.values[names[0]] = self._first(names[0], given)
        if self.classes:
            self.values[names[1]] = Flow(LABEL, (self.classes,))
        for node in graph.nodes:
            self._follow(node)

    def outputs(self) -> list[Flow]:
        """What the graph gives."""
        found = [self.values.get(name) for name in self.graph.outputs]
        flows = [value for value in found if isinstance(value, Flow) and value.begun == INPUT]
        require(len(flows) == len(found), "import.no_flow", source=self.source, names=list(self.graph.outputs))
        return flows

    def _first(self, name: str, given: tuple[int, ...]) -> Flow:
        """Its input as the graph declares it: in the shape that is given, or all of its numbers in a row."""
        found, row = self.graph.inputs[name], (math.prod(given),)
        if _fits(found, given):
            return Flow(INPUT, given)
        shown = [str(side or "?") for side in found]
        fits = _fits(found, row)
        require(fits, "import.input_shape", source=self.source, name=name, found=shown, wanted=list(given))
        return _reshaped(Flow(INPUT, given), *row)

    def _label_size(self, name: str) -> int:
        found = self.graph.inputs[name]
        size = found[0] if len(found) == 1 else None
        if size is None:
            raise InputError("import.label_shape", source=self.source, name=name)
        return size

    def _follow(self, node: Node) -> None:
        operator = OPERATORS.get(node.op)
        if operator is None:
            raise InputError(
                "import.operator", source=self.source, op=node.op, name=node.name, known=sorted(OPERATORS)
            )  # fmt: skip
        inputs = [self.values.get(name) for name in node.inputs]
        made = operator(Given(node, inputs, self.source))
        for name, value in zip(node.outputs, made, strict=False):
            self.values[name] = value


@dataclass(frozen=True)
class Given:
    """A node with what its inputs stand for, None for one that is left out."""

    node: Node
    inputs: list[Value | None]
    source: str

    def refused(self) -> InputError:
        """This operator can't be used so."""
        return InputError("import.operator_use", source=self.source, op=self.node.op, name=self.node.name)

    def need(self, condition: bool) -> None:
        """Refuses unless the condition holds."""
        if not condition:
            raise self.refused()

    def flow(self, place: int = 0, mark: str = "") -> Flow:
        """An input that comes from the graph's own, with this mark."""
        found = self.inputs[place] if place < len(self.inputs) else None
        if not isinstance(found, Flow) or found.mark != mark:
            raise self.refused()
        return found

    def constant(self, place: int) -> Array:
        """An input that is in the file."""
        found = self.inputs[place] if place < len(self.inputs) else None
        if found is None or isinstance(found, Flow):
            raise self.refused()
        return found

    def constant_if_any(self, place: int) -> Array | None:
        """The same, None where it is left out."""
        return self.constant(place) if place < len(self.node.inputs) and self.node.inputs[place] else None

    def asked(self, name: str, otherwise: Any) -> Any:
        """An attribute, of the kind that it is where it is left out."""
        found = self.node.attributes.get(name, otherwise)
        self.need(type(found) is type(otherwise))
        return found


def _gemm(given: Given) -> tuple[Value, ...]:
    plain = given.asked("alpha", 1.0) == given.asked("beta", 1.0) == 1.0 and not given.asked("transA", 0)
    given.need(plain)
    weight = given.constant(1)
    given.need(weight.ndim == 2)
    return (_linear(given, weight if given.asked("transB", 0) else weight.T, given.constant_if_any(2)),)


def _matmul(given: Given) -> tuple[Value, ...]:
    weight = given.constant(1)
    given.need(weight.ndim == 2)
    return (_linear(given, weight.T, None),)


def _linear(given: Given, weight: Array, bias: Array | None) -> Flow:
    flow, (outputs, inputs) = given.flow(), weight.shape
    given.need(flow.shape == (inputs,))
    shift = np.zeros(outputs, np.float32) if bias is None else bias
    given.need(shift.size == outputs)
    return flow.then(Step(Linear(inputs, outputs), {"weight": weight, "bias": shift.reshape(outputs)}), outputs)


def _conv(given: Given) -> tuple[Value, ...]:
    flow, weight = given.flow(), given.constant(1)
    given.need(weight.ndim == 4 and len(flow.shape) == 3 and weight.shape[1] == flow.shape[0])
    outputs, inputs, kernel, _ = weight.shape
    stride, (top, bottom, left, right) = _window(given, weight)
    height, width = (
        (side + around - kernel) // stride + 1
        for side, around in zip(flow.shape[1:], (top + bottom, left + right), strict=True)
    )
    given.need(min(height, width) >= 1)
    layer = Conv(inputs, outputs, kernel, stride, (top, bottom, left, right))
    return (flow.then(_weighted(given, layer, weight, outputs), outputs, height, width),)


def _conv_transpose(given: Given) -> tuple[Value, ...]:
    flow, weight = given.flow(), given.constant(1)
    given.need(weight.ndim == 4 and len(flow.shape) == 3 and weight.shape[0] == flow.shape[0])
    given.need("output_shape" not in given.node.attributes)
    inputs, outputs, kernel, _ = weight.shape
    stride, (top, bottom, left, right) = _window(given, weight)
    padding = given.asked("output_padding", [0, 0])
    given.need(len(padding) == 2)
    below, beside = padding
    crop = (top, bottom - below, left, right - beside)
    given.need(min(crop) >= 0)
    height, width = (
        (side - 1) * stride + kernel - cut
        for side, cut in zip(flow.shape[1:], (sum(crop[:2]), sum(crop[2:])), strict=True)
    )
    given.need(min(height, width) >= 1)
    layer = ConvTranspose(inputs, outputs, kernel, stride, crop)
    return (flow.then(_weighted(given, layer, weight, outputs), outputs, height, width),)


def _window(given: Given, weight: Array) -> tuple[int, Sides]:
    """The stride, and what is put around or cut off: top, bottom, left, right. Kernel and stride must be square."""
    kernel, strides, pads = weight.shape[2:], given.asked("strides", [1, 1]), given.asked("pads", [0] * 4)
    same = given.asked("auto_pad", "NOTSET") in ("NOTSET", "VALID")
    plain = given.asked("group", 1) == 1 and set(given.asked("dilations", [1])) == {1}
    given.need(same and plain and kernel[0] == kernel[1] and len(pads) == 4)
    given.need(len(strides) == 2 and strides[0] == strides[1] >= 1 and min(pads) >= 0)
    top, left, bottom, right = pads
    return strides[0], (top, bottom, left, right)


def _weighted(given: Given, layer: Conv | ConvTranspose, weight: Array, outputs: int) -> Step:
    found = given.constant_if_any(2)
    bias = np.zeros(outputs, np.float32) if found is None else found
    given.need(bias.shape == (outputs,))
    return Step(layer, {"weight": weight, "bias": bias})


def _normalised(given: Given) -> tuple[Value, ...]:
    """Folded into the weights before it, as it stands when nothing is learnt any more."""
    flow = given.flow()
    gain, shift, mean, variance = (given.constant(place) for place in (1, 2, 3, 4))
    given.need(gain.shape == shift.shape == mean.shape == variance.shape and bool((variance >= 0).all()))
    scale = gain / np.sqrt(variance + given.asked("epsilon", 1e-5))
    return (_scaled(given, flow, scale, shift - mean * scale),)


def _scaled(given: Given, flow: Flow, scale: Array, shift: Array) -> Flow:
    """What the last layer gives, each output times `scale`, then `shift` more."""
    made = flow.steps[-1].scaled(scale, shift) if flow.steps else None
    if made is None:
        raise given.refused()
    return replace(flow, steps=(*flow.steps[:-1], made))


def _add(given: Given) -> tuple[Value, ...]:
    flow, constant = _with_constant(given)
    if flow.mark == "erf":
        given.need(_is(constant, 1))
        return (replace(flow, mark="share"),)
    given.need(not flow.mark)
    shift = constant.reshape(-1)
    along = constant.shape[-len(flow.shape) :] in ((len(shift),), (len(shift), 1, 1))
    given.need(along and len(shift) == flow.shape[0])
    return (_scaled(given, flow, np.ones_like(shift), shift),)


def _mul(given: Given) -> tuple[Value, ...]:
    """Only what belongs to a GELU, in either order."""
    flows = [value for value in given.inputs if isinstance(value, Flow)]
    if len(flows) == 2:
        one, other = sorted(flows, key=lambda flow: flow.mark)
        given.need(replace(one, mark=other.mark) == other)
        return (_part_of_gelu(given, one, PRODUCTS.get((one.mark, other.mark))),)
    flow, constant = _with_constant(given)
    if flow.mark == "" and _is(constant, math.sqrt(0.5)):
        return (replace(flow, mark="scaled"),)
    given.need(_is(constant, 0.5))
    return (_part_of_gelu(given, flow, HALVES.get(flow.mark)),)


def _part_of_gelu(given: Given, flow: Flow, made: str | None) -> Flow:
    if made is None:
        raise given.refused()
    if made != "gelu":
        return replace(flow, mark=made)
    return replace(flow, mark="").then(Step(Activation("gelu")), *flow.shape)


def _is(constant: Array, number: float) -> bool:
    return constant.size == 1 and math.isclose(float(constant.reshape(())), number, rel_tol=1e-6)


def _div(given: Given) -> tuple[Value, ...]:
    """Only what begins a GELU."""
    given.need(_is(given.constant(1), math.sqrt(2)))
    return (replace(given.flow(), mark="scaled"),)


def _erf(given: Given) -> tuple[Value, ...]:
    return (replace(given.flow(mark="scaled"), mark="erf"),)


def _with_constant(given: Given) -> tuple[Flow, Array]:
    flows = [value for value in given.inputs if isinstance(value, Flow)]
    given.need(len(given.inputs) == 2 and len(flows) == 1)
    return flows[0], given.constant(1 if given.inputs[0] is flows[0] else 0)


def _activation(op: str) -> Callable[[Given], tuple[Value, ...]]:
    def activated(given: Given) -> tuple[Value, ...]:
        given.need(given.asked("approximate", "none") == "none")
        slope = given.asked("alpha", 0.01) if op == "leaky_relu" else 0.0
        flow = given.flow()
        return (flow.then(Step(Activation(op, slope)), *flow.shape),)

    return activated


def _sigmoid(given: Given) -> tuple[Value, ...]:
    return (replace(given.flow(), mark=SIGMOID),)


def _reshape(given: Given) -> tuple[Value, ...]:
    """With the batch as it is: its size in the new shape is 0, -1 or 1."""
    found = given.inputs[0]
    ended = isinstance(found, Flow) and found.mark == SIGMOID  # an image may be put into shape behind it
    flow, wanted = given.flow(mark=SIGMOID if ended else ""), given.constant(1).tolist()
    given.need(len(wanted) >= 2 and wanted[0] in (-1, 0, 1))
    size, rest = math.prod(flow.shape), [int(side) for side in wanted[1:]]
    if -1 in rest:
        given.need(wanted[0] != -1 and rest.count(-1) == 1)
        rest[rest.index(-1)] = size // max(1, -math.prod(rest))
    given.need(math.prod(rest) == size and len(rest) in (1, 3))
    return (_reshaped(flow, *rest),)


def _flatten(given: Given) -> tuple[Value, ...]:
    given.need(given.asked("axis", 1) == 1)
    flow = given.flow()
    return (_reshaped(flow, math.prod(flow.shape)),)


def _reshaped(flow: Flow, *shape: int) -> Flow:
    if shape == flow.shape:
        return flow
    return replace(flow.then(Step(Reshape(shape)), *shape), mark=flow.mark)


def _concat(given: Given) -> tuple[Value, ...]:
    """A label behind a vector, or drawn as one more channel of an image."""
    given.need(given.asked("axis", 1) == 1 and len(given.inputs) == 2)
    flow, label = given.flow(0), given.flow(1)
    given.need(label.begun == LABEL != flow.begun)
    if not label.steps and len(flow.shape) == 1:
        (classes,) = label.shape
        return (flow.then(Step(JoinCondition(classes)), flow.shape[0] + classes),)
    match [step.layer for step in label.steps], flow.shape:
        case [Linear(inputs=classes), Reshape(shape=(1, *drawn))], (channels, height, width) if drawn == [
            height,
            width,
        ]:
            step = Step(ConditionChannel(classes, height, width), label.steps[0].numbers)
            return (flow.then(step, channels + 1, height, width),)
    raise given.refused()


def _split(given: Given) -> tuple[Value, ...]:
    """A code in its two halves: means, then log variances."""
    flow = given.flow()
    parts = given.constant_if_any(1)
    sizes = given.asked("split", []) if parts is None else parts.tolist()
    given.need(len(flow.shape) == 1 and given.asked("axis", 0) in (1, -1) and len(given.node.outputs) == 2)
    half = flow.shape[0] // 2
    given.need(flow.shape[0] == 2 * half and sizes in ([], [half, half]))
    return replace(flow, shape=(half,), mark="half 0"), replace(flow, shape=(half,), mark="half 1")


def _clip(given: Given) -> tuple[Value, ...]:
    """Only of log variances, as our models bound them."""
    flow, most = given.flow(mark="half 1"), given.constant_if_any(2)
    given.need(given.constant_if_any(1) is None and most is not None and float(most.reshape(())) == MAX_LOG_VAR)
    return (flow,)


def _same(given: Given) -> tuple[Value, ...]:
    found = given.inputs[0]
    if found is None:
        raise given.refused()
    return (found,)


def _constant(given: Given) -> tuple[Value, ...]:
    found = given.node.attributes.get("value")
    if not isinstance(found, np.ndarray):
        raise given.refused()
    return (found,)


OPERATORS: Mapping[str, Callable[[Given], tuple[Value, ...]]] = {
    "Gemm": _gemm, "MatMul": _matmul, "Conv": _conv, "ConvTranspose": _conv_transpose,
    "BatchNormalization": _normalised, "Add": _add, "Mul": _mul, "Div": _div, "Erf": _erf,
    "Relu": _activation("relu"), "LeakyRelu": _activation("leaky_relu"), "Tanh": _activation("tanh"),
    "Gelu": _activation("gelu"), "Sigmoid": _sigmoid, "Reshape": _reshape, "Flatten": _flatten, "Concat": _concat,
    "Split": _split, "Clip": _clip, "Identity": _same, "Dropout": _same, "Constant": _constant,
}  # fmt: skip


def read_decoder(content: bytes, latents: int, image: Image, source: str) -> Part:
    """From codes to images: it must end in a Sigmoid. Raises InputError that names an operator or a tensor."""
    follower = Follower(read_graph(content, source), (latents,), source)
    flows = follower.outputs()
    require([flow.mark for flow in flows] == [SIGMOID], "import.no_sigmoid", source=source)
    (flow,) = flows
    size, wanted = math.prod(flow.shape), math.prod(image)
    require(size == wanted, "import.output_shape", source=source, found=list(flow.shape), wanted=list(image))
    return Part(_reshaped(flow, *image).steps, follower.classes)


def read_encoder(content: bytes, image: Image, source: str) -> tuple[Part, int, bool]:
    """From images to means, or to means and then log variances; with the number of latents, and whether there are log
    variances. Raises InputError like `read_decoder`.
    """
    follower = Follower(read_graph(content, source), image, source)
    flows = follower.outputs()
    return Part(_code(flows, source).steps, follower.classes), flows[0].shape[0], len(flows) == 2


def _code(flows: list[Flow], source: str) -> Flow:
    """The means, and the log variances behind them, as one vector."""
    match [flow.mark for flow in flows]:
        case [""] if len(flows[0].shape) == 1:
            return flows[0]
        case ["half 0", "half 1"] if flows[0].steps == flows[1].steps:
            return replace(flows[0], mark="")
        case ["", ""] if (joined := _heads(*flows)) is not None:
            return joined
    raise InputError("import.code", source=source)


def _heads(means: Flow, log_vars: Flow) -> Flow | None:
    """Two linear maps of the same vector as one."""
    if means.steps[:-1] != log_vars.steps[:-1] or means.shape != log_vars.shape:
        return None
    heads = [flow.steps[-1] for flow in (means, log_vars) if flow.steps]
    match [head.layer for head in heads]:
        case [Linear(inputs=inputs, outputs=outputs), Linear()]:
            numbers = {
                name: np.concatenate([head.numbers[name] for head in heads]) for name in ("weight", "bias")
            }  # fmt: skip
            return replace(means, steps=(*means.steps[:-1], Step(Linear(inputs, 2 * outputs), numbers)))
    return None
