"""Images for the page: PNG bytes, and HTML in which a generated image never looks like a real one.

Knows tensors and HTML; knows no model.
"""

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from PIL import Image
from torch import Tensor

from ui.palette import class_colour
from ui.text import for_html

Kind = Literal["generated", "real"]


@dataclass(frozen=True)
class Framed:
    """One image to show. `pixels`: `[channel height width]`, float in [0, 1] or uint8. `label`: colours the frame."""

    pixels: Tensor
    kind: Kind
    caption: str = ""
    alt: str = ""
    label: int | None = None


def to_uint8(pixels: Tensor) -> npt.NDArray[np.uint8]:
    """`[channel height width]` as `[height width]` or `[height width 3]`, 0..255."""
    array = pixels.detach().cpu().numpy()
    if array.dtype != np.uint8:
        array = np.clip(np.rint(array * 255), 0, 255).astype(np.uint8)
    return np.ascontiguousarray(array[0] if array.shape[0] == 1 else array.transpose(1, 2, 0))


def png(pixels: Tensor) -> bytes:
    """The image as a PNG file, a pixel for a pixel."""
    buffer = io.BytesIO()
    Image.fromarray(to_uint8(pixels)).save(buffer, "PNG", compress_level=3)
    return buffer.getvalue()


def data_url(pixels: Tensor) -> str:
    """The image as a `data:` URL."""
    return "data:image/png;base64," + base64.b64encode(png(pixels)).decode()


def framed(image: Framed, size: str = "fill") -> str:
    """The image as an HTML figure: a dashed accent frame if generated, a solid one in the class's colour if real."""
    colour = f"--class:{class_colour(image.label)};" if image.label is not None else ""
    caption = f"<figcaption>{for_html(image.caption)}</figcaption>" if image.caption else ""
    alt = image.alt or f"{image.kind} image {image.caption}".strip()
    return (
        f'<figure class="lp-image lp-{image.kind} lp-{size}" style="{colour}">'
        f'<img src="{data_url(image.pixels)}" alt="{for_html(alt)}">{caption}</figure>'
    )


def row(images: Sequence[Framed], size: str = "thumb", label: str = "") -> str:
    """Several framed images beside each other; they wrap where the screen is narrow."""
    head = f'<div class="lp-row-label">{for_html(label)}</div>' if label else ""
    return f'{head}<div class="lp-row lp-row-{size}">{"".join(framed(image, size) for image in images)}</div>'
