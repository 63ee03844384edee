"""Points that a page opens on: the image between two classes, the ends of a first morph.

Knows latents and analysis; draws nothing.
"""

import numpy as np
from jaxtyping import Float

from analysis.neighbours import nearest
from models.checkpoint import Latents

HEART_CODES, HEART_NEIGHBOURS = 200, 100
Medians = Float[np.ndarray, "classes latent"]  # of `class_medians`, which all starts of a model share


def class_medians(latents: Latents, class_count: int) -> Medians:
    """The median latent of each class; NaN for a class without images."""
    empty = np.full(latents.mu.shape[1], np.nan, np.float32)
    labels = latents.class_of_each()
    rows = [latents.mu[labels == label] for label in range(max(1, class_count))]
    return np.stack([median(part) if len(part) else empty for part in rows])


def median(codes: Float[np.ndarray, "images latent"]) -> Float[np.ndarray, " latent"]:
    """Of each latent one of its own values: of two in the middle the lower one."""
    middle = (len(codes) - 1) // 2
    return np.asarray(np.partition(codes, middle, axis=0)[middle])


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
    gaps = np.nan_to_num(_gaps(medians), nan=np.inf)
    np.fill_diagonal(gaps, np.inf)
    if not np.isfinite(gaps).any():
        return None
    first, second = sorted(divmod(int(gaps.argmin()), len(medians)))
    return first, second


def _gaps(medians: Medians) -> Float[np.ndarray, "classes classes"]:
    """How far each is from each, NaN where a class has none."""
    return np.asarray(np.linalg.norm(medians[:, None].astype(np.float64) - medians[None], axis=2))


def walk(
    latents: Latents, medians: Medians
) -> tuple[Float[np.ndarray, " latent"], Float[np.ndarray, " latent"], tuple[int, int]] | None:
    """From the heart of one class into the heart of the class closest to it: two codes and the two classes."""
    classes = closest_classes(medians)
    if classes is None:
        return None
    first, second = (heart(latents, label) for label in classes)
    return first, second, classes


def heart(latents: Latents, label: int) -> Float[np.ndarray, " latent"]:
    """The code of a class whose neighbours are of its class most: where nobody mistakes it. The class has images."""
    labels = latents.class_of_each()
    own = latents.mu[labels == label]
    asked = own[:: max(1, len(own) // HEART_CODES)]
    around = nearest(latents.mu, asked, min(HEART_NEIGHBOURS, len(latents.mu)))[0]
    return np.asarray(asked[int((labels[around] == label).sum(axis=1).argmax())])


def _along_the_widest(mu: Float[np.ndarray, "images latent"]) -> Float[np.ndarray, "2 latent"]:
    ends = np.tile(median(mu), (2, 1))
    widest = int(mu.std(axis=0).argmax())
    ends[:, widest] = np.quantile(mu[:, widest], [0.1, 0.9])
    return ends


def far_apart(latents: Latents, medians: Medians) -> tuple[int, int]:
    """Two test images near the middles of two classes that lie far from each other: the ends of a first morph.

    Where there are not two classes: at both ends of the latent that varies most.
    """
    gaps = np.nan_to_num(_gaps(medians))
    first, second = sorted(divmod(int(gaps.argmax()), len(medians)))
    ends = np.nan_to_num(medians[[first, second]]) if first != second else _along_the_widest(latents.mu)
    found = nearest(latents.mu, ends, 1)[0][:, 0].tolist()
    return (found[0], found[1])
