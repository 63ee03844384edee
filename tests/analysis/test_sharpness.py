"""Sharpness: flat, striped and chequered images, an edge, a blur."""

import numpy as np
import pytest
import torch

from analysis.metrics.sharpness import sharpness
from models.errors import InputError


def test_flat_chequered_striped_and_halved_images():
    row, column = np.broadcast_to(np.arange(8)[:, None], (8, 8)), np.broadcast_to(np.arange(8), (8, 8))
    images = np.stack(
        [
            np.full((8, 8), 0.7, np.float32),
            ((row + column) % 2).astype(np.float32),
            (column % 2).astype(np.float32),
            (column > 3).astype(np.float32),
        ]
    )
    # an edge from top to bottom: 8 of 2 * 8 * 7 pairs
    assert sharpness(images[:, None]).tolist() == pytest.approx([0, 1, 0.5, 8 / 112])


def test_channels_count_alike_and_contrast_scales():
    image = torch.rand(1, 1, 8, 8, generator=torch.Generator().manual_seed(0)).numpy()
    np.testing.assert_allclose(
        sharpness(np.broadcast_to(image, (1, 3, 8, 8))), sharpness(image), rtol=1.3e-6, atol=1e-5
    )
    np.testing.assert_allclose(sharpness(0.3 * image), 0.3 * sharpness(image), rtol=1.3e-6, atol=1e-5)
    np.testing.assert_allclose(sharpness(image.swapaxes(2, 3)), sharpness(image), rtol=1.3e-6, atol=1e-5)


def test_a_blur_is_less_sharp():
    image = torch.rand(5, 1, 16, 16, generator=torch.Generator().manual_seed(0)).numpy()
    assert (
        sharpness(torch.nn.functional.avg_pool2d(torch.from_numpy(image), 3, 1, 1).numpy()) < 0.6 * sharpness(image)
    ).all()


def test_no_image_gives_no_number_and_a_pixel_is_refused():
    assert sharpness(np.zeros((0, 1, 8, 8), np.float32)).shape == (0,)
    assert sharpness(np.array([[[[0.0, 1.0]]]], np.float32)).tolist() == [1]
    with pytest.raises(InputError, match=r"measure\.no_neighbouring_pixels: height=1, width=1"):
        sharpness(np.zeros((1, 1, 1, 1), np.float32))
