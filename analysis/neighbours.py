"""Which codes lie nearest to a point of the latent space.

Euclidean distances, every pair computed, in blocks. Knows codes only: no model and no images.
"""

import numpy as np
from jaxtyping import Float, Float64, Int64

from models.errors import require

BLOCK_PAIRS = 1_000_000  # 8 MB a matrix
TREE_DIMENSIONS = 8  # of 10,000 codes a tree is as fast here, and slower from there on: it looks at nearly all of them
Rows = Int64[np.ndarray, "rows count"]


def nearest(
    codes: Float[np.ndarray, "images latent"], z: Float[np.ndarray, "queries latent"], count: int
) -> tuple[Int64[np.ndarray, "queries {count}"], Float[np.ndarray, "queries {count}"]]:
    """Indices of the `count` nearest codes of each query, nearest first, and their distances.

    Of codes at the same distance the lower index comes first. A query that is itself a code finds itself at 0.
    Raises InputError for a count out of range, another number of latents, or a query that is not finite.
    """
    require(1 <= count <= len(codes), "neighbours.count", most=len(codes), got=count)
    _require_queries(codes, z)
    from scipy.spatial.distance import cdist  # slow to import

    indices = np.empty((len(z), count), np.int64)
    distances = np.empty((len(z), count), codes.dtype)
    for block in _blocks(len(codes), len(z)):
        # the form |a|^2 + |b|^2 - 2ab loses the digits of small distances
        with np.errstate(over="ignore"):  # what is too far for a float32 is infinitely far
            every = cdist(z[block], codes).astype(codes.dtype)
        indices[block] = np.argsort(every, axis=1, kind="stable")[:, :count]
        distances[block] = np.take_along_axis(every, indices[block], axis=1)
    return indices, distances


def _blocks(images: int, queries: int) -> list[slice]:
    step = max(1, BLOCK_PAIRS // max(1, images))
    return [slice(start, start + step) for start in range(0, queries, step)]


def _require_queries(codes: np.ndarray, z: np.ndarray) -> None:
    require(z.ndim == 2 and z.shape[1] == codes.shape[1], "neighbours.width", latent=codes.shape[1], got=list(z.shape))
    require(bool(np.isfinite(z).all()), "codes.not_finite")


def own_neighbours(codes: Float[np.ndarray, "images latent"], count: int) -> Int64[np.ndarray, "images {count}"]:
    """Indices of the `count` nearest other codes of each code, nearest first.

    Raises InputError where there are not so many others.
    """
    require(1 <= count < len(codes), "neighbours.count_of_others", most=len(codes) - 1, got=count)
    rows = np.arange(len(codes))
    found = nearest_of(codes.astype(np.float64), rows, count + 1)
    # a code finds itself first, or behind others that are the same, or not at all among too many of those
    places = np.where((found == rows[:, None]).any(axis=1), (found == rows[:, None]).argmax(axis=1), count)
    others = np.arange(count + 1) != places[:, None]
    return np.reshape(found[others], (len(codes), count))


def nearest_of(points: Float64[np.ndarray, "points latent"], rows: Int64[np.ndarray, " rows"], count: int) -> Rows:
    """The places of the `count` nearest points of some of them, each nearest to itself, in the order of distance.

    Exact, but for two that are within a rounding of each other.
    """
    if points.shape[1] <= TREE_DIMENSIONS:
        from scipy.spatial import KDTree  # slow to import

        return np.asarray(KDTree(points).query(points[rows], np.arange(1, count + 1))[1])
    found, squared = np.empty((len(rows), count), np.int64), np.square(points).sum(axis=1)
    for block in _blocks(len(points), len(rows)):
        asked = rows[block]
        away = squared - 2 * points[asked] @ points.T  # but for the same number in each row
        near = np.argpartition(away, count - 1, axis=1)[:, :count]
        order = np.argsort(np.take_along_axis(away, near, axis=1), axis=1, kind="stable")
        found[block] = np.take_along_axis(near, order, axis=1)
    return found
