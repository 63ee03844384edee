"""What is on screen, by name: it comes from the link, else from the session, else from a chosen default.

A page calls `start` before a widget with that key, and `record` at its end; the address bar then names the picture.
Knows Streamlit; knows nothing of models.
"""

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import streamlit as st

from live.lessons import MOST_STEPS, lessons
from live.words import refusal, t, use
from live.words.catalogue import LAYERS
from models.errors import InputError, require
from ui.page_table import STICKY, Page

T = TypeVar("T")
NONE = "none"  # an empty choice, which an empty text could not tell from no choice
_KEPT, _NOTICES, _PAGE, _PICKERS = "kept", "notices", "page", "pickers"
# what JavaScript's Number reads as Python does; float and int also take 1_0, NaN and the digits of every script
_WHOLE = re.compile(r"-?[0-9]{1,9}")
_EIGHTHS = re.compile(r"[0-9]{1,4}(\.(125|25|375|5|625|75|875))?")
_CONTROLS = re.compile(r"[a-z]{1,20}(,[a-z]{1,20}){0,19}")
_OTHER_LESSON = re.compile(r"own-[a-z]{1,36}|[0-9]{1,3}\.[A-Za-z0-9_-]{0,2000}")
_JOIN = re.compile(r"[A-Z]{5}|code")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]{1,3})?", re.IGNORECASE)


def enter(page: Page) -> None:
    """Begins a page, in the layer of words that the link names.

    Streamlit still holds what another page's pickers showed, but a new picker would not show it. It is dropped here, so
    that `start` asks the link, and then what `record` kept. Old names in the link become new.
    """
    asked = st.query_params.to_dict()
    if page.old_names.keys() & asked.keys():
        renamed = {page.old_names[name]: text for name, text in asked.items() if name in page.old_names}
        st.query_params.from_dict(renamed | {name: text for name, text in asked.items() if name not in page.old_names})
    if st.session_state.get(_PAGE) != page.name:
        st.session_state[_PAGE] = page.name
        for name in st.session_state.pop(_PICKERS, set()):
            st.session_state.pop(name, None)
    use(layer="field" if sticky().get("words") == "field" else "simple")


def sticky() -> dict[str, str]:
    """What the link holds that goes with a person from page to page.

    A value that makes no sense becomes a notice, and leaves the link, so that nobody reads the notice twice.
    """
    rules = sticky_rules()
    found = {name: _first_value(name, "", rules[name]) for name in STICKY if name in st.query_params}
    for name in [name for name, text in found.items() if not text]:
        del st.query_params[name]
    return {name: text for name, text in found.items() if text}


def sticky_rules() -> dict[str, Callable[[str], str]]:
    """What checks each of them."""
    return {
        "words": one_of(LAYERS, t("link.what.words")), "present": one_of(["1"], t("link.what.present")),
        "hide": _controls, "lesson": _lesson,
        "step": _step, "join": _join,
    }  # fmt: skip


def _lesson(text: str) -> str:
    """A lesson that ships; others are the browser's own affair, see live/shell/lesson_source.js."""
    return text if _OTHER_LESSON.fullmatch(text) else one_of(list(lessons()), t("link.what.lesson"))(text)


def _step(text: str) -> str:
    return str(number_between(1, MOST_STEPS, t("link.what.step"))(text))


def _join(text: str) -> str:
    require(_JOIN.fullmatch(text) is not None, "link.join", text=text[:40])
    return text


def start(name: str, default: T, parse: Callable[[str], T]) -> T:
    """Gives the widget with key `name` its first value and returns the present one.

    A value in the link that `parse` refuses becomes a notice on the page, and the default is shown.
    """
    st.session_state.setdefault(_PICKERS, set()).add(name)
    if name not in st.session_state:
        st.session_state[name] = _first_value(name, default, parse)
    value: T = st.session_state[name]
    return value


def choose(name: str, default: T, parse: Callable[[str], T]) -> T:
    """Like `start`, and puts the default back where the present value is no longer among what `parse` accepts."""
    value = start(name, default, parse)
    try:
        parse(_written(value))
    except InputError:
        st.session_state[name] = value = default
    return value


def read(name: str, default: T, parse: Callable[[str], T], of: str = "") -> T:
    """Like `start` for a value without a widget of its own; `of` keeps one apart for each model."""
    return _first_value(name, default, parse, of)


def record(values: dict[str, Any], of: str = "") -> None:
    """Keeps the values for the session and writes them into the address bar; call it at the end of a page."""
    keep(values, of)
    written = {name: _written(value) for name, value in values.items() if value is not None} | sticky()
    if st.query_params.to_dict() != written:
        st.query_params.from_dict(written)


def keep(values: dict[str, Any], of: str = "") -> None:
    """Keeps the values for the session alone."""
    memory = st.session_state.setdefault(_KEPT, {})
    memory.update(values)
    memory.update({f"{name}:{of}": value for name, value in values.items() if of})


