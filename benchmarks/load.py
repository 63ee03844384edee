"""What many do to a server at once: the load table. Each row starts from a server that has served nobody.

195 who think, 195 who drag, 30 first visits at once, sockets that are cut, uploads, and large models that are opened,
each beside what it is for those who think. `--rows` picks some; this machine only. Prints a Markdown table.
"""

import argparse
import asyncio
import os
import random
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
import torch
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from benchmarks.crowd import THINK, copy_models, enter, measured, message_of, run_page
from benchmarks.serving import Server, running_app
from datasets.catalogue import load
from models import gallery
from training.finish import finish
from training.loop import train
from training.plans import make_plan
from training.state import TrainState

DRAG = 0.25  # seconds between two reruns of one who drags
VICTIMS = 10  # who think beside a row
FIRST, UPLOADS, UPLOAD_MB, MODELS = 30, 20, 31, 8
WIDTHS = (1_800, 1_800)  # of a model of 26 MB
XSRF = "_streamlit_xsrf"
LINKED = re.compile(r'(?:src|href)="([^"]+)"|<([^>]+)>; rel=preload')
Row = Callable[[Server, argparse.Namespace], Coroutine[Any, Any, str]]


def main(arguments: list[str]) -> int:
    """Measures and prints; 0."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks load", description=__doc__)
    parser.add_argument("--rows", nargs="+", choices=list(ROWS), default=list(ROWS))
    parser.add_argument("--pupils", type=int, default=195)
    parser.add_argument("--cut", type=int, default=300, help="sockets that are cut at once")
    parser.add_argument("--seconds", type=float, default=600.0, help="of those who think; others take a tenth of it")
    options = parser.parse_args(arguments)
    print("| | what came of it | load |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        models = copy_models(Path(name))
        if "models" in options.rows:
            _make_large(models)
        for row in options.rows:
            with running_app(Path(name) / "log", {"LATENT_CHECKPOINTS": str(models)}) as server:
                told = asyncio.run(ROWS[row](server, options))
            print(f"| {row} | {told} | {os.getloadavg()[0]:.1f} |", flush=True)
    return 0


async def _think(server: Server, options: argparse.Namespace) -> str:
    times, failed = await measured(server.address, options.pupils, options.seconds, None)
    return f"{options.pupils} every {THINK:.0f} s: {_times(times)}, {failed} failed"


async def _drag(server: Server, options: argparse.Namespace) -> str:
    """All drag all the time, and now and then go to another model."""
    reruns: list[float] = []
    switches: list[float] = []

    async def drag(socket: ClientConnection, number: int, until: float) -> None:
        shuffled = random.Random(number)
        while time.monotonic() < until:
            switch = shuffled.random() < 0.02
            model = shuffled.choice(("mnist-vae", "mnist-cvae")) if switch else "mnist-vae"
            took = await run_page(socket, shuffled.randrange(10**6), model)
            (switches if switch else reruns).append(took)
            await asyncio.sleep(DRAG * (0.5 + shuffled.random()))

    sockets = await _opened(server.address, options.pupils)
    until = time.monotonic() + options.seconds / 10
    ends = await asyncio.gather(*(drag(one, i, until) for i, one in enumerate(sockets)), return_exceptions=True)
    failed = sum(isinstance(end, BaseException) for end in ends)
    await _close(sockets)
    return f"{options.pupils}: a rerun {_times(reruns)}; another model {_times(switches)}; {failed} failed"


async def _first(server: Server, options: argparse.Namespace) -> str:
    """First visits: the page, what it names, and a run; twice, for the first to ask for a file packs it."""
    told = []
    for _ in range(2):
        took: list[float] = []

        async def visits(address: str, _seconds: float, took: list[float] = took) -> None:
            ends = await asyncio.gather(*(_visit(address) for _ in range(FIRST)), return_exceptions=True)
            took += [end for end in ends if isinstance(end, float)]

        victims, failed = await measured(server.address, VICTIMS, max(8.0, options.seconds / 60), visits)
        lost = FIRST - len(took)
        told.append(f"{FIRST} at once: {_times(took)}, {lost} lost; beside them {_times(victims)}, {failed} failed")
    return "; again, ".join(told)


async def _visit(address: str) -> float:
    began = time.monotonic()
    six = httpx.Limits(max_connections=6)  # as a browser has them
    async with httpx.AsyncClient(timeout=60, limits=six) as client:
        page = await _fetched(client, address, {"accept": "text/html"})
        text = page.text + page.headers.get("link", "")
        urls = {urljoin(f"{address}/", found) for pair in LINKED.findall(text) for found in pair if found}
        await asyncio.gather(*(_fetched(client, url) for url in urls if url.startswith(address)))
    async with await enter(address) as socket:
        await run_page(socket, 1)
    return time.monotonic() - began


async def _fetched(client: httpx.AsyncClient, url: str, headers: dict[str, str] | None = None) -> httpx.Response:
    """As a browser gets a file, which asks again where a connection that it had kept is gone."""
    for _ in range(5):
        with suppress(httpx.TransportError):
            return await client.get(url, headers=headers)
    raise TimeoutError(url)


async def _uploads(server: Server, _options: argparse.Namespace) -> str:
    """Each visitor with a session and a cookie of its own sends one file."""
    content = os.urandom(UPLOAD_MB * 10**6)
    sockets = await _opened(server.address, UPLOADS)
    sessions = [await _session(socket) for socket in sockets]
    before, statuses = _memory(server), []
    for socket, session in zip(sockets, sessions, strict=True):
        async with httpx.AsyncClient(timeout=120, headers={"Cookie": _header(socket, "Cookie")}) as client:
            given = ((await client.get(f"{server.address}/_stcore/health")).cookies.get(XSRF) or "").strip('"')
            headers = {"Cookie": f"{_header(socket, 'Cookie')}; {XSRF}={given}", "X-Xsrftoken": given}
            url = f"{server.address}/_stcore/upload_file/{session}/file-1"
            answer = await client.put(url, files={"file": ("a.zip", content)}, headers=headers)
        statuses.append(answer.status_code)
    during = _memory(server) - before
    await _close(sockets)
    taken = sum(status < 300 for status in statuses)
    others = sorted({status for status in statuses if status >= 300})
    return f"{UPLOADS} x {UPLOAD_MB} MB: {taken} taken, others {others}; memory +{during:.0f} MB"


async def _models(server: Server, _options: argparse.Namespace) -> str:
    [socket] = await _opened(server.address, 1)
    await run_page(socket, 1)
    before, times = _memory(server), []
    for number in range(MODELS):
        times.append(await run_page(socket, number, f"large-{number}"))
    await _close([socket])
    return f"{MODELS} of 26 MB opened: {_times(times)} each; memory +{_memory(server) - before:.0f} MB"


async def _cut(server: Server, options: argparse.Namespace) -> str:
    """Sessions whose sockets are cut at once, and come back by their own session."""
    sockets = await _opened(server.address, options.cut)
    sessions = [await _session(socket) for socket in sockets]
    cookies = [_header(socket, "Cookie") for socket in sockets]
    silent = asyncio.create_task(_silence(server.address, 15))
    began = time.monotonic()
    for socket in sockets:
        socket.transport.abort()
    times: list[float] = []

    async def back(number: int) -> bool:
        await asyncio.sleep(random.Random(number).random())
        again = await _again(server.address, cookies[number], sessions[number])
        times.append(time.monotonic() - began)
        found = await _session(again)
        await again.close()
        return found == sessions[number]

    ends = await asyncio.gather(*map(back, range(options.cut)), return_exceptions=True)
    same = sum(end is True for end in ends)
    longest = _time(await silent)
    return f"{options.cut} cut: silent for {longest} at most; {same} are the same session again, {_times(times)}"


async def _again(address: str, cookie: str, session: str) -> ClientConnection:
    url = f"ws://{urlsplit(address).netloc}/_stcore/stream"
    asked = ["streamlit", "none", session]
    for wait in (0.2, 0.5, 1, 2, 4):
        with suppress(WebSocketException, OSError, TimeoutError):
            return await connect(url, additional_headers={"Cookie": cookie}, subprotocols=asked, max_size=None)  # type: ignore[arg-type]
        await asyncio.sleep(wait)
    raise TimeoutError("no socket")


async def _silence(address: str, seconds: float) -> float:
    """The longest that /healthz took, asked all the time."""
    longest, until = 0.0, time.monotonic() + seconds
    async with httpx.AsyncClient(timeout=60) as client:
        while time.monotonic() < until:
            began = time.monotonic()
            with suppress(httpx.HTTPError):
                await client.get(f"{address}/healthz")
            longest = max(longest, time.monotonic() - began)
            await asyncio.sleep(0.05)
    return longest


async def _opened(address: str, count: int) -> list[ClientConnection]:
    return list(await asyncio.gather(*[_open(address) for _ in range(count)]))


async def _open(address: str) -> ClientConnection:
    return await (await enter(address))


async def _close(sockets: list[ClientConnection]) -> None:
    await asyncio.gather(*(socket.close() for socket in sockets), return_exceptions=True)


async def _session(socket: ClientConnection) -> str:
    """Runs the start, and says which session answers."""
    await socket.send(message_of(1, "mnist-vae"))
    session = ""
    while True:
        message = ForwardMsg()
        message.ParseFromString(await socket.recv(decode=False))
        if message.WhichOneof("type") == "new_session":
            session = message.new_session.initialize.session_id
        if message.WhichOneof("type") == "script_finished":
            return session


def _header(socket: ClientConnection, name: str) -> str:
    return socket.request.headers[name] if socket.request else ""


def _memory(server: Server) -> float:
    """What the server has in memory, in MB."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found[1]) / 1000 if found else 0.0


def _make_large(folder: Path) -> None:
    """Eight models of 26 MB, trained on small digits for an epoch; the bytes are what counts."""
    plan = make_plan("vae", "digits", 2, {"widths": WIDTHS}, {"epochs": 1})
    data = load("digits")
    state = TrainState("large-0", plan.title, plan.model, plan.training, data.record(), torch.device("cpu"))
    list(train(state, data))
    checkpoint = finish(state, data)
    for number in range(MODELS):
        run = replace(checkpoint.run, run_id=f"large-{number}", title=f"Large {number}")
        gallery.add(replace(checkpoint, run=run), folder)


def _times(times: list[float]) -> str:
    if len(times) < 2:
        return "too few to say"
    cuts = statistics.quantiles(times, n=100)
    return f"p50 {_time(statistics.median(times))}, p95 {_time(cuts[94])}, p99 {_time(cuts[98])}"


def _time(seconds: float) -> str:
    return f"{1000 * seconds:,.0f} ms" if seconds < 10 else f"{seconds:.0f} s"


ROWS: dict[str, Row] = {
    "think": _think,
    "drag": _drag,
    "first": _first,
    "cut": _cut,
    "uploads": _uploads,
    "models": _models,
}
