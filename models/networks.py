"""The networks: named builders that turn a shape and a size into two layer lists.

Knows the published architectures; knows nothing of objectives or families.
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass

from models.errors import require
from models.layers import (
    Activation,
    ConditionChannel,
    Conv,
    ConvTranspose,
    Gate,
    JoinCondition,
    Layer,
    Linear,
    OneOfRows,
    Reshape,
    Sides,
)

MIN_SIDE, MAX_SIDE = 8, 128
ONE_OF_ROWS = "mlp-one-of-rows"  # the network whose decoder says of each column which row it is


@dataclass(frozen=True)
class NetworkShape:
    """All that a builder may look at.

    `image`: channels, height, width in pixels. `outputs`: numbers the encoder returns, twice the latents when it is
    stochastic. `classes`: 0 for an unconditional network. `widths`, `activation`: for networks that take them.
    `gates`: the origin of a dial whose gates stand behind each hidden linear map, None for a plain network.
    """

    image: tuple[int, int, int]
    latent_dim: int
    outputs: int
    classes: int
    widths: tuple[int, ...] = ()
    activation: str = "relu"
    gates: float | None = None

    @property
    def pixels(self) -> int:
        channels, height, width = self.image
        return channels * height * width


LayerLists = tuple[list[Layer], list[Layer]]


@dataclass(frozen=True)
class Network:
    """One row of the table: where it comes from, and its builder; the catalogue calls it `network.NAME`.

    `widths`: the default for a network that takes widths, empty for one that is fixed.
    """

    source: str
    build: Callable[[NetworkShape], LayerLists]
    widths: tuple[int, ...] = ()
    activation: str = "relu"


def mlp(shape: NetworkShape) -> LayerLists:
    """Fully connected, pixels - widths - latents and back; the label joins the pixels and the latents."""
    activation = Activation(shape.activation, 0.1 if shape.activation == "leaky_relu" else 0.0)
    join: list[Layer] = [JoinCondition(shape.classes)] if shape.classes else []
    encoder = [
        Reshape((shape.pixels,)),
        *join,
        *_dense(shape.pixels + shape.classes, shape.widths, activation, shape.gates),
    ]
    encoder.append(Linear(shape.widths[-1], shape.outputs))
    decoder = [*join, *_dense(shape.latent_dim + shape.classes, shape.widths[::-1], activation, shape.gates)]
    decoder += [Linear(shape.widths[0], shape.pixels), Reshape(shape.image)]
    return encoder, decoder


def mlp_one_of_rows(shape: NetworkShape) -> LayerLists:
    """The same, its decoder with a softmax over the rows of each column: of each column exactly one row is on."""
    encoder, decoder = mlp(shape)
    return encoder, [*decoder, OneOfRows()]


def book_cnn(shape: NetworkShape) -> LayerLists:
    """Advanced Deep Learning with Keras, ch. 8: conv 32, 64 (k3 s2 same) - 16 - z; the mirror image back.

    The label enters the encoder as a second image channel and the decoder beside z (`cvae-cnn-mnist`).
    """
    channels, height, width = shape.image
    half, quarter = (_halved(height), _halved(width)), (_halved(_halved(height)), _halved(_halved(width)))
    flat = 64 * quarter[0] * quarter[1]
    relu = Activation("relu")
    draw, join = _condition(shape)
    encoder: list[Layer] = [
        *draw,
        Conv(channels + len(draw), 32, 3, 2, _same(height, width)),
        relu,
        Conv(32, 64, 3, 2, _same(*half)),
        relu,
        Reshape((flat,)),
        Linear(flat, 16),
        relu,
        Linear(16, shape.outputs),
    ]
    decoder: list[Layer] = [
        *join,
        Linear(shape.latent_dim + shape.classes, flat),
        relu,
        Reshape((64, *quarter)),
        ConvTranspose(64, 64, 3, 2, _same(*half)),
        relu,
        ConvTranspose(64, 32, 3, 2, _same(height, width)),
        relu,
        ConvTranspose(32, channels, 3, 1, (1, 1, 1, 1)),
    ]
    return encoder, decoder


def post_cnn(shape: NetworkShape) -> LayerLists:
    """`eager_cvae.R` and `mmd_cvae.R`: conv 32, 64 (k3 s2 valid) - z - 32 maps - convT 64, 32 (s2) - 1, logits.

    Conditioned, which the scripts are not, the label enters as in `book_cnn`.
    """
    channels, height, width = shape.image
    half, quarter = (_halved(height), _halved(width)), (_halved(_halved(height)), _halved(_halved(width)))
    seen_flat = 64 * _valid(_valid(height)) * _valid(_valid(width))
    relu = Activation("relu")
    draw, join = _condition(shape)
    encoder: list[Layer] = [
        *draw,
        Conv(channels + len(draw), 32, 3, 2),
        relu,
        Conv(32, 64, 3, 2),
        relu,
        Reshape((seen_flat,)),
        Linear(seen_flat, shape.outputs),
    ]
    decoder: list[Layer] = [
        *join,
        Linear(shape.latent_dim + shape.classes, 32 * quarter[0] * quarter[1]),
        relu,
        Reshape((32, *quarter)),
        ConvTranspose(32, 64, 3, 2, _same(*half)),
        relu,
        ConvTranspose(64, 32, 3, 2, _same(height, width)),
        relu,
        ConvTranspose(32, channels, 3, 1, (1, 1, 1, 1)),
    ]
    return encoder, decoder


def zhao_cnn(shape: NetworkShape) -> LayerLists:
    """`mmd_vae.py`: conv 64, 128 (k4 s2 same) - 1024 - z, leaky relu; z - 1024 - 128 maps - convT 64 (s2) - 1, relu.

    Conditioned, which the script is not, the label enters as in `book_cnn`.
    """
    channels, height, width = shape.image
    half, quarter = (_halved(height), _halved(width)), (_halved(_halved(height)), _halved(_halved(width)))
    flat = 128 * quarter[0] * quarter[1]
    relu, leaky = Activation("relu"), Activation("leaky_relu", 0.1)
    draw, join = _condition(shape)
    encoder: list[Layer] = [
        *draw,
        Conv(channels + len(draw), 64, 4, 2, _same_by_4(height, width)),
        leaky,
        Conv(64, 128, 4, 2, _same_by_4(*half)),
        leaky,
        Reshape((flat,)),
        Linear(flat, 1024),
        leaky,
        Linear(1024, shape.outputs),
    ]
    decoder: list[Layer] = [
        *join,
        Linear(shape.latent_dim + shape.classes, 1024),
        relu,
        Linear(1024, flat),
        relu,
        Reshape((128, *quarter)),
        ConvTranspose(128, 64, 4, 2, _same_by_4(*half)),
        relu,
        ConvTranspose(64, channels, 4, 2, _same_by_4(height, width)),
    ]
    return encoder, decoder


NETWORKS: dict[str, Network] = {
    "mlp": Network("", mlp, (512, 512, 512), "gelu"),
    ONE_OF_ROWS: Network("", mlp_one_of_rows, (256, 256), "gelu"),
    "book-cnn": Network("Atienza, Advanced Deep Learning with Keras, ch. 8", book_cnn),
    "post-cnn": Network("Representation learning with MMD-VAE, 2018", post_cnn),
    "zhao-cnn": Network("ShengjiaZhao/MMD-Variational-Autoencoder", zhao_cnn),
}


def build(network: str, shape: NetworkShape) -> LayerLists:
    """The encoder's and the decoder's layer list; raises InputError for a shape the network can't take."""
    require(network in NETWORKS, "model.network", known=list(NETWORKS), got=network[:40])
    _, height, width = shape.image
    require(
        MIN_SIDE <= height <= MAX_SIDE and MIN_SIDE <= width <= MAX_SIDE,
        "model.image_side",
        least=MIN_SIDE,
        most=MAX_SIDE,
        height=height,
        width=width,
    )
    return NETWORKS[network].build(shape)


