"""Which plane of the latent space a map shows: two dimensions, or the principal components.

Knows projections and the page's state; draws nothing.
"""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.projection import Projection, pick_dims
from live.library import OpenModel, principal_plane
from live.map_figure import square_span
from live.names import latent_name
from live.words import t
from models.errors import require

PCA = "pca"
_DIMENSION = re.compile("[1-9][0-9]{0,2}")


@dataclass(frozen=True)
class Plane:
    """A projection with its axes' titles. `name`: how the link writes it, `pca` or `1-2`. `dims`: None for PCA."""

    name: str
    projection: Projection
    x_title: str
    y_title: str
    dims: tuple[int, int] | None

    def to_json(self, mu: np.ndarray) -> dict[str, Any]:
        """What the browser needs to go between plane and latents, and the square that holds the codes."""
        (x, y), half = square_span(to_plane(self, mu))
        return {
            "name": self.name,
            "mean": self.projection.mean.tolist(),
            "axes": self.projection.axes.tolist(),
            "dims": None if self.dims is None else list(self.dims),
            "xTitle": self.x_title,
            "yTitle": self.y_title,
            "centre": [x, y],
            "half": half,
        }


def default_plane(opened: OpenModel) -> str:
    """Two latents: both. More: the two that carry the most nats, or the principal components without a KL."""
    run = opened.checkpoint.run
    if run.model.latent_dim <= 2:
        return "1-2" if run.model.latent_dim == 2 else "1-1"
    if run.test.kl is None:
        return PCA
    first, second = sorted(sorted(range(len(run.test.kl)), key=lambda dim: -run.test.kl[dim])[:2])  # type: ignore[index]
    return f"{first + 1}-{second + 1}"


def parse_plane(text: str, latent_dim: int) -> str:
    """The name if it is a plane of such a model; raises InputError otherwise."""
    if text == PCA and latent_dim > 2:
        return text
    parts = text.split("-")
    sound = len(parts) == 2 and all(_DIMENSION.fullmatch(part) and int(part) <= latent_dim for part in parts)
    require(
        sound and (parts[0] != parts[1] or latent_dim == 1),
        "link.plane",
        text=text[:20],
        last=latent_dim,
    )
    return text


def plane_of(opened: OpenModel, name: str) -> Plane:
    """The plane called `name`, which must have been parsed for this model."""
    latent_dim = opened.checkpoint.run.model.latent_dim
    if name == PCA:
        projection = principal_plane(opened)
        first, second = projection.explained or (0.0, 0.0)
        titles = (t("plane.pca.x", share=first), t("plane.pca.y", share=second))
        return Plane(name, projection, *titles, None)
    i, j = (int(part) - 1 for part in name.split("-"))
    y_title = latent_name(j) if latent_dim > 1 else ""
    return Plane(name, pick_dims(latent_dim, i, j), latent_name(i), y_title, (i, j))


def to_plane(plane: Plane, z: np.ndarray) -> np.ndarray:
    """`[batch latent]` as `[batch 2]` of float32."""
    return plane.projection.to_plane(z.astype(np.float32))
