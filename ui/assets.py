"""What the browser fetches by URL: a model's parts, latents, figures and pictures, the live views' code, Plotly.

A URL with a content hash never changes its meaning, so the browser may keep it for good. Everything here is also on a
page for whoever may open it. Knows Starlette and the library; knows no page.
"""

import dataclasses
import functools
import hashlib
import json
import re
from collections.abc import Callable
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from analysis.decoding import decode_images, decoded
from live import pictures, weights
from live.copies import nearest_learnt
from live.draft import has_draft
from live.images import png
from live.in_page import sheet_file
from live.library import (
    OpenModel,
    dial,
    directions_of,
    factors_of,
    film,
    is_own,
    once,
    open_model,
    scores,
    test_images,
)
from live.numbers.data import numbers_data
from live.planes import Plane, parse_plane, plane_of
from live.words import refusal
from models.errors import InputError, require
from ui.answers import NEVER_KEPT, Content, for_good, packed_file
from ui.limits import MESSAGE_CHARACTERS
from ui.text import without_folders

LIVE = Path(__file__).parent.parent / "live"
LIVE_TYPES = {".js": "text/javascript", ".css": "text/css", ".json": "application/json", ".svg": "image/svg+xml"}
THUMBS = "thumbs.webp"  # the sheet of a model's test images
DIRECTIONS = "directions.json"  # of the factors that are known of the test images
MANIFOLD, CODES, CODES_DARK = "manifold.webp", "codes.webp", "codes-dark.webp"
DRAFT, DRAFT_CODES = "draft.bin", "draft-codes.bin"  # see live/draft.py
WITH_GATES = "dial-"
BINARY, JSON = "application/octet-stream", "application/json"
TEST_IMAGE = re.compile(r"test-([0-9]{1,7})\.png")  # one of the sheet alone, by its number
EPOCH_ASSET = re.compile(r"epoch-([0-9]{1,4}(?:\.(?:125|25|375|5|625|75|875))?)-(decoder|encoder|mu)\.bin")


def model_url(opened: OpenModel) -> str:
    """Where a model's assets begin, relative to the page, so that a path prefix survives."""
    return _model_url(opened.checkpoint.run.run_id, opened.digest)


def _model_url(run_id: str, digest: str) -> str:
    return f"assets/model/{run_id}/{digest}/"


def picture_urls(run_id: str, digest: str) -> dict[str, Any]:
    """Where a model's pictures are, by what they show; nothing is drawn before somebody looks at one."""
    base = _model_url(run_id, digest)
    return {"codes": {"light": base + CODES, "dark": base + CODES_DARK}, "manifold": base + MANIFOLD}


def manifold_url(opened: OpenModel) -> str:
    """The model's picture for a card."""
    return model_url(opened) + MANIFOLD


def codes_url(opened: OpenModel, dark: bool = False) -> str:
    """The picture of the test set's codes for a card on a light or a dark page."""
    return model_url(opened) + (CODES_DARK if dark else CODES)


def film_url(opened: OpenModel, dark: bool = False) -> str:
    """The moving picture of how the codes found their places, for a card on a light or a dark page."""
    return model_url(opened) + ("film-dark.webp" if dark else "film.webp")


def is_drafted(opened: OpenModel) -> bool:
    """Whether the browser gets a draft of the model first."""
    found: bool = once(opened, "has-draft", lambda: has_draft(opened.checkpoint))
    return found


def first_parts(opened: OpenModel) -> tuple[str, ...]:
    """The files, among a model's, without which its map does not decode."""
    return (
        ("decoder.json", DRAFT, DRAFT_CODES) if is_drafted(opened) else ("decoder.json", "decoder.bin", "latents.bin")
    )


def sheet_url(data: str) -> str:
    """Images that a page learns from, see live/in_page.py, relative to the page."""
    return f"assets/sheets/{data}.bin"


def figure_name(plane: Plane) -> str:
    """The file, among a model's, of the latent map in a plane as Plotly JSON."""
    return f"map-{plane.name}.json"


