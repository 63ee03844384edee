"""Where a model's codes should lie, for the browser and for pictures: N(0, I), or the Gaussians of a learnt prior.

Knows the library and planes; knows no page. `live/engine/prior.js` draws from what is told here.
"""

from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from analysis.ellipses import prior_rings
from live.library import OpenModel, once
from live.planes import Plane
from models.families import family_of
from models.learnt_prior import VAMP
from models.prior import Prior

DIGITS = 5  # of a mean or log variance, when it goes to the browser


def prior_of_all(opened: OpenModel) -> Prior:
    """The prior with a component, or a class, a row; N(0, I) has one."""
    model, config = opened.checkpoint.model, opened.checkpoint.run.model
    return model.prior(torch.arange(config.class_count) if config.conditional else None)


def prior_json(opened: OpenModel) -> dict[str, Any] | None:
    """What the browser is told of a learnt prior; None for N(0, I)."""
    return once(opened, "prior", lambda: _json(opened))  # type: ignore[no-any-return]


def rings(opened: OpenModel, plane: Plane) -> list[Float[Tensor, "points 2"]]:
    """The prior's rings where the plane is one of two dimensions: 1 and 2 sigma of N(0, I), one of each component."""
    if plane.dims is None:
        return []
    if not opened.checkpoint.run.model.learns_prior:
        return list(prior_rings())
    prior, dims, circle = prior_of_all(opened), list(plane.dims), prior_rings((1.0,))[0]
    mu, std = prior.mu.flatten(0, 1), torch.exp(0.5 * prior.log_var).flatten(0, 1)
    return list(mu[:, None, dims] + std[:, None, dims] * circle)


def _json(opened: OpenModel) -> dict[str, Any] | None:
    model = opened.checkpoint.run.model
    if not model.learns_prior:
        return None
    prior = prior_of_all(opened)
    kind = "mixture" if family_of(model.family).prior == VAMP else "of-class"
    return {"kind": kind, "mu": _rounded(prior.mu), "logVar": _rounded(prior.log_var)}


def _rounded(rows: Float[Tensor, "components examples latent"]) -> list[list[float]]:
    return [[round(value, DIGITS) for value in row] for row in rows.flatten(0, 1).tolist()]
