"""ONNX read as layers: our own files come back bit for bit, others compute the same here as in onnxruntime; whatever no
layer can do is refused by the name of its operator or tensor, and never run.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper

from datasets.data_set import DataSet
from exports.command import main
from exports.foreign import read as reading
from exports.foreign import wire
from exports.foreign.adopt import Foreign, adopt, name_of
from exports.foreign.onnx_layers import read_decoder, read_encoder
from exports.foreign.read import read_onnx
from exports.onnx_files import onnx_files
from live.words import refusal
from models import gallery
from models.checkpoint import Checkpoint, from_files, to_files
from models.errors import InputError
from models.latent_model import layer_lists
from ui.parts.before import nearest

Make = Callable[..., Checkpoint]
IMAGE = (1, 8, 8)
F = TensorProto.FLOAT
Node = Any


def folder_of(checkpoint: Checkpoint, path: Path) -> Path:
    path.mkdir()
    for name, content in onnx_files(checkpoint):
        (path / name).write_bytes(content)
    return path


@pytest.mark.parametrize(("family", "network"), [
    ("vae", "mlp"), ("autoencoder", "mlp"), ("cvae", "mlp"), ("mmd-cvae", "book-cnn"), ("cvae", "post-cnn"), ("vae", "zhao-cnn"),
])  # fmt: skip
@pytest.mark.parametrize("half", [True, False])
def test_our_own_files_come_back_bit_for_bit(
    make_checkpoint: Make, few_digits: DataSet, tmp_path: Path, family: str, network: str, half: bool
) -> None:
    there = make_checkpoint(family, latent_dim=3, network=network, weights_type=np.float16 if half else np.float32)
    back = adopt(read_onnx(folder_of(there, tmp_path / "x"), few_digits), few_digits, "Back again")
    assert layer_lists(back.run.model) == layer_lists(there.run.model)
    assert set(back.weights) == set(there.weights)
    assert all(np.array_equal(back.weights[name], tensor) for name, tensor in there.weights.items())
    assert all(back.weights[name].dtype == tensor.dtype for name, tensor in there.weights.items())
    assert (back.run.model.stochastic, back.run.epochs_done, back.run.run_id) == (
        there.run.model.stochastic,
        0,
        "back-again",
    )
    again = from_files(to_files(back), "x")
    assert again.run == back.run
    x, y = torch.tensor(few_digits.test_x[:5]).float() / 255, torch.tensor(few_digits.test_classes[:5]).long()
    assert np.array_equal(again.latents.mu[:5], there.model.encode(x, y).mu.numpy())


class Drawn:
    """A graph that is put together by hand, with random numbers."""

    def __init__(self, inputs: dict[str, list[Any]]) -> None:
        self.inputs = inputs
        self.nodes: list[Node] = []
        self.tensors: dict[str, np.ndarray[Any, Any]] = {}
        self.random = np.random.default_rng(0)

    def constant(self, *shape: int, value: Any = None) -> str:
        name = f"c{len(self.tensors)}"
        drawn = self.random.normal(size=shape).astype(np.float32) * 0.3
        self.tensors[name] = drawn if value is None else np.asarray(value)
        return name

    def node(self, op: str, *inputs: str, outputs: int = 1, domain: str = "", **attributes: Any) -> Any:
        names = [f"{op.lower()}{len(self.nodes)}.{place}" for place in range(outputs)]
        self.nodes.append(
            helper.make_node(
                op, list(inputs), names, name=f"the_{op}{len(self.nodes) or ''}", domain=domain, **attributes
            )
        )
        return names[0] if outputs == 1 else names

    def linear(self, x: str, outputs: int, inputs: int) -> str:
        return self.node("Gemm", x, self.constant(outputs, inputs), self.constant(outputs), transB=1)

    def content(self, *outputs: str) -> bytes:
        given = [helper.make_tensor_value_info(name, F, shape) for name, shape in self.inputs.items()]
        made = [helper.make_tensor_value_info(name, F, None) for name in outputs]
        tensors = [numpy_helper.from_array(content, name) for name, content in self.tensors.items()]
        graph = helper.make_graph(self.nodes, "g", given, made, tensors)
        opsets = [helper.make_opsetid("", 20), helper.make_opsetid("of.mine", 1)]
        return bytes(helper.make_model(graph, opset_imports=opsets, ir_version=8).SerializeToString())


def encoder() -> Drawn:
    return Drawn({"x": ["n", *IMAGE]})


def decoder(latents: int = 2) -> Drawn:
    return Drawn({"z": ["n", latents]})


def two_heads() -> tuple[bytes, bytes]:
    """As PyTorch's example exports it: flat images, MatMul and Add, two heads, an image in a row."""
    first, back = Drawn({"x": ["n", 64]}), decoder()
    hidden = first.node(
        "Relu", first.node("Add", first.constant(16), first.node("MatMul", "x", first.constant(64, 16)))
    )
    hidden = first.node("Dropout", hidden)
    heads = [first.linear(hidden, 2, 16) for _ in range(2)]
    out = back.node("Tanh", back.linear("z", 16, 2))
    return first.content(*heads), back.content(back.node("Sigmoid", back.linear(out, 64, 16)))


