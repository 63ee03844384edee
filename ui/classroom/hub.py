"""The classes that are on, and who hears what: the newest only, each at its own pace, and nothing that is not on disk.

A change is written first and told then, so that a server that is killed takes back nothing that anybody has seen; the
teacher's hand alone is told at once and never kept. Belongs to the server's one loop. Knows no socket and no address.
"""

import asyncio
import dataclasses
import functools
import json
import logging
import os
import secrets
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from live.lessons import Lesson, Pin
from models import strict_json
from ui import limits
from ui.classroom import journal
from ui.classroom.drawings import Drawings
from ui.classroom.messages import (
    Answers,
    Draws,
    Hello,
    Leaves,
    Points,
    Removes,
    Said,
    Steers,
    Watches,
    parse,
    rounded,
    steer,
)  # fmt: skip
from ui.classroom.reach import reach_of
from ui.classroom.room import CODE_LENGTH, LETTERS, OWN, RefusedError, Room, hidden, looks
from ui.view_state import MAX_LATENT

SECRET_BYTES = 16
TOLD_AT_ONCE = 100  # entries of drawings in one message
PATIENCE = 10.0  # seconds that somebody waits for the disk
logger = logging.getLogger(__name__)


@dataclass(eq=False)
class Client:
    """One browser in a class. `member`: its number there, None for a teacher; the rest: what it has been told."""

    member: int | None
    token: str
    visitor: str = ""
    watches: int | None = None  # how many entries of the drawings it has, where it shows them
    has_lesson: bool = False
    said_at: int = 0  # the version of the class that its last words made
    state: str = ""
    points: int = 0
    me: bool = False
    refused: str = ""
    woken: asyncio.Event = field(default_factory=asyncio.Event)

    def refuse(self, refused: RefusedError) -> None:
        """It will hear why."""
        self.refused = refused.code
        self.woken.set()


