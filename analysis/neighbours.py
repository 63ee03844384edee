"""Which codes lie nearest to a point of the latent space.

Euclidean distances, every pair computed, in blocks. Knows codes only: no model and no images.
"""

import torch
from jaxtyping import Float, Int64
from torch import Tensor

from models.errors import require

BLOCK_PAIRS = 4_000_000


def nearest(
    codes: Float[Tensor, "images latent"], z: Float[Tensor, "queries latent"], count: int
) -> tuple[Int64[Tensor, "queries {count}"], Float[Tensor, "queries {count}"]]:
    """Indices of the `count` nearest codes of each query, nearest first, and their distances.

    Of codes at the same distance the lower index comes first. A query that is itself a code finds itself at 0.
    Raises InputError for a count out of range, another number of latents, or a query that is not finite.
    """
    require(1 <= count <= len(codes), "neighbours.count", most=len(codes), got=count)
    _require_queries(codes, z)
    indices = torch.empty(len(z), count, dtype=torch.int64)
    distances = torch.empty(len(z), count, dtype=codes.dtype)
    for block in _blocks(codes, z):
        ordered, order = _distances(codes, z[block]).sort(dim=1, stable=True)
        indices[block], distances[block] = order[:, :count], ordered[:, :count]
    return indices, distances


def _distances(
    codes: Float[Tensor, "images latent"], z: Float[Tensor, "queries latent"]
) -> Float[Tensor, "queries images"]:
    # the form |a|^2 + |b|^2 - 2ab, which cdist prefers, loses the digits of small distances
    return torch.cdist(z.to(codes), codes, compute_mode="donot_use_mm_for_euclid_dist")


def _blocks(codes: Tensor, z: Tensor) -> list[slice]:
    step = max(1, BLOCK_PAIRS // max(1, len(codes)))
    return [slice(start, start + step) for start in range(0, len(z), step)]


def _require_queries(codes: Tensor, z: Tensor) -> None:
    require(z.dim() == 2 and z.shape[1] == codes.shape[1], "neighbours.width", latent=codes.shape[1], got=list(z.shape))
    require(bool(torch.isfinite(z).all()), "codes.not_finite")


def own_neighbours(codes: Float[Tensor, "images latent"], count: int) -> Int64[Tensor, "images {count}"]:
    """Indices of the `count` nearest other codes of each code, nearest first.

    Raises InputError where there are not so many others.
    """
    require(1 <= count < len(codes), "neighbours.count_of_others", most=len(codes) - 1, got=count)
    from sklearn.neighbors import NearestNeighbors  # imported here: it costs a second that most pages don't wait for

    # asked for no points, it answers for those that it was made of, none of them its own neighbour
    found = NearestNeighbors(n_neighbors=count).fit(codes.numpy()).kneighbors(return_distance=False)
    return torch.from_numpy(found).long()
