"""What is one file, by its address: a model, several side by side, a dial, a series, a lesson; made when it is asked
for, and kept for a while.

Knows Starlette; how an address calls it is in contents.py, what is in it in one_file.py.
"""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from exports.contents import named, run_named
from exports.one_file import OneFile
from exports.tables import parquet_of
from live.library import open_model
from live.shelf import Shelf
from live.words import refusal
from models.errors import InputError
from ui import switches
from ui.answers import NOT_GUESSED
from ui.assets import live_digest
from ui.limits import TAKEN_FILES
from ui.text import without_folders

FILES = Shelf(TAKEN_FILES)
# the code in it may be newer tomorrow, under the same address; in base64 it is packed already
ASKED_AGAIN = {"Cache-Control": "no-cache", "Content-Encoding": "identity", **NOT_GUESSED}


def _file(request: Request) -> Response:
    what, draw = request.query_params.get("what", ""), request.query_params.get("draw") == "1"
    try:
        switches.require_on("downloads")
        made = OneFile(named(what, draw))
        digests = tuple(opened.digest for opened in made.models.values())
        content: bytes = FILES.get((what, draw, digests, live_digest()), made.content)
    except InputError as error:
        return PlainTextResponse(without_folders(refusal(error)), 404)
    headers = ASKED_AGAIN | {"Content-Disposition": f'attachment; filename="{made.name}"'}
    return Response(content, media_type="text/html", headers=headers)


def _codes(request: Request) -> Response:
    try:
        switches.require_on("downloads")
        opened = open_model(run_named(request.query_params.get("what", "")).run_id)
        content: bytes = FILES.get((opened.digest, opened.checkpoint.run.run_id), lambda: parquet_of(opened))
    except InputError as error:
        return PlainTextResponse(without_folders(refusal(error)), 404)
    name = f"{opened.checkpoint.run.run_id}-codes.parquet"
    headers = ASKED_AGAIN | {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type="application/vnd.apache.parquet", headers=headers)


ROUTES: list[BaseRoute] = [
    Route("/assets/file.html", _file),
    Route("/assets/codes.parquet", _codes),
]
