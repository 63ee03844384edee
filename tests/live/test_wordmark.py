"""The wordmark's picture is what the shipped VAE draws on the way from a 4 to a 9, small enough to stand in every page."""

import io
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from live import wordmark

SHIPPED = Path(__file__).parents[2] / "checkpoints"
MOST_BYTES = 3 * 1024


def levels(content: bytes) -> NDArray[np.int64]:
    """The opacity of each pixel, `[height width]`."""
    return np.asarray(Image.open(io.BytesIO(content)).getchannel("A"), dtype=np.int64)


def test_the_file_is_what_the_model_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_CHECKPOINTS", str(SHIPPED))
    kept = wordmark.FILE.read_bytes()
    assert len(kept) <= MOST_BYTES
    found, drawn = levels(kept), levels(wordmark.wordmark())
    assert found.shape == drawn.shape == (66, 66)
    assert np.abs(found - drawn).max() <= 255 // (wordmark.LEVELS - 1), (
        "at most one level, where torch rounds otherwise"
    )


def test_it_begins_open_above_and_ends_closed() -> None:
    """A 4 has no ink between its two strokes at the top, a 9 has."""
    four, nine = (levels(wordmark.FILE.read_bytes())[tile] for tile in (np.s_[:22, :22], np.s_[44:, 44:]))
    assert four[1:6, 9:14].max() < 128 < nine[1:6, 9:14].max()
