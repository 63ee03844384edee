"""The networks: Keras' shapes for every side, the published parameter counts, and images of every allowed shape."""

import math
import re

import pytest
import torch

from live.words import refusal
from models.architecture import layer_lists, parameter_shapes
from models.config import ModelConfig
from models.errors import InputError
from models.latent_model import LatentModel
from models.layers import Conv, ConvTranspose, Layer, Linear
from models.networks import MAX_SIDE, MIN_SIDE, NETWORKS, ONE_OF_ROWS, NetworkShape, build

IMAGES = [
    (1, 8, 8), (3, 8, 8), (1, 28, 28), (3, 32, 32), (1, 9, 13), (3, 33, 17), (1, 8, 64), (1, 64, 8), (3, 64, 48),
    (3, 64, 64), (1, 63, 63), (1, 48, 8), (1, 8, 128), (1, 128, 8), (1, 127, 65),
]  # fmt: skip


def _shape(image: tuple[int, int, int] = (1, 28, 28), latent: int = 2, classes: int = 0) -> NetworkShape:
    return NetworkShape(image, latent, 2 * latent, classes, (8,), "relu")


def _config(network: str, image: tuple[int, int, int], family: str = "vae", latent: int = 2) -> ModelConfig:
    widths = (8,) if NETWORKS[network].widths else ()
    return ModelConfig(family=family, network=network, image=image, latent_dim=latent, widths=widths)


def _parameters(layers: list[Layer]) -> int:
    """Weights and biases, counted by hand from the layer records."""
    total = 0
    for layer in layers:
        if isinstance(layer, Linear):
            total += layer.inputs * layer.outputs + layer.outputs
        elif isinstance(layer, Conv | ConvTranspose):
            total += layer.inputs * layer.outputs * layer.kernel**2 + layer.outputs
    return total


def _keras_same(side: int, kernel: int = 3) -> tuple[int, int]:
    """TensorFlow's rule for stride 2: the zeros before and after."""
    total = max((math.ceil(side / 2) - 1) * 2 + kernel - side, 0)
    return total // 2, total - total // 2


@pytest.mark.parametrize(("network", "kernel"), [("book-cnn", 3), ("zhao-cnn", 4)])
@pytest.mark.parametrize("side", range(MIN_SIDE, MAX_SIDE + 1))
def test_same_padding_is_that_of_keras_on_every_side(network: str, kernel: int, side: int) -> None:
    other = MAX_SIDE + MIN_SIDE - side  # never equal but once, so that swapped sides are seen
    encoder, decoder = build(network, _shape((1, side, other)))
    convs = [layer for layer in encoder if isinstance(layer, Conv)]
    backs = [layer for layer in decoder if isinstance(layer, ConvTranspose)]
    half = (math.ceil(side / 2), math.ceil(other / 2))
    assert convs[0].pad == backs[1].crop == _keras_same(side, kernel) + _keras_same(other, kernel)
    assert convs[1].pad == backs[0].crop == _keras_same(half[0], kernel) + _keras_same(half[1], kernel)


@pytest.mark.parametrize("family", ["vae", "cvae", "autoencoder"])
@pytest.mark.parametrize("image", IMAGES)
@pytest.mark.parametrize("network", NETWORKS)
def test_every_network_takes_every_image(network: str, image: tuple[int, int, int], family: str) -> None:
    stochastic = family != "autoencoder"
    widths = (8,) if NETWORKS[network].widths else ()
    config = ModelConfig(
        family=family, network=network, image=image, latent_dim=3, class_count=5, widths=widths, stochastic=stochastic
    )
    model = LatentModel(config)
    y = torch.tensor([0, 4])
    with torch.no_grad():
        posterior = model.encode(torch.rand(2, *image), y)
        logits = model.decode(posterior.mu, y)
    assert posterior.mu.shape == (2, 3)
    assert posterior.log_var is None if not stochastic else posterior.log_var is not None
    assert logits.shape == (2, *image)


@pytest.mark.parametrize("image", [(1, 128, 128), (3, 128, 128)])
@pytest.mark.parametrize("network", NETWORKS)
def test_the_largest_images_are_coded_and_drawn_or_refused_in_words(network: str, image: tuple[int, int, int]) -> None:
    """Zhao's network alone, with its 1,024 units on 32x32 maps, is too large to keep."""
    config = ModelConfig(network=network, image=image, widths=NETWORKS[network].widths, latent_dim=8)
    try:
        shapes = parameter_shapes(config, "run.json")
    except InputError as error:
        sentence = refusal(error)
        assert re.fullmatch(r"run.json: [\d,]{10,} parameters; at most 20,000,000.*", sentence)
        assert (network, image[0]) in (("zhao-cnn", 1), ("zhao-cnn", 3), ("mlp", 3), (ONE_OF_ROWS, 3))
        return
    model = LatentModel(config)
    assert {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()} == shapes
    with torch.no_grad():
        logits = model.decode(model.encode(torch.rand(2, *image), None).mu, None)
    assert logits.shape == (2, *image)


