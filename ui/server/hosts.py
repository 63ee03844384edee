"""For which names this server answers, and whose pages may open a socket or send something.

A page of another site can have a name of its own lead to a private server (DNS rebinding), and would read that server
as if it were its own site. An address in numbers can't be led elsewhere: numbers and this computer's own names are
always answered, any other name only if Streamlit's setting `server.allowedHosts` holds it. Knows ASGI and that setting.
"""

import ipaddress
import socket
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from live.words import t

READING = ("GET", "HEAD", "OPTIONS")
NOT_HERE, FORBIDDEN = 421, 403
FOREIGN = 4403  # close code of a socket


class Hosts:
    """The middleware, before all others."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        host, origin = headers.get("host", ""), headers.get("origin")
        changes = scope["type"] == "websocket" or scope["method"] not in READING
        if not is_answered(host):
            await _refuse(scope, receive, send, NOT_HERE, t("host.unknown", host=_name(f"//{host}") or host))
        elif not changes or origin is None or _place(origin) == host.lower():
            await self._app(scope, receive, send)
        elif is_allowed(_name(origin)):  # a proxy wrote another host: it is the browser's again, for all who compare
            MutableHeaders(scope=scope)["host"] = _place(origin)
            await self._app(scope, receive, send)
        else:
            await _refuse(scope, receive, send, FORBIDDEN, t("host.foreign"))


def is_answered(host: str) -> bool:
    """Whether a request with this `Host` (a name or an address, with or without a port) is answered.

    Browsers always send one; whoever sends none is no browser, and nobody leads it.
    """
    return not host or _is_own(_name(f"//{host}")) or is_allowed(_name(f"//{host}"))


def is_allowed(name: str) -> bool:
    """Whether the setting holds the name itself, `*.` and its end, or `*`."""
    patterns = [pattern.strip().lower().rstrip(".") for pattern in st.get_option("server.allowedHosts")]
    return bool(name) and any(fnmatchcase(name, pattern) for pattern in patterns)


def _is_own(name: str) -> bool:
    here = socket.gethostname().lower().rstrip(".")
    return name in ("localhost", here, f"{here}.local") or name.endswith(".localhost") or _is_number(name)


def _is_number(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _place(origin: str) -> str:
    """Host and port of an origin, as `Host` names them; empty where it has none (`null`) or is no URL."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def _name(url: str) -> str:
    """The host of a URL without its port, in small letters; empty where there is none or it is no URL."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int, sentence: str) -> None:
    if scope["type"] == "http":
        await PlainTextResponse(sentence, status)(scope, receive, send)
    else:
        await receive()
        await send({"type": "websocket.close", "code": FOREIGN, "reason": sentence[:120]})
