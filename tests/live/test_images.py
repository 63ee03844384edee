"""Image files: what goes in as a tensor comes back from the file, pixel for pixel."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from live.images import ICON, png, to_uint8


def read(content: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(content)))


def test_grey_levels_survive_a_png() -> None:
    levels = np.arange(256, dtype=np.uint8).reshape(1, 8, 32)
    assert np.array_equal(read(png(levels)), levels[0])


def test_colours_survive_a_png_in_their_order() -> None:
    image = np.zeros((3, 4, 5), np.uint8)
    image[0, 0, 0], image[1, 1, 2], image[2, 3, 4] = 10, 20, 30
    found = read(png(image))
    assert found.shape == (4, 5, 3)
    assert found[0, 0].tolist() == [10, 0, 0]
    assert found[1, 2].tolist() == [0, 20, 0]
    assert found[3, 4].tolist() == [0, 0, 30]


def test_shares_become_the_nearest_level() -> None:
    shares = np.array([[[0.0, 1.0, 0.5, 0.1, 0.999]]], np.float32)
    assert to_uint8(shares).tolist() == [[0, 255, 128, 26, 255]]  # 127.5 goes to the even 128


@pytest.mark.parametrize("level", range(0, 256, 17))
def test_a_level_comes_back_from_its_share(level: int) -> None:
    assert to_uint8(np.full((1, 1, 1), level / 255)).item() == level


def test_what_lies_outside_0_to_1_is_cut() -> None:
    assert to_uint8(np.array([[[-3.0, 7.0]]], np.float32)).tolist() == [[0, 255]]


def test_a_tensor_with_gradients_is_an_image_too() -> None:
    assert to_uint8(np.ones((1, 2, 2), np.float32)).tolist() == [[255, 255], [255, 255]]


def test_the_icon_is_a_picture_inside_its_own_address() -> None:
    kind, content = ICON.split(",", 1)
    assert kind == "data:image/png;base64"
    with Image.open(io.BytesIO(base64.b64decode(content))) as icon:
        assert icon.format == "PNG"
        assert icon.width == icon.height >= 32
