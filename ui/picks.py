"""Points that a page starts from or asks for: the one between two classes, a class's own cloud, near test images.

Knows latents and analysis; draws nothing.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from analysis.decoding import decode_images
from analysis.neighbours import count_within, nearest
from models.checkpoint import Latents
from ui.library import OpenModel, TestImages

RADIUS = 0.2


@dataclass(frozen=True)
class Near:
    """The test images nearest to a latent, and how many lie within `RADIUS`."""

    indices: list[int]
    within: int


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
    middle = (medians[first] + medians[second]) / 2
    return int(nearest(latents.mu, middle[None], 1)[0][0, 0])


def far_apart(latents: Latents, class_count: int) -> tuple[int, int]:
    """Two test images near the middles of two classes that lie far from each other: the ends of a first morph."""
    medians = class_medians(latents, class_count)
    gaps = torch.cdist(medians, medians).nan_to_num(0.0)
    first, second = sorted(divmod(int(gaps.argmax()), len(medians)))
    ends = medians[[first, second]].nan_to_num(0.0)
    found = nearest(latents.mu, ends, 1)[0][:, 0].tolist()
    return (found[0], found[1])


def near(opened: OpenModel, z: Float[Tensor, " latent"], count: int = 5) -> Near:
    """What lies around a latent; for a conditional model among all classes, whose latents share one space."""
    codes = opened.checkpoint.latents.mu
    indices = nearest(codes, z[None], min(count, len(codes)))[0][0].tolist()
    return Near(indices, int(count_within(codes, z[None], RADIUS)[0]))


def class_cloud(latents: Latents, label: int, count: int, seed: int) -> Float[Tensor, "{count} latent"]:
    """Draws from the Gaussian with the mean and covariance of a class's latents: "a 7" for a model without classes."""
    codes = latents.mu[latents.labels == label].double()
    generator = torch.Generator().manual_seed(seed)
    draws = torch.randn(count, codes.shape[1], generator=generator, dtype=torch.float64)
    if len(codes) < 2:
        return (codes.mean(dim=0) if len(codes) else torch.zeros(codes.shape[1])).float().repeat(count, 1)
    spread = torch.linalg.cholesky(torch.cov(codes.T).reshape(codes.shape[1], -1) + 1e-9 * torch.eye(codes.shape[1]))
    return (codes.mean(dim=0) + draws @ spread.T).float()


def real_or_reconstruction(opened: OpenModel, images: TestImages, index: int) -> tuple[Tensor, bool]:
    """A test image `[channel height width]`, or its reconstruction where the data are missing; whether it is real."""
    if images.images is not None:
        return images.images[index], True
    return reconstruction(opened, index), False


def reconstruction(opened: OpenModel, index: int) -> Float[Tensor, "channel height width"]:
    """What the decoder draws at the mean of a test image's posterior."""
    latents = opened.checkpoint.latents
    return decode_images(opened.checkpoint.model, latents.mu[index][None], int(latents.labels[index]))[0]
