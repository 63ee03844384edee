"""How exact it is to draw a dial's codes on straight lines between the values at which they were measured.

Knows a model, a series and images; knows nothing of files or pages.
"""

import math
from dataclasses import dataclass
from itertools import pairwise

import torch
from jaxtyping import Float
from torch import Tensor

from models.errors import require
from models.latent_model import LatentModel
from models.series import Series


@dataclass(frozen=True)
class GlideError:
    """Half way, by ratios, between two measured values: how far the codes that glide are from codes encoded anew there,
    in standard deviations of the prior; median and 95th percentile over the images.
    """

    value: float
    median: float
    most: float


def glide_errors(
    model: LatentModel, series: Series, x: Float[Tensor, "images channel height width"], y: Tensor | None = None
) -> list[GlideError]:
    """One row a gap of the series; `x` in [0, 1], the images whose codes the series begins with, `y` their labels.

    Raises InputError for more images than the series holds, or for none.
    """
    kept = series.mu.shape[1]
    require(1 <= len(x) <= kept, "glide.images", most=kept, got=len(x))
    rows = []
    for step, (low, high) in enumerate(pairwise(series.values)):
        value = math.sqrt(low * high)
        with torch.no_grad():
            anew = model.encode(x, y, torch.full((1,), value)).mu
        glided = series.mu[step : step + 2, : len(x)].float().mean(dim=0)
        away = (glided - anew).norm(dim=1)
        rows.append(GlideError(value, float(away.quantile(0.5)), float(away.quantile(0.95))))
    return rows