class Live:
    """A class that is on: what it is, what of it is on disk, who listens. `changed`: called when it is to be kept;
    `is_full`: whether all classes together have as many drawings as there may be.
    """

    def __init__(
        self, room: Room, changed: Callable[[], None], owner: str = "", drawings: Drawings | None = None,
        is_full: Callable[[], bool] = lambda: False,
    ) -> None:  # fmt: skip
        self.room, self.owner, self._is_full = room, owner, is_full
        self.drawings = drawings or Drawings()
        self.drawn_on_disk = self._drawn_told = len(self.drawings.entries)
        self.version, self.saved = 1, 0
        self.is_kept, self.is_over, self.is_gone = True, False, False
        self.clients: set[Client] = set()
        self.deadline: asyncio.TimerHandle | None = None
        self._pupils = self._teacher = self._point = ""
        self._points = 0
        self._changed = changed
        self._of_visitor: Counter[str] = Counter()
        self._reach: dict[str, float] = {}  # of the pins, by the address of their view, once it is known
        self._looking: asyncio.Task[None] | None = None

    def enter(self, hello: Hello, visitor: str) -> Client:
        """A browser comes, or comes back; refused where the class is full, for all or for this visitor."""
        if hello.key and not self.room.is_teacher(hello.key):
            raise RefusedError("key")
        client = Client(None, "") if hello.key else self._pupil(hello.token, visitor)
        if hello.key and hello.watches is not None:
            self._watch(client, hello.watches)
        client.woken.set()
        self.clients.add(client)
        return client

    def _pupil(self, token: str, visitor: str) -> Client:
        if hidden(token) in self.room.members:
            return Client(self.room.join(token), token, visitor)
        if self._of_visitor[visitor] >= limits.MEMBERS_EACH:
            raise RefusedError("full")
        token = secrets.token_urlsafe(SECRET_BYTES)  # also for one that another class has given out, or nobody
        client = Client(self.room.join(token), token, visitor)
        self._of_visitor[visitor] += 1
        self._change(client)
        return client

    def hear(self, client: Client, text: str) -> None:
        """Does what a browser says; refused, nothing has changed."""
        said = parse(text, steers=client.member is None)
        if isinstance(said, Points):
            self._point, self._points = json.dumps(rounded(said), separators=(",", ":")), self._points + 1
            self._wake()
        elif isinstance(said, Watches):
            self._watch(client, said.start)
        elif isinstance(said, Steers) and said.kind == "end":
            self.end()
        else:
            self._teach(said) if client.member is None else self._learn(client, client.member, said)
            self._change(client)

    def _watch(self, client: Client, start: int) -> None:
        """A wall shows the drawings; one that has more than are on disk, where a disk refused some, begins anew."""
        client.watches = start if start <= self._drawn_told else 0
        client.woken.set()

    def _teach(self, said: Said) -> None:
        if isinstance(said, Removes):
            self.drawings.remove(said.place)
        else:
            steer(self.room, said)

    def _learn(self, client: Client, member: int, said: Said) -> None:
        if self.room.members.get(hidden(client.token)) != member:
            raise RefusedError("left")  # by another tab, say; somebody else may have the number
        if isinstance(said, Answers):
            reach = self._reach.get(self.room.asked_in, MAX_LATENT)
            self.room.answer(member, said.step, said.round, said.value, reach)
        elif isinstance(said, Draws):
            self._draw(member, said)
        elif isinstance(said, Leaves):
            self.room.leave(member)
            self.drawings.leave(member)
            self._of_visitor[client.visitor] = max(0, self._of_visitor[client.visitor] - 1)

    def _draw(self, member: int, said: Draws) -> None:
        if not self.room.gathers:
            raise RefusedError("closed")
        if said.label >= len(self.room.labels):
            raise RefusedError("message")
        if self._is_full():
            raise RefusedError("drawings")
        self.drawings.give(member, said.number, said.label, said.ink)

    def end(self) -> None:
        """It is over for all, and goes from the disk."""
        self.is_over = True
        self._changed()

    def _change(self, client: Client) -> None:
        self.version += 1
        client.said_at, client.me = self.version, False
        self._changed()
        if isinstance(self.room.ask, Pin) and self.room.asked_in not in self._reach and self._looking is None:
            self._looking = asyncio.get_running_loop().create_task(self._look(self.room.asked_in))

    async def _look(self, view: str) -> None:
        """How far pins may lie in this view, beside the loop: a model may have to be opened."""
        self._reach[view] = await asyncio.to_thread(reach_of, view)
        self._looking = None

    def kept(self) -> str:
        """What of it is written."""
        return strict_json.write_line(self.room)

    def states(self) -> tuple[str, str]:
        """What pupils and the teacher are told of it."""
        teacher = self.room.teachers_state() | {"kept": self.is_kept}
        pupils, teachers = (json.dumps(state, separators=(",", ":")) for state in (self.room.state(), teacher))
        return pupils, teachers

    def publish(self, version: int, states: tuple[str, str], drawn: int = 0) -> None:
        """That version is on disk, with so many entries of drawings: all may hear of it."""
        self.saved, (self._pupils, self._teacher) = version, states
        self._drawn_told = max(drawn, self._drawn_told)
        self._wake()

    def gone(self) -> None:
        """It is off the disk: all may hear that it is over."""
        self.is_gone = True
        if self.deadline:
            self.deadline.cancel()
        self._wake()

    def _wake(self) -> None:
        for client in self.clients:
            client.woken.set()

    def news(self, client: Client) -> str:
        """All that a browser has not been told yet, as one JSON text; "" for nothing."""
        parts = {}
        state = self._teacher if client.member is None else self._pupils
        if state != client.state:
            parts["state"] = client.state = state
            client.me = False
        if self.room.own and not client.has_lesson:
            parts["lesson"], client.has_lesson = self._lesson, True
        if client.watches is not None and client.watches < self._drawn_told:
            parts["drawings"] = self._drawings(client, client.watches)
        if self._points > client.points:
            parts["point"], client.points = self._point, self._points
        if not client.me and client.said_at <= self.saved:
            parts["me"], client.me = self._me(client), True
        if client.refused:
            parts["refused"], client.refused = json.dumps(client.refused), ""
        return "{" + ",".join(f'"{name}":{text}' for name, text in parts.items()) + "}" if parts else ""

    def _drawings(self, client: Client, start: int) -> str:
        """The next entries; it hears the rest in its further messages."""
        client.watches = min(start + TOLD_AT_ONCE, self._drawn_told)
        if client.watches < self._drawn_told:
            client.woken.set()
        return json.dumps(self.drawings.told(start, client.watches), separators=(",", ":"))

    @functools.cached_property
    def _lesson(self) -> str:
        return strict_json.write_line(self.room.own).strip()

    def _me(self, client: Client) -> str:
        me: dict[str, Any] = {"teaches": client.member is None}
        if client.member is not None:
            colour, animal = looks(client.member)
            me |= {"token": client.token, "colour": colour, "animal": animal}
            me["answer"], me["drawn"] = self.room.answer_of(client.member), self.drawings.drawn_by(client.member)
        return json.dumps(me, separators=(",", ":"), default=dataclasses.asdict)  # a sketch

    async def settled(self, client: Client) -> None:
        """Until what this browser has said is on disk, or that takes too long."""
        async with asyncio.timeout(PATIENCE):
            while client.said_at > self.saved and not self.is_gone:
                client.woken.clear()
                await client.woken.wait()


