"""Layer lists with numbers worked out by hand: Keras' padding and cropping, orders of axes, and what the label does."""

import math

import pytest
import torch
from torch import Tensor, nn

from models.layer_modules import Layers, log_odds
from models.layers import (
    ACTIVATIONS,
    Activation,
    ConditionChannel,
    Conv,
    ConvTranspose,
    JoinCondition,
    Layer,
    Linear,
    OneOfRows,
    Reshape,
    layer_to_json,
)

ONES = [[1.0] * 3] * 3
CORNER = [[1.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]


def _run(layer: Layer, x: Tensor, weight: list[list[float]], bias: float = 0.0) -> list[list[float]]:
    """A layer of one map with a 3x3 kernel, on one image `[height width]`."""
    layers = Layers([layer])
    module = layers.get_submodule("0")
    assert isinstance(module, nn.Conv2d | nn.ConvTranspose2d)
    assert module.bias is not None
    with torch.no_grad():
        module.weight.copy_(torch.tensor(weight)[None, None])
        module.bias.fill_(bias)
        out: list[list[float]] = layers(x[None, None], None)[0, 0].tolist()
    return out


def _count(height: int, width: int) -> Tensor:
    """1, 2, 3, ... in reading order."""
    return torch.arange(1.0, height * width + 1).reshape(height, width)


@pytest.mark.parametrize(("height", "width", "pad", "weight", "expected"), [
    # even sides: no zeros before, one after; PyTorch's padding=1 would give 14 and 6 in the first corner
    (4, 4, (0, 1, 0, 1), ONES, [[54, 45], [72, 54]]),
    (4, 4, (0, 1, 0, 1), CORNER, [[1, 3], [9, 11]]),
    # odd sides: one zero before and one after
    (3, 3, (1, 1, 1, 1), ONES, [[12, 16], [24, 28]]),
    (3, 3, (1, 1, 1, 1), CORNER, [[0, 0], [0, 5]]),
    # 3 rows, 4 columns: the sides differ, so that swapped ones would be seen
    (3, 4, (1, 1, 0, 1), ONES, [[24, 22], [48, 38]]),
    (3, 4, (1, 1, 0, 1), CORNER, [[0, 0], [5, 7]]),
    # no padding: Keras' `valid`
    (5, 5, (0, 0, 0, 0), CORNER, [[1, 3], [11, 13]]),
])  # fmt: skip
def test_conv_pads_as_keras_does(
    height: int, width: int, pad: tuple[int, int, int, int], weight: list[list[float]], expected: list[list[float]]
) -> None:
    conv = Conv(1, 1, 3, 2, pad)
    assert _run(conv, _count(height, width), weight) == expected
    assert _run(conv, _count(height, width), weight, bias=0.5) == [[v + 0.5 for v in row] for row in expected]


# The input [[1, 2], [3, 4]] under ones, stride 2, before the cut:
FULL = [[1, 1, 3, 2, 2], [1, 1, 3, 2, 2], [4, 4, 10, 6, 6], [3, 3, 7, 4, 4], [3, 3, 7, 4, 4]]


@pytest.mark.parametrize(("crop", "expected"), [
    ((0, 0, 0, 0), FULL),
    ((0, 1, 0, 1), [[1, 1, 3, 2], [1, 1, 3, 2], [4, 4, 10, 6], [3, 3, 7, 4]]),  # to an even side
    ((1, 1, 1, 1), [[1, 3, 2], [4, 10, 6], [3, 7, 4]]),  # to an odd side
    ((1, 1, 0, 1), [[1, 1, 3, 2], [4, 4, 10, 6], [3, 3, 7, 4]]),  # 3 rows, 4 columns
])  # fmt: skip
def test_transposed_conv_crops_as_keras_does(crop: tuple[int, int, int, int], expected: list[list[float]]) -> None:
    layer = ConvTranspose(1, 1, 3, 2, crop)
    assert _run(layer, _count(2, 2), ONES) == expected
    assert _run(layer, _count(2, 2), ONES, bias=0.5) == [[v + 0.5 for v in row] for row in expected]


def test_transposed_conv_puts_the_kernels_corner_where_the_pixel_was() -> None:
    weight = [[1.0, 2.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
    out = _run(ConvTranspose(1, 1, 3, 2, (0, 1, 0, 1)), _count(2, 2), weight)
    assert out == [[1, 2, 2, 4], [0, 0, 0, 0], [3, 6, 4, 8], [0, 0, 0, 0]]


@pytest.mark.parametrize(("height", "width"), [(4, 4), (5, 5), (6, 9), (9, 6), (28, 14)])
def test_transposed_conv_is_the_adjoint_of_conv(height: int, width: int) -> None:
    """Keras defines it so: <conv(a), b> = <a, transposed(b)> with the same kernel, cut where the other was padded."""
    sides = (height % 2, 1, width % 2, 1)
    generator = torch.Generator().manual_seed(0)
    conv, back = Layers([Conv(2, 3, 3, 2, sides)]), Layers([ConvTranspose(3, 2, 3, 2, sides)])
    with torch.no_grad():
        weight = torch.randn(3, 2, 3, 3, generator=generator)
        for layers in (conv, back):
            state = {"0.weight": weight, "0.bias": torch.zeros(3 if layers is conv else 2)}
            layers.load_state_dict(state)
        a = torch.randn(1, 2, height, width, generator=generator)
        image = conv(a, None)
        b = torch.randn(image.shape, generator=generator)
        torch.testing.assert_close((image * b).sum(), (a * back(b, None)).sum())
        assert image.shape == (1, 3, math.ceil(height / 2), math.ceil(width / 2))


def test_linear_is_x_times_w_transposed_plus_b() -> None:
    layers = Layers([Linear(2, 3)])
    layers.load_state_dict({"0.weight": torch.tensor([[1.0, 2], [3, 4], [5, 6]]), "0.bias": torch.tensor([1.0, 0, -1])})
    assert layers(torch.tensor([[1.0, 10.0]]), None).tolist() == [[22, 43, 64]]


@pytest.mark.parametrize(("layer", "expected"), [
    (Activation("relu"), [0, 0, 2]),
    (Activation("leaky_relu", 0.1), [-0.1, 0, 2]),
    (Activation("tanh"), [math.tanh(-1), 0, math.tanh(2)]),
    (Activation("gelu"), [-(1 - math.erf(math.sqrt(0.5))) / 2, 0, 1 + math.erf(math.sqrt(2))]),
])  # fmt: skip
def test_activations(layer: Activation, expected: list[float]) -> None:
    assert Layers([layer])(torch.tensor([[-1.0, 0.0, 2.0]]), None)[0].tolist() == pytest.approx(expected, abs=1e-6)


def test_every_named_activation_exists_and_no_other() -> None:
    for name in ACTIVATIONS:
        assert Layers([Activation(name)])(torch.ones(1, 1), None).shape == (1, 1)
    with pytest.raises(ValueError, match="activation must be one of relu, leaky_relu, gelu, tanh; got 'swish'"):
        Layers([Activation("swish")])(torch.ones(1, 1), None)


def test_reshape_is_row_major() -> None:
    flat = torch.arange(12.0)[None]
    image = Layers([Reshape((2, 2, 3))])(flat, None)
    assert image[0].tolist() == [[[0, 1, 2], [3, 4, 5]], [[6, 7, 8], [9, 10, 11]]]
    assert torch.equal(Layers([Reshape((12,))])(image, None), flat)


def test_reshape_of_a_channels_last_image_keeps_the_order() -> None:
    image = torch.arange(24.0).reshape(1, 2, 3, 4).to(memory_format=torch.channels_last)
    assert Layers([Reshape((24,))])(image, None)[0].tolist() == list(range(24))


def test_join_condition_appends_the_one_hot_label() -> None:
    out = Layers([JoinCondition(3)])(torch.tensor([[5.0, 6.0], [7.0, 8.0]]), torch.tensor([2, 0]))
    assert out.tolist() == [[5, 6, 0, 0, 1], [7, 8, 1, 0, 0]]


def test_condition_channel_draws_the_label_row_by_row() -> None:
    layers = Layers([ConditionChannel(2, 2, 3)])
    weight = torch.arange(12.0).reshape(6, 2)  # pixel, class
    layers.load_state_dict({"0.weight": weight, "0.bias": torch.full((6,), 100.0)})
    out = layers(torch.zeros(1, 1, 2, 3), torch.tensor([1]))
    assert out.shape == (1, 2, 2, 3)
    assert out[0, 0].tolist() == [[0, 0, 0], [0, 0, 0]]
    assert out[0, 1].tolist() == [[101, 103, 105], [107, 109, 111]]


def test_a_label_that_is_no_class_is_an_error() -> None:
    with pytest.raises(RuntimeError):
        Layers([JoinCondition(3)])(torch.zeros(1, 2), torch.tensor([3]))


def test_parameters_are_named_by_position() -> None:
    layers = Layers([Reshape((4,)), Linear(4, 3), Activation("relu"), Linear(3, 2)])
    assert set(layers.state_dict()) == {"1.weight", "1.bias", "3.weight", "3.bias"}


def test_layer_to_json_names_its_kind() -> None:
    assert layer_to_json(Conv(1, 2, 3, 2, (0, 1, 0, 1))) == {
        "op": "conv", "inputs": 1, "outputs": 2, "kernel": 3, "stride": 2, "pad": (0, 1, 0, 1),
    }  # fmt: skip
    assert layer_to_json(Activation("leaky_relu", 0.1)) == {"op": "leaky_relu", "slope": 0.1}


def test_a_relu_behind_a_transposed_convolution_is_done_once_and_counted_in_the_positions() -> None:
    layers = Layers([ConvTranspose(1, 2, 3, 2), Activation("relu"), ConvTranspose(2, 1, 3, 1), Activation("tanh")])
    assert set(layers.state_dict()) == {"0.weight", "0.bias", "2.weight", "2.bias"}
    x = torch.randn(2, 1, 4, 5, generator=torch.Generator().manual_seed(1))
    modules = [layers.get_submodule(name) for name in ("0", "2")]
    expected = torch.tanh(modules[1](torch.relu(modules[0](x))))
    torch.testing.assert_close(layers(x, None), expected)
    with torch.no_grad():
        torch.testing.assert_close(layers(x, None), expected)


@pytest.mark.parametrize("spread", [0.0, 1.0, 30.0, 1000.0])
def test_of_each_column_one_row_is_on(spread: float) -> None:
    """The sigmoid of the log-odds is torch's softmax over the rows, for a sure answer too, and has a gradient."""
    x = (spread * torch.randn(2, 3, 9, 4, generator=torch.Generator().manual_seed(0))).requires_grad_()
    found = Layers([OneOfRows()])(x, None)
    assert torch.allclose(torch.sigmoid(found), torch.softmax(x, dim=2), atol=1e-6 + 1e-7 * spread)
    torch.nn.functional.logsigmoid(found)[:, :, 0].sum().backward()
    assert x.grad is not None and bool(torch.isfinite(x.grad).all())


def test_log_odds_do_not_end_where_a_row_is_nearly_sure() -> None:
    """p = 1 / (1 + e^-30) of two rows has log-odds 30, and float32 holds no p between 1 - 6e-8 and 1."""
    x = torch.tensor([30.0, 0.0]).reshape(1, 1, 2, 1)
    assert log_odds(x).flatten().tolist() == pytest.approx([30.0, -30.0], rel=1e-6)
