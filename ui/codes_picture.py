"""A small picture of a test set's codes in their classes' colours, with the prior's rings: the map for a card.

Knows codes, planes and colours; knows no URL and no page.
"""

import io
import math

import torch
from jaxtyping import Float
from PIL import Image, ImageColor, ImageDraw
from torch import Tensor

from analysis.ellipses import prior_rings
from ui.library import OpenModel
from ui.palette import class_colour
from ui.planes import default_plane, plane_of, to_plane

SIDE, FINER = 400, 2
DOT = 1.3
RING = (128, 128, 128, 255)
PUBLISHED_SPAN = 4.0  # the axes of the book's and the R post's maps
WITHIN = 0.995


def codes_span(opened: OpenModel) -> float:
    """How far the axes go from 0, in the prior's standard deviations: 4, or as far as 99.5 % of the codes."""
    return _span(_codes(opened))


def _span(codes: Float[Tensor, "images 2"]) -> float:
    reach = float(codes.abs().flatten().quantile(WITHIN))
    if reach <= PUBLISHED_SPAN:
        return PUBLISHED_SPAN
    step = 10.0 ** math.floor(math.log10(reach)) / 2
    return step * math.ceil(reach / step)


def codes_picture(opened: OpenModel) -> bytes:
    """A WebP with a clear ground: a dot a test image, above them the prior's one and two standard deviations."""
    codes, labels = _codes(opened), opened.checkpoint.latents.labels.tolist()
    span, side = _span(codes), SIDE * FINER

    def place(points: Float[Tensor, "n 2"]) -> list[tuple[float, float]]:
        shifted = (points * torch.tensor([1.0, -1.0]) / span + 1) * (side / 2)
        return [(float(x), float(y)) for x, y in shifted.tolist()]

    picture = Image.new("RGBA", (side, side))
    draw, radius, places = ImageDraw.Draw(picture), DOT * FINER, place(codes)
    colours = {label: ImageColor.getrgb(class_colour(label)) for label in set(labels)}
    # in a random order, so that no class lies above another
    for index in torch.randperm(len(places), generator=torch.Generator().manual_seed(0)).tolist():
        x, y = places[index]
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colours[labels[index]])
    for ring in prior_rings():
        draw.line(place(ring), fill=RING, width=FINER + 1)
    buffer = io.BytesIO()
    picture.resize((SIDE, SIDE), Image.Resampling.BOX).save(buffer, "WEBP", quality=80)
    return buffer.getvalue()


def _codes(opened: OpenModel) -> Float[Tensor, "images 2"]:
    mu = opened.checkpoint.latents.mu
    return to_plane(plane_of(opened, default_plane(opened)), mu)
