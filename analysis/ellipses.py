"""Outlines in a plane of two latents: the prior as rings.

Knows the standard normal prior; knows no model and no plot.
"""

import math
from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from models.errors import require


def prior_rings(sigmas: Sequence[float] = (1.0, 2.0), points: int = 64) -> Float[Tensor, "rings {points} 2"]:
    """Closed circles around 0, one for each number of standard deviations of the prior.

    One standard deviation holds 1 - exp(-1/2) = 39% of the prior in a plane, two hold 86%. The last point of a circle
    is its first. Raises InputError for fewer than 4 points, or sigmas below 0.
    """
    rings = [sigma * _circle(sigma, points) for sigma in sigmas]
    return torch.stack(rings) if rings else torch.zeros(0, points, 2)


def _circle(sigmas: float, points: int) -> Float[Tensor, "{points} 2"]:
    require(math.isfinite(sigmas) and sigmas >= 0, "ellipse.sigmas", got=sigmas)
    require(points >= 4, "ellipse.points", got=points)
    angle = torch.linspace(0, 2 * math.pi, points, dtype=torch.float64)
    circle = torch.stack([torch.cos(angle), torch.sin(angle)], dim=1)
    circle[-1] = circle[0]
    return circle.float()
