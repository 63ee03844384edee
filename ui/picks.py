"""Points that a page opens on: the image between two classes, the ends of a first morph.

Knows latents and analysis; draws nothing.
"""

import torch
from jaxtyping import Float
from torch import Tensor

from analysis.neighbours import nearest
from models.checkpoint import Latents


def class_medians(latents: Latents, class_count: int) -> Float[Tensor, "classes latent"]:
    """The median latent of each class; NaN for a class without images."""
    empty = torch.full((latents.mu.shape[1],), torch.nan)
    rows = [latents.mu[latents.labels == label] for label in range(max(1, class_count))]
    return torch.stack([part.median(dim=0).values if len(part) else empty for part in rows])


def between_classes(latents: Latents, class_count: int) -> int:
    """The test image that lies nearest to the middle between the two classes closest to each other: a good start."""
    medians = class_medians(latents, class_count)
    gaps = torch.cdist(medians, medians).nan_to_num(torch.inf).fill_diagonal_(torch.inf)
    if not bool(torch.isfinite(gaps).any()):
        return 0
    first, second = divmod(int(gaps.argmin()), len(medians))
    middle = medians[first] / 2 + medians[second] / 2  # of halves, for the sum of two huge numbers is infinite
    return int(nearest(latents.mu, middle[None], 1)[0][0, 0])


def far_apart(latents: Latents, class_count: int) -> tuple[int, int]:
    """Two test images near the middles of two classes that lie far from each other: the ends of a first morph."""
    medians = class_medians(latents, class_count)
    gaps = torch.cdist(medians, medians).nan_to_num(0.0)
    first, second = sorted(divmod(int(gaps.argmax()), len(medians)))
    ends = medians[[first, second]].nan_to_num(0.0)
    found = nearest(latents.mu, ends, 1)[0][:, 0].tolist()
    return (found[0], found[1])