@functools.cache
def code_name() -> str:
    """The file, among a model's, of the lines that compute its numbers, under the hash of this server's Python code."""
    root = LIVE.parent
    paths = sorted(path for room in ("models", "live", "published") for path in (root / room).rglob("*.py"))
    content = b"".join(path.relative_to(root).as_posix().encode() + path.read_bytes() for path in paths)
    return f"code-{hashlib.sha256(content).hexdigest()[:16]}.json"


def live_url(name: str) -> str:
    """A file of the browser's half, by its path in live/, under the hash of them all."""
    return f"assets/live/{live_digest()}/{name}"


@functools.cache  # Streamlit edits sys.path around every run, and a look at it in between does not find the package
def plotly_url() -> str:
    """The plotly.js that the plotly package carries."""
    return f"assets/plotly-{version('plotly')}.min.js"


@functools.cache
def live_digest() -> str:
    """The hash of the live views' code."""
    content = b"".join(name.encode() + path.read_bytes() for name, path in live_files().items())
    return hashlib.sha256(content).hexdigest()[:16]


@functools.cache
def live_files() -> dict[str, Path]:
    """What the browser gets of live/, by path: `views/map.js`."""
    paths = sorted(path for path in LIVE.rglob("*") if path.suffix in LIVE_TYPES)
    return {path.relative_to(LIVE).as_posix(): path for path in paths}


def _part(opened: OpenModel, name: str) -> Content:
    """`decoder.json`, `decoder.bin`, and with a dial's gates `dial-decoder.json`, `dial-decoder.bin`."""
    stem, _, ending = name.rpartition(".")
    gated, part, checkpoint = stem.startswith(WITH_GATES), stem.removeprefix(WITH_GATES), opened.checkpoint
    require(not gated or checkpoint.run.model.dial is not None, "asset.no_dial")
    precision = weights.precision_of(checkpoint, gated)
    if ending == "json":
        return Content(json.dumps(weights.part_manifest(checkpoint, part, precision, gated)).encode(), JSON)
    return Content(
        pictures.kept((opened.digest, name), lambda: weights.part_weights(checkpoint, part, precision, gated)), BINARY
    )


def _latents(opened: OpenModel, _name: str) -> Content:
    return Content(pictures.packed_latents(opened), BINARY, packed=True)


def _scores(opened: OpenModel, _name: str) -> Content:
    """log p(x|z) of each test image, float32, little-endian."""
    return Content(scores(opened).log_likelihood.astype("<f4").tobytes(), BINARY)


def _draft(opened: OpenModel, _name: str) -> Content:
    return Content(pictures.packed_draft(opened), BINARY, packed=True)


def _draft_codes(opened: OpenModel, _name: str) -> Content:
    return Content(pictures.packed_draft_codes(opened), BINARY, packed=True)


def _neighbours(opened: OpenModel, _name: str) -> Content:
    """The ten nearest other codes of each test code, nearest first: uint16, little-endian, `[images 10]`."""
    return Content(pictures.kept((opened.digest, "neighbours"), lambda: pictures.neighbours(opened)), BINARY)


def _figure(opened: OpenModel, name: str) -> Content:
    text = name.removeprefix("map-").removesuffix(".json")
    plane = plane_of(opened, parse_plane(text, opened.checkpoint.run.model.latent_dim))
    return Content(pictures.packed_map(opened, plane), JSON, packed=True)


def _epoch(opened: OpenModel, name: str) -> Content:
    """`epoch-3-decoder.bin`: its weights, laid out as in decoder.json, and so the encoder's; `epoch-3-mu.bin`: means
    `[images latent]`.
    """
    found = EPOCH_ASSET.fullmatch(name)
    require(found is not None, "asset.no_file")
    number, what = float(found[1]), found[2]  # type: ignore[index]
    epochs = film(opened)
    if what == "mu":
        return Content(epochs.mu_of(number).astype("<f4").tobytes(), BINARY)
    then = dataclasses.replace(opened.checkpoint, weights=epochs.weights_of(number))
    return Content(weights.part_weights(then, what, weights.precision_of(opened.checkpoint)), BINARY)


