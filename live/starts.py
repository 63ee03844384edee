"""Points that a page opens on: the image between two classes, the ends of a first morph.

Knows latents and analysis; draws nothing.
"""

import torch
from jaxtyping import Float
from torch import Tensor

from analysis.neighbours import nearest
from models.checkpoint import Latents

HEART_CODES, HEART_NEIGHBOURS = 200, 100
Medians = Float[Tensor, "classes latent"]  # of `class_medians`, which all starts of a model share


def class_medians(latents: Latents, class_count: int) -> Medians:
    """The median latent of each class; NaN for a class without images."""
    empty = torch.full((latents.mu.shape[1],), torch.nan)
    labels = latents.class_of_each()
    rows = [latents.mu[labels == label] for label in range(max(1, class_count))]
    return torch.stack([part.median(dim=0).values if len(part) else empty for part in rows])


def between_classes(latents: Latents, medians: Medians) -> int:
    """The test image that lies nearest to the middle between the two classes closest to each other: a good start."""
    classes = closest_classes(medians)
    if classes is None:
        return 0
    first, second = classes
    middle = medians[first] / 2 + medians[second] / 2  # of halves, for the sum of two huge numbers is infinite
    return int(nearest(latents.mu, middle[None], 1)[0][0, 0])


def closest_classes(medians: Medians) -> tuple[int, int] | None:
    """The two classes whose medians are closest to each other; None where there are not two."""
    gaps = torch.cdist(medians, medians).nan_to_num(torch.inf).fill_diagonal_(torch.inf)
    if not bool(torch.isfinite(gaps).any()):
        return None
    first, second = sorted(divmod(int(gaps.argmin()), len(medians)))
    return first, second


def walk(
    latents: Latents, medians: Medians
) -> tuple[Float[Tensor, " latent"], Float[Tensor, " latent"], tuple[int, int]] | None:
    """From the heart of one class into the heart of the class closest to it: two codes and the two classes."""
    classes = closest_classes(medians)
    if classes is None:
        return None
    first, second = (heart(latents, label) for label in classes)
    return first, second, classes


def heart(latents: Latents, label: int) -> Float[Tensor, " latent"]:
    """The code of a class whose neighbours are of its class most: where nobody mistakes it. The class has images."""
    labels = latents.class_of_each()
    own = latents.mu[labels == label]
    asked = own[:: max(1, len(own) // HEART_CODES)]
    around = nearest(latents.mu, asked, min(HEART_NEIGHBOURS, len(latents.mu)))[0]
    return asked[int((labels[around] == label).sum(dim=1).argmax())]


def _along_the_widest(mu: Float[Tensor, "images latent"]) -> Float[Tensor, "2 latent"]:
    ends = mu.median(dim=0).values.repeat(2, 1)
    widest = int(mu.std(dim=0, correction=0).argmax())
    ends[:, widest] = mu[:, widest].quantile(torch.tensor([0.1, 0.9]))
    return ends


def far_apart(latents: Latents, medians: Medians) -> tuple[int, int]:
    """Two test images near the middles of two classes that lie far from each other: the ends of a first morph.

    Where there are not two classes: at both ends of the latent that varies most.
    """
    gaps = torch.cdist(medians, medians).nan_to_num(0.0)
    first, second = sorted(divmod(int(gaps.argmax()), len(medians)))
    ends = medians[[first, second]].nan_to_num(0.0) if first != second else _along_the_widest(latents.mu)
    found = nearest(latents.mu, ends, 1)[0][:, 0].tolist()
    return (found[0], found[1])
