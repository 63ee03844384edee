"""Pictures and figures that are made once for a model and then kept: its card, its map, the sheet of its test images.

Knows models, figures and image files; knows no URL and no page.
"""

import gzip
import io
import logging
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from jaxtyping import UInt8
from PIL import Image

from analysis.grids import mosaic
from analysis.neighbours import own_neighbours
from datasets.own import shelf as own_images
from live import library
from live.codes_picture import codes_picture, film_picture
from live.draft import draft_codes, draft_weights
from live.images import png, to_uint8
from live.library import OpenModel, all_runs, film, open_model, test_images
from live.made import is_made, made_of, nearness
from live.map_figure import LatentMapInfo, plot_latent_map
from live.planes import Plane, default_plane, plane_of, to_plane
from live.prior import rings
from live.shelf import Shelf
from models.errors import InputError, require
from models.families import VAMP, family_of
from published.programs import program_of

TILE_GAP = 128
NEIGHBOURS, MAX_UINT16 = 10, 2**16 - 1
PICTURES = Shelf()  # as large as ui/limits.py says, where a server runs


def kept(key: tuple[Any, ...], make: Callable[[], bytes]) -> bytes:
    """What `make` gives, made once; the key names everything it depends on."""
    content: bytes = PICTURES.get(key, make)
    return content


def manifold_picture(opened: OpenModel) -> bytes:
    """A WebP of what the decoder can draw, see `live.making.manifold`; made once and kept beside the model."""
    return made_of(opened).picture


def codes(opened: OpenModel, dark: bool = False) -> bytes:
    """A WebP of the test set's codes for a card on a light or a dark page, see `codes_picture`."""
    return kept((opened.digest, "codes", dark), lambda: codes_picture(opened, dark))


def film_of_codes(opened: OpenModel, dark: bool = False) -> bytes:
    """The film of a training for a card, see `film_picture`; InputError where none was kept."""
    return kept((opened.digest, "film", dark), lambda: film_picture(opened, film(opened), dark))


def published_extent(opened: OpenModel) -> float | None:
    """How far the published picture of a program's decoder goes in each latent; None for any other model."""
    run = opened.checkpoint.run
    program = program_of(run)
    return program.extent if program and not run.model.conditional else None


def warm(go_on: Callable[[], bool] = lambda: True) -> None:
    """Opens every model and draws its card and its map, so that whoever asks for it later does not wait for it. What
    only a network could draw waits until somebody asks.

    `go_on` is asked before each model: it may take its time, while visitors are served, and False ends it.
    """
    for run in all_runs().runs:
        if not go_on():
            return
        try:
            opened = open_model(run.run_id)
            if family_of(run.model.family).prior == VAMP and not is_made(opened):
                continue
            packed_map(opened, plane_of(opened, default_plane(opened)))
            nearness(opened)
            codes(opened)
            codes(opened, dark=True)
        except InputError:
            continue  # the gallery says what is wrong with it
        except Exception:  # whatever it is, the other models are warmed
            logging.getLogger(__name__).exception("%s could not be warmed", run.run_id)


def packed_map(opened: OpenModel, plane: Plane) -> bytes:
    """The latent map in a plane as Plotly's JSON in gzip, made and packed once."""
    key = (opened.digest, opened.checkpoint.run.run_id, "map", plane.name)
    return kept(key, lambda: gzip.compress(map_json(opened, plane).encode(), 6))


def packed_latents(opened: OpenModel) -> bytes:
    """Means, log variances (float32, little-endian) and labels (bytes), what there is of them; in gzip, packed once."""
    return kept((opened.digest, "latents"), lambda: gzip.compress(_latent_bytes(opened), 6))


def packed_draft(opened: OpenModel) -> bytes:
    """The draft of the decoder, see live/draft.py, in gzip, made and packed once."""
    return kept((opened.digest, "draft"), lambda: gzip.compress(draft_weights(opened.checkpoint), 9))


def packed_draft_codes(opened: OpenModel) -> bytes:
    """The draft of the test set's codes, in gzip, made and packed once."""
    return kept((opened.digest, "draft-codes"), lambda: gzip.compress(draft_codes(opened.checkpoint.latents), 9))


