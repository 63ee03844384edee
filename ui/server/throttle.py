"""Who asks too much waits: no client can take the server from the others, and a class is not taken for one client.

A visitor is known by the signed cookie, and has a rate of its own; whoever has none shares one with all strangers of
the address. All visitors of an address share another, wide enough for a school. Too many requests are refused with the
time to wait; too many messages are not lost, they come later. Knows ASGI and cookies; knows no page.
"""

import asyncio
import math
import re
import time
from collections import Counter, OrderedDict
from collections.abc import Callable

from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from live.words import refusal, t
from ui import limits, switches, visitors
from ui.limits import Rate

WATCHED = ("/healthz", "/_stcore/health")  # asked again and again by what watches a server, for nobody who waits
UPLOAD = "/_stcore/upload_file/"
# another plane of a model with many latents is computed for whoever asks, and so is what goes along as one file; the
# plane of a model with two is made at the start
_COMPUTED = re.compile(r".*/assets/(model/[^/]+/[^/]+/(map-(?!1-[12]\.json)[^/]*|nearest)|(file\.html|codes\.parquet))")
_DECODE = re.compile(r".*/assets/model/[^/]+/[^/]+/decode")
_CLASS = re.compile(r".*/class/[^/]+/live")
ALL = (False, "all", None)  # under which all sockets are counted but those of classes
TOO_LARGE, TRY_LATER = 1009, 1013  # close codes of RFC 6455 and its registry


class Buckets:
    """Token buckets of one rate, one for each key. Not for several threads: the server's loop is one."""

    def __init__(self, rate: Rate, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._clock = rate, clock
        self._filled: OrderedDict[object, tuple[float, float]] = OrderedDict()  # how much there was, and when

    def take(self, key: object, amount: float = 1.0) -> float:
        """Takes that much if it is there and returns 0; else takes nothing and returns the seconds until it is."""
        left = self._left(key)
        if left < min(amount, self._rate.burst):
            return (amount - left) / self._rate.per_second
        self._keep(key, left - amount)
        return 0.0

    def borrow(self, key: object, amount: float = 1.0) -> float:
        """Takes that much whatever is there, and returns the seconds after which it would have been."""
        left = self._left(key) - amount
        self._keep(key, left)
        return max(0.0, -left / self._rate.per_second)

    def _left(self, key: object) -> float:
        now = self._clock()
        before, when = self._filled.get(key, (self._rate.burst, now))
        return min(self._rate.burst, before + (now - when) * self._rate.per_second)

    def _keep(self, key: object, left: float) -> None:
        self._filled[key] = (left, self._clock())
        self._filled.move_to_end(key)
        while len(self._filled) > limits.CLIENTS:
            self._filled.popitem(last=False)


class Throttle:
    """The middleware: requests, messages, bytes and sockets within `ui/limits.py`. `sockets` counts the open ones."""

    def __init__(self, app: ASGIApp, sockets: Counter[object] | None = None) -> None:
        self._app = app
        self._requests = (Buckets(limits.REQUESTS), Buckets(limits.ADDRESS_REQUESTS))
        self._messages = (Buckets(limits.MESSAGES), Buckets(limits.ADDRESS_MESSAGES))
        self._decodes = (Buckets(limits.DECODES), Buckets(limits.ADDRESS_DECODES))
        self._of_classes = (Buckets(limits.CLASS_MESSAGES), Buckets(limits.ADDRESS_CLASS_MESSAGES))
        self._uploads = (Buckets(limits.UPLOADED), Buckets(limits.ALL_UPLOADED))
        self._sockets: Counter[object] = Counter() if sockets is None else sockets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        elif scope["type"] == "http" and not scope["path"].endswith(WATCHED):
            await self._request(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        visitor, address = _client(scope)
        cost = limits.COMPUTED if _COMPUTED.fullmatch(scope["path"]) else 1
        mine, all_here = self._requests
        wait = mine.take(visitor, cost) or all_here.take(address, cost)
        if wait:
            await _refusal(429, t("limit.requests", count=math.ceil(wait)), wait)(scope, receive, send)
            return
        is_upload = UPLOAD in scope["path"] and scope["method"] in ("PUT", "POST")
        most = limits.UPLOAD_MEGABYTES * 2**20 + limits.BODY_BYTES if is_upload else limits.BODY_BYTES
        size = _size(scope)
        if size > most:
            await _refusal(413, t("limit.body"))(scope, receive, send)
            return
        if is_upload:
            if not switches.is_on("uploads"):
                await _refusal(403, refusal(switches.OFF["uploads"]))(scope, receive, send)
                return
            mine, everybody = self._uploads
            # a body without a length may be as large as any
            wait = mine.take(visitor, size or most) or everybody.take(None, size or most)
            if wait:
                await _refusal(429, t("limit.uploads", count=math.ceil(wait / 60)), wait)(scope, receive, send)
                return
        await self._app(scope, _at_most(receive, most), send)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        visitor, address = _client(scope)
        in_class = bool(_CLASS.fullmatch(scope["path"]))  # which takes no page's socket away
        room_for = (limits.SOCKETS, limits.ADDRESS_SOCKETS, limits.ALL_SOCKETS)
        if in_class:
            room_for = (limits.CLASS_SOCKETS, limits.ADDRESS_CLASS_SOCKETS, limits.ALL_CLASS_SOCKETS)
        keys = [(in_class, kind, key) for kind, key in (("visitor", visitor), ("address", address), ("all", None))]
        if any(self._sockets[key] >= most for key, most in zip(keys, room_for, strict=True)):
            await receive()
            await send({"type": "websocket.close", "code": TRY_LATER, "reason": t("limit.sockets")})
            return
        is_decode = _DECODE.fullmatch(scope["path"])
        mine, all_here = self._of_classes if in_class else self._decodes if is_decode else self._messages
        most = limits.CLASS_MESSAGE_BYTES if in_class else limits.MESSAGE_BYTES

        async def in_turn() -> Message:
            message = await receive()
            if message["type"] == "websocket.receive":
                if len(message.get("bytes") or message.get("text") or "") > most:
                    await send({"type": "websocket.close", "code": TOO_LARGE, "reason": t("limit.body")})
                    return {"type": "websocket.disconnect", "code": TOO_LARGE}
                await asyncio.sleep(max(mine.borrow(visitor), all_here.borrow(address)))
            return message

        self._sockets.update(keys)
        try:
            await self._app(scope, in_turn, send)
        finally:
            self._sockets.subtract(keys)
            self._sockets += Counter()  # forgets whoever has none


def _client(scope: Scope) -> tuple[object, str]:
    """The visitor, or the address once more for whoever has no cookie of ours; and the address."""
    address = (scope.get("client") or ("", 0))[0]
    return visitors.known(HTTPConnection(scope).cookies) or ("stranger", address), address


def _size(scope: Scope) -> int:
    """What the request says of its body's length; 0 where it says nothing."""
    text = HTTPConnection(scope).headers.get("content-length", "")
    return int(text) if text.isascii() and text.isdigit() else 0


def _at_most(receive: Receive, most: int) -> Receive:
    """The request's body, which ends where it would be larger than was said: as if the client had gone."""
    came = 0

    async def receive_within() -> Message:
        nonlocal came
        message = await receive()
        came += len(message.get("body", b""))
        return message if came <= most else {"type": "http.disconnect"}

    return receive_within


def _refusal(status: int, sentence: str, wait: float = 0.0) -> PlainTextResponse:
    headers = {"Retry-After": str(math.ceil(wait))} if wait else {}
    return PlainTextResponse(sentence, status, headers)
