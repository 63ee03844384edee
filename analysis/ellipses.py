"""Outlines in a plane of two latents: one posterior as an ellipse, the prior as rings.

Knows diagonal Gaussians; knows no model and no plot.
"""

import math
from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from models.errors import require


def posterior_ellipse(
    mu: Float[Tensor, " 2"], log_var: Float[Tensor, " 2"], sigmas: float = 1.0, points: int = 64
) -> Float[Tensor, "{points} 2"]:
    """The closed line `sigmas` standard deviations around a posterior's mean, in the plane of two of its dimensions.

    Its axes are the latent axes, for the posterior is diagonal. The last point is the first. One standard deviation
    holds 1 - exp(-1/2) = 39% of the posterior in a plane, two hold 86%. Raises InputError for fewer than 4 points,
    sigmas below 0, or anything but two finite numbers for `mu` and for `log_var`.
    """
    require(
        mu.shape == log_var.shape == (2,),
        f"mu and log_var must be the plane's two dimensions; got {list(mu.shape)} and {list(log_var.shape)}.",
    )
    finite = bool(torch.isfinite(mu).all() and torch.isfinite(log_var).all())
    require(finite, "mu and log_var must be finite numbers; they hold NaN or infinity.")
    return mu + sigmas * torch.exp(0.5 * log_var) * _circle(sigmas, points).to(mu)


def prior_rings(sigmas: Sequence[float] = (1.0, 2.0), points: int = 64) -> Float[Tensor, "rings {points} 2"]:
    """Closed circles around 0, one for each number of standard deviations of the prior.

    Raises InputError like `posterior_ellipse`.
    """
    rings = [sigma * _circle(sigma, points) for sigma in sigmas]
    return torch.stack(rings) if rings else torch.zeros(0, points, 2)


def _circle(sigmas: float, points: int) -> Float[Tensor, "{points} 2"]:
    require(math.isfinite(sigmas) and sigmas >= 0, f"sigmas must be at least 0; got {sigmas:g}.")
    require(points >= 4, f"points must be at least 4 for a closed line; got {points}.")
    angle = torch.linspace(0, 2 * math.pi, points, dtype=torch.float64)
    circle = torch.stack([torch.cos(angle), torch.sin(angle)], dim=1)
    circle[-1] = circle[0]
    return circle.float()
