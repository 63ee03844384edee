"""Defects of Streamlit 1.67 that no setting ends, mended where they are; each says what happens without it.

Called once, by app.py. When Streamlit mends one itself, its function here can go. Knows Streamlit's inside.
"""

import functools
import socket
from asyncio import Transport
from collections.abc import Callable
from typing import Any

import streamlit as st
from streamlit.components.v2.bidi_component import serialization
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.state import session_state
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from ui.limits import IDLE_SECONDS


@functools.cache
def mend() -> None:
    """Does all of it; a second call does nothing."""
    for owner, name, mended in (
        (AppSession, "register_file_watchers", unless_nothing_is_watched),
        (session_state, "unpack_widget_state_value", or_none),
        (serialization, "handle_deserialize", or_none),
        (AutoHTTPProtocol, "connection_made", without_delay),
        (AutoHTTPProtocol, "connection_made", not_for_ever),
    ):
        setattr(owner, name, mended(getattr(owner, name)))


def unless_nothing_is_watched(register: Callable[[Any], None]) -> Callable[[Any], None]:
    """A session that comes back watches files even with `fileWatcherType = "none"`, 0.2 s of the event loop each."""

    def register_if_wanted(session: Any) -> None:
        if st.get_option("server.fileWatcherType") != "none":
            register(session)

    return register_if_wanted


def or_none(parse: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A component's state that is no JSON, or too deep or too long for Python, is none; it would end the page's run."""

    def parse_or_none(text: Any) -> Any:
        try:
            return parse(text)
        except (ValueError, RecursionError):
            return None

    return parse_or_none


def not_for_ever(connection_made: Callable[[Any, Transport], None]) -> Callable[[Any, Transport], None]:
    """A connection on which no request is under way is closed: uvicorn waits for the second half of one for ever."""

    def connection_made_for_a_while(protocol: Any, transport: Transport) -> None:
        connection_made(protocol, transport)
        _watch(protocol, transport)

    return connection_made_for_a_while


def _watch(protocol: Any, transport: Transport, before: object = True) -> None:
    """Looks again and again; closes where no request has come since the look `before`, whose last request was over.

    What has become a WebSocket has another protocol.
    """
    if transport.is_closing() or transport.get_protocol() != protocol:
        return
    last = protocol.cycle
    is_over = last is None or last.response_complete
    if is_over and before is last:
        transport.close()
        return
    protocol.loop.call_later(IDLE_SECONDS / 2, _watch, protocol, transport, last if is_over else True)


def without_delay(connection_made: Callable[[Any, Transport], None]) -> Callable[[Any, Transport], None]:
    """Small packets go out at once. asyncio asks for that only where a socket names its protocol; Streamlit's does not.

    Else the body of an answer waits up to 40 ms for the client to acknowledge its head.
    """

    def connection_made_at_once(protocol: Any, transport: Transport) -> None:
        connection = transport.get_extra_info("socket")
        if connection is not None and connection.family in (socket.AF_INET, socket.AF_INET6):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection_made(protocol, transport)

    return connection_made_at_once
