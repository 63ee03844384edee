"""How one model's codes are turned onto another's: the same images, two latent spaces, no axis in common.

Orthogonal Procrustes (Schönemann 1966): the turn, perhaps with a mirror, after which the same images lie nearest to
each other. Knows codes only; the page does the same (live/engine/comparing/align.js).
"""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from models.errors import require

LEAST_EXPLAINED = 0.2  # below it, two maps have too little in common to be turned onto each other


@dataclass(frozen=True)
class Alignment:
    """z goes to scale (z - mean) R + mean of the other codes, both padded with zeros to the same number of latents.

    `explained`: R², the share of the other codes' variance that the turned ones leave no gap in; below 0 where they
    would lie farther away than one single point does. `mirrored`: whether R has a mirror in it. `degrees`: the turn
    counterclockwise, after the mirror of the second axis; None beyond two latents.
    """

    rotation: Float[np.ndarray, "latent latent"]
    mean: Float[np.ndarray, " latent"]
    other_mean: Float[np.ndarray, " latent"]
    scale: float
    explained: float

    @property
    def mirrored(self) -> bool:
        return bool(np.linalg.det(self.rotation) < 0)

    @property
    def degrees(self) -> float | None:
        if len(self.rotation) > 2:
            return None
        return math.degrees(math.atan2(float(self.rotation[0, -1]), float(self.rotation[0, 0])))

    @property
    def corresponds(self) -> bool:
        """Whether the maps have enough in common for the turn to mean something."""
        return self.explained >= LEAST_EXPLAINED

    def apply(self, z: Float[np.ndarray, "batch own"]) -> Float[np.ndarray, "batch latent"]:
        """Codes in the frame of the other model."""
        turned: np.ndarray = (
            self.scale * (padded(z.astype(np.float64), len(self.mean)) - self.mean) @ self.rotation + self.other_mean
        )
        return turned


def align(
    other: Float[np.ndarray, "images latent"], codes: Float[np.ndarray, "images own"], scaled: bool = False
) -> Alignment:
    """The turn of `codes` onto `other`; `scaled`: they may also grow or shrink.

    R = U V' of the singular value decomposition of (codes - mean)' (other - mean), and with a scale s = tr S /
    |codes - mean|². Raises InputError for other numbers of images, fewer than 2, or codes that all are one point.
    """
    require(len(other) == len(codes) >= 2, "codes.not_the_same_images", count=len(other), other=len(codes))
    latent = max(other.shape[1], codes.shape[1])
    a, b = (padded(each.astype(np.float64), latent) for each in (other, codes))
    a_mean, b_mean = a.mean(axis=0), b.mean(axis=0)
    a, b = a - a_mean, b - b_mean
    total, own = float(np.square(a).sum()), float(np.square(b).sum())
    require(total > 0 and own > 0, "codes.all_one_point")
    left, values, right = np.linalg.svd(b.T @ a)
    along = float(values.sum())
    scale = along / own if scaled else 1.0
    explained = (2 * scale * along - scale**2 * own) / total
    return Alignment(left @ right, b_mean, a_mean, scale, explained)


def padded(z: Float[np.ndarray, "batch own"], latent: int) -> Float[np.ndarray, "batch latent"]:
    """The same with zeros for the latents that it lacks."""
    return np.pad(z, ((0, 0), (0, latent - z.shape[1])))