def convolutions() -> tuple[bytes, bytes]:
    """With batch normalisation, GELU by Erf with its half first, a padded output, and an image put into shape last."""
    first, back = encoder(), decoder()
    x = first.node("Conv", "x", first.constant(4, 1, 3, 3), strides=[2, 2], pads=[1, 1, 1, 1])
    variance = np.abs(first.random.normal(size=4)).astype(np.float32) + 0.5
    norm = [first.constant(4), first.constant(4), first.constant(4), first.constant(value=variance)]
    x = first.node("BatchNormalization", x, *norm, epsilon=1e-3)
    scaled = first.node("Mul", x, first.constant(value=np.float32(np.sqrt(0.5))))
    share = first.node("Add", first.node("Erf", scaled), first.constant(value=np.float32(1)))
    x = first.node("Mul", first.node("Mul", first.constant(value=np.float32(0.5)), x), share)
    x = first.linear(first.node("Flatten", x), 4, 64)
    mu, log_var = first.node("Split", x, first.constant(value=np.array([2, 2])), outputs=2, axis=-1)
    z = back.node("LeakyRelu", back.linear("z", 4 * 2 * 2, 2), alpha=0.2)
    z = back.node("Reshape", z, back.constant(value=np.array([-1, 4, 2, 2])))
    z = back.node(
        "ConvTranspose",
        z,
        back.constant(4, 3, 3, 3),
        back.constant(3),
        strides=[2, 2],
        pads=[1, 1, 1, 1],
        output_padding=[1, 1],
    )
    z = back.node("Gelu", z)
    z = back.node("ConvTranspose", z, back.constant(3, 1, 4, 4), strides=[2, 2], pads=[1, 1, 1, 1])
    z = back.node("Add", z, back.constant(1, 1, 1))
    flat = back.node("Reshape", back.node("Sigmoid", z), back.constant(value=np.array([0, 64])))
    return first.content(mu, log_var), back.content(flat)


@pytest.mark.parametrize("files", [two_heads(), convolutions()], ids=["two heads", "convolutions"])
def test_models_of_others_compute_the_same_here(files: tuple[bytes, bytes], few_digits: DataSet) -> None:
    part, latents, stochastic = read_encoder(files[0], IMAGE, "encoder.onnx")
    made = adopt(
        Foreign(part, read_decoder(files[1], latents, IMAGE, "decoder.onnx"), latents, stochastic), few_digits, "x"
    )
    x, z = torch.rand(7, *IMAGE), torch.randn(7, 2)
    run = [onnxruntime.InferenceSession(content) for content in files]
    wide = x.flatten(1) if len(run[0].get_inputs()[0].shape) == 2 else x
    found = run[0].run(None, {"x": wide.numpy()})
    posterior = made.model.encode(x, None)
    assert posterior.log_var is not None
    assert np.abs(found[0] - posterior.mu.numpy()).max() < 1e-5
    assert np.abs(np.minimum(found[1], 2) - posterior.log_var.numpy()).max() < 1e-5
    image = run[1].run(None, {"z": z.numpy()})[0].reshape(7, *IMAGE)
    assert np.abs(image - torch.sigmoid(made.model.decode(z, None)).numpy()).max() < 1e-5


