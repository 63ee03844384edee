"""What the browser fetches by URL: a model's parts, latents, figures and pictures, the live views' code, Plotly.

A URL with a content hash never changes its meaning, so the browser may keep it for good. Everything here is also on a
page for whoever may open it; the WebSocket, which costs work, refuses pages of other sites. Knows Starlette and the
library; knows no page.
"""

import dataclasses
import functools
import gzip
import hashlib
import json
import re
from collections.abc import Callable
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

import torch
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection, Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from analysis.decoding import decode_images
from models.errors import InputError, require
from training import store
from ui import live_assets, pictures
from ui.library import OpenModel, film, open_model
from ui.planes import Plane, parse_plane, plane_of

IMMUTABLE = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
LIVE = Path(__file__).parent / "live"
LIVE_TYPES = {".js": "text/javascript", ".css": "text/css"}
MAX_MESSAGE = 16_384
EPOCH_ASSET = re.compile(r"epoch-([0-9]{1,4})-(decoder|mu)\.bin")


def model_url(opened: OpenModel) -> str:
    """Where a model's assets begin, relative to the page, so that a path prefix survives."""
    return f"assets/model/{opened.checkpoint.run.run_id}/{opened.digest}/"


def manifold_url(opened: OpenModel) -> str:
    """The model's picture for a card."""
    return model_url(opened) + "manifold.png"


def codes_url(opened: OpenModel) -> str:
    """The picture of the test set's codes for a card."""
    return model_url(opened) + "codes.webp"


def figure_url(opened: OpenModel, plane: Plane) -> str:
    """The latent map in a plane as Plotly JSON."""
    return f"{model_url(opened)}map-{plane.name}.json"


def thumbs_url(opened: OpenModel) -> str:
    """The sheet of the model's test images."""
    return model_url(opened) + "thumbs.webp"


def live_url(name: str) -> str:
    """A file of ui/live under the hash of them all."""
    return f"assets/live/{live_digest()}/{name}"


def plotly_url() -> str:
    """The plotly.js that the plotly package carries."""
    return f"assets/plotly-{version('plotly')}.min.js"


@functools.cache
def live_digest() -> str:
    """The hash of the live views' code."""
    content = b"".join(path.name.encode() + path.read_bytes() for path in sorted(LIVE.iterdir()) if path.is_file())
    return hashlib.sha256(content).hexdigest()[:16]


@functools.cache
def live_css() -> str:
    """The live views' style rules."""
    return (LIVE / "live.css").read_text()


def _part(opened: OpenModel, name: str) -> Response:
    part, _, ending = name.rpartition(".")
    precision = live_assets.precision_of(opened.checkpoint)
    if ending == "json":
        return _json(live_assets.part_manifest(opened.checkpoint, _known(part), precision))
    content = pictures.kept(
        (opened.digest, name), lambda: live_assets.part_weights(opened.checkpoint, _known(part), precision)
    )
    return _binary(content)


def _known(part: str) -> live_assets.Part:
    return "decoder" if part == "decoder" else "encoder"


def _latents(opened: OpenModel, _name: str) -> Response:
    latents = opened.checkpoint.latents
    parts = [latents.mu] + ([] if latents.log_var is None else [latents.log_var])
    content = b"".join(part.numpy().astype("<f4").tobytes() for part in parts)
    return _binary(content + latents.labels.numpy().tobytes())


def _figure(opened: OpenModel, name: str) -> Response:
    text = name.removeprefix("map-").removesuffix(".json")
    plane = plane_of(opened, parse_plane(text, opened.checkpoint.run.model.latent_dim))
    return Response(pictures.map_bytes(opened, plane), media_type="application/json", headers=IMMUTABLE)


def _epoch(opened: OpenModel, name: str) -> Response:
    """`epoch-3-decoder.bin`: its weights, laid out as in decoder.json; `epoch-3-mu.bin`: means `[images latent]`."""
    found = EPOCH_ASSET.fullmatch(name)
    require(found is not None, "There is no such file.")
    number, what = int(found[1]), found[2]  # type: ignore[index]
    epochs = film(opened)
    if what == "mu":
        return _binary(epochs.mu_of(number).numpy().astype("<f4").tobytes())
    then = dataclasses.replace(opened.checkpoint, weights=epochs.weights_of(number))
    return _binary(live_assets.part_weights(then, "decoder", live_assets.precision_of(opened.checkpoint)))


def _thumbs(opened: OpenModel, _name: str) -> Response:
    return Response(pictures.thumbs(opened), media_type="image/webp", headers=IMMUTABLE)


