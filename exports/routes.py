"""What is one file, by its address: a model, several side by side, a dial, a series, a lesson; made when it is asked
for, and kept for a while.

Knows Starlette; how an address calls it is in contents.py, what is in it in one_file.py.
"""

from collections.abc import Callable
from functools import partial

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from exports.contents import WISHES, named, run_named
from exports.hub import hub_zip
from exports.one_file import OneFile
from exports.tables import parquet_of
from live.library import open_model
from live.shelf import Shelf
from live.words import refusal
from models.errors import InputError
from ui import switches
from ui.answers import NOT_GUESSED
from ui.assets import live_digest
from ui.limits import TAKEN_BYTES, TAKEN_FILES
from ui.text import without_folders

FILES = Shelf(TAKEN_FILES, TAKEN_BYTES)
# the code in it may be newer tomorrow, under the same address; in base64 it is packed already
ASKED_AGAIN = {"Cache-Control": "no-cache", "Content-Encoding": "identity", **NOT_GUESSED}


def _page(asked: QueryParams) -> tuple[str, bytes]:
    made = OneFile(named(asked.get("what", ""), [wish for wish in WISHES if asked.get(wish) == "1"]))
    digests = tuple(opened.digest for opened in made.models.values())
    return made.name, FILES.get((made.name, digests, live_digest()), made.content)


def _codes(asked: QueryParams) -> tuple[str, bytes]:
    opened = open_model(run_named(asked.get("what", "")).run_id)
    name = f"{opened.checkpoint.run.run_id}-codes.parquet"
    return name, FILES.get((name, opened.digest), lambda: parquet_of(opened))


def _hub(asked: QueryParams) -> tuple[str, bytes]:
    opened = open_model(run_named(asked.get("what", "")).run_id)
    run_id = opened.checkpoint.run.run_id
    name = f"{run_id}-hub.zip"
    return name, FILES.get((name, opened.digest), lambda: hub_zip(run_id))


def _taken(make: Callable[[QueryParams], tuple[str, bytes]], kind: str, request: Request) -> Response:
    """What `make` gives for the query, under its name; or the sentence why there is none."""
    try:
        switches.require_on("downloads")
        name, content = make(request.query_params)
    except InputError as error:
        return PlainTextResponse(without_folders(refusal(error)), 404)
    headers = ASKED_AGAIN | {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=kind, headers=headers)


ROUTES: list[BaseRoute] = [
    Route("/assets/file.html", partial(_taken, _page, "text/html")),
    Route("/assets/codes.parquet", partial(_taken, _codes, "application/vnd.apache.parquet")),
    Route("/assets/hub.zip", partial(_taken, _hub, "application/zip")),
]