def refused(content: bytes, code: str, words: str = "") -> None:
    """As an encoder and as a decoder alike."""
    for read in (lambda: read_encoder(content, IMAGE, "a.onnx"), lambda: read_decoder(content, 2, IMAGE, "a.onnx")):
        with pytest.raises(InputError, match=rf"import\.{code}") as caught:
            read()
        said = refusal(caught.value)
        assert words in said
        assert said.startswith("a.onnx")
        assert len(said) < 500


def with_operator(op: str, *more: str, **attributes: Any) -> bytes:
    drawn = Drawn({"x": ["n", None]})
    return drawn.content(drawn.node(op, "x", *more, **attributes))


def looping() -> bytes:
    body = helper.make_graph(
        [helper.make_node("Identity", ["c"], ["d"])], "b", [], [helper.make_tensor_value_info("d", 9, [])]
    )
    return with_operator("Loop", body=body)


def outside() -> bytes:
    drawn = Drawn({"x": ["n", None]})
    model = onnx.load_from_string(drawn.content(drawn.linear("x", 2, 64)))
    tensor = model.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", "../../etc/passwd"
    return bytes(model.SerializeToString())


def with_tensor(**changes: Any) -> bytes:
    drawn = Drawn({"x": ["n", None]})
    model = onnx.load_from_string(drawn.content(drawn.linear("x", 2, 64)))
    tensor = model.graph.initializer[0]
    for name, value in changes.items():
        if name == "dims":
            tensor.ClearField(name)
            tensor.dims.extend(value)
        else:
            setattr(tensor, name, value)
    return bytes(model.SerializeToString())


@pytest.mark.parametrize(("content", "code", "words"), [
    (looping(), "operator:", "the_Loop is the operator Loop"),
    (with_operator("If"), "operator:", "the operator If"),
    (with_operator("Softplus"), "operator:", "the_Softplus"),
    (with_operator("Softplus", domain="of.mine"), "custom_operator", "Softplus of “of.mine”"),
    (with_operator("Relu", domain="of.mine"), "custom_operator", "“of.mine”"),
    (with_operator("Split"), "operator_use", "the_Split"),
    (with_operator("MatMul", "gone"), "operator_use", "the_MatMul"),
    (outside(), "external_data", "c0"),
    (with_tensor(data_type=6), "tensor_type", "c0"),
    (with_tensor(dims=[2, 65]), "tensor_shape", "says the shape [2, 65] and holds 128"),
    (with_tensor(dims=[-2, -64]), "tensor_shape", "c0"),
    (with_tensor(raw_data=np.full(128, np.nan, np.float32).tobytes()), "tensor_not_finite", "c0"),
    (with_tensor(name="n" * 600), "long_name", "500"),
    (b"", "garbage", ""), (b"no model at all", "garbage", ""), (b"\xff" * 64, "garbage", ""), (b"\x3a\x7f", "garbage", ""),
])  # fmt: skip
def test_what_no_layer_can_do_is_refused_by_its_name(content: bytes, code: str, words: str) -> None:
    refused(content, code, words)


def test_a_use_that_no_layer_has_is_refused() -> None:
    for op, more, attributes in (
        ("Conv", [(4, 1, 3, 3)], {"dilations": [2, 2]}), ("Conv", [(4, 1, 3, 5)], {}), ("Conv", [(1, 1, 3, 3)], {"group": 3}),
        ("Conv", [(4, 1, 3, 3)], {"auto_pad": "SAME_UPPER"}), ("Conv", [(4, 1, 3, 3)], {"strides": [1, 2]}),
        ("ConvTranspose", [(1, 4, 3, 3)], {"output_padding": [1, 1]}), ("Concat", [(3,)], {"axis": 1}),
        ("LeakyRelu", [], {"alpha": 1}), ("Conv", [(4, 1, 3, 3)], {"strides": "2"}), ("Conv", [(4, 1, 3, 3)], {"pads": [1, 1]}),
        ("ConvTranspose", [(1, 4, 3, 3)], {"output_padding": [1]}), ("BatchNormalization", [(1,), (1,), (1,), (2,)], {}),
        ("Add", [(2, 8)], {}), ("Mul", [(1,)], {}), ("Gemm", [(64, 2)], {"alpha": 0.5}), ("Clip", [()], {}),
    ):  # fmt: skip
        drawn = encoder()
        made = drawn.content(drawn.node(op, "x", *(drawn.constant(*shape) for shape in more), **attributes))
        with pytest.raises(InputError, match=rf"import\.operator_use: .*op={op}, name=the_{op}"):
            read_encoder(made, IMAGE, "a.onnx")


