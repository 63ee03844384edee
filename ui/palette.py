"""The colours: one a class, everywhere, and the accent that marks generated images.

Ten colours found by a search for the largest smallest distance (OKLab) under normal sight, protanopia, deuteranopia
and tritanopia (at least 0.105, and 0.16 under normal sight), with a contrast of at least 2.5 to white and to the dark
ground; tests/ui/test_palette.py measures them.
"""

CLASS_COLOURS = (
    "#26abfc",
    "#c26408",
    "#ad1334",
    "#00956e",
    "#2637ff",
    "#ed7cb7",
    "#9100bb",
    "#585972",
    "#b0a700",
    "#8f6cc4",
)
ACCENT = "#e0457b"
LIGHT_GROUND, DARK_GROUND = "#ffffff", "#15161b"


def class_colour(label: int) -> str:
    """The colour of a class; more than ten classes begin again, and their names tell them apart."""
    return CLASS_COLOURS[label % len(CLASS_COLOURS)]


def text_on(colour: str) -> str:
    """Black or white, whichever stands out more against a colour (WCAG 2.2, relative luminance)."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#000000" if (luminance + 0.05) ** 2 > 1.05 * 0.05 else "#ffffff"
