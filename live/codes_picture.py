"""A small picture of a test set's codes in their classes' colours, with the prior's rings: the map for a card, and the
same while it was learnt.

Knows codes, planes and colours; knows no URL and no page.
"""

import io
import math
from collections.abc import Sequence

import numpy as np
from jaxtyping import Float
from PIL import Image, ImageColor, ImageDraw

from analysis.ellipses import prior_rings
from live.library import OpenModel
from live.palette import class_colour
from live.planes import default_plane, plane_of, to_plane
from live.prior import rings
from models.series import Series

SIDE, FINER = 400, 2
DOT = 1.3
RING = (128, 128, 128, 255)
PUBLISHED_SPAN = 4.0  # the axes of the book's and the R post's maps
WITHIN = 0.995
EARLY_SIDE = 160
FILM_SIDE, FILM_DOTS, FILM_FRAMES, FRAME_MS, LAST_MS = 320, 2000, 24, 110, 1200


def codes_span(opened: OpenModel) -> float:
    """How far the axes go from 0, in the prior's standard deviations: 4, or as far as 99.5 % of the codes."""
    return _span(_codes(opened))


def _span(codes: Float[np.ndarray, "images 2"]) -> float:
    reach = float(np.quantile(np.abs(codes), WITHIN))
    if reach <= PUBLISHED_SPAN:
        return PUBLISHED_SPAN
    step = 10.0 ** math.floor(math.log10(reach)) / 2
    return step * math.ceil(reach / step)


def codes_picture(opened: OpenModel, dark: bool = False) -> bytes:
    """A WebP with a clear ground: a dot per test image, above them the prior's one and two standard deviations.

    `dark`: for a dark page.
    """
    codes, labels = _codes(opened), opened.checkpoint.latents.class_of_each().tolist()
    buffer = io.BytesIO()
    _picture(codes, labels, _rings(opened), _span(codes), SIDE, dark).save(buffer, "WEBP", quality=80)
    return buffer.getvalue()


def early_picture(codes: Float[np.ndarray, "images 2"], labels: list[int], dark: bool = False) -> bytes:
    """The same, smaller and of 2,000 images, of a model that is still being learnt."""
    some, buffer = codes[:FILM_DOTS], io.BytesIO()
    lines = list(prior_rings())
    _picture(some, labels[:FILM_DOTS], lines, _span(codes), EARLY_SIDE, dark).save(buffer, "WEBP", quality=70)
    return buffer.getvalue()


def film_picture(opened: OpenModel, epochs: Series, dark: bool = False) -> bytes:
    """An animated WebP of the codes between the kept epochs, 3 s long, its last picture longer; of 2,000 images."""
    plane, labels = plane_of(opened, default_plane(opened)), opened.checkpoint.latents.class_of_each()
    some = np.random.default_rng(0).permutation(len(labels))[:FILM_DOTS]
    kept, span = [to_plane(plane, mu[some].astype(np.float32)) for mu in epochs.mu], _span(_codes(opened))
    moments = np.linspace(0, len(kept) - 1, FILM_FRAMES).tolist()
    between = [kept[int(at)] + (kept[math.ceil(at)] - kept[int(at)]) * (at % 1) for at in moments]
    lines = [] if opened.checkpoint.run.model.learns_prior else _rings(opened)  # which moved with the epochs
    frames = [_picture(codes, labels[some].tolist(), lines, span, FILM_SIDE, dark) for codes in between]
    buffer = io.BytesIO()
    durations = [FRAME_MS] * (len(frames) - 1) + [LAST_MS]
    frames[0].save(buffer, "WEBP", quality=70, save_all=True, append_images=frames[1:], duration=durations, loop=0)
    return buffer.getvalue()


def _picture(
    codes: Float[np.ndarray, "images 2"],
    labels: list[int],
    lines: Sequence[np.ndarray],
    span: float,
    shown: int,
    dark: bool,
) -> Image.Image:
    side = shown * FINER

    def place(points: Float[np.ndarray, "n 2"]) -> list[tuple[float, float]]:
        shifted = (points * np.array([1.0, -1.0]) / span + 1) * (side / 2)
        return [(float(x), float(y)) for x, y in shifted.tolist()]

    picture = Image.new("RGBA", (side, side))
    draw, radius, places = ImageDraw.Draw(picture), DOT * FINER, place(codes)
    colours = {label: ImageColor.getrgb(class_colour(label, dark)) for label in set(labels)}
    # in a random order, so that no class lies above another
    for index in np.random.default_rng(0).permutation(len(places)).tolist():
        x, y = places[index]
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colours[labels[index]])
    for line in lines:
        draw.line(place(line), fill=RING, width=FINER + 1)
    return picture.resize((shown, shown), Image.Resampling.BOX)


def _rings(opened: OpenModel) -> Sequence[np.ndarray]:
    """The prior's rings; N(0, I) is as round in a plane that is turned."""
    if not opened.checkpoint.run.model.learns_prior:
        return list(prior_rings())
    return rings(opened, plane_of(opened, default_plane(opened)))


def _codes(opened: OpenModel) -> Float[np.ndarray, "images 2"]:
    mu = opened.checkpoint.latents.mu
    return to_plane(plane_of(opened, default_plane(opened)), mu)
