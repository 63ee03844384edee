"""The colours: one for each class, everywhere, for each ground its own, and the accent that marks generated images.

Found by a search for the largest minimum distance (OKLab), with a contrast of at least 3 (WCAG 2.2) between a point of
the map, which is not opaque, and its ground; class by class the hues of both grounds are alike. The first ten are at
least 0.167 apart, and 0.109 under protanopia, deuteranopia and tritanopia. The others, for up to 26 classes, lie as far
from those before them as there is room: at least 0.076 apart, and 0.047 under the three; names tell them apart then.
tests/live/test_palette.py measures all of it.
"""

CLASS_COLOURS = (
    "#0d02dd", "#510a02", "#9e040a", "#038279", "#924cfe", "#f41aae", "#880d99", "#564955", "#986a02", "#231b60",
    # letters need more
    "#2c002c", "#c84364", "#bc2cd3", "#00436f", "#6f0037", "#7a4e85", "#f40b2c", "#000b90",
    "#4321ff", "#646f4e", "#6437bc", "#7a3737", "#374e00", "#0b0b43", "#4e2c4e", "#bc169b",
)  # fmt: skip
CLASS_COLOURS_DARK = (
    "#81e1fe", "#f49804", "#ff1d04", "#30c490", "#498dbf", "#b06877", "#bb9eff", "#fffffa", "#d2e641", "#9e58fe",
    # letters need more
    "#ff21bc", "#ffbcc8", "#b1ffbc", "#7a852c", "#c86fe9", "#a6d385", "#ff6f64", "#de9bc8",
    "#fff485", "#a69090", "#7aa664", "#d3e9e9", "#d3c837", "#64c8e9", "#009bff", "#c8599b",
)  # fmt: skip
LIGHT_GROUND, DARK_GROUND = "#ffffff", "#15161b"


def class_colours(dark: bool = False) -> tuple[str, ...]:
    """The colours of the classes on a light or on a dark ground; after 26 classes they begin again."""
    return CLASS_COLOURS_DARK if dark else CLASS_COLOURS


def class_colour(label: int, dark: bool = False) -> str:
    """The colour of one class."""
    colours = class_colours(dark)
    return colours[label % len(colours)]


def text_on(colour: str) -> str:
    """Black or white, whichever stands out more against a colour (WCAG 2.2, relative luminance)."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#000000" if (luminance + 0.05) ** 2 > 1.05 * 0.05 else "#ffffff"


def palette() -> dict[str, dict[str, list[str]]]:
    """What the browser draws with: for each theme a colour a class, and the text that can be read on it."""
    themes = {"light": class_colours(dark=False), "dark": class_colours(dark=True)}
    return {
        "colours": {theme: list(colours) for theme, colours in themes.items()},
        "textOn": {theme: [text_on(colour) for colour in colours] for theme, colours in themes.items()},
    }
