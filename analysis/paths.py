"""Paths from one latent to another: the straight line and the great circle.

Knows vectors only: no model, no image. The browser has its own; both are held to tests/cases/arithmetic.json.
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor

from models.errors import InputError, require

PATHS = ("lerp", "slerp")
MAX_STEPS = 1000
SAME_DIRECTION = 1e-6  # radians; below it the great circle and the straight line agree to 1e-12
ZERO_LENGTH = 1e-12


def lerp(a: Float[Tensor, " latent"], b: Float[Tensor, " latent"], steps: int) -> Float[Tensor, "{steps} latent"]:
    """Evenly spaced points on the straight line: (1 - t) a + t b, t from 0 to 1. The ends are exactly a and b.

    Raises InputError for fewer than 2 steps, vectors of different length, or a value that is not finite.
    """
    _require_path(a, b, steps)
    return _straight(a, b, steps)


def slerp(a: Float[Tensor, " latent"], b: Float[Tensor, " latent"], steps: int) -> Float[Tensor, "{steps} latent"]:
    """Points on the great circle from a to b, evenly spaced in angle, the radius going linearly from |a| to |b|.

    White 2016, "Sampling Generative Networks", on interpolation, after Shoemake 1985; here in the form
    cos(t angle) u + sin(t angle) w with w perpendicular to u, which stays stable up to opposite vectors.
    Where no great circle is defined: a zero vector, parallel vectors and a single latent give `lerp`; exactly
    opposite vectors turn towards the first of the coordinate axes that are furthest from a. The ends are exactly a
    and b. Raises InputError like `lerp`.
    """
    _require_path(a, b, steps)
    u, v = a.double(), b.double()
    length_a, length_b = u.norm(), v.norm()
    if len(a) == 1 or min(float(length_a), float(length_b)) < ZERO_LENGTH:
        return _straight(a, b, steps)
    u, v = u / length_a, v / length_b
    angle = 2 * math.atan2(float((u - v).norm()), float((u + v).norm()))
    if angle < SAME_DIRECTION:
        return _straight(a, b, steps)
    if math.pi - angle < SAME_DIRECTION:
        v = torch.zeros_like(u)
        v[u.abs().argmin()] = 1.0
    w = v - (u @ v) * u
    w = w / w.norm()
    t = torch.linspace(0, 1, steps, dtype=torch.float64, device=a.device)[:, None]
    direction = torch.cos(t * angle) * u + torch.sin(t * angle) * w
    points: Tensor = (torch.lerp(length_a, length_b, t) * direction).to(a.dtype)
    points[0], points[-1] = a, b
    return points


def path(
    kind: str, a: Float[Tensor, " latent"], b: Float[Tensor, " latent"], steps: int
) -> Float[Tensor, "{steps} latent"]:
    """The path of a kind, one of `PATHS`; raises InputError for another kind, and like `lerp`."""
    match kind:
        case "lerp":
            return lerp(a, b, steps)
        case "slerp":
            return slerp(a, b, steps)
    raise InputError("path.kind", known=list(PATHS), got=kind)


def _straight(a: Float[Tensor, " latent"], b: Float[Tensor, " latent"], steps: int) -> Float[Tensor, "{steps} latent"]:
    t = torch.linspace(0, 1, steps, dtype=a.dtype, device=a.device)[:, None]
    return torch.lerp(a, b, t)  # torch.lerp is exact at both ends, a + t (b - a) is not


def _require_path(a: Tensor, b: Tensor, steps: int) -> None:
    require(2 <= steps <= MAX_STEPS, "path.steps", most=MAX_STEPS, got=steps)
    require(a.shape == b.shape, "path.other_shapes", a=list(a.shape), b=list(b.shape))
    finite = bool(torch.isfinite(a).all() and torch.isfinite(b).all())
    require(finite, "path.not_finite")
