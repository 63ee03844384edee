"""The mends of Streamlit: each is needed as long as Streamlit is as it is, and each does what it says."""

import asyncio
import socket
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
import streamlit as st
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
