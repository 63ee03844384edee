"""What a class feels on this machine: the teacher's hand at each pupil, votes in the histogram, drawings on the wall,
lines that come back.

Starts the app, opens a class, and lets `--pupils` clients of its protocol (ui/classroom/) join, each with a visitor's
cookie as a browser has. Server and clients share the machine. Prints a Markdown table with the load beside it.
`--whole` adds what pupils feel beside abuse (`benchmarks crowd`) and beside many (`benchmarks load`, whose `--rows`
picks some): all that is promised of a class, in some 20 minutes.
"""

import argparse
import asyncio
import base64
import json
import os
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from benchmarks import crowd, load
from benchmarks.serving import ROOT, running_app
from ui import visitors

MODEL, LESSON, OPTIONS = "mnist-vae", "two-seeds", 4  # of the lesson's first question
POINTS_A_SECOND = 10
FIRST, MOST = 0.25, 6.0  # seconds before another try, as live/shell/classroom/channel.js waits
INK_BYTES = 2_048  # of a drawing, as ui/classroom/drawings.py takes it
GOALS = {"point": 0.15, "vote": 0.5, "drawing": 2.0, "back": 10.0}


class Browser:
    """One browser in a class, and what it has been told last."""

    def __init__(self, url: str, key: str = "") -> None:
        self.url, self.key, self.token = url, key, ""
        self.cookie = visitors.new_cookie(secure=False).split(";")[0]
        self.told: dict[str, Any] = {}
        self.heard: Callable[[dict[str, Any]], None] = lambda _news: None
        self.socket: ClientConnection | None = None
        self.hearing: asyncio.Task[None] | None = None

    async def enter(self) -> None:
        """Comes, or comes back, and waits until it knows what is so."""
        self.told = {}
        self.socket = await connect(self.url, additional_headers={"Cookie": self.cookie}, open_timeout=30)
        await self.socket.send(json.dumps({"token": self.token, "key": self.key}))
        while not self.told.keys() >= {"me", "state"}:
            self._hear(await self.socket.recv())
        self.token = self.told["me"].get("token", "")
        self.hearing = asyncio.create_task(self._listen())

    async def come_back(self, number: int) -> None:
        """Tries as the page does until it is in again."""
        shuffled = random.Random(number)
        for attempt in range(100):
            await asyncio.sleep(min(MOST, FIRST * 2**attempt) * (0.5 + shuffled.random()))
            with suppress(WebSocketException, OSError, TimeoutError):
                await self.enter()
                return

    async def say(self, **what: object) -> None:
        """Says one thing."""
        assert self.socket is not None
        await self.socket.send(json.dumps({"say": what}))

    def cut(self) -> None:
        """The line is gone, without a word to the server."""
        assert self.socket is not None
        self.socket.transport.abort()

    async def close(self) -> None:
        """Leaves as a closed tab does."""
        if self.socket:
            await self.socket.close()

    async def _listen(self) -> None:
        assert self.socket is not None
        with suppress(WebSocketException):
            async for text in self.socket:
                self._hear(text)

    def _hear(self, text: str | bytes) -> None:
        news = json.loads(text)
        self.told |= news
        self.heard(news)


def main(arguments: list[str]) -> int:
    """Measures and prints; 0."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks class", description=__doc__)
    parser.add_argument("--pupils", type=int, default=200)
    parser.add_argument("--drawings", type=int, default=10, help="of each pupil, one after the other")
    parser.add_argument("--cut", type=int, default=300, help="sockets that are cut at once")
    parser.add_argument("--seconds", type=float, default=10.0, help="of the teacher's hand, and of the votes")
    parser.add_argument("--whole", action="store_true", help="with the tables of crowd and of load")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        models = Path(name) / "checkpoints"
        shutil.copytree(ROOT / "checkpoints" / MODEL, models / MODEL)
        os.environ["LATENT_CHECKPOINTS"] = str(models)  # whose key signs the visitors' cookies
        with running_app(Path(name) / "log") as server:
            asyncio.run(_rows(server.address, options))
    del os.environ["LATENT_CHECKPOINTS"]  # each of the others has a folder of its own
    for further in (crowd, load) if options.whole else ():
        print()
        further.main([])
    return 0


async def _rows(address: str, options: argparse.Namespace) -> None:
    pupils, cut, seconds, drawings = options.pupils, options.cut, options.seconds, options.drawings
    print("| | asked | p50 | p95 | largest | of | load |\n|---|---|---|---|---|---|---|")
    teacher, class_ = await _class(address, pupils)
    await teacher.say(kind="pace", pacing="follow")
    _print(f"teacher's hand to {pupils} pupils", "point", await _points(teacher, class_, seconds))
    await teacher.say(kind="show", shown=True)
    _print(f"vote to histogram, {pupils} in {seconds:.0f} s", "vote", await _votes(teacher, class_, seconds))
    await teacher.say(kind="again")
    await teacher.say(kind="show", shown=True)
    _print(f"vote to histogram, {pupils} in 1 s", "vote", await _votes(teacher, class_, 1.0))
    _print(f"drawing to wall, {pupils} draw {drawings} each", "drawing", await _drawings(teacher, class_, drawings))
    class_ += await _joined(teacher.url, cut - len(class_))
    _print(f"{cut} sockets cut at once, back with their answers", "back", await _cut(class_[:cut]))
    await teacher.say(kind="end")
    await asyncio.gather(*(browser.close() for browser in (teacher, *class_)))


def _print(title: str, goal: str, times: list[float]) -> None:
    p95 = statistics.quantiles(times, n=20)[-1]
    shown = " | ".join(_time(value) for value in (GOALS[goal], statistics.median(times), p95, max(times)))
    print(f"| {title} | {shown} | {len(times):,} | {os.getloadavg()[0]:.1f} |", flush=True)


def _time(seconds: float) -> str:
    return f"{1000 * seconds:,.0f} ms" if seconds < 10 else f"{seconds:.0f} s"


async def _class(address: str, pupils: int) -> tuple[Browser, list[Browser]]:
    async with httpx.AsyncClient() as client:
        opened = (await client.post(f"{address}/class", json={"lesson": LESSON})).json()
    url = f"ws://{urlsplit(address).netloc}/class/{opened['code']}/live"
    teacher = Browser(url, opened["key"])
    await teacher.enter()
    return teacher, await _joined(url, pupils)


async def _joined(url: str, count: int) -> list[Browser]:
    class_ = [Browser(url) for _ in range(max(0, count))]
    await asyncio.gather(*(browser.enter() for browser in class_))
    return class_


async def _points(teacher: Browser, class_: Iterable[Browser], seconds: float) -> list[float]:
    """Seconds from each place of the teacher's hand to each pupil that hears of it."""
    sent: dict[float, float] = {}
    times: list[float] = []

    def heard(news: dict[str, Any]) -> None:
        if "point" in news:
            times.append(time.monotonic() - sent[news["point"][0]])

    for browser in class_:
        browser.heard = heard
    for number in range(int(seconds * POINTS_A_SECOND)):
        x = number / 100
        sent[x] = time.monotonic()
        await teacher.say(kind="point", z=[x, 0])
        await asyncio.sleep(1 / POINTS_A_SECOND)
    await asyncio.sleep(1)
    return times