def _code(opened: OpenModel, name: str) -> Content:
    """What the drawer "Numbers and code" is told: terms, the lines that compute them, published programs, a program."""
    require(name == code_name(), "asset.code_replaced")
    return Content(json.dumps(numbers_data(opened.checkpoint.run)).encode(), JSON)


def _series(opened: OpenModel, _name: str) -> Content:
    """A dial's codes: mu `[steps images latent]`, log variances alike if it has them, both float16, and the labels."""
    series = dial(opened)
    parts = [series.mu] if series.log_var is None else [series.mu, series.log_var]
    codes = b"".join(part.astype("<f2").tobytes() for part in parts)
    labels = opened.checkpoint.latents.class_of_each()[: series.mu.shape[1]]
    return Content(codes + labels.tobytes(), BINARY)


def _thumbs(opened: OpenModel, _name: str) -> Content:
    return Content(pictures.thumbs(opened), "image/webp")


def _directions(opened: OpenModel, _name: str) -> Content:
    """How each known factor of the data is read from a code and moved, see analysis/directions.py."""
    factors = factors_of(opened)
    rows = [
        dataclasses.asdict(found) | {"values": [round(value, 3) for value in factors[found.name].tolist()]}
        for found in directions_of(opened)
    ]
    plain = [
        {key: value.tolist() if isinstance(value, np.ndarray) else value for key, value in row.items()} for row in rows
    ]
    return Content(json.dumps(plain).encode(), JSON)


def _manifold(opened: OpenModel, _name: str) -> Content:
    return Content(pictures.manifold_picture(opened), "image/webp")


def _codes(opened: OpenModel, name: str) -> Content:
    return Content(pictures.codes(opened, name == CODES_DARK), "image/webp")


def _film(opened: OpenModel, name: str) -> Content:
    return Content(pictures.film_of_codes(opened, name == "film-dark.webp"), "image/webp")


MODEL_ASSETS: dict[str, Callable[[OpenModel, str], Content]] = {
    MANIFOLD: _manifold,
    CODES: _codes,
    CODES_DARK: _codes,
    "film.webp": _film,
    "film-dark.webp": _film,
    THUMBS: _thumbs,
    DIRECTIONS: _directions,
    "latents.bin": _latents,
    "scores.bin": _scores,
    DRAFT: _draft,
    DRAFT_CODES: _draft_codes,
    "neighbours.bin": _neighbours,
    "series.bin": _series,
    **{f"{gates}{part}.{e}": _part for gates in ("", WITH_GATES) for part in weights.PARTS for e in ("json", "bin")},
}


def _test_image(opened: OpenModel, name: str) -> Content:
    found, run = TEST_IMAGE.fullmatch(name), opened.checkpoint.run
    index = int(found[1]) if found else run.data.test_count
    require(index < run.data.test_count, "asset.no_image", index=index, count=run.data.test_count)
    return Content(png(test_images(run.data).required()[index]), "image/png")


def _model_asset(request: Request) -> Response:
    name = request.path_params["name"]
    make = _figure if name.startswith("map-") and name.endswith(".json") else MODEL_ASSETS.get(name)
    make = _code if name.startswith("code-") else make
    make = _epoch if name.startswith("epoch-") else make
    make = _test_image if TEST_IMAGE.fullmatch(name) else make
    if make is None:
        return PlainTextResponse("There is no such file.", 404)
    try:
        opened = opened_by(request)
        content = make(opened, name)
        if is_own(opened.checkpoint.run) and (name == THUMBS or TEST_IMAGE.fullmatch(name)):
            return Response(content.body, media_type=content.media_type, headers=NEVER_KEPT)
        return for_good(request, content)
    except InputError as error:
        return PlainTextResponse(without_folders(refusal(error)), 404)


