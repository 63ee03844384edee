"""What the bar's dialogs fetch: the list of all models with their pictures, and a link as a QR code.

Knows Starlette and the library; knows no page.
"""

import hashlib
import io
import json
from typing import Any
from urllib.parse import urlsplit

import segno
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from live.library import all_runs, digest_of, has_film
from live.titles import display_titles, visible
from live.words import Layer, refusal, t, using
from models import gallery
from models.errors import InputError, require
from models.families import FAMILIES
from models.model_series import list_series
from models.run import Run
from published.programs import program_of
from ui.answers import NOT_GUESSED
from ui.assets import picture_urls
from ui.limits import LINK_CHARACTERS
from ui.page import shown_order

SHELVES = (
    "mnist",
    "fashion-mnist",
    "faces",
    "rhythms",
    "chorales",
    "frey-faces",
    "olivetti-faces",
    "dsprites",
    "digits",
)  # of models that shipped and whose data set has a word of its own
OWN, PROGRAMS = "own", "programs"
SERIES = "series"  # a dial, a size or a seed: of its kind there are many, so each stands there by its title
QUIET = 4  # modules of white that a code needs around it
ASKED_AGAIN = {"Cache-Control": "no-cache", "Content-Encoding": "identity", **NOT_GUESSED}


def models() -> dict[str, Any]:
    """All models in the order of lists, the shelves they stand on and the kinds there are, in words; JSON.

    A model that can't be read is left out.
    """
    runs = all_runs().runs
    titles = display_titles(runs)
    lined = {step.run_id for series in list_series()[0] for _, step in series.steps}
    rows = [row for run in shown_order(runs) if (row := _row(run, titles[run.run_id], run.run_id in lined))]
    ours = (*SHELVES, SERIES, OWN, PROGRAMS)
    others = {row["shelf"]: row["dataTitle"] for row in rows if row["shelf"] not in ours}
    named = {name: t(f"chooser.shelf.{name}") for name in ours}
    order = (*SHELVES, *others, SERIES, OWN, PROGRAMS)
    return {
        "models": rows,
        "shelves": [{"name": name, "title": (named | others)[name]} for name in order],
        "kinds": [
            {"name": name, "title": family.title, "sentence": t(f"kind.{name}.line")}
            for name, family in FAMILIES.items()
        ],
    }


def _row(run: Run, title: str, lined: bool) -> dict[str, Any] | None:
    try:
        pictures = picture_urls(run.run_id, digest_of(run.run_id))
    except InputError:
        return None
    program, own, film = program_of(run), not gallery.is_shipped(run.run_id), has_film(run)
    size = t("chooser.size", count=run.model.latent_dim)
    several = lined or run.model.dial is not None or run.training.seed > 0
    shelf = SERIES if several else run.data.name
    return {
        "id": run.run_id,
        "title": title,
        "shelf": PROGRAMS if program else OWN if own else shelf,
        "data": run.data.name,
        "dataTitle": visible(run.data.title),
        "family": run.model.family,
        "latentDim": run.model.latent_dim,
        "size": t("chooser.size.film", size=size) if film else size,
        "classes": list(run.data.class_names),
        "conditional": run.model.conditional,
        "film": film,
        "own": own,
        "made": run.made[:10],
        "program": program.title if program else "",
        **pictures,
    }


def _models(request: Request) -> Response:
    """`assets/models.json`, in the layer of words that the query names; asked again each time, sent if it changed."""
    layer: Layer = "field" if request.query_params.get("words") == "field" else "simple"
    with using(layer=layer):
        body = json.dumps(models()).encode()
    tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    headers = {**ASKED_AGAIN, "ETag": tag}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


def code(link: str) -> bytes:
    """A QR code (ISO/IEC 18004) as SVG, dark on white, as coarse as the link allows."""
    buffer = io.BytesIO()
    made = segno.make_qr(link, error="l", boost_error=True)
    made.save(buffer, kind="svg", border=QUIET, dark="#000", light="#fff", omitsize=True, xmldecl=False, title=None)
    return buffer.getvalue()


async def _code(request: Request) -> Response:
    """Of the link in the query, or in the body for one that is to stand in nobody's log."""
    body = (await request.body()).decode(errors="replace")
    link = body or request.query_params.get("link", "")
    try:
        require(len(link) <= LINK_CHARACTERS, "link.too_long", most=LINK_CHARACTERS)
        require(_is_ours(link, request.headers.get("host", "")), "link.not_ours")
    except InputError as error:
        return PlainTextResponse(refusal(error), 400)
    return Response(code(link), media_type="image/svg+xml", headers=ASKED_AGAIN)


def _is_ours(link: str, host: str) -> bool:
    try:
        parts = urlsplit(link)
    except ValueError:  # not a URL at all
        return False
    return parts.scheme in ("http", "https") and parts.netloc == host != ""


ROUTES: list[BaseRoute] = [
    Route("/assets/models.json", _models),
    Route("/assets/qr.svg", _code, methods=["GET", "POST"]),
]
