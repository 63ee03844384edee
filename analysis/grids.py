"""Grids of latents, evenly spaced or at the prior's quantiles, and the mosaic that shows them.

Row 0 is the top of the picture, so it has the highest z2. Knows the standard normal prior; knows no model.
"""

import math
from statistics import NormalDist

import numpy as np
from jaxtyping import Float, Num

from models.errors import InputError, require

GRIDS = ("linear", "normal")
SPANS = {"linear": (-3.0, 3.0), "normal": (0.05, 0.95)}
MAX_GRID_SIDE = 100


def prior_quantile(p: float) -> float:
    """The z below which a share p of the standard normal prior lies; raises InputError unless 0 < p < 1."""
    require(0 < p < 1, "grid.probability", got=p)
    return NormalDist().inv_cdf(p)


def grid_axis(
    kind: str, side: int, low: float | None = None, high: float | None = None
) -> Float[np.ndarray, " {side}"]:
    """The increasing coordinates along one side of a grid; with side 1 the middle one.

    `kind`, one of `GRIDS`: `linear` from `low` to `high` in z, `normal` at the quantiles of evenly spaced
    probabilities from `low` to `high`. Left out, they are those of `SPANS`. Raises InputError out of bounds.
    """
    require(kind in GRIDS, "grid.kind", known=list(GRIDS), got=kind)
    require(1 <= side <= MAX_GRID_SIDE, "grid.side", most=MAX_GRID_SIDE, got=side)
    low, high = SPANS[kind][0] if low is None else low, SPANS[kind][1] if high is None else high
    finite = math.isfinite(low) and math.isfinite(high)
    require(finite and low < high, "grid.range", low=low, high=high)
    if kind == "linear":
        return np.array(_evenly(low, high, side), np.float32)
    return _quantiles(low, high, side)


def grid(
    kind: str, side: int, low: float | None = None, high: float | None = None
) -> Float[np.ndarray, "{side}*{side} 2"]:
    """Latents (z1, z2) on a square of `grid_axis`, row by row from the top left corner.

    `normal`: Kingma and Welling 2013, appendix A; neighbouring cells hold the same share of the prior in each
    coordinate.
    """
    axis = grid_axis(kind, side, low, high)
    z2, z1 = np.meshgrid(axis[::-1], axis, indexing="ij")
    return np.stack([z1.ravel(), z2.ravel()], axis=1)


def place_in(
    z2d: Float[np.ndarray, "n 2"],
    latent_dim: int,
    dims: tuple[int, int] = (0, 1),
    base: Float[np.ndarray, " latent"] | None = None,
) -> Float[np.ndarray, "n {latent_dim}"]:
    """Whole latents: the two coordinates in dimensions `dims` of `base`, or of the prior's mean where it is None.

    Raises InputError for dimensions that are equal or out of range, and for a base of another length.
    """
    require(latent_dim >= 2, "grid.too_few_latents", got=latent_dim)
    for dim in dims:
        require_dim(dim, latent_dim)
    require(dims[0] != dims[1], "plane.same_dimension", dimension=dims[0])
    base = np.zeros(latent_dim, z2d.dtype) if base is None else base
    require(base.shape == (latent_dim,), "grid.base", latent=latent_dim, got=list(base.shape))
    z = np.tile(base.astype(z2d.dtype), (len(z2d), 1))
    z[:, list(dims)] = z2d
    return z


def mosaic(
    images: Num[np.ndarray, "n channel height width"], rows: int, columns: int
) -> Num[np.ndarray, "channel {rows}*height {columns}*width"]:
    """The images side by side as one, row by row from the top left; raises InputError unless they fill it."""
    count, channel, height, width = images.shape
    require(
        rows >= 1 and columns >= 1 and count == rows * columns,
        "grid.images",
        rows=rows,
        columns=columns,
        count=rows * columns,
        got=count,
    )
    tiles = images.reshape(rows, columns, channel, height, width)
    return tiles.transpose(2, 0, 3, 1, 4).reshape(channel, rows * height, columns * width)


def require_dim(dim: int, latent_dim: int) -> None:
    """Raise InputError unless `dim` is one of the model's latent dimensions, counted from 0."""
    if not 0 <= dim < latent_dim:
        raise InputError("grid.dimension", last=latent_dim - 1, got=dim)


def _evenly(low: float, high: float, count: int) -> list[float]:
    if count == 1:
        return [(low + high) / 2]
    last = count - 1
    return [(low * (last - step) + high * step) / last for step in range(count)]


def _quantiles(low: float, high: float, count: int) -> Float[np.ndarray, " {count}"]:
    require(low > 0 and high < 1, "grid.probabilities", low=low, high=high)
    return np.array([prior_quantile(p) for p in _evenly(low, high, count)], np.float32)
