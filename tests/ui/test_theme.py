"""Contrast of what the host draws, from the theme's colours and the style rules: WCAG 2.2, AA."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
THEME = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"]
CSS = (ROOT / "ui" / "style.css").read_text()
SHELL = (ROOT / "ui" / "server" / "shell.css").read_text()
TEXT, GRAPHIC = 4.5, 3.0
Rgb = tuple[float, float, float]


def rgb(colour: str) -> Rgb:
    """Red, green and blue of `#rrggbb`, 0 to 1."""
    return (int(colour[1:3], 16) / 255, int(colour[3:5], 16) / 255, int(colour[5:7], 16) / 255)


def mixed(over: Rgb, share: float, ground: Rgb) -> Rgb:
    """A colour of some opacity as it is seen on a ground."""
    r, g, b = (share * a + (1 - share) * c for a, c in zip(over, ground, strict=True))
    return (r, g, b)


def luminance(colour: Rgb) -> float:
    """Relative luminance, WCAG 2.2."""
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: Rgb, other: Rgb) -> float:
    """The contrast of two colours, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def rule(css: str, selector: str, property: str) -> str:
    """The value of a property in the rule of a selector."""
    found = re.search(rf"^{re.escape(selector)} \{{[^}}]*?(?<![\w-]){property}: ([^;]+);", css, re.MULTILINE)
    assert found, f"{selector} has no {property}"
    return found[1]


def of_theme(value: str, theme: str) -> Rgb:
    """The colour of `light-dark(#rrggbb, #rrggbb)` in a theme."""
    found = re.match(r"light-dark\((#\w{6}), (#\w{6})\)", value)
    assert found, value
    return rgb(found[1 if theme == "light" else 2])


@pytest.mark.parametrize(("one", "other", "expected"), [
    ("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#c2255c", "#c2255c", 1.0),
])  # fmt: skip
def test_contrast_is_that_of_the_standard(one: str, other: str, expected: float) -> None:
    assert contrast(rgb(one), rgb(other)) == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
class TestContrast:
    def test_of_text_and_of_the_primary_colour_as_text(self, theme: str) -> None:
        for ground in ("backgroundColor", "secondaryBackgroundColor"):
            for text in ("textColor", "primaryColor"):
                assert contrast(rgb(THEME[theme][text]), rgb(THEME[theme][ground])) >= TEXT, (text, ground)

    def test_of_captions(self, theme: str) -> None:
        share = float(rule(CSS, '[data-testid="stCaptionContainer"]', "opacity").removesuffix(" !important"))
        ground = rgb(THEME[theme]["backgroundColor"])
        assert contrast(mixed(rgb(THEME[theme]["textColor"]), share, ground), ground) >= TEXT

    def test_of_the_words_on_a_primary_button(self, theme: str) -> None:
        words = of_theme(rule(CSS, '[data-testid="stBaseButton-primary"]', "color"), theme)
        assert contrast(words, rgb(THEME[theme]["primaryColor"])) >= TEXT

    def test_of_the_focus_ring_and_the_mark_of_the_present_page(self, theme: str) -> None:
        accent = of_theme(rule(SHELL, ":root", "--lp-accent"), theme)
        ground, text = rgb(THEME[theme]["backgroundColor"]), rgb(THEME[theme]["textColor"])
        assert contrast(accent, ground) >= GRAPHIC
        assert contrast(accent, mixed(text, 0.14, ground)) >= GRAPHIC
