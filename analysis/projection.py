"""A plane in the latent space: principal components or any two dimensions, and the way back.

Knows codes only: no model and no plot. The browser has its own; both are held to tests/cases/arithmetic.json.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from analysis.grids import require_dim
from models.errors import require


@dataclass(frozen=True)
class Projection:
    """The plane through `mean` along two orthonormal `axes` (its columns).

    `explained`: the share of the codes' variance along each axis, None where no codes were asked. With a single
    latent the second axis is zero.
    """

    mean: Float[Tensor, " latent"]
    axes: Float[Tensor, "latent 2"]
    explained: tuple[float, float] | None

    def to_plane(self, z: Float[Tensor, "batch latent"]) -> Float[Tensor, "batch 2"]:
        """Where the latents fall on the plane, seen from its mean."""
        return (z - self.mean) @ self.axes

    def to_latent(
        self, p: Float[Tensor, "batch 2"], base: Float[Tensor, " latent"] | None = None
    ) -> Float[Tensor, "batch latent"]:
        """The latents at points of the plane; with a `base`, those that keep what the plane does not see of it.

        `to_plane` of the result is p again. Raises InputError for a base of another length.
        """
        z = self.mean + p @ self.axes.T
        if base is None:
            return z
        require(base.shape == self.mean.shape, "grid.base", latent=len(self.mean), got=list(base.shape))
        return z + (base - self.mean) - self.to_plane(base[None]) @ self.axes.T


def pca(codes: Float[Tensor, "images latent"]) -> Projection:
    """The plane of the two directions in which the codes vary most (Pearson 1901), computed in float64.

    The signs are fixed: the largest component of each axis is positive. Codes that don't vary explain (0, 0).
    Raises InputError for no codes or a value that is not finite.
    """
    require(len(codes) >= 1, "plane.no_code")
    require(bool(torch.isfinite(codes).all()), "codes.not_finite")
    exact = codes.double()
    mean = exact.mean(dim=0)
    centred = exact - mean
    variances, directions = torch.linalg.eigh(centred.T @ centred / len(codes))  # in rising order
    axes = directions.flip(1)[:, :2]
    axes = axes * torch.sign(axes.gather(0, axes.abs().argmax(dim=0, keepdim=True)))
    total = float(variances.clamp_min(0).sum())
    shares = [float(v) / total if total else 0.0 for v in variances.clamp_min(0).flip(0)[:2]]
    if codes.shape[1] == 1:
        axes, shares = torch.cat([axes, torch.zeros_like(axes)], dim=1), [*shares, 0.0]
    return Projection(mean.to(codes.dtype), axes.to(codes.dtype), (shares[0], shares[1]))


def pick_dims(latent_dim: int, i: int, j: int) -> Projection:
    """The plane of dimensions i and j through the prior's mean; a single latent is its own plane, i = j = 0.

    Raises InputError for dimensions that are equal or out of range.
    """
    require_dim(i, latent_dim)
    require_dim(j, latent_dim)
    require(i != j or latent_dim == 1, "plane.same_dimension", dimension=i)
    axes = torch.zeros(latent_dim, 2)
    axes[i, 0] = 1.0
    if latent_dim > 1:
        axes[j, 1] = 1.0
    return Projection(torch.zeros(latent_dim), axes, None)
