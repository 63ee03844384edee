"""Images moved by a few pixels, each in its own way, so that a small set shows more than it holds. Knows tensors."""

import torch
from jaxtyping import UInt8
from torch import Tensor


def shifted(
    pixels: UInt8[Tensor, "images channel height width"], most: int, generator: torch.Generator
) -> UInt8[Tensor, "images channel height width"]:
    """Each image moved by -most to most pixels down and across; what comes in from outside repeats the edge."""
    count, _, height, width = pixels.shape
    down, across = torch.randint(-most, most + 1, (2, count, 1), generator=generator, device=pixels.device)
    rows = (torch.arange(height, device=pixels.device) - down).clamp(0, height - 1)
    columns = (torch.arange(width, device=pixels.device) - across).clamp(0, width - 1)
    image = torch.arange(count, device=pixels.device)[:, None, None]
    return pixels.permute(0, 2, 3, 1)[image, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)
