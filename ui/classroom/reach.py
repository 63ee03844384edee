"""How far a pin may lie from the middle of the map that is asked about. Knows the library; knows no class."""

from urllib.parse import parse_qs

from live.library import open_model
from models.errors import InputError
from ui.view_state import MAX_LATENT

BEYOND = 1.5  # of the farthest test code: as far as a map is worth looking at
LEAST = 3.0  # where nearly all of N(0, I) is


def reach_of(view: str) -> float:
    """The largest number of a pin's code in a view, by its address; opens its model, which takes a while.

    As far as any code may be where the address names no model, or one that is not here.
    """
    name = parse_qs(view.partition("?")[2]).get("model", [""])[0]
    try:
        codes = open_model(name).checkpoint.latents.mu if name else None
    except InputError:
        codes = None
    return float(MAX_LATENT) if codes is None else max(LEAST, BEYOND * float(abs(codes).max()))
