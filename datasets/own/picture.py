"""One picture as a network will see it: a square of bytes. Knows Pillow; knows nothing of where it came from."""

import io
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from datasets.own.limits import LEAST_SIDE, PIXELS, SCANS, SIDES
from datasets.own.reasons import LeftOutError
from models.errors import require

Bytes = npt.NDArray[np.uint8]
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP")
BEGINNINGS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF")
LONGEST_BEGINNING = 8
SCAN = b"\xff\xda"


@dataclass(frozen=True)
class Look:
    """How pictures are made alike: `side` in pixels, in colour or grey."""

    side: int = 28
    colour: bool = False

    def __post_init__(self) -> None:
        require(self.side in SIDES, "own.side", known=SIDES, got=self.side)

    @property
    def image(self) -> tuple[int, int, int]:
        """Channels, height and width."""
        return (3 if self.colour else 1, self.side, self.side)


def from_file(content: bytes, look: Look) -> Bytes:
    """The picture in an image file, `[channel side side]`; of an animation the first. Raises LeftOutError."""
    if not content.startswith(BEGINNINGS):
        raise LeftOutError("no_image")
    if content.startswith(b"\xff\xd8\xff") and content.count(SCAN) > SCANS:
        raise LeftOutError("damaged")
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            return as_seen(image, look)
    except LeftOutError:
        raise
    except UnidentifiedImageError:
        raise LeftOutError("no_image") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise LeftOutError("too_large") from None
    except Exception:  # Pillow raises whatever its decoders stumble on: OSError, SyntaxError, struct.error, ...
        raise LeftOutError("damaged") from None


def as_seen(image: Image.Image, look: Look) -> Bytes:
    """The middle square of a picture, `[channel side side]`; raises LeftOutError for one too small or too large."""
    width, height = image.size
    if width * height > PIXELS:
        raise LeftOutError("too_large")
    if min(width, height) < LEAST_SIDE:
        raise LeftOutError("too_small")
    image.draft(None, (2 * look.side, 2 * look.side))  # a JPEG need not be decoded finer than twice what is needed
    upright = _on_white(_in_bytes(ImageOps.exif_transpose(image)))
    square = ImageOps.fit(upright.convert("RGB" if look.colour else "L"), (look.side, look.side), Image.Resampling.BOX)
    pixels = np.asarray(square, np.uint8)
    return pixels.transpose(2, 0, 1) if look.colour else pixels[None]


def _in_bytes(image: Image.Image) -> Image.Image:
    """A picture of 16 bits a pixel by its upper eight, which Pillow would clip instead; any other as it is."""
    if not image.mode.startswith("I"):
        return image
    return Image.fromarray((np.asarray(image).clip(0, 2**16 - 1) >> 8).astype(np.uint8))


def _on_white(image: Image.Image) -> Image.Image:
    """What is transparent is white paper."""
    if not image.has_transparency_data:
        return image
    paper = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(paper, image.convert("RGBA"))
