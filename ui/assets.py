"""What the browser fetches by URL: `/healthz`, and pictures of checkpoints under their content hash.

A URL with a content hash never changes its meaning, so the browser may keep it for good. Knows Starlette and the
library; knows no page.
"""

import torch
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from analysis.decoding import decode_images, manifold
from analysis.grids import mosaic
from models.errors import InputError
from training import store
from ui.images import png
from ui.library import OpenModel, open_model, picture

IMMUTABLE = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
MANIFOLD_SIDE = 14
PRIOR_SEED = 0


def manifold_url(opened: OpenModel) -> str:
    """Where the browser finds the model's picture, relative to the page so that a path prefix survives."""
    return f"assets/{opened.checkpoint.run.run_id}/{opened.digest}/manifold.png"


def manifold_picture(opened: OpenModel) -> bytes:
    """A PNG of what the decoder can draw: the grid of the prior's quantiles; for a conditional model a column a class.

    With more than two latents the grid goes over the two dimensions that carry the most nats.
    """

    def make() -> bytes:
        model, run = opened.checkpoint.model, opened.checkpoint.run
        if run.model.conditional:
            return png(_columns_by_class(opened))
        if run.model.latent_dim == 1:
            z = torch.linspace(-2, 2, MANIFOLD_SIDE)[:, None]
            return png(mosaic(decode_images(model, z), 1, MANIFOLD_SIDE))
        kl = run.test.kl or tuple(range(run.model.latent_dim, 0, -1))
        first, second = sorted(sorted(range(len(kl)), key=lambda dim: -kl[dim])[:2])
        return png(mosaic(manifold(model, MANIFOLD_SIDE, dims=(first, second)), MANIFOLD_SIDE, MANIFOLD_SIDE))

    return picture((opened.digest, "manifold"), make)


def _columns_by_class(opened: OpenModel) -> torch.Tensor:
    model, run = opened.checkpoint.model, opened.checkpoint.run
    classes = min(run.model.class_count, 10)
    z = torch.randn(classes, run.model.latent_dim, generator=torch.Generator().manual_seed(PRIOR_SEED))
    images = decode_images(model, z.repeat_interleave(classes, 0), torch.arange(classes).repeat(classes))
    return mosaic(images, classes, classes)


def _manifold(request: Request) -> Response:
    try:
        opened = open_model(request.path_params["run_id"])
    except InputError as error:
        return PlainTextResponse(str(error), 404)
    if opened.digest != request.path_params["digest"]:
        return PlainTextResponse("This model was replaced; reload the page.", 404)
    return Response(manifold_picture(opened), media_type="image/png", headers=IMMUTABLE)


async def _healthz(_request: Request) -> Response:
    return JSONResponse({"status": "ok", "models": len(store.list_runs().runs)})


ROUTES: list[BaseRoute] = [
    Route("/healthz", _healthz),
    Route("/assets/{run_id}/{digest}/manifold.png", _manifold),
]
