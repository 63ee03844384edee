"""Sharpness: flat, striped and chequered images, an edge, a blur."""

import pytest
import torch

from analysis.metrics.sharpness import sharpness
from models.errors import InputError


def test_flat_chequered_striped_and_halved_images():
    row, column = torch.arange(8)[:, None].expand(8, 8), torch.arange(8).expand(8, 8)
    images = torch.stack(
        [torch.full((8, 8), 0.7), ((row + column) % 2).float(), (column % 2).float(), (column > 3).float()]
    )
    # an edge from top to bottom: 8 of 2 * 8 * 7 pairs
    assert sharpness(images[:, None]).tolist() == pytest.approx([0, 1, 0.5, 8 / 112])


def test_channels_count_alike_and_contrast_scales():
    image = torch.rand(1, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(sharpness(image.expand(1, 3, 8, 8)), sharpness(image))
    torch.testing.assert_close(sharpness(0.3 * image), 0.3 * sharpness(image))
    torch.testing.assert_close(sharpness(image.transpose(2, 3)), sharpness(image))


def test_a_blur_is_less_sharp():
    image = torch.rand(5, 1, 16, 16, generator=torch.Generator().manual_seed(0))
    assert (sharpness(torch.nn.functional.avg_pool2d(image, 3, 1, 1)) < 0.6 * sharpness(image)).all()


def test_no_image_gives_no_number_and_a_pixel_is_refused():
    assert sharpness(torch.zeros(0, 1, 8, 8)).shape == (0,)
    assert sharpness(torch.tensor([[[[0.0, 1.0]]]])).tolist() == [1]
    with pytest.raises(InputError, match=r"measure\.no_neighbouring_pixels: height=1, width=1"):
        sharpness(torch.zeros(1, 1, 1, 1))
