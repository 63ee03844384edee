"""What a browser may say to a class, read strictly: size, fields, ranges. A pupil can answer, draw and leave, no more.

Knows a class as a value; knows no socket.
"""

import re
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal
from urllib.parse import parse_qs

from pydantic import Field

from live.lessons import Lesson
from models import strict_json
from models.errors import InputError
from ui.classroom.drawings import Ink, Label
from ui.classroom.room import MOST_LABELS, MOST_LATENTS, ROUNDED, Answer, Pacing, RefusedError, Room
from ui.limits import CLASS_MESSAGE_BYTES, CLASS_OPENING_BYTES
from ui.page_table import PAGES
from ui.view_state import MAX_LATENT

TOKEN_CHARACTERS = 64
VIEW_CHARACTERS, NAME_CHARACTERS = 1_500, 40
_ADDRESSES = {page.address for page in PAGES.values()}
_PLACES = "|".join(_ADDRESSES)
_OF_LESSONS = {"lesson", "step", "hide", "join"}  # names of an address that a lesson's views leave to the page
_VIEW = re.compile(rf"({_PLACES})(\?[A-Za-z0-9%&=,.;:+_~*'()!-]*)?")
Secret = Annotated[str, Field(max_length=TOKEN_CHARACTERS, pattern=r"^[A-Za-z0-9_-]*$")]
Place = Annotated[int, Field(ge=0, le=100_000)]
Name = Annotated[str, Field(max_length=NAME_CHARACTERS)]
Count = Annotated[int, Field(ge=1, le=1_000)]
Coordinate = Annotated[float, Field(ge=-MAX_LATENT, le=MAX_LATENT)]


@dataclass(frozen=True)
class Hello:
    """Who comes: the token of a member who was here before, the key of a teacher, "" for what one has not.

    `watches`: how many entries a teacher's wall has of the drawings; None for whoever shows none.
    """

    token: Secret
    key: Secret
    watches: Place | None = field(default=None, metadata={strict_json.ADDED_LATER: True})


@dataclass(frozen=True)
class Poll:
    """What a browser asks that can't have a socket: who it is, and a message, "" for none."""

    hello: Hello
    message: str


@dataclass(frozen=True)
class Opening:
    """A class that somebody wants to begin; `lesson`: its name, "" for none; `own`: a lesson that they bring."""

    lesson: str
    own: Lesson | None = field(default=None, metadata={strict_json.ADDED_LATER: True})


@dataclass(frozen=True)
class Answers:
    """An answer to the question of a step, in its vote of that number."""

    kind: Literal["answer"]
    step: Count
    round: Count
    value: Answer


@dataclass(frozen=True)
class Draws:
    """A drawing, the `number`-th of who says so."""

    kind: Literal["draw"]
    number: Count
    label: Label
    ink: Ink


@dataclass(frozen=True)
class Leaves:
    """A member goes for good."""

    kind: Literal["leave"]


@dataclass(frozen=True)
class Goes:
    """To another step."""

    kind: Literal["go"]
    step: Count


@dataclass(frozen=True)
class Paces:
    """Whether pupils follow."""

    kind: Literal["pace"]
    pacing: Pacing


@dataclass(frozen=True)
class Lifts:
    """Eyes up, or down again."""

    kind: Literal["eyes"]
    up: bool


@dataclass(frozen=True)
class Shows:
    """Whether all see the votes."""

    kind: Literal["show"]
    shown: bool


@dataclass(frozen=True)
class Looks:
    """The view that the teacher has, as its address."""

    kind: Literal["view"]
    view: Annotated[str, Field(max_length=VIEW_CHARACTERS)]


@dataclass(frozen=True)
class Points:
    """Where the teacher's hand is, as a code."""

    kind: Literal["point"]
    z: Annotated[tuple[Coordinate, ...], Field(min_length=1, max_length=MOST_LATENTS)]


@dataclass(frozen=True)
class Gathers:
    """The class may draw, each drawing one of these."""

    kind: Literal["gather"]
    labels: Annotated[tuple[Name, ...], Field(max_length=MOST_LABELS)]


@dataclass(frozen=True)
class Watches:
    """This wall shows the drawings, and has so many of their entries."""

    kind: Literal["watch"]
    start: Place


@dataclass(frozen=True)
class Removes:
    """A drawing goes, by the place of its entry."""

    kind: Literal["remove"]
    place: Place


@dataclass(frozen=True)
class Steers:
    """What needs no more than its name: a further vote, the truth, a pin asked for, no more drawings, the end."""

    kind: Literal["again", "reveal", "ask", "close", "end"]


OfPupils = Answers | Draws | Leaves
Said = OfPupils | Gathers | Watches | Removes | Goes | Paces | Lifts | Shows | Looks | Points | Steers


@dataclass(frozen=True)
class Message:
    """One thing said."""

    say: Annotated[Said, Field(discriminator="kind")]


def parse(text: str, steers: bool) -> Said:
    """What a message says; refused where it makes no sense, or where only the teacher may say so."""
    said: Said = read(Message, text).say
    if isinstance(said, OfPupils) == steers:
        raise RefusedError("teacher" if steers else "pupil")
    return said


def read(kind: Any, text: str | bytes, most: int = CLASS_MESSAGE_BYTES) -> Any:
    """A dataclass of this module in a JSON text; refused where it is none or too large."""
    if len(text) > most:
        raise RefusedError("message")
    try:
        return strict_json.read(kind, text, "")
    except InputError:
        raise RefusedError("message") from None


def steer(room: Room, said: Said) -> None:
    """Does what the teacher says to the class."""
    match said:
        case Goes(step=step):
            room.go(step)
        case Gathers(labels=labels):
            room.gather(tuple(map(_name, labels)))
        case Paces(pacing=pacing):
            room.pacing = pacing
        case Lifts(up=up):
            room.eyes = up
        case Shows(shown=shown):
            room.question.shown = shown
        case Looks(view=view):
            room.view = _view(view)
        case Steers(kind="again"):
            room.vote_again()
        case Steers(kind="reveal"):
            room.reveal()
        case Steers(kind="ask"):
            room.ask_anywhere()
        case Steers(kind="close"):
            room.gathers = False


def opening(content: bytes) -> Opening:
    """A class that somebody wants to begin; refused where a lesson that they bring leads out of this app."""
    if len(content) > CLASS_OPENING_BYTES:
        raise RefusedError("long")
    opened: Opening = read(Opening, content, CLASS_OPENING_BYTES)
    for step in opened.own.steps if opened.own else ():
        for view in (step.view, (step.reveal and step.reveal.view) or ""):
            path, _, query = view.partition("?")
            if path not in _ADDRESSES or _OF_LESSONS & parse_qs(query, keep_blank_values=True).keys():
                raise RefusedError("views")
    return opened


def rounded(said: Points) -> list[float]:
    """The code as it is passed on."""
    return [round(part, ROUNDED) for part in said.z]


def _name(text: str) -> str:
    """What a label is called, in one line."""
    plain = " ".join(text.split())
    if not plain.isprintable():
        raise RefusedError("message")
    return plain


def _view(text: str) -> str:
    """An address of a page of this app, relative to it."""
    if not _VIEW.fullmatch(text):
        raise RefusedError("message")
    return text
