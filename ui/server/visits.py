"""One line a page that somebody opened, for who runs the server: the visitor, the page, its status, how long it took.

A visitor is eight digits of a hash, never a name or an address; what stands in the link is not written. Off, unless the
environment holds LATENT_LOG=visits. Knows ASGI.
"""

import hashlib
import logging
import os
import sys
import time

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui import visitors

logger = logging.getLogger(__name__)
NOBODY = "new"


class Visits:
    """The middleware: notes pages, and sockets when they close, which is how long somebody stayed."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        if os.environ.get("LATENT_LOG") == "visits":
            handler = logging.StreamHandler(sys.stderr)
            handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
            logger.addHandler(handler)
            logger.setLevel(logging.INFO)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not logger.isEnabledFor(logging.INFO) or not _is_visit(scope):
            await self._app(scope, receive, send)
            return
        started, status = time.perf_counter(), 0

        async def noted(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            spent = 1000 * (time.perf_counter() - started)
            logger.info("%s %s %s %s %.0f ms", scope["type"], _who(scope), scope["path"], status or "-", spent)


def _is_visit(scope: Scope) -> bool:
    if scope["type"] == "websocket":
        return True
    return scope["type"] == "http" and "text/html" in HTTPConnection(scope).headers.get("accept", "")


def _who(scope: Scope) -> str:
    known = visitors.known(HTTPConnection(scope).cookies)
    return hashlib.sha256(known.encode()).hexdigest()[:8] if known else NOBODY
