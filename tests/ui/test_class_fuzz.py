"""A thousand browsers that talk nonsense to four classes at once: nothing of it is done, and who means it is heard."""

import asyncio
import base64
import contextlib
import json
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from starlette.types import Message
from starlette.websockets import WebSocket

from ui import limits
from ui.classroom import channel, hub, journal
from ui.classroom.drawings import Given

CLASSES, CLIENTS, SAID = 4, 1_000, 5
INK = base64.b64encode(bytes(2_048)).decode()
HELLO = json.dumps({"token": "", "key": ""})
SAYINGS: list[dict[str, Any]] = [
    {"kind": "answer", "step": 1, "round": 1, "value": 1}, {"kind": "answer", "step": 3, "round": 1, "value": [0, 1]},
    {"kind": "answer", "step": 1, "round": 1, "value": {"right": True, "ink": "AAAA"}},
    {"kind": "draw", "number": 1, "label": 0, "ink": INK}, {"kind": "leave"},
    {"kind": "go", "step": 2}, {"kind": "pace", "pacing": "free"}, {"kind": "eyes", "up": True}, {"kind": "show", "shown": True},
    {"kind": "view", "view": "?z=1"}, {"kind": "point", "z": [1, 1]}, {"kind": "again"}, {"kind": "reveal"}, {"kind": "ask"},
    {"kind": "gather", "labels": ["a", "b"]}, {"kind": "watch", "start": 0}, {"kind": "remove", "place": 0}, {"kind": "close"},
    {"kind": "end"},
]  # fmt: skip
NOISE = '{}[]",:0123456789.eE-\\\x00é\u202etruefalsn'
WHOLE = ["[" * 3_000, "null", '{"say":' * 500, "\ud800", "9" * 4_000, '{"say":{"kind":"__import__(\'os\')"}}', " "]


class Browser:
    """A browser's socket without a network: says these texts, then goes, or stays until it is told to go."""

    def __init__(self, code: str, name: str, texts: Iterable[Any], stays: bool = False) -> None:
        self.code, self.name, self.stays = code, name, stays
        self.comes = [{"type": "websocket.connect"}, *({"type": "websocket.receive"} | text for text in texts)]
        self.heard: dict[str, Any] = {}
        self.goes, self.woken = asyncio.Event(), asyncio.Event()

    async def run(self) -> None:
        """As the server runs it."""
        scope = {
            "type": "websocket",
            "path": "/",
            "headers": [],
            "client": (self.name, 0),
            "path_params": {"code": self.code},
        }
        await channel._socket(WebSocket(scope, self.receive, self.send))

    async def receive(self) -> Message:
        await asyncio.sleep(0)
        if self.comes:
            return self.comes.pop(0)
        if self.stays:
            await self.goes.wait()
        return {"type": "websocket.disconnect", "code": 1001}

    async def send(self, message: Message) -> None:
        if text := message.get("text"):
            self.heard |= json.loads(text)
            self.woken.set()

    async def until(self, fits: Any) -> None:
        """Waits until what it has heard fits."""
        async with asyncio.timeout(30):
            while not fits(self.heard):
                self.woken.clear()
                await self.woken.wait()


def said(what: Any) -> dict[str, Any]:
    return {"text": json.dumps({"say": what})}


def nonsense(shuffled: random.Random) -> dict[str, Any]:
    """Something said, as it is or with letters changed; text, bytes, or what is no message at all."""
    if shuffled.random() < 0.1:
        return {"text": shuffled.choice(WHOLE)}
    text = list(json.dumps({"say": shuffled.choice(SAYINGS)}))
    for _ in range(shuffled.choice((0, 1, 3))):
        text[shuffled.randrange(len(text))] = shuffled.choice(NOISE)
    whole = "".join(text)
    return {"bytes": whole.encode()} if shuffled.random() < 0.1 else {"text": whole}


def greeting(shuffled: random.Random) -> dict[str, Any]:
    hellos = [HELLO] * 8 + [HELLO[:-3], '{"token":"","key":"x"}', '{"token":"../..","key":""}', "[]"]
    return {"text": shuffled.choice(hellos)}


@pytest.fixture
def classes(checkpoint_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(limits, "CLASS_WRITES", 20)
    monkeypatch.setattr(limits, "CLASS_NEWS", 100)
    hub.forget()
    return checkpoint_folder


def test_a_thousand_clients_of_nonsense_change_nothing_and_disturb_nobody(classes: Path) -> None:
    asyncio.run(_a_lesson_with_a_thousand_fools(classes))
    hub.forget()


async def _a_lesson_with_a_thousand_fools(folder: Path) -> None:
    shuffled, opened = random.Random(14), [hub.classes().open("holes", f"teacher {i}") for i in range(CLASSES)]
    teachers = [
        Browser(live.room.code, f"wall {i}", [{"text": json.dumps({"token": "", "key": key, "watches": 0})}, said(SAYINGS[-5])], True)
        for i, (live, key) in enumerate(opened)
    ]  # fmt: skip
    honest = [Browser(live.room.code, f"pupil {i}", [{"text": HELLO}, said(SAYINGS[0]), said(SAYINGS[3])], True) for i, (live, _) in enumerate(opened)]  # fmt: skip
    fools = [
        Browser(opened[i % CLASSES][0].room.code, f"fool {i}", [greeting(shuffled), *(nonsense(shuffled) for _ in range(SAID))])
        for i in range(CLIENTS)
    ]  # fmt: skip
    running = [asyncio.create_task(one.run()) for one in (*teachers, *honest, *fools)]
    for wall, pupil in zip(teachers, honest, strict=True):
        await pupil.until(lambda heard: heard.get("me", {}).get("answer") == 1 and heard["me"]["drawn"] == 1)
        await wall.until(lambda heard: "drawings" in heard)
    await asyncio.gather(*running[2 * CLASSES :])  # no nonsense raises anything

    for live, _ in opened:
        room = live.room
        assert not live.is_over
        assert (room.step, room.pacing, room.eyes, room.view, room.labels, room.gathers) == (1, "follow", False, "", ("a", "b"), True)  # fmt: skip
        first, *others = room.questions
        assert (first.shown, first.revealed, len(first.rounds)) == (False, False, 1)
        assert set(first.rounds[0].values()) <= {0.0, 1.0, 2.0, 3.0}
        assert not any(question.rounds[0] or question.revealed for question in others)
        assert {type(entry).__name__ for entry in live.drawings.entries} <= {"Given", "Gone"}
        assert all(len(entry.ink) == len(INK) for entry in live.drawings.entries if isinstance(entry, Given))
        assert len(room.members) > CLIENTS / CLASSES / 2
    kept = {path.name.split(".")[0] for path in journal.folder().iterdir() if path.name != journal.LOCK}
    assert kept - {"visitors"} == {f"class-{live.room.code}" for live, _ in opened}
    assert {path.name for path in folder.iterdir()} == {journal.folder().name}
    await _all_go(teachers + honest, running)


async def _all_go(sockets: list[Browser], running: list[asyncio.Task[None]]) -> None:
    for socket in sockets:
        socket.goes.set()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(asyncio.gather(*running), 10)
    assert all(task.done() and task.exception() is None for task in running)