@pytest.mark.parametrize("network", NETWORKS)
def test_every_pixel_is_seen_and_drawn(network: str) -> None:
    """A cut or a padding that loses a row or column would leave pixels without a gradient."""
    image = (3, 12, 9)
    torch.manual_seed(0)
    config = ModelConfig(network=network, image=image, widths=(64,) if NETWORKS[network].widths else (), latent_dim=8)
    model = LatentModel(config)
    x = torch.rand(16, *image, requires_grad=True)
    model.encode(x, None).mu.sum().backward()
    assert x.grad is not None
    seen = x.grad.abs().sum(dim=(0, 1)) > 0
    if network == "post-cnn":  # valid convolutions leave out what does not fill a kernel: 12 -> 5 -> 2 sees 11 rows
        assert seen[:7, :7].all()
    else:
        assert seen.all()
    logits = model.decode(torch.randn(64, 8), None)
    assert (logits.std(dim=0) > 0).all()


def test_the_posts_decoder_has_41_953_parameters() -> None:
    _, decoder = build("post-cnn", _shape())
    assert _parameters(decoder) == 41_953
    model = LatentModel(_config("post-cnn", (1, 28, 28)))
    assert sum(parameter.numel() for parameter in model.decoder.parameters()) == 41_953


def test_the_posts_encoder() -> None:
    encoder, _ = build("post-cnn", _shape())
    # conv 1 -> 32, conv 32 -> 64 (28 -> 13 -> 6 without padding), 64 x 6 x 6 = 2304 -> 4
    assert _parameters(encoder) == (9 * 32 + 32) + (32 * 9 * 64 + 64) + (2304 * 4 + 4)


def test_the_books_network() -> None:
    encoder, decoder = build("book-cnn", _shape())
    linears = [(layer.inputs, layer.outputs) for layer in (*encoder, *decoder) if isinstance(layer, Linear)]
    assert linears == [(3136, 16), (16, 4), (2, 3136)]
    maps = [(la.inputs, la.outputs, la.stride) for la in (*encoder, *decoder) if isinstance(la, Conv | ConvTranspose)]
    assert maps == [(1, 32, 2), (32, 64, 2), (64, 64, 2), (64, 32, 2), (32, 1, 1)]


def test_the_books_label_is_a_second_channel() -> None:
    encoder, decoder = build("book-cnn", _shape(classes=10))
    assert next(layer.inputs for layer in encoder if isinstance(layer, Conv)) == 2
    assert next(layer.inputs for layer in decoder if isinstance(layer, Linear)) == 12
    model = LatentModel(_config("book-cnn", (1, 28, 28), "cvae"))
    assert model.state_dict()["encoder.0.weight"].shape == (784, 10)


def test_the_mlp_of_the_book() -> None:
    shape = NetworkShape((1, 28, 28), 2, 4, 0, (512,), "relu")
    linears = [(la.inputs, la.outputs) for part in build("mlp", shape) for la in part if isinstance(la, Linear)]
    assert linears == [(784, 512), (512, 4), (2, 512), (512, 784)]


def test_the_mlps_decoder_mirrors_its_encoder() -> None:
    shape = NetworkShape((1, 8, 8), 2, 4, 3, (30, 20), "tanh")
    linears = [(la.inputs, la.outputs) for part in build("mlp", shape) for la in part if isinstance(la, Linear)]
    assert linears == [(67, 30), (30, 20), (20, 4), (5, 20), (20, 30), (30, 64)]


def test_the_mlp_draws_its_pixels_in_reading_order() -> None:
    """The last bias is the image where all weights are 0: channel, row, column."""
    image = (3, 8, 9)
    model = LatentModel(_config("mlp", image))
    last = max(int(name.split(".")[0]) for name in model.decoder.state_dict())
    with torch.no_grad():
        for parameter in model.decoder.parameters():
            parameter.zero_()
        model.decoder.get_submodule(str(last)).bias.copy_(torch.arange(216.0))  # type: ignore[operator, union-attr]
        logits = model.decode(torch.zeros(1, 2), None)
    assert torch.equal(logits[0], torch.arange(216.0).reshape(image))


def test_the_mlp_reads_its_pixels_in_reading_order() -> None:
    image = (3, 8, 9)
    model = LatentModel(_config("mlp", image, latent=2))
    with torch.no_grad():
        for name, parameter in model.encoder.named_parameters():
            parameter.zero_()
            if name == "1.weight":
                parameter[0] = torch.arange(216.0)  # the first hidden unit weighs each pixel by its place
            if name == "3.weight":
                parameter[0, 0] = 1.0
        x = torch.zeros(1, *image)
        x[0, 2, 5, 7] = 1.0
        # gelu(196) is 196 in float32
        assert float(model.encode(x, None).mu[0, 0]) == pytest.approx(2 * 72 + 5 * 9 + 7)


@pytest.mark.parametrize("image", [(1, 7, 8), (1, 8, 129), (3, 4096, 8)])
def test_sides_out_of_bounds_are_refused(image: tuple[int, int, int]) -> None:
    with pytest.raises(InputError, match=r"model\.image_side"):
        build("mlp", _shape(image))


def test_an_unknown_network_is_refused() -> None:
    with pytest.raises(InputError, match=r"model\.network: .*got=resnet"):
        build("resnet", _shape())


def test_layer_lists_of_a_point_encoder_end_in_one_number_a_latent() -> None:
    point = ModelConfig(family="autoencoder", stochastic=False, widths=(8,), latent_dim=5)
    gauss = ModelConfig(family="vae", widths=(8,), latent_dim=5)
    assert layer_lists(point)[0][-1] == Linear(8, 5)
    assert layer_lists(gauss)[0][-1] == Linear(8, 10)
