"""Makes what live/made.py keeps: what a model draws, as one picture, and what else only its network can say.

The one module of this room that needs torch as soon as it is imported. Knows models, planes and image files; knows no
page and no folder.
"""

import io

import numpy as np
import torch
from PIL import Image

from analysis.decoding import decode_images
from analysis.glide import glide_errors
from analysis.grids import grid, mosaic, place_in
from analysis.metrics.mig import mig
from live.images import to_uint8
from live.library import OpenModel, dial, factors_of, test_images
from live.made import Gaussians, Made, quantiles_of
from live.pictures import published_extent
from live.planes import default_plane, plane_of
from models.posterior import Posterior

MANIFOLD_SIDE, ROLLS_SIDE, LINE_SIDE = 14, 6, 4
PRIOR_SEED = 0
QUALITY = 50  # of 100: what is 392 pixels wide is shown at 280 or fewer; in PNG it would be four times the bytes
GLIDING = 200  # test images on which the glide is measured
SEPARATED = 2_000  # test images on which gaps are measured: their time grows with the square
LEVELS = 10  # parts, equally full, of a factor that has more values than this by far


def make(opened: OpenModel) -> Made:
    """All of it. Takes a second or less, once torch is here."""
    model = opened.checkpoint.model
    labels = torch.arange(model.config.class_count) if model.config.conditional else None
    prior = model.prior(labels)
    rows = Gaussians(*(part.flatten(0, 1).numpy() for part in (prior.mu, prior.log_var)))
    buffer = io.BytesIO()
    Image.fromarray(to_uint8(manifold(opened, rows))).save(buffer, "WEBP", quality=QUALITY, method=6)
    closed = None if prior.closed else rows
    return Made(quantiles_of(opened), buffer.getvalue(), closed, _glide(opened), _gaps(opened))


def manifold(opened: OpenModel, rows: Gaussians) -> np.ndarray:
    """What the decoder can draw: the grid of the prior's quantiles; for a conditional model a column a class.

    With more than two latents the grid goes over the two dimensions that carry the most nats. A published program has
    the grid that it was published with.
    """
    model, run = opened.checkpoint.model, opened.checkpoint.run
    config = run.model
    if config.conditional:
        return _columns_by_class(opened)
    if config.latent_dim == 1:
        z = np.linspace(-2, 2, LINE_SIDE**2, dtype=np.float32)[:, None]  # a line, read as a text is
        return mosaic(decode_images(model, z), LINE_SIDE, LINE_SIDE)
    plane, extent = plane_of(opened, default_plane(opened)), published_extent(opened)
    kind, span = ("linear", (-extent, extent)) if extent else ("normal", (None, None))
    side = ROLLS_SIDE if run.data.kind != "image" else MANIFOLD_SIDE
    dims = plane.dims or (0, 1)
    mean, std = (of_dims[list(dims)] for of_dims in rows.moments())
    images = decode_images(model, place_in(grid(kind, side, *span) * std + mean, config.latent_dim, dims))
    if side == ROLLS_SIDE:  # black on black: a line tells them apart
        images = np.pad(images, ((0, 0), (0, 0), (0, 1), (0, 1)), constant_values=0.4)
    return mosaic(images, side, side)


def _columns_by_class(opened: OpenModel) -> np.ndarray:
    config = opened.checkpoint.run.model
    classes = min(config.class_count, 10)
    eps = torch.randn(classes, config.latent_dim, generator=torch.Generator().manual_seed(PRIOR_SEED))
    labels = torch.arange(classes).repeat(classes)
    z = opened.checkpoint.model.prior(labels).sample(eps.repeat_interleave(classes, 0)).numpy()
    return mosaic(decode_images(opened.checkpoint.model, z, labels.numpy()), classes, classes)


def _glide(opened: OpenModel) -> tuple[float, float, int] | None:
    """How far codes that glide are from codes encoded anew, half way in the middle and in the worst of the gaps, in
    standard deviations of the prior; None for a model without a dial, or where its test images are not here.
    """
    run = opened.checkpoint.run
    images = test_images(run.data).images if run.model.dial else None
    if images is None:
        return None
    series = dial(opened)
    count = min(GLIDING, series.mu.shape[1])
    if len(series.values) < 2:
        return None
    labels = opened.checkpoint.latents.class_of_each()[:count]
    rows = glide_errors(opened.checkpoint.model, series, images[:count].astype(np.float32) / 255, labels)
    medians = sorted(row.median for row in rows)
    return medians[len(medians) // 2], medians[-1], count


def _gaps(opened: OpenModel) -> tuple[float, ...] | None:
    """The mutual information gap of each known factor and of the class; None where no factor is known, for a single
    latent, and for an encoder that draws nothing or is told the class.
    """
    config, latents, factors = opened.checkpoint.run.model, opened.checkpoint.latents, factors_of(opened)
    if not factors or latents.log_var is None or config.conditional or config.latent_dim < 2:
        return None
    columns = [*map(levels, factors.values()), latents.class_of_each().astype(np.int64)]
    codes = (torch.from_numpy(part[:SEPARATED].astype(np.float32)) for part in (latents.mu, latents.log_var))
    return mig(Posterior(*codes), torch.from_numpy(np.stack(columns, 1)[:SEPARATED])).gaps


def levels(values: np.ndarray) -> np.ndarray:
    """A factor's values as whole numbers from 0; of one that is continuous, which tenth of the images it falls into."""
    found, which = np.unique(values, return_inverse=True)
    return which if len(found) <= 2 * LEVELS else which * LEVELS // len(found)
