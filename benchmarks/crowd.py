"""What a class feels while one client behaves badly: the time of a page's run for those who think, beside each abuse.

Starts the app, lets `--pupils` clients of Streamlit's own protocol run a page every few seconds, and sets on them, one
after the other, what load and abuse were measured with before (the limits: ui/limits.py). Every pupil has a
visitor's cookie, as a browser has; the flooders too. This machine only, bounded in time; prints a Markdown table.
"""

import argparse
import asyncio
import functools
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from benchmarks.serving import ROOT, running_app
from live.library import open_model
from ui.assets import model_url

THINK = 4.0  # seconds between two runs of one pupil
WIDE = "burda-vae"  # 50 latents: 2,450 planes, each computed when it is asked for
NARROW = "mnist-vae"
HALF = b"GET / HTTP/1.1\r\nHost: x\r\nX-Half: "
PAGES = {"accept": "text/html"}
Abuse = Callable[[str, float], Awaitable[None]]


def main(arguments: list[str]) -> int:
    """Measures and prints; 0."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks crowd", description=__doc__)
    parser.add_argument("--pupils", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=15.0, help="of each row")
    options = parser.parse_args(arguments)
    for run_id in (WIDE, NARROW):
        _base(run_id)  # now, for it takes a while
    with tempfile.TemporaryDirectory() as name:
        models = copy_models(Path(name))
        with running_app(Path(name) / "log", {"LATENT_CHECKPOINTS": str(models)}) as server:
            asyncio.run(_rows(server.address, options.pupils, options.seconds))
    return 0


async def _rows(address: str, pupils: int, seconds: float) -> None:
    print(
        f"| Beside {pupils} who think {THINK:.0f} s | runs | p50 | p95 | largest | failed |\n|---|---|---|---|---|---|"
    )
    for title, abuse in ABUSES.items():
        times, failed = await measured(address, pupils, seconds, abuse)
        p95 = statistics.quantiles(times, n=20)[-1]
        numbers = " | ".join(f"{1000 * value:,.0f} ms" for value in (statistics.median(times), p95, max(times)))
        print(f"| {title} | {len(times)} | {numbers} | {failed} |", flush=True)


async def measured(address: str, pupils: int, seconds: float, abuse: Abuse | None) -> tuple[list[float], int]:
    """Seconds of each run of a page by the pupils while the abuse goes on, and how many failed."""
    times: list[float] = []
    failed = 0
    arrived = asyncio.Barrier(pupils + 1)
    until = [0.0]

    async def pupil(number: int) -> None:
        nonlocal failed
        shuffled = random.Random(number)
        try:
            async with await enter(address) as socket:
                await run_page(socket, number)
                await arrived.wait()
                await asyncio.sleep(THINK * shuffled.random())
                while time.monotonic() < until[0]:
                    times.append(await run_page(socket, shuffled.randrange(10**6)))
                    await asyncio.sleep(THINK * (0.5 + shuffled.random()))
        except (WebSocketException, OSError, httpx.HTTPError):
            failed += 1

    class_ = [asyncio.create_task(pupil(number)) for number in range(pupils)]
    until[0] = time.monotonic() + 3600
    await asyncio.wait_for(arrived.wait(), 120)
    until[0] = time.monotonic() + seconds
    if abuse:
        await abuse(address, seconds)
    await asyncio.gather(*class_)
    return times, failed


def copy_models(folder: Path) -> Path:
    """The shipped models in a folder of their own, which one process may own."""
    models = folder / "checkpoints"
    shutil.copytree(ROOT / "checkpoints", models, ignore=shutil.ignore_patterns(".*"))
    return models


async def cookie_of(address: str) -> str:
    """A new visitor's, as a browser gets it with its first page."""
    async with httpx.AsyncClient(timeout=60) as client:
        answer = await client.get(address, headers=PAGES)
        return "; ".join(f"{name}={value}" for name, value in answer.cookies.items())


async def enter(address: str) -> connect:
    """A new visitor's way to a session of Streamlit."""
    cookie = await cookie_of(address)
    url = f"ws://{urlsplit(address).netloc}/_stcore/stream"
    protocols, headers = [Subprotocol("streamlit")], {"Cookie": cookie}
    return connect(url, additional_headers=headers, subprotocols=protocols, open_timeout=60, max_size=None)


async def run_page(socket: ClientConnection, number: int, model: str = "") -> float:
    """Lets Streamlit run the start at another point of a model's map, and returns the seconds until it has."""
    await socket.send(message_of(number, model))
    began = time.monotonic()
    while True:
        message = ForwardMsg()
        message.ParseFromString(await socket.recv(decode=False))
        if message.WhichOneof("type") == "script_finished":
            return time.monotonic() - began


def message_of(number: int, model: str = "") -> bytes:
    """What a browser sends whose address has changed."""
    ask = BackMsg()
    named = f"model={model}&" if model else ""
    ask.rerun_script.query_string = f"{named}z={number % 400 / 100 - 2},{number % 300 / 100 - 1.5}"
    return bytes(ask.SerializeToString())


def _many(count: int, one: Abuse) -> Abuse:
    async def all_of_them(address: str, seconds: float) -> None:
        await asyncio.gather(*(one(address, seconds) for _ in range(count)))

    return all_of_them


async def _flood(address: str, seconds: float) -> None:
    """One client sends as fast as it can and reads nothing but what it must."""
    until = time.monotonic() + seconds
    async with await enter(address) as socket:

        async def hear() -> None:
            async for _ in socket:
                pass

        hearing = asyncio.create_task(hear())
        number = 0
        while time.monotonic() < until:
            try:
                await asyncio.wait_for(
                    socket.send(message_of(number := number + 1)), max(0.01, until - time.monotonic())
                )
            except TimeoutError:
                break
            await asyncio.sleep(0.001)
        hearing.cancel()


def _gets(paths: Callable[[int], str], connections: int) -> Abuse:
    """One visitor asks for files as fast as they come, over several connections."""

    async def get(address: str, seconds: float) -> None:
        cookie, until = await cookie_of(address), time.monotonic() + seconds

        async def one(start: int) -> None:
            async with httpx.AsyncClient(base_url=address, headers={"Cookie": cookie}, timeout=30) as client:
                number = start
                while time.monotonic() < until:
                    await client.get(paths(number))
                    number += connections

        await asyncio.gather(*(one(start) for start in range(connections)))

    return get


async def _halves(address: str, seconds: float) -> None:
    """400 requests of which the second half never comes."""
    parts = urlsplit(address)
    opened = [await asyncio.open_connection(parts.hostname, parts.port) for _ in range(400)]
    for _, writer in opened:
        writer.write(HALF)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        await asyncio.sleep(1)
        for _, writer in opened:
            if not writer.is_closing():
                writer.write(b"x")
    for _, writer in opened:
        writer.close()


@functools.cache
def _base(run_id: str) -> str:
    """Where a model's files are, by its digest."""
    return model_url(open_model(run_id))


def _plane(number: int) -> str:
    first, second = divmod(number % 2_450, 49)
    return f"/{_base(WIDE)}map-{first + 1}-{second + 1 + (second >= first)}.json"


ABUSES: dict[str, Abuse | None] = {
    "nothing": None,
    "one flooder of messages": _flood,
    "three flooders of messages": _many(3, _flood),
    "one who asks for planes, 4 connections": _gets(_plane, 4),
    "one who asks for weights, 12 connections": _gets(lambda _: f"/{_base(NARROW)}decoder.bin", 12),
    "400 half requests": _halves,
}
