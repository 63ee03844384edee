"""How evenly the image changes on a path between two codes: the size of its steps, and the largest of them.

Knows models, codes and paths; `path_steps` knows images only.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Float64, Int64, Integer
from torch import Tensor

from analysis.decoding import decode_images
from analysis.embedding import labels_of
from analysis.metrics.mean_with_error import MeanWithError, mean_with_error
from analysis.paths import path
from models.errors import require
from models.latent_model import LatentModel


@dataclass(frozen=True)
class Smoothness:
    """Means over the paths. `step`: L2 distance of successive images, in pixels from 0 to 1.

    `jump`: the largest step of a path over its mean step, from 1 for an even path to the number of steps for a path
    that jumps once; 1 where nothing moves. Without unit.
    """

    step: MeanWithError
    jump: MeanWithError


def path_steps(images: Float[Tensor, "points channel height width"]) -> Float64[Tensor, " steps"]:
    """|x_(t+1) - x_t|, the L2 distance of each image of a path from the one before it."""
    return torch.as_tensor(images.double().diff(dim=0).flatten(1).square().sum(dim=1).sqrt())


def smoothness(
    model: LatentModel,
    codes: Float[Tensor, "images latent"],
    y: int | Integer[Tensor, " labels"] | None,
    pairs: int = 100,
    points: int = 21,
    kind: str = "lerp",
    seed: int = 0,
) -> Smoothness:
    """The steps of the decoded path between random pairs of codes, in 20 steps unless told; `kind`: of `paths.PATHS`.

    A conditional model draws the whole path as the class of its first end (`y` as in `condition`). The mean step
    shrinks as 1 / steps, so compare at the same number of `points`. Raises InputError for fewer than 2 codes or 1
    pair, and like `path` and `decode_images`.
    """
    require(len(codes) >= 2, "measure.one_code", got=len(codes))
    require(pairs >= 1, "measure.pairs", got=pairs)
    labels = labels_of(model, y, len(codes))
    means, jumps = [], []
    for a, b in random_pairs(len(codes), pairs, seed).tolist():
        of_path = None if labels is None else int(labels[a])
        images = decode_images(model, path(kind, codes[a], codes[b], points).numpy(), of_path)
        steps = path_steps(torch.from_numpy(images))
        means.append(steps.mean())
        jumps.append(steps.max() / means[-1] if means[-1] > 0 else torch.ones_like(means[-1]))
    return Smoothness(*(mean_with_error(torch.stack(part).numpy()) for part in (means, jumps)))


def random_pairs(count: int, pairs: int, seed: int = 0) -> Int64[Tensor, "{pairs} 2"]:
    """Indices below `count`, the two of a pair never the same."""
    noise = torch.Generator().manual_seed(seed)
    first = torch.randint(count, (pairs,), generator=noise)
    return torch.stack([first, (first + torch.randint(1, count, (pairs,), generator=noise)) % count], dim=1)
