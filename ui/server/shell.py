"""The page's HTML: Streamlit's own, with the app's name, its bar of places and what must run before Streamlit does.

The bar (bar.py) is on the screen before any script: `live/shell/` makes its links switch pages without a reload.
Knows Starlette and Streamlit's index.html; knows no page's content.
"""

import functools
import gzip
import html
import json
import re
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import streamlit
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from live.words import spoken, t
from ui.assets import LIVE, live_url
from ui.page_table import FORWARDS, PAGES
from ui.server.bar import bar, dialogs, mark_rule, needs
from ui.server.first_view import FirstPanes, FirstView, first_panes, first_view
from ui.server.policy import policy

_ADDRESSES = {page.address for page in PAGES.values()}
STREAMLIT_PAGE = Path(streamlit.__file__).parent / "static" / "index.html"
FIRST_VIEW = "<!-- the first view -->"  # where it will stand
STYLE = Path(__file__).parent / "shell.css"
PAGES_STYLE = Path(__file__).parent.parent / "style.css"
EARLY, HELD = LIVE / "shell" / "early.js", LIVE / "shell" / "held.js"
_FONT = re.compile(r'<link\s+rel="preload"[^>]*as="font"[^>]*>')
# the address of a page ends without a dot, and Streamlit's own begin with an underscore
_PAGE = re.compile(r"(/(?!_)[^/]*)*/(?!_)[^/.]*")
# Of the theme, what is on the screen while Streamlit starts.
_THEME = ("primaryColor", "backgroundColor", "secondaryBackgroundColor", "textColor", "borderColor")


def page_html(place: str, held: bool = False) -> str:
    """The HTML of the page at an address: its title, its link marked in the bar, and room for its first view.

    `held`: Streamlit's own files wait until that view decodes, see live/shell/held.js.
    """
    titles = _titles()
    title = t("page.tab", title=titles[place]) if place in titles else t("shell.name")
    head = (
        f"<style>{mark_rule()}{STYLE.read_text('utf-8')}{_pages_style()}</style><script>{_settings()};{EARLY.read_text('utf-8')}</script>"
        f'<link rel="stylesheet" href="./{live_url("live.css")}">'
        f'<script type="module" src="./{live_url("shell/main.js")}"></script>'
        f'<script type="module" src="./{live_url("first.js")}"></script>'
    )
    before, start, rest = STREAMLIT_PAGE.read_text("utf-8").partition('<script type="module"')
    before = re.sub("<title>.*?</title>", f"<title>{html.escape(title)}</title>", before)
    before = before.replace('<html lang="en">', f'<html lang="{spoken()["locale"]}">')
    own, end, body = f"{start}{rest}".partition("</head>")
    if held:
        fonts = "".join(_FONT.findall(before))
        before, head = _FONT.sub("", before), f"{head}<script>{HELD.read_text('utf-8')}</script>"
        own = f'<template id="lp-held">{fonts}{own}</template>'
    root = '<div id="root">'
    return f"{before}{head}{own}{end}{body}".replace(root, f"{bar(place)}{dialogs()}{needs()}{FIRST_VIEW}{root}")


def _pages_style() -> str:
    """The rules of the pages, there before their first element; below `:root`, for Streamlit's own come after them."""
    return f":root {{ {PAGES_STYLE.read_text('utf-8')} }}"


def _settings() -> str:
    """What Streamlit is told before it starts.

    It would look for its root below the page's own address first, and find a 404; it would block the page with a dialog
    when the server is away, where the live views need none; and until the server has told it the theme it would paint
    the page in colours of its own.
    """
    themes = {f"{name.upper()}_THEME": _theme(name) for name in ("light", "dark")}
    told = json.dumps({"HOST_CONFIG": {"blockErrorDialogs": True}, **themes})
    return f'window.__streamlit = {{ ...{told}, BACKEND_BASE_URL: new URL("./", location.href).href }}'


def _theme(name: str) -> dict[str, object]:
    options = {option: streamlit.get_option(f"theme.{name}.{option}") for option in _THEME}
    return {option: value for option, value in options.items() if value is not None}


def _titles() -> dict[str, str]:
    """What each address is called, in the order of the bar."""
    return {page.address: t(page.title) for page in PAGES.values()}


def _answer(place: str, query: str, packed: bool) -> Response:
    """An answer of its own for each request: whoever passes it on may add a visitor's headers."""
    found = first_view(place, query) or first_panes(place, query)
    page, rules = _content(place, found is not None)
    content = page.replace(FIRST_VIEW, _early(found) if found else "").encode()
    headers = {"Cache-Control": "no-cache", "Vary": "Accept-Encoding", "Content-Security-Policy": rules}
    if packed:
        headers["Content-Encoding"] = "gzip"
    return Response(gzip.compress(content, 4) if packed else content, media_type="text/html", headers=headers)


def _early(found: FirstView | FirstPanes) -> str:
    """The place of the view that is shown before Streamlit is there, and what it is told."""
    data = json.dumps(found.data).replace("<", "\\u003c")  # nothing in it can end the script
    return (
        '<div class="lp-early" role="main"><div class="lv-host"></div></div>'
        f'<script type="application/json" id="lp-first">{data}</script>'
    )


@functools.lru_cache(maxsize=32)
def _content(place: str, held: bool) -> tuple[str, str]:
    """A page and what it may load."""
    page = page_html(place, held)
    return page, policy(page)


def forwarded(name: str, query: str) -> str | None:
    """Where an older link leads now, relative to it, so that a path prefix survives; None for a page of today."""
    if name not in FORWARDS:
        return None
    forward = FORWARDS[name]
    kept = urlencode(forward.query(dict(parse_qsl(query))))
    return f"./{PAGES[forward.place].address}" + (f"?{kept}" if kept else "")


class Shell:
    """Middleware that answers with `page_html` where Streamlit answers with its own, and forwards older links."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or not _PAGE.fullmatch(scope["path"]):
            await self.app(scope, receive, send)
            return
        name = scope["path"].rpartition("/")[2]
        if target := forwarded(name, scope["query_string"].decode("latin-1")):
            await RedirectResponse(target, 307)(scope, receive, send)
            return
        answered = False

        async def send_ours(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.start" and _is_page(message):
                answered = True
                packed = "gzip" in Headers(scope=scope).get("accept-encoding", "")
                place, query = name if name in _ADDRESSES else "other", scope["query_string"].decode("latin-1")
                answer = await run_in_threadpool(_answer, place, query, packed)
                await answer(scope, receive, send)
            if not answered:
                await send(message)

        await self.app(scope, receive, send_ours)


def _is_page(message: Message) -> bool:
    kind = Headers(raw=message["headers"]).get("content-type", "")
    return message["status"] == 200 and kind.startswith("text/html")
