"""Arrays as image files. Knows arrays and PNG; knows no model."""

import base64
import io
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

# as a data URL: Streamlit fetches an icon file again whenever the address bar changes, which a drag does
ICON = "data:image/png;base64," + base64.b64encode((Path(__file__).parent / "icon.png").read_bytes()).decode()
Pixels = npt.NDArray[np.uint8] | npt.NDArray[np.floating]


def to_uint8(pixels: Pixels) -> npt.NDArray[np.uint8]:
    """`[channel height width]` as `[height width]` or `[height width 3]`, 0..255."""
    array = pixels if pixels.dtype == np.uint8 else np.clip(np.rint(pixels * 255), 0, 255).astype(np.uint8)
    return np.ascontiguousarray(array[0] if array.shape[0] == 1 else array.transpose(1, 2, 0))


def png(pixels: Pixels) -> bytes:
    """The image as a PNG file, a pixel for a pixel."""
    buffer = io.BytesIO()
    Image.fromarray(to_uint8(pixels)).save(buffer, "PNG", compress_level=3)
    return buffer.getvalue()
