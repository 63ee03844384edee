"""Where a model's codes should lie, for the browser and for pictures: N(0, I), or the Gaussians of a learnt prior.

Knows the library and planes; knows no page. `live/engine/prior.js` draws from what is told here.
"""

from typing import Any

import numpy as np

from analysis.ellipses import prior_rings
from live.library import OpenModel, once
from live.made import Gaussians, made_of
from live.planes import Plane
from models.families import VAMP, family_of

DIGITS = 5  # of a mean or log variance, when it goes to the browser


def prior_of_all(opened: OpenModel) -> Gaussians:
    """The prior with a component, or a class, a row; N(0, I) has one."""
    model, weights = opened.checkpoint.run.model, opened.checkpoint.weights
    if not model.learns_prior:
        zeros = np.zeros((1, model.latent_dim), np.float32)
        return Gaussians(zeros, zeros)
    if family_of(model.family).prior == VAMP:  # what the encoder makes of the pseudo-inputs
        found = made_of(opened).prior
        assert found is not None
        return found
    return Gaussians(*(weights[f"learnt_prior.{name}"].astype(np.float32) for name in ("mu", "log_var")))


def prior_json(opened: OpenModel) -> dict[str, Any] | None:
    """What the browser is told of a learnt prior; None for N(0, I)."""
    return once(opened, "prior", lambda: _json(opened))  # type: ignore[no-any-return]


def rings(opened: OpenModel, plane: Plane) -> list[np.ndarray]:
    """The prior's rings `[points 2]` where the plane is one of two dimensions: 1 and 2 sigma of N(0, I), one of each
    component.
    """
    if plane.dims is None:
        return []
    if not opened.checkpoint.run.model.learns_prior:
        return list(prior_rings())
    prior, dims, circle = prior_of_all(opened), list(plane.dims), prior_rings((1.0,))[0]
    return list(prior.mu[:, None, dims] + np.exp(0.5 * prior.log_var)[:, None, dims] * circle)


def _json(opened: OpenModel) -> dict[str, Any] | None:
    model = opened.checkpoint.run.model
    if not model.learns_prior:
        return None
    prior = prior_of_all(opened)
    kind = "mixture" if family_of(model.family).prior == VAMP else "of-class"
    return {"kind": kind, "mu": _rounded(prior.mu), "logVar": _rounded(prior.log_var)}


def _rounded(rows: np.ndarray) -> list[list[float]]:
    return [[round(value, DIGITS) for value in row] for row in rows.tolist()]
