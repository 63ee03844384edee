"""Drawn faces in colour from six known, independent factors: ours, made on the fly, no person's face.

Every number comes from additions, products, quotients and square roots, which IEEE 754 rounds in one way, so the same
seed gives the same bytes on every computer. Shapes are signed distances, painted from back to front. Knows numpy.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from datasets.data_set import DataSet
from datasets.source import Source

Array = npt.NDArray[np.float32]

HAIR = ("bald", "fringe", "long hair", "hat")
ORDERED = {"hue": 0, "smile": 1, "eyes": 2, "tilt": 3, "glasses": 5}  # the factors that are more or less, by column
SIDE = 32
TEST_COUNT, TRAIN_SEED, TEST_SEED = 2_000, 0, 1
BLOCK = 500  # faces that are painted at once
GROUND = 0.96
DARK, BROWN, RED, MOUTH, WHITE = (
    (0.13, 0.12, 0.16), (0.36, 0.22, 0.14), (0.75, 0.16, 0.2), (0.55, 0.08, 0.12), (1.0, 1.0, 1.0)
)  # fmt: skip
TILT = 0.25  # tan of half the largest tilt, 28 degrees


def faces(name: str, source: Source) -> DataSet:
    """20,000 faces to train on and 2,000 of another seed to test, `[count 3 32 32]`; the class is the hair.

    Takes about two seconds. The test faces' ordered factors come with them.
    """
    train, test = sample_factors(source.train_count, TRAIN_SEED), sample_factors(TEST_COUNT, TEST_SEED)
    (train_x, train_y), (test_x, test_y) = ((drawn_faces(part), part[:, 4].astype(np.uint8)) for part in (train, test))
    factors = {factor: test[:, column].copy() for factor, column in ORDERED.items()}
    return DataSet(name, source.title, source.class_names, train_x, train_y, test_x, test_y, factors=factors)


def sample_factors(count: int, seed: int) -> Array:
    """`[count 6]`: hue and eyes uniform in 0..1, smile and tilt in -1..1, hair 0..3, glasses 0 or 1."""
    generator = np.random.default_rng(seed)
    uniform = generator.random((count, 4))
    hair, glasses = generator.integers(0, len(HAIR), count), generator.integers(0, 2, count)
    signed = 2 * uniform - 1
    return np.stack([uniform[:, 0], signed[:, 1], uniform[:, 2], signed[:, 3], hair, glasses], 1).astype(np.float32)


def drawn_faces(factors: Array, side: int = SIDE) -> npt.NDArray[np.uint8]:
    """The faces of some factors `[count 6]` as `[count 3 side side]`, 0..255."""
    return np.concatenate([_paint(factors[start : start + BLOCK], side) for start in range(0, len(factors), BLOCK)])


def _paint(factors: Array, side: int) -> npt.NDArray[np.uint8]:
    image = np.full((len(factors), 3, side, side), GROUND, np.float32)
    pixel = np.float32(2.16 / side)
    for distance, colour, where in _shapes(factors, side):
        # a shape covers as much of a pixel as its edge leaves: its soft edge is one pixel wide
        cover = np.clip(np.float32(0.5) - distance / pixel, 0, 1)[:, None]
        if where is not None:
            cover = cover * where[:, None]
        image += (np.asarray(colour, np.float32).reshape(-1, 3, 1, 1) - image) * cover
    return (image * 255 + np.float32(0.5)).astype(np.uint8)


def _shapes(factors: Array, side: int) -> Iterator[tuple[Array, object, npt.NDArray[np.bool_] | None]]:
    """From back to front: signed distance `[count side side]`, colour, and which faces have it (None: all)."""
    _, smile, open_eyes, tilt, hair, glasses = (factors[:, n, None, None] for n in range(6))
    x, y = _head_axes(tilt, side)
    across = np.abs(x)
    head, around = _ellipse(x, y, 0, 0, 0.72, 0.82), _ellipse(x, y, 0, 0.06, 0.86, 0.92)
    yield np.maximum(around, np.float32(-0.72) - y), BROWN, hair == 2
    yield head, skin(factors[:, 0]), None
    yield (
        np.maximum(np.minimum(head, around), np.float32(0.44) + np.float32(0.1) * x * x - y),
        BROWN,
        np.isin(hair, (1, 2)),
    )
    eye = _ellipse(across, y, 0.3, 0.12, 0.22, np.float32(0.05) + np.float32(0.21) * open_eyes)
    yield eye, WHITE, None
    yield np.maximum(eye, _ellipse(across, y, 0.28, 0.12, 0.115, 0.115)), DARK, None
    yield _mouth(x, y, across, smile), MOUTH, None
    ring = np.abs(_ellipse(across, y, 0.33, 0.12, 0.29, 0.29)) - np.float32(0.04)
    yield np.minimum(ring, _box(x, y, 0, 0.16, 0.06, 0.035)), DARK, glasses > 0
    yield np.minimum(_box(x, y, 0, 0.5, 0.8, 0.06), _box(x, y, 0, 0.74, 0.5, 0.26)), RED, hair == 3


def _head_axes(tilt: Array, side: int) -> tuple[Array, Array]:
    """The pixels' centres in the axes of the tilted head, y up."""
    at = ((np.arange(side, dtype=np.float32) + np.float32(0.5)) * np.float32(2 / side) - 1) * np.float32(1.08)
    half = np.float32(TILT) * tilt
    scale = 1 / (1 + half * half)  # cos and sin by the tangent of half the angle
    cos, sin = (1 - half * half) * scale, 2 * half * scale
    across, up = at[None, None, :], -at[None, :, None] - np.float32(0.02)
    return cos * across + sin * up, cos * up - sin * across


