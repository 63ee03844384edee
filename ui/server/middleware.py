"""Where every request comes in: one middleware before Streamlit and our own routes. Its limits: throttle.py.

Adds the headers of safety, the visitor's cookie and what a page will fetch; shuts what is nobody's business. Knows
Starlette; knows nothing of what is asked.
"""

from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui import visitors
from ui.server import policy
from ui.server.preload import preload_header
from ui.server.shell import Shell
from ui.server.streamlit_files import PackedFiles
from ui.server.throttle import WATCHED

SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    # only pages of this server may frame a page; the second is for browsers that don't know the first. What a page
    # may load, the page says itself: policy.py
    "Content-Security-Policy": policy.FRAMES,
    "X-Frame-Options": "SAMEORIGIN",
}
# Streamlit's counts of sessions and caches, which it shows to anybody
SHUT = "/_stcore/metrics"


class Entrance:
    """The middleware; what is no HTTP request passes as it is. `heard` is called whenever somebody asks."""

    def __init__(self, app: ASGIApp, heard: Callable[[], None] = lambda: None) -> None:
        self._app, self._heard = PackedFiles(Shell(app)), heard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if not scope["path"].endswith(WATCHED):
            self._heard()
        connection = HTTPConnection(scope)
        cookie, link = _cookie(connection), await preload_header(connection)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SAFE_HEADERS.items():
                    headers.setdefault(name, value)
                if cookie:
                    headers.append("Set-Cookie", cookie)
                if link:
                    headers["Link"] = link
            await send(message)

        shut = scope["path"].rstrip("/").endswith(SHUT)
        app = PlainTextResponse("There is no such page.", 404) if shut else self._app
        await app(scope, receive, send_with_headers)


def _cookie(connection: HTTPConnection) -> str | None:
    """A visitor's cookie for a browser that asks for a page and has none."""
    asks_for_page = "text/html" in connection.headers.get("accept", "")
    if not asks_for_page or visitors.known(connection.cookies):
        return None
    # of a proxy that speaks https with the browser, and of its own proxies, the first is the browser's
    scheme = connection.headers.get("x-forwarded-proto", connection.url.scheme).split(",")[0].strip()
    return visitors.new_cookie(secure=scheme == "https")
