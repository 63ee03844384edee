"""From one model to the next: how far the codes of the same images move, and how many of their neighbours they keep.

What it is to go along a series of models (models/model_series.py): whether its maps can be followed point by point.
Knows codes only; distances are in standard deviations of the prior N(0, I).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from analysis.alignment import align
from analysis.neighbours import own_neighbours
from models.errors import require

NEAREST = 10


@dataclass(frozen=True)
class Step:
    """`moved`: mean distance of an image's two codes, as they are; `turned`: the same after the best turn and mirror
    (`analysis.alignment`); `kept`: the share of its ten nearest images that an image keeps.
    """

    moved: float
    turned: float
    kept: float


def steps(codes: Sequence[Float[np.ndarray, "images latent"]]) -> list[Step]:
    """One row from each model to the next; `codes`: the same images by each model.

    Raises InputError for other numbers of images or latents, or fewer than 11 images.
    """
    for one in codes:
        require(one.shape == codes[0].shape, "steps.shape", shape=list(one.shape), first=list(codes[0].shape))
    near = [own_neighbours(one, NEAREST) for one in codes]
    return [_step(*codes[k : k + 2], *near[k : k + 2]) for k in range(len(codes) - 1)]


def _step(before: np.ndarray, after: np.ndarray, near_before: np.ndarray, near_after: np.ndarray) -> Step:
    """`near_before`, `near_after`: of each image its ten nearest."""
    turned = align(before, after).apply(after)
    kept = np.mean([len(np.intersect1d(*pair)) for pair in zip(near_before, near_after, strict=True)]) / NEAREST
    return Step(_mean_distance(before, after), _mean_distance(before, turned), float(kept))


def _mean_distance(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.linalg.norm(a.astype(np.float64) - b, axis=1).mean())
