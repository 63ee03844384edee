"""The drawings of a class, as they came: each with its label, and what the teacher took away again.

A list that only grows, so that what a wall has heard and what is on disk is a number of entries. Knows no names, no
socket and no disk.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field

from ui import limits
from ui.classroom.room import MOST_LABELS, RefusedError

# 64 x 64 grey levels in four bits each: 2,048 bytes in base64, as live/engine/ink/packed.js writes them
Ink = Annotated[str, Field(pattern=r"^[A-Za-z0-9+/]{2731}=$")]
Label = Annotated[int, Field(ge=0, lt=MOST_LABELS)]


@dataclass(frozen=True)
class Given:
    """A drawing of a member, by its number in the class."""

    kind: Literal["given"]
    member: int
    label: Label
    ink: Ink


@dataclass(frozen=True)
class Removed:
    """The teacher took a drawing away: the place of its entry."""

    kind: Literal["removed"]
    place: int


@dataclass(frozen=True)
class Gone:
    """A member left. Its drawings stay and are nobody's: who gets the number next has drawn nothing."""

    kind: Literal["gone"]
    member: int


Entry = Given | Removed | Gone


@dataclass(frozen=True)
class Line:
    """An entry as it is on disk."""

    entry: Annotated[Entry, Field(discriminator="kind")]


class Drawings:
    """Those of one class."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.entries: list[Entry] = []
        self._drawn: Counter[int] = Counter()
        self._removed: set[int] = set()
        for entry in entries:
            self._join(entry)

    def drawn_by(self, member: int) -> int:
        """How many a member has given, with those that were taken away."""
        return self._drawn[member]

    def give(self, member: int, number: int, label: int, ink: str) -> bool:
        """One more of a member, its own `number`-th; False for one that is here already, for a phone says it again
        where it has not heard that it came.
        """
        drawn = self._drawn[member]
        if number <= drawn:
            return False
        if number != drawn + 1:
            raise RefusedError("message")
        if drawn >= limits.CLASS_DRAWINGS_EACH:
            raise RefusedError("drawn")
        if len(self.entries) >= limits.CLASS_DRAWINGS:
            raise RefusedError("drawings")
        self._join(Given("given", member, label, ink))
        return True

    def remove(self, place: int) -> None:
        """Takes a drawing away; refused where there is none."""
        if place in self._removed or place >= len(self.entries) or not isinstance(self.entries[place], Given):
            raise RefusedError("gone")
        self._join(Removed("removed", place))

    def leave(self, member: int) -> None:
        """A member has gone."""
        if self._drawn[member]:
            self._join(Gone("gone", member))

    def told(self, start: int, end: int) -> dict[str, Any]:
        """The entries of these places as a wall is told them: label and ink; a place that is empty now; or nothing."""
        return {"start": start, "entries": [_told(entry) for entry in self.entries[start:end]]}

    def _join(self, entry: Entry) -> None:
        self.entries.append(entry)
        match entry:
            case Given(member=member):
                self._drawn[member] += 1
            case Removed(place=place):
                self._removed.add(place)
            case Gone(member=member):
                del self._drawn[member]


def _told(entry: Entry) -> Any:
    match entry:
        case Given(label=label, ink=ink):
            return [label, ink]
        case Removed(place=place):
            return place
        case Gone():
            return None