def _dense(inputs: int, widths: tuple[int, ...], activation: Activation, gates: float | None) -> list[Layer]:
    sizes = (inputs, *widths)
    layers: list[Layer] = []
    for before, after in itertools.pairwise(sizes):
        gate: list[Layer] = [] if gates is None else [Gate(after, gates)]
        layers += [Linear(before, after), *gate, activation]
    return layers


def _condition(shape: NetworkShape) -> tuple[list[Layer], list[Layer]]:
    """How the label enters a convolutional network: drawn as a channel for the encoder, joined to z for the decoder."""
    if not shape.classes:
        return [], []
    _, height, width = shape.image
    return [ConditionChannel(shape.classes, height, width)], [JoinCondition(shape.classes)]


def _halved(side: int) -> int:
    """Length after a stride-2 convolution with Keras' `same`."""
    return (side + 1) // 2


def _same(height: int, width: int) -> Sides:
    """Keras' `same` padding for kernel 3 and stride 2: (0, 1) on an even side, (1, 1) on an odd one."""
    return (height % 2, 1, width % 2, 1)


def _same_by_4(height: int, width: int) -> Sides:
    """TensorFlow's `same` padding for kernel 4 and stride 2: (1, 1) on an even side, (1, 2) on an odd one."""
    return (1, 1 + height % 2, 1, 1 + width % 2)


def _valid(side: int) -> int:
    """Length after a k3 s2 convolution without padding."""
    return (side - 3) // 2 + 1