def _manifold(opened: OpenModel, _name: str) -> Response:
    return Response(pictures.manifold_picture(opened), media_type="image/png", headers=IMMUTABLE)


def _codes(opened: OpenModel, _name: str) -> Response:
    return Response(pictures.codes(opened), media_type="image/webp", headers=IMMUTABLE)


MODEL_ASSETS: dict[str, Callable[[OpenModel, str], Response]] = {
    "manifold.png": _manifold,
    "codes.webp": _codes,
    "thumbs.webp": _thumbs,
    "latents.bin": _latents,
    **{f"{part}.{ending}": _part for part in live_assets.PARTS for ending in ("json", "bin")},
}


def _model_asset(request: Request) -> Response:
    name = request.path_params["name"]
    make = _figure if name.startswith("map-") and name.endswith(".json") else MODEL_ASSETS.get(name)
    make = _epoch if name.startswith("epoch-") else make
    if make is None:
        return PlainTextResponse("There is no such file.", 404)
    try:
        opened = _opened(request)
        return make(opened, name)
    except InputError as error:
        return PlainTextResponse(str(error), 404)


def _opened(connection: HTTPConnection) -> OpenModel:
    opened = open_model(connection.path_params["run_id"])
    if opened.digest != connection.path_params["digest"]:
        raise InputError("This model was replaced; reload the page.")
    return opened


def _live_file(request: Request) -> Response:
    known = {path.name: path for path in LIVE.iterdir() if path.suffix in LIVE_TYPES}
    path = known.get(request.path_params["name"])
    if path is None or request.path_params["digest"] != live_digest():
        return PlainTextResponse("There is no such file; reload the page.", 404)
    return FileResponse(path, media_type=LIVE_TYPES[path.suffix], headers=IMMUTABLE)


def _plotly(request: Request) -> Response:
    path = Path(str(files("plotly") / "package_data" / "plotly.min.js"))
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return FileResponse(path, media_type="text/javascript", headers=IMMUTABLE)
    headers = {**IMMUTABLE, "Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return Response(_packed(path), media_type="text/javascript", headers=headers)


@functools.cache
def _packed(path: Path) -> bytes:
    """A file in gzip, packed once: the server's own middleware would pack its 5 MB again for every visitor."""
    return gzip.compress(path.read_bytes(), 6)


async def _decode(socket: WebSocket) -> None:
    """Decodes for a browser whose model is too large for it: JSON `{z, y}` in, grey levels out."""
    if not _same_site(socket):
        await socket.close(4403)
        return
    try:
        opened = await run_in_threadpool(_opened, socket)
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
    require(len(text) <= MAX_MESSAGE, "The message is too long.")
    message, model = json.loads(text), opened.checkpoint.model
    z, y = (torch.tensor([[float(value) for value in message[name]]]) for name in ("z", "y"))
    require(bool(torch.isfinite(z).all() and torch.isfinite(y).all()), "z and y must be finite numbers.")
    if y.shape[1] > 1:
        expected = (model.config.latent_dim, model.config.class_count)
        require((z.shape[1], y.shape[1]) == expected, f"expected {expected} numbers.")
        image = torch.sigmoid(model.decode(z, y))[0]
    else:
        image = decode_images(model, z, int(y[0, 0]) if y.numel() else None)[0]
    return (image * 255).round().to(torch.uint8).numpy().tobytes()


def _same_site(connection: HTTPConnection) -> bool:
    """Whether the request comes from a page of this server; browsers always say so for a WebSocket."""
    origin = connection.headers.get("origin")
    try:
        return origin is None or urlsplit(origin).netloc == connection.headers.get("host")
    except ValueError:  # not a URL at all
        return False


def _json(value: object) -> Response:
    return Response(json.dumps(value), media_type="application/json", headers=IMMUTABLE)


def _binary(content: bytes) -> Response:
    return Response(content, media_type="application/octet-stream", headers=IMMUTABLE)


async def _healthz(_request: Request) -> Response:
    return JSONResponse({"status": "ok", "models": len(store.list_runs().runs)})


ROUTES: list[BaseRoute] = [
    Route("/healthz", _healthz),
    WebSocketRoute("/assets/model/{run_id}/{digest}/decode", _decode),
    Route("/assets/model/{run_id}/{digest}/{name}", _model_asset),
    Route("/assets/live/{digest}/{name}", _live_file),
    Route(f"/{plotly_url()}", _plotly),
]