def test_what_is_no_code_and_no_image_is_refused() -> None:
    drawn = encoder()
    with pytest.raises(InputError, match=r"import\.code"):
        read_encoder(drawn.content(drawn.node("Relu", "x")), IMAGE, "a")
    drawn = decoder()
    plain = drawn.linear("z", 64, 2)
    with pytest.raises(InputError, match=r"import\.no_sigmoid"):
        read_decoder(drawn.content(plain), 2, IMAGE, "a")
    ended = drawn.node("Sigmoid", plain)
    with pytest.raises(InputError, match=r"import\.output_shape"):
        read_decoder(drawn.content(ended), 2, (1, 9, 9), "a")
    with pytest.raises(InputError, match=r"import\.operator_use: .*op=Relu"):
        read_decoder(drawn.content(drawn.node("Relu", ended)), 2, IMAGE, "a")
    with pytest.raises(InputError, match=r"import\.input_shape"):
        read_decoder(drawn.content(ended), 3, IMAGE, "a")


def test_a_file_of_millions_of_empty_nodes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """2 bytes each in the file, an object each for the format's own library."""
    assert wire.MOST_FIELDS <= 100_000
    monkeypatch.setattr(wire, "MOST_FIELDS", 1_000)
    node = b"\x0a\x00"
    refused(
        b"\x3a" + bytes([0x80 | 3_000 & 127, 3_000 >> 7]) + node * 1_500, "too_many_fields", "more than 1,000 parts"
    )


def test_every_damaged_file_is_read_or_refused(few_digits: DataSet) -> None:
    whole, back = two_heads()
    random = np.random.default_rng(1)
    outcomes = set()
    for _ in range(100):
        damaged = bytearray(whole)
        for place in random.integers(0, 400 if random.random() < 0.5 else len(whole), random.integers(1, 4)):
            damaged[place] = random.integers(0, 256)
        try:
            part, latents, stochastic = read_encoder(bytes(damaged), IMAGE, "a.onnx")
            found = Foreign(part, read_decoder(back, latents, IMAGE, "b.onnx"), latents, stochastic)
            found.config(few_digits)
            outcomes.add("read")
        except InputError as error:
            outcomes.add(error.reason.code)
    assert len(outcomes) >= 5, outcomes


def test_the_command_line_takes_it_in(
    make_checkpoint: Make, checkpoint_folder: Path, no_fsync: None, tmp_path: Path,
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    path = folder_of(make_checkpoint("cvae"), tmp_path / "My CVAE")
    assert main(["import", str(path), "--data", "digits"]) == 0
    assert "My CVAE is among the models now, as my-cvae. log p(x|z)" in capsys.readouterr().out
    assert gallery.open_run("my-cvae", checkpoint_folder).run.title == "My CVAE"
    assert nearest("cvae", "digits", 2) is None, "Train shows what a choice gave here"
    assert main(["import", str(path), "--data", "digits", "--title", "x" * 81]) == 2
    assert main(["import", str(path), "--data", "rhythms"]) == 2
    assert "x has the shape" in capsys.readouterr().err.replace("image has", "x has")
    (path / "decoder.onnx").unlink()
    assert main(["import", str(path), "--data", "digits", "--title", "y"]) == 2
    assert "decoder.onnx can’t be read" in capsys.readouterr().err
    monkeypatch.setattr(reading, "MAX_BYTES", 100)
    assert main(["import", str(path), "--data", "digits", "--title", "y"]) == 2
    assert "encoder.onnx has" in capsys.readouterr().err
    assert [run.run_id for run in gallery.list_runs(checkpoint_folder).runs] == ["my-cvae"]


@pytest.mark.parametrize(("title", "name"), [
    ("My VAE (2)", "my-vae-2"), ("שלום", "model"), ("../../etc", "etc"), ("<b>x</b>", "b-x-b"), ("a" * 80, "a" * 60),
])  # fmt: skip
def test_a_title_becomes_a_plain_name(title: str, name: str) -> None:
    assert name_of(title) == name