def _latent_bytes(opened: OpenModel) -> bytes:
    latents = opened.checkpoint.latents
    numbers = [part.astype("<f4").tobytes() for part in (latents.mu, latents.log_var) if part is not None]
    labels = [] if latents.labels is None else [latents.labels.tobytes()]
    return b"".join([*numbers, *labels])


def map_info(opened: OpenModel, plane: Plane) -> LatentMapInfo:
    """The latent map of a model in a plane; the prior's rings where the plane is one of two dimensions."""
    latents, run = opened.checkpoint.latents, opened.checkpoint.run
    return LatentMapInfo(
        xy=to_plane(plane, latents.mu),
        labels=latents.class_of_each(),
        class_names=run.data.class_names,
        x_title=plane.x_title,
        y_title=plane.y_title,
        rings=_few_lines(rings(opened, plane)),
    )


def _few_lines(lines: list[npt.NDArray[np.floating]]) -> list[npt.NDArray[np.floating]]:
    """The lines themselves, or more than two of them as one with gaps: a trace each would be slow."""
    if len(lines) <= 2:
        return lines
    gap = np.full((1, 2), np.nan, dtype=np.float32)
    return [np.concatenate([part for line in lines for part in (line, gap)])]


def map_json(opened: OpenModel, plane: Plane) -> str:
    """The latent map as Plotly's JSON."""
    return str(plot_latent_map(map_info(opened, plane)).to_json())


def neighbours(opened: OpenModel) -> bytes:
    """The nearest other test codes of each test code, nearest first; uint16, little-endian, `[images 10]`."""
    codes = opened.checkpoint.latents.mu
    require(len(codes) <= MAX_UINT16, "neighbours.too_many_codes", most=MAX_UINT16, got=len(codes))
    found = own_neighbours(codes, min(NEIGHBOURS, len(codes) - 1))
    return bytes(found.astype("<u2").tobytes())


def thumbs(opened: OpenModel) -> bytes:
    """All test images on one sheet, row by row, as many columns as rows; a lossless WebP.

    Raises InputError where the test images are not on this machine.
    """
    run = opened.checkpoint.run
    found = test_images(run.data)  # asked each time: images that were deleted are not shown any more
    images = found.required()
    return kept((run.data.name, run.data.test_count, run.data.digest, "thumbs"), lambda: _sheet(images))


def own_tiles(name: str) -> bytes:
    """A PNG of 16 of somebody's own images, for the card of their set; raises InputError where they are not here."""
    return kept(("own", name, own_images.changed(name)), lambda: tiles(own_images.load(name).train_x, 16, 4))


def tiles(images: UInt8[np.ndarray, "images channel height width"], most: int, columns: int) -> bytes:
    """At most so many images, evenly taken from all, side by side with grey between them; a PNG."""
    chosen = np.linspace(0, len(images) - 1, min(most, len(images))).round().astype(int)
    framed = np.pad(images[chosen], ((0, 0), (0, 0), (1, 1), (1, 1)), constant_values=TILE_GAP)
    rows = math.ceil(len(framed) / columns)
    empty = np.full((rows * columns - len(framed), *framed.shape[1:]), TILE_GAP, np.uint8)
    return png(mosaic(np.concatenate([framed, empty]), rows, columns))


def forget_images() -> None:
    """Drops every picture that is kept, and the images that they were made of: some of them were deleted."""
    library.forget_images()
    PICTURES.clear()


def _sheet(images: UInt8[np.ndarray, "images channel height width"]) -> bytes:
    side = math.ceil(math.sqrt(len(images)))
    empty = side * side - len(images)
    full = np.concatenate([images, np.zeros((empty, *images.shape[1:]), np.uint8)])
    buffer = io.BytesIO()
    # method 1: 1.5 MB in 0.6 s for MNIST's 10,000; 0 gives 1.8 MB as fast, higher ones nothing more
    Image.fromarray(to_uint8(mosaic(full, side, side))).save(buffer, "WEBP", lossless=True, method=1)
    return buffer.getvalue()
