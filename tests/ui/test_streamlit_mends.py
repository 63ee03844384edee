"""The mends of Streamlit: each is needed as long as Streamlit is as it is, and each does what it says."""

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import streamlit as st
import uvicorn
from streamlit.components.v2.bidi_component import serialization
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.runtime.state import session_state
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from ui.server import streamlit_mends

BAD = ["{", "", "x", "[" * 50_000, '{"state":' + "[" * 50_000, '{"state": ' + "9" * 5_000 + "}"]


@pytest.fixture(autouse=True)
def _mended() -> None:
    streamlit_mends.mend()


@pytest.mark.parametrize("text", BAD, ids=lambda text: text[:9])
def test_a_state_that_is_no_json_is_none(text: str) -> None:
    assert session_state.unpack_widget_state_value(WidgetState(id="x", json_value=text)) is None
    assert serialization.deserialize_trigger_list(text) in (None, [text])


def test_what_is_json_is_read() -> None:
    assert session_state.unpack_widget_state_value(WidgetState(id="x", json_value='{"state": 3}')) == {"state": 3}
    assert serialization.deserialize_trigger_list('[{"event": "act"}]') == [{"event": "act"}]


@pytest.mark.parametrize(("option", "watches"), [("none", []), ("auto", ["registered"]), ("poll", ["registered"])])
def test_files_are_watched_where_that_is_asked_for(
    option: str, watches: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(st, "get_option", {"server.fileWatcherType": option}.__getitem__)
    done: list[str] = []
    register = streamlit_mends.unless_nothing_is_watched(lambda _session: done.append("registered"))
    register(SimpleNamespace())
    assert done == watches


def test_a_second_call_does_nothing() -> None:
    made = AutoHTTPProtocol.connection_made
    streamlit_mends.mend()
    assert AutoHTTPProtocol.connection_made is made


def delays(wrap: Callable[[Any], Any]) -> list[int]:
    """TCP_NODELAY of a connection to a listener made as Streamlit makes it, seen when its protocol has begun."""
    options: list[int] = []

    class Begun(asyncio.Protocol):
        def connection_made(self, transport: Any) -> None:
            options.append(transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            transport.close()

    class Mended(Begun):
        connection_made = wrap(Begun.connection_made)

    async def connect() -> None:
        listener = socket.socket(family=socket.AF_INET)
        listener.bind(("127.0.0.1", 0))
        server = await asyncio.get_running_loop().create_server(Mended, sock=listener)
        async with server:
            reader, writer = await asyncio.open_connection(*listener.getsockname())
            await reader.read()
            writer.close()
            await writer.wait_closed()

    asyncio.run(connect())
    return options


def test_small_packets_go_out_at_once() -> None:
    assert delays(lambda made: made) == [0], "asyncio sets it by itself now: the mend can go"
    assert delays(streamlit_mends.without_delay) != [0]


@contextlib.contextmanager
def served(app: Any) -> Iterator[socket.socket]:
    """A connection to uvicorn with this application."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off", timeout_keep_alive=60))
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        with socket.create_connection(listener.getsockname(), timeout=20) as connection:
            yield connection
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


async def slow(_scope: Any, _receive: Any, send: Any) -> None:
    """Answers after three looks of the watch."""
    await asyncio.sleep(0.6)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]})
    await send({"type": "http.response.body", "body": b"done"})


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nHost: x\r\n", b"nonsense"])
def test_half_a_request_is_not_waited_for_for_ever(sent: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streamlit_mends, "IDLE_SECONDS", 0.2)
    with served(slow) as connection:
        connection.sendall(sent)
        while connection.recv(1000):  # a refusal, where it is no HTTP
            pass


async def quick(_scope: Any, _receive: Any, send: Any) -> None:
    """Answers so that whoever looks sees nobody at work."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]})
    await send({"type": "http.response.body", "body": b"done"})


@pytest.mark.parametrize(("app", "requests"), [(slow, 2), (quick, 10)])
def test_an_answer_that_takes_long_is_not_cut_nor_who_asks_again_and_again(
    app: Any, requests: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streamlit_mends, "IDLE_SECONDS", 0.4)
    with served(app) as connection:
        for _ in range(requests):
            time.sleep(0.08)
            connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            text = b""
            while not text.endswith(b"done"):
                part = connection.recv(1000)
                assert part, "cut"
                text += part
