"""A plane in the latent space: principal components or any two dimensions, and the way back.

Knows codes only: no model and no plot. The browser has its own; both are held to tests/cases/arithmetic.json.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from analysis.grids import require_dim
from models.errors import require


@dataclass(frozen=True)
class Projection:
    """The plane through `mean` along two orthonormal `axes` (its columns).

    `explained`: the share of the codes' variance along each axis, None where no codes were asked. With a single
    latent the second axis is zero.
    """

    mean: Float[np.ndarray, " latent"]
    axes: Float[np.ndarray, "latent 2"]
    explained: tuple[float, float] | None

    def to_plane(self, z: Float[np.ndarray, "batch latent"]) -> Float[np.ndarray, "batch 2"]:
        """Where the latents fall on the plane, seen from its mean."""
        return np.asarray((z - self.mean) @ self.axes)

    def to_latent(
        self, p: Float[np.ndarray, "batch 2"], base: Float[np.ndarray, " latent"] | None = None
    ) -> Float[np.ndarray, "batch latent"]:
        """The latents at points of the plane; with a `base`, those that keep what the plane does not see of it.

        `to_plane` of the result is p again. Raises InputError for a base of another length.
        """
        z: np.ndarray = self.mean + p @ self.axes.T
        if base is None:
            return z
        require(base.shape == self.mean.shape, "grid.base", latent=len(self.mean), got=list(base.shape))
        return np.asarray(z + (base - self.mean) - self.to_plane(base[None]) @ self.axes.T)


def pca(codes: Float[np.ndarray, "images latent"]) -> Projection:
    """The plane of the two directions in which the codes vary most (Pearson 1901), computed in float64.

    The signs are fixed: the largest component of each axis is positive. Codes that don't vary explain (0, 0).
    Raises InputError for no codes or a value that is not finite.
    """
    require(len(codes) >= 1, "plane.no_code")
    require(bool(np.isfinite(codes).all()), "codes.not_finite")
    exact = codes.astype(np.float64)
    mean = exact.mean(axis=0)
    centred = exact - mean
    variances, directions = np.linalg.eigh(centred.T @ centred / len(codes))  # in rising order
    axes = directions[:, ::-1][:, :2]
    axes = axes * np.sign(np.take_along_axis(axes, np.abs(axes).argmax(axis=0)[None], axis=0))
    variances = np.maximum(variances, 0)
    total = float(variances.sum())
    shares = [float(v) / total if total else 0.0 for v in variances[::-1][:2]]
    if codes.shape[1] == 1:
        axes, shares = np.concatenate([axes, np.zeros_like(axes)], axis=1), [*shares, 0.0]
    return Projection(mean.astype(codes.dtype), axes.astype(codes.dtype), (shares[0], shares[1]))


def pick_dims(latent_dim: int, i: int, j: int) -> Projection:
    """The plane of dimensions i and j through the prior's mean; a single latent is its own plane, i = j = 0.

    Raises InputError for dimensions that are equal or out of range.
    """
    require_dim(i, latent_dim)
    require_dim(j, latent_dim)
    require(i != j or latent_dim == 1, "plane.same_dimension", dimension=i)
    axes = np.zeros((latent_dim, 2), np.float32)
    axes[i, 0] = 1.0
    if latent_dim > 1:
        axes[j, 1] = 1.0
    return Projection(np.zeros(latent_dim, np.float32), axes, None)
