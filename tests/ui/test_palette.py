"""The colours: told apart by everyone, seen on both grounds, and the same in the app's theme."""

import itertools
import tomllib
from pathlib import Path

import numpy as np
import pytest

from ui.palette import ACCENT, CLASS_COLOURS, DARK_GROUND, LIGHT_GROUND, class_colour, text_on

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


def test_ten_different_colours() -> None:
    assert len(set(CLASS_COLOURS)) == len(CLASS_COLOURS) == 10


@pytest.mark.parametrize(("sight", "least"), [("normal", 0.16), *((sight, 0.105) for sight in list(SIGHT)[1:])])
def test_everyone_tells_any_two_colours_apart(sight: str, least: float) -> None:
    assert smallest_distance(CLASS_COLOURS, sight) >= least


@pytest.mark.parametrize("ground", [LIGHT_GROUND, DARK_GROUND])
@pytest.mark.parametrize("colour", [*CLASS_COLOURS, ACCENT])
def test_colours_stand_out_from_both_grounds(colour: str, ground: str) -> None:
    assert contrast(colour, ground) >= 2.5


def test_theme_has_the_same_colours() -> None:
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"]
    assert theme["chartCategoricalColors"] == list(CLASS_COLOURS)
    assert theme["light"]["backgroundColor"] == LIGHT_GROUND
    assert theme["dark"]["backgroundColor"] == DARK_GROUND


def test_accent_is_the_same_in_every_style_sheet() -> None:
    for sheet, name in (("style.css", "--lp-accent"), ("live/live.css", "--accent")):
        text = (ROOT / "ui" / sheet).read_text()
        assert f"{name}: {ACCENT}" in text, sheet


def test_class_colour_begins_again_after_ten() -> None:
    assert [class_colour(label) for label in range(10)] == list(CLASS_COLOURS)
    assert class_colour(10) == class_colour(0)
    assert class_colour(25) == CLASS_COLOURS[5]


@pytest.mark.parametrize("colour", CLASS_COLOURS)
def test_a_name_on_its_class_colour_can_be_read(colour: str) -> None:
    assert contrast(text_on(colour), colour) >= 4.5
