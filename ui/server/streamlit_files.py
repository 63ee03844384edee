"""Streamlit's scripts and styles, packed: it sends 3 MB of them as they are, which are 1 MB in gzip.

Each is packed when it is first asked for, and once. Their names hold a hash of what is in them, so the browser keeps
them for good. Knows where Streamlit keeps its files; knows nothing of what they do.
"""

import re
from pathlib import Path

import streamlit
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.answers import for_good, packed_file

FOLDER = Path(streamlit.__file__).parent / "static" / "static"
TYPES = {"js": "text/javascript", "css": "text/css"}
_FILE = re.compile(r"(?:/[^/]*)*/static/((js|css)/[\w.-]+\.(?:js|css))")


class PackedFiles:
    """Middleware that answers for Streamlit's scripts and styles, and for nothing else."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = _file_of(scope) if scope["type"] == "http" and scope["method"] == "GET" else None
        if path is None:
            await self._app(scope, receive, send)
        else:
            await for_good(Request(scope), packed_file(path, TYPES[path.parent.name]))(scope, receive, send)


def _file_of(scope: Scope) -> Path | None:
    found = _FILE.fullmatch(scope["path"])
    path = FOLDER / found[1] if found else None
    return path if path and path.is_file() else None
