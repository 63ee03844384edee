"""Which codes lie near a point of the latent space, how many, and of which class.

Euclidean distances, every pair computed, in blocks. Knows codes only: no model and no images.
"""

import torch
from jaxtyping import Float, Int, Int64, Integer
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
    require(1 <= count <= len(codes), f"count must be 1 to the number of codes, {len(codes):,}; got {count}.")
    _require_queries(codes, z)
    indices = torch.empty(len(z), count, dtype=torch.int64)
    distances = torch.empty(len(z), count, dtype=codes.dtype)
    for block in _blocks(codes, z):
        ordered, order = _distances(codes, z[block]).sort(dim=1, stable=True)
        indices[block], distances[block] = order[:, :count], ordered[:, :count]
    return indices, distances


def count_within(
    codes: Float[Tensor, "images latent"], z: Float[Tensor, "queries latent"], radius: float
) -> Int64[Tensor, " queries"]:
    """How many codes lie at most `radius` away from each query; raises InputError for a radius below 0."""
    require(radius >= 0, f"radius must be at least 0; got {radius:g}.")
    _require_queries(codes, z)
    counts = torch.zeros(len(z), dtype=torch.int64)
    for block in _blocks(codes, z):
        counts[block] = (_distances(codes, z[block]) <= radius).sum(dim=1)
    return counts


def class_share(
    labels: Integer[Tensor, " images"], indices: Int[Tensor, "queries count"], class_count: int
) -> Float[Tensor, "queries {class_count}"]:
    """The share of each class among the neighbours that `nearest` found; each row sums to 1.

    Raises InputError where a label is not below `class_count`.
    """
    highest = int(labels.max()) if len(labels) else -1
    require(highest < class_count, f"labels must be below {class_count}; got {highest}.")
    found = labels.long()[indices]
    return torch.nn.functional.one_hot(found, class_count).float().mean(dim=1)


def _distances(
    codes: Float[Tensor, "images latent"], z: Float[Tensor, "queries latent"]
) -> Float[Tensor, "queries images"]:
    # the form |a|^2 + |b|^2 - 2ab, which cdist prefers, loses the digits of small distances
    return torch.cdist(z.to(codes), codes, compute_mode="donot_use_mm_for_euclid_dist")


def _blocks(codes: Tensor, z: Tensor) -> list[slice]:
    step = max(1, BLOCK_PAIRS // max(1, len(codes)))
    return [slice(start, start + step) for start in range(0, len(z), step)]


def _require_queries(codes: Tensor, z: Tensor) -> None:
    require(
        z.dim() == 2 and z.shape[1] == codes.shape[1],
        f"z must be [queries {codes.shape[1]}], as wide as the codes; got {list(z.shape)}.",
    )
    require(bool(torch.isfinite(z).all()), "z must be finite numbers; it holds NaN or infinity.")
