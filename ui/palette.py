"""The colours: one a class, everywhere, and the accent that marks generated images.

Ten colours found by a search for the largest smallest distance (OKLab) under normal sight, protanopia, deuteranopia
and tritanopia, with a contrast of at least 2 to white and to the dark ground; tests/ui/test_palette.py measures both.
"""

CLASS_COLOURS = (
    "#138ab5",
    "#eba42c",
    "#980007",
    "#60c3aa",
    "#5107f8",
    "#9e666b",
    "#f20000",
    "#464a58",
    "#cc65ff",
    "#830fa5",
)
ACCENT = "#e0457b"
LIGHT_GROUND, DARK_GROUND = "#ffffff", "#15161b"


def class_colour(label: int) -> str:
    """The colour of a class; more than ten classes begin again, and their names tell them apart."""
    return CLASS_COLOURS[label % len(CLASS_COLOURS)]
