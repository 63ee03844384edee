"""Pixels as chances: images that are drawn black and white, anew whenever they are seen.

Knows tensors, for a training draws on its own device; knows no data set.
"""

import numpy as np
import torch
from jaxtyping import UInt8
from torch import Tensor

DRAW_SEED = 2008  # any constant: the same test set on every machine


def drawn(
    pixels: UInt8[Tensor, "images channel height width"], generator: torch.Generator
) -> UInt8[Tensor, "images channel height width"]:
    """White (255) with the probability pixel / 255, else black (0), each pixel for itself."""
    chances = torch.rand(pixels.shape, generator=generator, device=pixels.device) * 255
    return (chances < pixels).to(torch.uint8) * 255


def drawn_once(pixels: UInt8[np.ndarray, "images channel height width"]) -> np.ndarray:
    """The same draw on every machine."""
    found: np.ndarray = drawn(torch.from_numpy(pixels), torch.Generator().manual_seed(DRAW_SEED)).numpy()
    return found