class Hub:
    """The classes of a folder. Made in the server's loop."""

    def __init__(self, folder: Path, now: Callable[[], float] = time.time) -> None:
        self.folder, self._now = folder, now
        self.lives: dict[str, Live] = {}
        self._writing: asyncio.Task[None] | None = None
        rooms, self.damaged = journal.load(folder, now())
        for room in rooms.values():
            live = self._add(room, drawings=journal.drawings(folder, room.code))
            live.publish(live.version, live.states())

    def open(
        self, lesson: str, visitor: str, letter: Callable[[str], str] = secrets.choice, own: Lesson | None = None
    ) -> tuple[Live, str]:
        """A new class and its teacher's key; refused where there are too many. `letter`: chooses one of several;
        `own`: the lesson that its teacher brings.
        """
        if sum(live.owner == visitor for live in self.lives.values()) >= limits.CLASSES_EACH:
            raise RefusedError("classes")
        if len(self.lives) >= limits.CLASSES:
            self._end_unused()
        code = "".join(letter(LETTERS) for _ in range(CODE_LENGTH))
        while code in self.lives or code in self.damaged:
            code = "".join(letter(LETTERS) for _ in range(CODE_LENGTH))
        key = secrets.token_urlsafe(SECRET_BYTES)
        live = self._add(Room(code, hidden(key), self._now(), OWN if own else lesson, own=own), visitor)
        self._write_soon()
        return live, key

    def find(self, code: str) -> Live:
        """The class of this code; refused where there is none."""
        if code in self.damaged:
            raise RefusedError("damaged")
        if code not in self.lives or self.lives[code].is_over:
            raise RefusedError("unknown")
        return self.lives[code]

    def _is_full(self) -> bool:
        return sum(len(live.drawings.entries) for live in self.lives.values()) >= limits.ALL_DRAWINGS

    def _add(self, room: Room, owner: str = "", drawings: Drawings | None = None) -> Live:
        live = self.lives[room.code] = Live(room, self._write_soon, owner, drawings, self._is_full)
        left = room.opened + limits.CLASS_SECONDS - self._now()
        live.deadline = asyncio.get_running_loop().call_later(max(0.0, left), live.end)
        return live

    def _end_unused(self) -> None:
        """Makes room by a class in which nobody is and nobody ever was."""
        unused = [live for live in self.lives.values() if not live.clients and not live.room.members]
        if not unused:
            raise RefusedError("classes")
        unused[0].end()

    def _write_soon(self) -> None:
        if self._writing is None or self._writing.done():
            self._writing = asyncio.get_running_loop().create_task(self._write())

    async def _write(self) -> None:
        """Puts on disk what is new, a few times a second, until nothing is."""
        while new := [live for live in self.lives.values() if live.is_over or live.version > live.saved]:
            for live in new:
                await (self._remove(live) if live.is_over else self._save(live))
            await asyncio.sleep(1 / limits.CLASS_WRITES)

    async def _save(self, live: Live) -> None:
        version, states, text = live.version, live.states(), live.kept()
        entries = live.drawings.entries[live.drawn_on_disk :]
        drawn = live.drawn_on_disk + len(entries)
        try:
            await asyncio.to_thread(journal.append, self.folder, live.room.code, entries)
            live.drawn_on_disk = drawn
            await asyncio.to_thread(journal.write, self.folder, live.room.code, text)
        except OSError as error:  # the class goes on without; its teacher is told
            logger.warning("A class can't be kept on disk: %s", error.strerror)
            live.is_kept = False
            states = live.states()
        live.publish(version, states, drawn)

    async def _remove(self, live: Live) -> None:
        try:
            await asyncio.to_thread(journal.remove, self.folder, live.room.code)
        except OSError as error:
            logger.warning("A class can't be taken off the disk: %s", error.strerror)
        del self.lives[live.room.code]
        live.gone()


_hub: Hub | None = None
_lock = -1  # on the folder of the hub


def classes() -> Hub:
    """Those of the folder of models that the app shows, read from disk at the first call; refused where another process
    has them. Once that has ended, they are this one's.
    """
    global _hub, _lock
    if _hub is None or _hub.folder != journal.folder():
        forget()
        lock = journal.own(journal.folder())
        if lock is None:
            raise RefusedError("process")
        _lock, _hub = lock, Hub(journal.folder())
    return _hub


def forget() -> None:
    """As in a new process: the next call reads from disk."""
    global _hub, _lock
    if _lock >= 0:
        os.close(_lock)
    _hub, _lock = None, -1
