"""A model as ONNX: its encoder and its decoder, each written from its layer list for a batch of any size, opset 17.

encoder.onnx: `image` `[batch channels height width]` in [0, 1] to `mu` and, of a stochastic encoder, `log_var`,
`[batch latent]` each. decoder.onnx: `z` `[batch latent]` to `image`, the means of the pixels in [0, 1]. A conditional
model also asks for `label` `[batch classes]`, a one-hot row or weights that mix classes; a dial for `at` `[batch 1]`,
the value that it is turned to. Knows layers and the onnx package, which is an extra; reads nothing.
"""

import math
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt

from live.weights import PARTS, Part
from models.architecture import MAX_LOG_VAR, layer_lists
from models.checkpoint import Checkpoint
from models.errors import InputError
from models.layers import Activation, ConditionChannel, Conv, ConvTranspose, Gate, JoinCondition, Layer, Linear, Reshape
from models.run import Run

OPSET, IR_VERSION = 17, 8  # the version of the file's format that came with this opset
PRODUCER = "latent-playground"
BATCH = "batch"
Array = npt.NDArray[Any]


def onnx_files(checkpoint: Checkpoint) -> Iterator[tuple[str, bytes]]:
    """encoder.onnx and decoder.onnx. Raises InputError where the onnx package is not installed."""
    try:
        import onnx
    except ImportError:
        raise InputError("export.no_onnx") from None
    for part in PARTS:
        yield f"{part}.onnx", _Graph(checkpoint, part, onnx).to_bytes()