async def _nearest(request: Request) -> Response:
    """For new images of a model of somebody's own images those that it learnt from and that are most like them: how far
    off each is, float32, then their bytes. No browser keeps them: whoever deletes images deletes all of them.
    """
    content = await request.body()

    def look_up() -> bytes:
        off, images = nearest_learnt(opened_by(request), content)
        found: bytes = off.astype("<f4").tobytes() + images.tobytes()
        return found

    try:
        return Response(await run_in_threadpool(look_up), media_type=BINARY, headers=NEVER_KEPT)
    except InputError as error:
        return PlainTextResponse(without_folders(refusal(error)), 404)


def opened_by(connection: HTTPConnection) -> OpenModel:
    """The model that an address of an asset names; raises InputError where it is gone, or another one by now."""
    opened = open_model(connection.path_params["run_id"])
    if opened.digest != connection.path_params["digest"]:
        raise InputError("asset.model_replaced")
    return opened


def _live_file(request: Request) -> Response:
    path = live_files().get(request.path_params["name"])
    if path is None or request.path_params["digest"] != live_digest():
        return PlainTextResponse("There is no such file; reload the page.", 404)
    return for_good(request, packed_file(path, LIVE_TYPES[path.suffix]))


def _sheet(request: Request) -> Response:
    """No browser keeps it: whoever deletes own images deletes all of them. It is in gzip, which its reader unpacks."""
    try:
        _, content = sheet_file(request.path_params["data"])
    except InputError as error:
        return PlainTextResponse(without_folders(refusal(error)), 404)
    return Response(content, media_type=BINARY, headers={**NEVER_KEPT, "Content-Encoding": "identity"})


def _plotly(request: Request) -> Response:
    path = Path(str(files("plotly") / "package_data" / "plotly.min.js"))
    return for_good(request, packed_file(path, "text/javascript"))


async def _decode(socket: WebSocket) -> None:
    """Decodes for a browser whose model is too large for it: JSON `{z, y}` in, grey levels out."""
    try:
        opened = await run_in_threadpool(opened_by, socket)
    except InputError:
        await socket.close(4404)
        return
    await socket.accept()
    try:
        while True:
            try:
                levels = await run_in_threadpool(_decode_message, opened, await socket.receive_text())
            except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
                await socket.close(4400, "The message must hold z and y of this model.")
                return
            await socket.send_bytes(levels)
    except WebSocketDisconnect:
        return


def _decode_message(opened: OpenModel, text: str) -> bytes:
    require(len(text) <= MESSAGE_CHARACTERS, "asset.message_too_long")
    message, model = json.loads(text), opened.checkpoint.model
    with np.errstate(over="ignore"):  # what is too large is not finite
        z, y = (np.array([[float(value) for value in message[name]]]).astype(np.float32) for name in ("z", "y"))
    require(bool(np.isfinite(z).all() and np.isfinite(y).all()), "asset.message_not_finite")
    if y.shape[1] > 1:
        expected = (model.config.latent_dim, model.config.class_count)
        require((z.shape[1], y.shape[1]) == expected, "asset.message_width", wanted=expected)
        image = decoded(model.decode, z, y)[0]
    else:
        image = decode_images(model, z, int(y[0, 0]) if y.size else None)[0]
    levels: bytes = np.rint(image * 255).astype(np.uint8).tobytes()
    return levels


ROUTES: list[BaseRoute] = [
    WebSocketRoute("/assets/model/{run_id}/{digest}/decode", _decode),
    Route("/assets/model/{run_id}/{digest}/nearest", _nearest, methods=["POST"]),
    Route("/assets/model/{run_id}/{digest}/{name}", _model_asset),
    Route("/assets/live/{digest}/{name:path}", _live_file),
    Route("/assets/sheets/{data}.bin", _sheet),
    Route(f"/{plotly_url()}", _plotly),
]