def skin(hue: Array) -> Array:
    """Pastel colours `[count 3]` on an open arc of the colour circle, red to violet, so that one number can hold it."""
    angle = 6 * (np.float32(0.02) + np.float32(0.74) * hue[:, None])
    pure = np.clip(np.abs((angle + np.array([0, 4, 2], np.float32)) % 6 - 3) - 1, 0, 1)
    colour: Array = np.float32(0.95) * (1 - np.float32(0.5) * (1 - pure))
    return colour


def _ellipse(
    x: Array, y: Array, centre_x: float, centre_y: float, half_width: float, half_height: float | Array
) -> Array:
    """The signed distance to an ellipse to first order: exact on its edge."""
    dx, dy = (x - np.float32(centre_x)) / np.float32(half_width), (y - np.float32(centre_y)) / np.float32(half_height)
    radius = np.sqrt(dx * dx + dy * dy) + np.float32(1e-6)
    across, up = dx / np.float32(half_width), dy / np.float32(half_height)
    distance: Array = (radius - 1) * radius / np.sqrt(across * across + up * up + np.float32(1e-6))
    return distance


def _box(x: Array, y: Array, centre_x: float, centre_y: float, half_width: float, half_height: float) -> Array:
    sideways = np.abs(x - np.float32(centre_x)) - np.float32(half_width)
    distance: Array = np.maximum(sideways, np.abs(y - np.float32(centre_y)) - np.float32(half_height))
    return distance


def _mouth(x: Array, y: Array, across: Array, smile: Array) -> Array:
    """A parabola with round ends: its distance over the root of 1 + slope squared."""
    share = x / np.float32(0.4)
    curve = np.float32(-0.45) + np.float32(0.28) * smile * (share * share - np.float32(0.5))
    slope = np.float32(3.5) * smile * x
    off, beyond = (y - curve) / np.sqrt(1 + slope * slope), np.maximum(across - np.float32(0.4), 0)
    distance: Array = np.sqrt(off * off + beyond * beyond) - np.float32(0.065)
    return distance