def forget(names: set[str], of: str = "") -> None:
    """Drops what the session remembers under these names."""
    memory = st.session_state.setdefault(_KEPT, {})
    for name in names:
        memory.pop(name, None)
        memory.pop(f"{name}:{of}", None)


def kept(name: str, default: Any = None) -> Any:
    """What the session remembers under a name."""
    return st.session_state.get(_KEPT, {}).get(name, default)


def notice(text: str) -> None:
    """Notes a sentence about the link, shown once by `take_notices`."""
    st.session_state.setdefault(_NOTICES, []).append(text)


def take_notices() -> list[str]:
    """The notices since the last call."""
    notices: list[str] = st.session_state.pop(_NOTICES, [])
    return notices


def one_of(options: Sequence[str], what: str) -> Callable[[str], str]:
    """A parser that accepts the options; `what` names the setting in the refusal."""

    def parse(text: str) -> str:
        require(text in options, "link.one_of", what=what, text=text[:40], options=options[:12])
        return text

    return parse


def model_of(titles: Mapping[str, str]) -> Callable[[str], str]:
    """A parser that accepts the names of models; a refusal gives at most three titles whose names are near."""

    def parse(text: str) -> str:
        near = difflib.get_close_matches(text[:60].lower(), titles, n=3, cutoff=0.5) if text not in titles else []
        if near:
            raise InputError("link.near_models", text=text[:40], titles="; ".join(titles[name] for name in near))
        require(text in titles, "link.no_model", text=text[:40])
        return text

    return parse


def number_between(low: int, high: int, what: str) -> Callable[[str], int]:
    """A parser of whole numbers in a range, ends included."""

    def parse(text: str) -> int:
        sound = _WHOLE.fullmatch(text) is not None
        inside = sound and low <= int(text) <= high
        require(inside, "link.whole", what=what, text=text[:20], low=str(low), high=str(high))
        return int(text)

    return parse


def eighths_to(high: int, what: str) -> Callable[[str], float]:
    """A parser of numbers from 0 to `high`, whole or in eighths."""

    def parse(text: str) -> float:
        sound = _EIGHTHS.fullmatch(text) is not None
        require(sound and float(text) <= high, "link.whole", what=what, text=text[:20], low="0", high=str(high))
        return float(text)

    return parse


def numbers(count: int, limit: float, what: str) -> Callable[[str], tuple[float, ...]]:
    """A parser of `count` comma-separated numbers between -limit and limit."""

    def parse(text: str) -> tuple[float, ...]:
        parts = text.split(",") if len(text) < 4000 else []
        values = tuple(float(part) for part in parts if _NUMBER.fullmatch(part))
        sound = len(values) == len(parts) == count and all(abs(value) <= limit for value in values)
        require(sound, "link.numbers", what=what, text=text[:40], count=count, limit=limit)
        return values

    return parse


def several(limit: int, what: str) -> Callable[[str], tuple[int, ...]]:
    """A parser of comma-separated whole numbers from 0 below a limit, each at most once, or of `none`."""

    def parse(text: str) -> tuple[int, ...]:
        if text == NONE:
            return ()
        parts = text.split(",") if len(text) < 400 else []
        values = tuple(int(part) for part in parts if _WHOLE.fullmatch(part))
        sound = 0 < len(parts) == len(values) == len(set(values)) and all(0 <= value < limit for value in values)
        require(sound, "link.several", what=what, text=text[:40], last=str(limit - 1))
        return values

    return parse


def share(text: str) -> float:
    """A parser of a share from 0 to 1."""
    (value,) = numbers(1, 1.0, t("link.what.share"))(text)
    require(value >= 0, "link.share", text=text[:20])
    return value


def _controls(text: str) -> str:
    """A parser of names of controls between commas."""
    require(_CONTROLS.fullmatch(text) is not None, "link.hide", text=text[:40])
    return text


def _first_value(name: str, default: T, parse: Callable[[str], T], of: str = "") -> T:
    raw = st.query_params.get(name)
    if raw is None or (of and st.query_params.get("model", of) != of):
        value: T = kept(f"{name}:{of}" if of else name, None)
        return default if value is None or not _fits(value, parse) else value
    try:
        return parse(raw)
    except InputError as error:
        notice(refusal(error))
        return default


def _fits(value: Any, parse: Callable[[str], Any]) -> bool:
    """Whether a text that is remembered is one for this page: two pages may have a name in common."""
    if not isinstance(value, str) or not value:
        return True
    try:
        parse(value)
    except InputError:
        return False
    return True


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, tuple | list):
        return ",".join(f"{part:.4g}" if isinstance(part, float) else str(part) for part in value)
    return f"{value:.4g}" if isinstance(value, float) else str(value)
