"""Lessons: steps through views that an address names, each with a caption, and with a question before its answer.

A lesson is a file of its language, `en/NAME.json`, read by Python (what there is, and that it is sound) and by the page
(live/shell/lesson.js), which shows it. Its sentences stand there and not in the catalogue: a lesson is changed as a
whole. Knows no page; the addresses are looked at by who knows pages.
"""

import functools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from models import strict_json
from models.errors import InputError, require

FOLDER = Path(__file__).parent / "en"
MAX_BYTES = 64 * 1024
MOST_STEPS = 30
NAME = re.compile(r"[a-z][a-z-]{0,39}")
# an address of this app, and a part that it may leave out
VIEW = re.compile(r"[a-z]{0,20}(\?[A-Za-z0-9_.,=&%+~{}-]{0,1000})?")
PART = re.compile(r"[a-z]{1,20}")
MOST_HIDDEN = 20
GUESS = "{guess}"  # in a revealed view: the code of the pin


@dataclass(frozen=True)
class Choice:
    """One of several answers; `right` is its place among the options."""

    kind: Literal["choice"]
    text: str
    options: tuple[str, ...]
    right: int

    def __post_init__(self) -> None:
        require(2 <= len(self.options) <= 6, "lesson.options", got=len(self.options))
        require(0 <= self.right < len(self.options), "lesson.right_option", got=self.right)


@dataclass(frozen=True)
class Pin:
    """A place on the map: the point of the view. `truth`: its code; `within`: how far off is still right."""

    kind: Literal["pin"]
    text: str
    truth: tuple[float, ...]
    within: float


@dataclass(frozen=True)
class Number:
    """A number on a scale."""

    kind: Literal["number"]
    text: str
    low: float
    high: float
    step: float
    unit: str
    truth: float
    within: float

    def __post_init__(self) -> None:
        require(self.low <= self.truth <= self.high, "lesson.truth", got=self.truth)
        require(0 < self.step <= self.high - self.low, "lesson.step", got=self.step)


@dataclass(frozen=True)
class Order:
    """Things to be put in order: `items` in the right one. They are shown in another."""

    kind: Literal["order"]
    text: str
    items: tuple[str, ...]

    def __post_init__(self) -> None:
        require(3 <= len(self.items) <= 6, "lesson.items", got=len(self.items))


@dataclass(frozen=True)
class Draw:
    """Something to draw on the view's pad. `truth`: the class that the model is to take it for."""

    kind: Literal["draw"]
    text: str
    truth: str


@dataclass(frozen=True)
class Reveal:
    """What is shown once the answer is committed: another view, or None for the same, and the text."""

    view: str | None
    text: str


@dataclass(frozen=True)
class Step:
    """One view with its caption. `hide`: parts that are left out until the answer is there, see shell/screen.js."""

    view: str
    caption: str
    hide: tuple[str, ...]
    ask: Annotated[Choice | Pin | Number | Order | Draw, Field(discriminator="kind")] | None
    reveal: Reveal | None

    def __post_init__(self) -> None:
        require((self.ask is None) == (self.reveal is None), "lesson.reveal")
        revealed = (self.reveal.view or "") if self.reveal else ""
        for view in (self.view, revealed):
            require(bool(VIEW.fullmatch(view)), "lesson.view", got=view[:60])
        named = GUESS in self.view or (GUESS in revealed and not isinstance(self.ask, Pin))
        require(not named, "lesson.guess", guess=GUESS)
        parts = len(self.hide) <= MOST_HIDDEN and all(map(PART.fullmatch, self.hide))
        require(parts, "lesson.hide", most=MOST_HIDDEN, got=list(self.hide[:5]))


@dataclass(frozen=True)
class Lesson:
    """A lesson. `minutes`: how long it takes a pupil alone. live/shell/lesson_file.js reads those from outside."""

    format: Literal[1]
    title: str
    about: str
    minutes: int
    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        require(1 <= len(self.steps) <= MOST_STEPS, "lesson.steps", most=MOST_STEPS, got=len(self.steps))


def load(path: Path) -> Lesson:
    """The lesson in a file; raises InputError that names the file and what is wrong with it."""
    content = path.read_bytes()
    require(len(content) <= MAX_BYTES, "lesson.too_long", file=path.name, size=len(content), most=MAX_BYTES)
    require(bool(NAME.fullmatch(path.stem)), "lesson.name", file=path.name[:60])
    try:
        return strict_json.read(Lesson, content, path.name)
    except InputError as error:
        raise InputError("lesson.refused", why=error) from None


@functools.cache
def lessons() -> dict[str, Lesson]:
    """Those that ship, by name, in the order of their files."""
    return {path.stem: load(path) for path in sorted(FOLDER.glob("*.json"))}
