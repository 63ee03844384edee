"""The picture of the wordmark: nine images of the shipped VAE, on the straight way from a 4 to a 9.

`python -m live.wordmark` draws it again into live/wordmark.png. Knows the decoder; knows no page.
"""

import io
from pathlib import Path

import numpy as np
from PIL import Image

from analysis.decoding import decode_images
from analysis.grids import mosaic
from live.images import to_uint8
from live.library import open_model

FILE = Path(__file__).parent / "wordmark.png"
MODEL, FOUR, NINE = "mnist-vae", (-0.02, -2.14), (0.2, -0.63)
ROWS, COLUMNS = slice(3, 25), slice(3, 25)  # where MNIST has ink
LEVELS, BOLDER = 16, 1.25


def wordmark() -> bytes:
    """A PNG of 66 by 66 pixels whose opacity is the ink, so that a page gives it its own colour."""
    way = np.linspace(0, 1, 9, dtype=np.float32)[:, None]
    z = np.array(FOUR, np.float32) * (1 - way) + np.array(NINE, np.float32) * way
    ink = decode_images(open_model(MODEL).checkpoint.model, z)[..., ROWS, COLUMNS]
    few = np.rint(np.minimum(ink * BOLDER, 1) * (LEVELS - 1)) / (LEVELS - 1)
    alpha = Image.fromarray(to_uint8(mosaic(few, 3, 3)))
    picture = Image.merge("LA", (Image.new("L", alpha.size), alpha))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


if __name__ == "__main__":
    FILE.write_bytes(wordmark())
