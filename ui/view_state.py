"""What each named part of a live view's state may be, for a model: for links and for the browser's reports."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from live.words import t
from models.errors import require
from models.run import Run
from ui import state

Parser = Callable[[str], Any]
OF_A_DIAL = ("at", "point", "seed", "class")  # what the link of a dial or a series may hold
OF_NO_MODEL = frozenset({"tool", "by", "numbers"})  # what stays when another model is chosen
MAX_WEIGHT = 1e6  # of a dial's axis
MAX_BELL = 5.0  # mean and width of a free bell: live/engine/nat/state.js
MAX_TIMES = 3.0  # a difference is added at most
TRAY = re.compile(r"c[0-9]{1,2}|[a-z]{1,20}[+-]|i([0-9]{1,7}(\.[0-9]{1,7}){0,59})?")
GUESSES = re.compile(r"[abc]{0,8}\.|[abc]{1,9}")
ASK = "ask"  # the question of a ready set is open
MAX_LATENT, MAX_LAYERS, MAX_SEED, MAX_ZOOM = 100.0, 10, 999_999, 10_000.0


def parsers(run: Run, names: Iterable[str]) -> dict[str, Parser]:
    """What checks the text of each of the named parts, for this model."""
    return {name: STATE[name](run) for name in names}


def _vector(run: Run) -> Parser:
    return state.numbers(run.model.latent_dim, MAX_LATENT, t("link.what.point"))


def _guess(text: str) -> str:
    """`ask`, the number of an option, or a place of the map."""
    if text != ASK and "," in text:
        state.numbers(2, MAX_LATENT, t("link.what.guess"))(text)
    elif text != ASK:
        state.number_between(0, 9, t("link.what.guess"))(text)
    return text


def _tray(text: str) -> str:
    """A class, most or least of a factor, or images: live/engine/arithmetic.js."""
    require(TRAY.fullmatch(text) is not None, "link.tray", text=text[:40])
    return text


def _guesses(text: str) -> str:
    """The answers of a game, and a point where the next one is asked: live/engine/guessing.js."""
    require(GUESSES.fullmatch(text) is not None, "link.guesses", text=text[:40])
    return text


def _class(run: Run) -> Parser:
    return state.number_between(0, max(0, len(run.data.class_names) - 1), t("link.what.class"))


STATE: dict[str, Callable[[Run], Parser]] = {
    "z": _vector,
    "a": _vector,
    "b": _vector,
    "class": _class,
    "with": _class,
    "point": lambda run: state.number_between(0, run.data.test_count - 1, t("link.what.image")),
    "tool": lambda _run: state.one_of(["point", "slide", "path", "arithmetic"], t("link.what.tool")),
    "by": lambda _run: state.one_of(["hand", "class", "chance"], t("link.what.way")),
    "without": lambda run: state.several(len(run.data.class_names), t("link.what.class")),
    "zoom": lambda _run: state.numbers(3, MAX_ZOOM, t("link.what.zoom")),
    "layers": lambda _run: state.several(MAX_LAYERS, t("link.what.layer")),
    "mix": lambda _run: state.share,
    "seed": lambda _run: state.number_between(0, MAX_SEED, t("link.what.seed")),
    "at": lambda _run: state.numbers(1, MAX_WEIGHT, t("link.what.weight")),
    "cursor": lambda _run: state.one_of(["image", "place", "drawing"], t("link.what.cursor")),
    "align": lambda _run: state.one_of(["off", "turn", "scale"], t("link.what.align")),
    "shows": lambda _run: state.one_of(["copy", "difference"], t("link.what.shows")),
    "tell": lambda _run: state.one_of(["trails", "clouds"], t("link.what.tell")),
    "guesses": lambda _run: _guesses,
    "guess": lambda _run: _guess,
    "numbers": lambda _run: state.one_of(["1"], t("link.what.numbers")),
    "whose": lambda _run: state.one_of(["1", "2", "3", "4"], t("link.what.numbers")),  # numbers, of models side by side
    "of": lambda _run: state.one_of(["image"], t("link.what.bells")),
    "area": lambda _run: state.one_of(["entropy", "forward", "backward"], t("link.what.bells")),
    "q": lambda _run: state.numbers(2, MAX_BELL, t("link.what.bells")),
    "p": lambda _run: state.numbers(2, MAX_BELL, t("link.what.bells")),
    "plus": lambda _run: _tray,
    "minus": lambda _run: _tray,
    "range": lambda _run: state.one_of(["quantiles", "three", "data", "one", "image"], t("link.what.range")),
    "times": lambda _run: state.numbers(1, MAX_TIMES, t("link.what.times")),
    "dim": lambda run: state.number_between(0, run.model.latent_dim - 1, t("link.what.dim")),
    "path": lambda _run: state.one_of(["lerp", "slerp"], t("link.what.path")),
    "epoch": lambda run: state.eighths_to(run.epochs_done, t("link.what.epoch")),
}