class _Graph:
    """One network as a chain of nodes: `self.x` names what the last one gave."""

    def __init__(self, checkpoint: Checkpoint, part: Part, onnx: ModuleType) -> None:
        self.onnx, self.run, self.part = onnx, checkpoint.run, part
        self.nodes: list[Any] = []
        self.tensors: dict[str, Array] = {}
        self.x = "image" if part == "encoder" else "z"
        weights = {name: np.asarray(tensor, np.float32) for name, tensor in checkpoint.weights.items()}
        for position, layer in enumerate(layer_lists(self.run.model)[part == "decoder"]):
            self._add_layer(layer, f"{part}.{position}", weights)
        if part == "encoder":
            self._end_encoder()
        else:
            self._node("Sigmoid", [self.x], "image")

    def to_bytes(self) -> bytes:
        """The file's content."""
        helper, run = self.onnx.helper, self.run
        tensors = [self.onnx.numpy_helper.from_array(content, name) for name, content in self.tensors.items()]
        graph = helper.make_graph(self.nodes, self.part, self._inputs(run), self._outputs(run), tensors)
        opset = helper.make_opsetid("", OPSET)
        model = helper.make_model(graph, opset_imports=[opset], ir_version=IR_VERSION, producer_name=PRODUCER)
        helper.set_model_props(model, {"title": run.title, "family": run.model.family, "data": run.data.title})
        return bytes(model.SerializeToString())

    def _inputs(self, run: Run) -> list[Any]:
        model = run.model
        first = self._value("image", *model.image) if self.part == "encoder" else self._value("z", model.latent_dim)
        label = [self._value("label", model.class_count)] if model.conditional else []
        return [first, *label, *([self._value("at", 1)] if model.dial else [])]

    def _outputs(self, run: Run) -> list[Any]:
        model = run.model
        if self.part == "decoder":
            return [self._value("image", *model.image)]
        return [self._value(name, model.latent_dim) for name in ("mu", *(["log_var"] if model.stochastic else []))]

    def _value(self, name: str, *shape: int) -> Any:
        return self.onnx.helper.make_tensor_value_info(name, self.onnx.TensorProto.FLOAT, [BATCH, *shape])

    def _add_layer(self, layer: Layer, name: str, weights: Mapping[str, Array]) -> None:
        own = {part: weights[f"{name}.{part}"] for part in ("weight", "bias") if f"{name}.{part}" in weights}
        match layer:
            case Linear():
                self.x = self._linear(self.x, name, own)
            case Conv():
                self._convolve("Conv", layer, layer.pad, name, own)
            case ConvTranspose():
                self._convolve("ConvTranspose", layer, layer.crop, name, own)
            case Activation():
                self._activate(layer, name)
            case Reshape():
                self.x = self._reshape(self.x, layer.shape, name)
            case JoinCondition():
                self.x = self._node("Concat", [self.x, "label"], name, axis=1)
            case ConditionChannel():
                drawn = self._linear("label", f"{name}.drawn", own)
                channel = self._reshape(drawn, (1, layer.height, layer.width), f"{name}.channel")
                self.x = self._node("Concat", [self.x, channel], name, axis=1)
            case Gate():
                self._gate(layer, name, own)

    def _linear(self, x: str, name: str, own: Mapping[str, Array]) -> str:
        return self._node("Gemm", [x, *self._constants(name, own)], name, transB=1)

    def _convolve(
        self, kind: str, layer: Conv | ConvTranspose, sides: tuple[int, int, int, int], name: str,
        own: Mapping[str, Array],
    ) -> None:  # fmt: skip
        top, bottom, left, right = sides
        self.x = self._node(
            kind, [self.x, *self._constants(name, own)], name, kernel_shape=[layer.kernel] * 2,
            strides=[layer.stride] * 2, pads=[top, left, bottom, right],
        )  # fmt: skip

    def _activate(self, layer: Activation, name: str) -> None:
        match layer.op:
            case "relu":
                self.x = self._node("Relu", [self.x], name)
            case "leaky_relu":
                self.x = self._node("LeakyRelu", [self.x], name, alpha=layer.slope)
            case "tanh":
                self.x = self._node("Tanh", [self.x], name)
            case "gelu":
                self.x = self._gelu(self.x, name)

    def _gelu(self, x: str, name: str) -> str:
        """x / 2 (1 + erf(x / sqrt 2)): this opset has no operator for it."""
        root, one, half = (
            self._constant(f"gelu.{part}", np.float32(value))
            for part, value in (("root", math.sqrt(2)), ("one", 1), ("half", 0.5))
        )
        erf = self._node("Erf", [self._node("Div", [x, root], f"{name}.scaled")], f"{name}.erf")
        share = self._node("Add", [erf, one], f"{name}.share")
        return self._node("Mul", [self._node("Mul", [x, share], f"{name}.twice"), half], name)

    def _gate(self, layer: Gate, name: str, own: Mapping[str, Array]) -> None:
        origin = self._constant(f"{name}.origin", np.float32(layer.origin))
        weight = self._constant(f"{name}.weight", own["weight"])
        still = self._constant(f"{name}.still", 1 + own["bias"])
        log = self._node("Log", [self._node("Div", ["at", origin], f"{name}.turned")], f"{name}.log")
        gain = self._node("Add", [self._node("Mul", [log, weight], f"{name}.change"), still], f"{name}.gain")
        self.x = self._node("Mul", [self.x, gain], name)

    def _end_encoder(self) -> None:
        if not self.run.model.stochastic:
            self._node("Identity", [self.x], "mu")
            return
        halves = self._constant("halves", np.full(2, self.run.model.latent_dim, np.int64))
        split = self.onnx.helper.make_node("Split", [self.x, halves], ["mu", "log_var.wide"], name="halves", axis=1)
        self.nodes.append(split)
        self._node("Clip", ["log_var.wide", "", self._constant("log_var.most", np.float32(MAX_LOG_VAR))], "log_var")

    def _reshape(self, x: str, shape: tuple[int, ...], name: str) -> str:
        wanted = self._constant(f"{name}.shape", np.array([0, *shape], np.int64))  # 0: the batch, as it is
        return self._node("Reshape", [x, wanted], name)

    def _constants(self, name: str, own: Mapping[str, Array]) -> list[str]:
        return [self._constant(f"{name}.{part}", content) for part, content in own.items()]

    def _constant(self, name: str, content: npt.ArrayLike) -> str:
        self.tensors[name] = np.asarray(content, order="C")
        return name

    def _node(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> str:
        self.nodes.append(self.onnx.helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output
