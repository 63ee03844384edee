"""The colours: told apart by everyone, seen on both grounds, and the same in the app's theme."""

import itertools
import math
import tomllib
from pathlib import Path

import numpy as np
import pytest

from live.map_figure import OPACITY
from live.palette import (
    CLASS_COLOURS,
    CLASS_COLOURS_DARK,
    DARK_GROUND,
    LIGHT_GROUND,
    class_colour,
    class_colours,
    text_on,
)

ROOT = Path(__file__).parent.parent.parent
# Machado, Oliveira and Fernandes 2009, table 1, severity 1.0, on linear RGB
SIGHT = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
# Ottosson 2020, "A perceptual color space for image processing"
TO_LMS = np.array(
    [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
     [0.0883024619, 0.2817188376, 0.6299787005]]
)  # fmt: skip
TO_LAB = np.array(
    [[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
     [0.0259040371, 0.7827717662, -0.8086757660]]
)  # fmt: skip
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])


def linear(colour: str) -> np.ndarray:
    """`#rrggbb` as linear RGB, IEC 61966-2-1."""
    levels = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)


def oklab(rgb: np.ndarray) -> np.ndarray:
    return TO_LAB @ np.cbrt(TO_LMS @ rgb)


def smallest_distance(colours: tuple[str, ...], sight: str) -> float:
    seen = [oklab(np.clip(SIGHT[sight] @ linear(colour), 0, 1)) for colour in colours]
    return min(float(np.linalg.norm(a - b)) for a, b in itertools.combinations(seen, 2))


def contrast(one: str, other: str) -> float:
    """WCAG 2: 1 for equal colours, 21 for black on white."""
    low, high = sorted(float(LUMINANCE @ linear(colour)) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def test_measures_are_right() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#777777") == 1
    assert oklab(linear("#ffffff")) == pytest.approx([1, 0, 0], abs=1e-6)
    assert oklab(linear("#ff0000")) == pytest.approx([0.628, 0.225, 0.126], abs=1e-3)
    # red and green of one lightness: told apart under normal sight, hardly under deuteranopia
    pair = ("#d05050", "#5e8c31")
    assert smallest_distance(pair, "normal") > 2 * smallest_distance(pair, "deuteranopia")


THEMES = {"light": LIGHT_GROUND, "dark": DARK_GROUND}
BOTH = [(class_colours(theme == "dark"), ground) for theme, ground in THEMES.items()]
EACH = [(colour, ground) for colours, ground in BOTH for colour in colours]


def seen_on(colour: str, ground: str, opacity: float) -> str:
    """What a browser paints for a colour that is not opaque: the mean of the levels."""
    pairs = [(int(colour[i : i + 2], 16), int(ground[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(opacity * own + (1 - opacity) * under):02x}" for own, under in pairs)


def test_26_different_colours_for_each_ground() -> None:
    assert (class_colours(dark=False), class_colours(dark=True)) == (CLASS_COLOURS, CLASS_COLOURS_DARK)
    for colours, _ in BOTH:
        assert len(set(colours)) == len(colours) == 26


@pytest.mark.parametrize(("sight", "least"), [("normal", 0.167), *((sight, 0.109) for sight in list(SIGHT)[1:])])
def test_everyone_tells_any_two_of_the_first_ten_apart(sight: str, least: float) -> None:
    for colours, _ in BOTH:
        assert smallest_distance(colours[:10], sight) >= least


@pytest.mark.parametrize(("sight", "least"), [("normal", 0.076), *((sight, 0.047) for sight in list(SIGHT)[1:])])
def test_26_colours_are_as_far_apart_as_is_said(sight: str, least: float) -> None:
    for colours, _ in BOTH:
        assert smallest_distance(colours, sight) >= least


@pytest.mark.parametrize(("colour", "ground"), EACH)
def test_a_point_of_the_map_stands_out_from_its_ground(colour: str, ground: str) -> None:
    """Class 7 had 1.8 on the dark ground."""
    assert contrast(seen_on(colour, ground, OPACITY), ground) >= 3


def test_a_class_has_a_like_hue_on_both_grounds() -> None:
    """Within 70 degrees of OKLab's circle, but for the grey of class 7."""
    for label in set(range(10)) - {7}:
        a, b = (math.atan2(*oklab(linear(colours[label]))[:0:-1]) for colours, _ in BOTH)
        assert abs((a - b + math.pi) % (2 * math.pi) - math.pi) <= math.radians(70), label


def test_theme_has_the_same_colours() -> None:
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"]
    for name, ground in THEMES.items():
        assert theme[name]["chartCategoricalColors"] == list(class_colours(name == "dark")[:10])
        assert theme[name]["backgroundColor"] == ground


def test_there_is_one_accent_the_themes_primary_colour() -> None:
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"]
    light, dark = (config[theme]["primaryColor"] for theme in ("light", "dark"))
    assert f"--lp-accent: light-dark({light}, {dark})" in (ROOT / "ui" / "server" / "shell.css").read_text()
    assert f"--accent: var(--st-primary-color, {light})" in (ROOT / "live" / "live.css").read_text()
    assert contrast(light, LIGHT_GROUND) >= 4.5
    assert contrast(dark, DARK_GROUND) >= 4.5


def test_class_colour_begins_again_after_26() -> None:
    for dark in (False, True):
        assert [class_colour(label, dark) for label in range(26)] == list(class_colours(dark))
        assert class_colour(26, dark) == class_colour(0, dark)
    assert class_colour(5) == CLASS_COLOURS[5]


@pytest.mark.parametrize("colour", [colour for colour, _ in EACH])
def test_a_name_on_its_class_colour_can_be_read(colour: str) -> None:
    assert contrast(text_on(colour), colour) >= 4.5
