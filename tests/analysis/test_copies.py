"""The nearest training image in pixels, and how sharp copies are: known answers."""

import numpy as np
import pytest
import torch

from analysis import copies
from analysis.copies import kept_sharpness, nearest_images, own_distances
from models.errors import InputError


def levels(*values: int) -> np.ndarray:
    """Even images of 2x2 pixels."""
    return np.broadcast_to(np.array(values, np.uint8).reshape(-1, 1, 1, 1), (len(values), 1, 2, 2))


def test_the_most_similar_image_and_by_how_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "BLOCK", 2)  # over the ends of blocks
    indices, distances = nearest_images(
        levels(0, 255, 51, 102, 51),
        np.broadcast_to(np.array([0.21, 0.9], np.float32).reshape(2, 1, 1, 1), (2, 1, 2, 2)),
        2,
    )
    assert indices.tolist() == [[2, 4], [1, 3]], "of equals the first comes first"
    assert distances.flatten().tolist() == pytest.approx([0.01, 0.01, 0.1, 0.5], abs=1e-6)


def test_an_image_of_the_set_is_found_exactly() -> None:
    images = torch.randint(
        0, 256, (300, 3, 8, 8), dtype=torch.uint8, generator=torch.Generator().manual_seed(0)
    ).numpy()
    indices, distances = nearest_images(images, images[7:9].astype(np.float32) / 255)
    assert indices[:, 0].tolist() == [7, 8]
    assert distances.tolist() == [[0.0], [0.0]]


def test_more_than_there_are_is_refused() -> None:
    with pytest.raises(InputError, match="copies.count: most=2, got=3"):
        nearest_images(levels(0, 1), np.zeros((1, 1, 2, 2), np.float32), 3)


def test_images_own_distances_leave_out_the_image_itself() -> None:
    assert own_distances(levels(0, 51, 255)).tolist() == pytest.approx([0.2, 0.2, 0.8])
    assert own_distances(levels(9, 9, 60)).tolist() == pytest.approx([0, 0, 0.2])
    assert len(own_distances(levels(9))) == 0
    assert len(own_distances(levels(*range(250)))) == copies.MOST_ASKED


def test_blurred_copies_have_a_part_of_the_sharpness() -> None:
    chessboard = np.array([[0.0, 1.0], [1.0, 0.0]], np.float32).reshape(1, 1, 2, 2)
    assert kept_sharpness(chessboard, chessboard) == 1
    assert kept_sharpness(chessboard, chessboard / 2 + 0.25) == pytest.approx(0.5)
    assert kept_sharpness(np.zeros((1, 1, 2, 2), np.float32), chessboard) == 1, "of what is flat nothing can be lost"
