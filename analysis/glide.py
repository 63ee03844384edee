"""How exact it is to draw a dial's codes on straight lines between the values at which they were measured.

Knows a model, a series and images; knows nothing of files or pages.
"""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from jaxtyping import Float, Integer

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
    model: LatentModel,
    series: Series,
    x: Float[np.ndarray, "images channel height width"],
    y: Integer[np.ndarray, " images"] | None = None,
) -> list[GlideError]:
    """One row a gap of the series; `x` in [0, 1], the images whose codes the series begins with, `y` their labels.

    Raises InputError for more images than the series holds, or for none.
    """
    kept = series.mu.shape[1]
    require(1 <= len(x) <= kept, "glide.images", most=kept, got=len(x))
    images, labels = torch.from_numpy(x), None if y is None else torch.from_numpy(y.astype(np.int64))
    rows = []
    for step, (low, high) in enumerate(pairwise(series.values)):
        value = math.sqrt(low * high)
        with torch.no_grad():
            anew = model.encode(images, labels, torch.full((1,), value)).mu.numpy()
        glided = series.mu[step : step + 2, : len(x)].astype(np.float32).mean(axis=0)
        away = np.linalg.norm(glided - anew, axis=1)
        rows.append(GlideError(value, float(np.quantile(away, 0.5)), float(np.quantile(away, 0.95))))
    return rows
