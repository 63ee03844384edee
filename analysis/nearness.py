"""How near a point of the latent space is to the test codes, as a rank that means the same in 2 and in 50 dimensions.

A radius can't say it: in 2 dimensions a code lies within 0.2 of most draws from the prior, in 50 of none. The codes'
own spacing can: a point is far when nearly all codes have another code nearer than that. Knows codes only.
"""

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Float64

from analysis.neighbours import nearest_of
from models.errors import require

LEVELS = 101  # 0, 1, .. 100 %
MAX_QUERIES = 10_000
QUERY_SEED = 0


def own_distances(codes: Float[np.ndarray, "images latent"]) -> Float64[np.ndarray, " queries"]:
    """Each code's distance to its nearest other code, Euclidean and exact; 0 where another code is the same.

    Of more than 10,000 codes, 10,000 drawn once with a fixed seed are asked, always among all codes. Empty for a single
    code. Raises InputError for values that are not finite.
    """
    require(bool(np.isfinite(codes).all()), "codes.not_finite")
    if len(codes) < 2:
        return np.empty(0)
    rows = np.arange(len(codes))
    if len(codes) > MAX_QUERIES:
        rows = np.sort(np.random.default_rng(QUERY_SEED).permutation(len(codes))[:MAX_QUERIES])
    points = codes.astype(np.float64)
    found = nearest_of(points, rows, 2)
    # a code finds itself, as first or second, or two others that are the same
    other = np.where(found[:, 0] == rows, found[:, 1], found[:, 0])
    return np.asarray(np.linalg.norm(points[rows] - points[other], axis=1))


def own_quantiles(codes: Float[np.ndarray, "images latent"]) -> Float64[np.ndarray, " levels"]:
    """The 0, 1, .. 100 % quantiles of `own_distances`, which `rank` reads; zeros for a single code."""
    distances = own_distances(codes)
    if len(distances) == 0:
        return np.zeros(LEVELS)
    return np.asarray(np.quantile(distances, np.linspace(0, 1, LEVELS)))


def rank(distance: float, quantiles: Sequence[float]) -> float:
    """The share of codes, 0 to 1, whose own nearest other code is nearer than `distance`, between quantiles by a line.

    `distance`: from a point to its nearest code. Above 0.99 the point is further out than nearly all codes are from
    each other: what is decoded there is extrapolated. `live/engine/` computes the same; tests/cases/nearness.json.
    """
    place = bisect_left(quantiles, distance)
    if place in (0, len(quantiles)):
        return float(place > 0)
    below, above = quantiles[place - 1 : place + 1]
    return (place - 1 + (distance - below) / (above - below)) / (len(quantiles) - 1)
