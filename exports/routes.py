"""A model as one file, by its address beside the model's other files; made when it is asked for, and kept for a while.

Knows Starlette; what is in the file is in one_file.py.
"""

from functools import partial

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from exports.one_file import OneFile
from live.shelf import Shelf
from live.words import refusal
from models.errors import InputError
from ui import switches
from ui.answers import NOT_GUESSED
from ui.assets import live_digest, opened_by
from ui.limits import TAKEN_FILES
from ui.text import without_folders

FILES = Shelf(TAKEN_FILES)
# the code in it may be newer tomorrow, under the same address; in base64 it is packed already
ASKED_AGAIN = {"Cache-Control": "no-cache", "Content-Encoding": "identity", **NOT_GUESSED}


def _file(draw: bool, request: Request) -> Response:
    try:
        switches.require_on("downloads")
        opened = opened_by(request)
        made = OneFile(opened, draw)
        run_id = opened.checkpoint.run.run_id
        content: bytes = FILES.get((opened.digest, run_id, draw, live_digest()), made.content)
    except InputError as error:
        return PlainTextResponse(without_folders(refusal(error)), 404)
    headers = ASKED_AGAIN | {"Content-Disposition": f'attachment; filename="{made.name}"'}
    return Response(content, media_type="text/html", headers=headers)


ROUTES: list[BaseRoute] = [
    Route(f"/assets/model/{{run_id}}/{{digest}}/{name}.html", partial(_file, draw))
    for name, draw in (("page", False), ("page-draw", True))
]
