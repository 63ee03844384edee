"""Outlines in a plane of two latents: the prior as rings.

Knows the standard normal prior; knows no model and no plot.
"""

import math
from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from models.errors import require


def prior_rings(sigmas: Sequence[float] = (1.0, 2.0), points: int = 64) -> Float[np.ndarray, "rings {points} 2"]:
    """Closed circles around 0, one for each number of standard deviations of the prior.

    One standard deviation holds 1 - exp(-1/2) = 39% of the prior in a plane, two hold 86%. The last point of a circle
    is its first. Raises InputError for fewer than 4 points, or sigmas below 0.
    """
    rings = [np.float32(sigma) * _circle(sigma, points) for sigma in sigmas]
    return np.stack(rings) if rings else np.zeros((0, points, 2), np.float32)


def _circle(sigmas: float, points: int) -> Float[np.ndarray, "{points} 2"]:
    require(math.isfinite(sigmas) and sigmas >= 0, "ellipse.sigmas", got=sigmas)
    require(points >= 4, "ellipse.points", got=points)
    angle = np.linspace(0, 2 * math.pi, points)
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    circle[-1] = circle[0]
    return circle.astype(np.float32)
