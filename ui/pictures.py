"""Pictures and figures that are made once for a model and then kept: its card, its map, the sheet of its test images.

Knows models, figures and image files; knows no URL and no page.
"""

import io
import math
from collections.abc import Callable
from typing import Any

import torch
from jaxtyping import UInt8
from PIL import Image
from torch import Tensor

from analysis.decoding import decode_images, manifold
from analysis.ellipses import prior_rings
from analysis.grids import mosaic
from models.errors import InputError
from training.plans import PRESETS
from ui.codes_picture import codes_picture
from ui.figures.latent_map import LatentMapInfo, plot_latent_map
from ui.images import png, to_uint8
from ui.library import OpenModel, Shelf, all_runs, open_model, test_images
from ui.planes import Plane, default_plane, plane_of, to_plane

MANIFOLD_SIDE = 14
PRIOR_SEED = 0
KEPT = 200

_shelf = Shelf(KEPT)


def kept(key: tuple[Any, ...], make: Callable[[], bytes]) -> bytes:
    """What `make` gives, made once; the key names everything it depends on."""
    content: bytes = _shelf.get(key, make)
    return content


def manifold_picture(opened: OpenModel) -> bytes:
    """A PNG of what the decoder can draw: the grid of the prior's quantiles; for a conditional model a column a class.

    With more than two latents the grid goes over the two dimensions that carry the most nats. A published program has
    the grid that it was published with.
    """
    return kept((opened.digest, "manifold"), lambda: png(_manifold(opened)))


def codes(opened: OpenModel) -> bytes:
    """A WebP of the test set's codes for a card, see `codes_picture`."""
    return kept((opened.digest, "codes"), lambda: codes_picture(opened))


def published_extent(opened: OpenModel) -> float | None:
    """How far the published picture of a program's decoder goes in each latent; None for any other model."""
    run = opened.checkpoint.run
    preset = PRESETS.get(run.run_id)
    return preset.extent if preset and preset.title == run.title and not run.model.conditional else None


def warm() -> None:
    """Opens every model and draws its card and its map, so that the first visitor does not wait for it."""
    for run in all_runs().runs:
        try:
            opened = open_model(run.run_id)
            manifold_picture(opened)
            if run.run_id in PRESETS:  # shown on the page Claims
                codes(opened)
            plane = plane_of(opened, default_plane(opened))
            map_bytes(opened, plane)
        except InputError:
            continue  # the gallery says what is wrong with it


def map_bytes(opened: OpenModel, plane: Plane) -> bytes:
    """The latent map in a plane as Plotly's JSON, made once."""
    return kept(
        (opened.digest, opened.checkpoint.run.run_id, "map", plane.name), lambda: map_json(opened, plane).encode()
    )


def map_info(opened: OpenModel, plane: Plane) -> LatentMapInfo:
    """The latent map of a model in a plane; the prior's rings where the plane is one of two dimensions."""
    latents, run = opened.checkpoint.latents, opened.checkpoint.run
    return LatentMapInfo(
        xy=to_plane(plane, latents.mu).numpy(),
        labels=latents.labels.numpy(),
        class_names=run.data.class_names,
        x_title=plane.x_title,
        y_title=plane.y_title,
        rings=list(prior_rings().numpy()) if plane.dims is not None else [],
    )


def map_json(opened: OpenModel, plane: Plane) -> str:
    """The latent map as Plotly's JSON."""
    return str(plot_latent_map(map_info(opened, plane)).to_json())


def thumbs(opened: OpenModel) -> bytes:
    """All test images on one sheet, row by row, as many columns as rows; a lossless WebP.

    Raises InputError where the test images are not on this machine.
    """
    run = opened.checkpoint.run

    def make() -> bytes:
        found = test_images(run.data.name, run.data.test_count)
        if found.images is None:
            raise InputError(found.reason)
        return _sheet(found.images)

    return kept((run.data.name, run.data.test_count, "thumbs"), make)


def _sheet(images: UInt8[Tensor, "images channel height width"]) -> bytes:
    side = math.ceil(math.sqrt(len(images)))
    empty = side * side - len(images)
    full = torch.cat([images, torch.zeros(empty, *images.shape[1:], dtype=torch.uint8)])
    buffer = io.BytesIO()
    # method 1: 1.5 MB in 0.6 s for MNIST's 10,000; 0 gives 1.8 MB as fast, higher ones nothing more
    Image.fromarray(to_uint8(mosaic(full, side, side))).save(buffer, "WEBP", lossless=True, method=1)
    return buffer.getvalue()


def _manifold(opened: OpenModel) -> Tensor:
    model, config = opened.checkpoint.model, opened.checkpoint.run.model
    if config.conditional:
        return _columns_by_class(opened)
    if config.latent_dim == 1:
        z = torch.linspace(-2, 2, MANIFOLD_SIDE)[:, None]
        return mosaic(decode_images(model, z), 1, MANIFOLD_SIDE)
    plane, extent = plane_of(opened, default_plane(opened)), published_extent(opened)
    kind, span = ("linear", (-extent, extent)) if extent else ("normal", None)
    return mosaic(manifold(model, MANIFOLD_SIDE, kind, None, span, plane.dims or (0, 1)), MANIFOLD_SIDE, MANIFOLD_SIDE)


def _columns_by_class(opened: OpenModel) -> Tensor:
    run = opened.checkpoint.run
    classes = min(run.model.class_count, 10)
    z = torch.randn(classes, run.model.latent_dim, generator=torch.Generator().manual_seed(PRIOR_SEED))
    labels = torch.arange(classes).repeat(classes)
    return mosaic(decode_images(opened.checkpoint.model, z.repeat_interleave(classes, 0), labels), classes, classes)