async def _votes(teacher: Browser, class_: list[Browser], seconds: float) -> list[float]:
    """Seconds from each vote to the first histogram on the wall that has as many."""
    sent: list[float] = []
    times: list[float] = []
    done = asyncio.Event()

    def heard(news: dict[str, Any]) -> None:
        rounds = news.get("state", {}).get("rounds")
        counted = sum(count for _, count in rounds[-1]) if rounds else 0
        times.extend(time.monotonic() - at for at in sent[len(times) : counted])
        if counted == len(class_):
            done.set()

    async def vote(browser: Browser, number: int) -> None:
        await asyncio.sleep(seconds * random.Random(number).random())
        state = browser.told["state"]
        sent.append(time.monotonic())
        await browser.say(kind="answer", step=state["step"], round=state["round"], value=number % OPTIONS)

    while not teacher.told["state"]["shown"]:
        await asyncio.sleep(0.1)
    await asyncio.sleep(1)
    teacher.heard = heard
    await asyncio.gather(*(vote(browser, number) for number, browser in enumerate(class_)))
    await asyncio.wait_for(done.wait(), 60)
    return times


async def _drawings(teacher: Browser, class_: list[Browser], count: int) -> list[float]:
    """Seconds from each drawing to the wall: all draw at once, each the next one as soon as the server has the last."""
    sent: dict[str, float] = {}
    times: list[float] = []
    done = asyncio.Event()

    def heard(news: dict[str, Any]) -> None:
        for _, ink in news.get("drawings", {"entries": []})["entries"]:
            times.append(time.monotonic() - sent[ink])
        if len(times) == count * len(class_):
            done.set()

    async def draw(browser: Browser, pupil: int) -> None:
        mine = random.Random(pupil)
        for number in range(1, count + 1):
            ink = base64.b64encode(mine.randbytes(INK_BYTES)).decode()
            sent[ink] = time.monotonic()
            await browser.say(kind="draw", number=number, label=pupil % 2, ink=ink)
            while browser.told["me"]["drawn"] < number:
                await asyncio.sleep(0.05)

    teacher.heard = heard
    await teacher.say(kind="gather", labels=["cat", "dog"])
    await teacher.say(kind="watch", start=0)
    await asyncio.sleep(1)
    began = time.monotonic()
    await asyncio.gather(*(draw(browser, pupil) for pupil, browser in enumerate(class_)))
    await asyncio.wait_for(done.wait(), 60)
    print(f"| all {len(times):,} on the wall | | | | {_time(time.monotonic() - began)} | | |")
    await teacher.say(kind="close")
    return times


async def _cut(class_: list[Browser]) -> list[float]:
    """Seconds until each pupil is back, with the answer that it had; raises where one has lost it."""
    before = [(browser.token, browser.told["me"]["answer"]) for browser in class_]
    began = time.monotonic()
    times: list[float] = []

    async def back(browser: Browser, number: int) -> None:
        await browser.come_back(number)
        times.append(time.monotonic() - began)

    for browser in class_:
        browser.heard = lambda _news: None
        browser.cut()
    await asyncio.gather(*(back(browser, number) for number, browser in enumerate(class_)))
    after = [(browser.token, browser.told["me"]["answer"]) for browser in class_]
    if before != after:
        raise SystemExit("Somebody came back as another one, or without the answer.")
    return times
