"""A model's draft: what a slow line gets first, so that a map decodes after a third of the bytes.

The decoder's weights in 95 levels a row, and the means of the test codes in float16. `live/engine/draft.js` is the
reader; the model as it is follows and takes the draft's place. Pure functions; knows no route and no page.
"""

import torch
from torch import Tensor

from live.weights import part_tensors
from models.checkpoint import Checkpoint, Latents

# Of the shipped 3x384 decoder, 300 codes from the prior: 0.9 grey levels off on average and 10 at the 99th percentile,
# in 407 KB packed; with 255 levels 0.3 and 3 in 495 KB, with 63 levels 1.4 and 14 in 371 KB.
LEVELS = 47  # on each side of 0
WORTH = 200_000  # numbers of a decoder: a smaller one is soon there as it is
_HALF = 6e4  # nothing larger fits into float16


def has_draft(checkpoint: Checkpoint) -> bool:
    """Whether a draft is worth its bytes, and can hold the model's numbers."""
    count = sum(tensor.numel() for tensor in part_tensors(checkpoint, "decoder"))
    return count >= WORTH and float(checkpoint.latents.mu.abs().max()) < _HALF


def draft_weights(checkpoint: Checkpoint) -> bytes:
    """The decoder's numbers as `decoder.json` lists them, each a signed byte, then the step of each row as float32.

    A row holds all that leads to one output (the first index); a bias is a row of one, and so exact in float32.
    """
    tensors = part_tensors(checkpoint, "decoder")
    rows = [tensor.detach().float().reshape(len(tensor), -1) for tensor in tensors]
    steps = [row.abs().amax(1, keepdim=True) / LEVELS for row in rows]
    numbers = [torch.nan_to_num(row / step).round().to(torch.int8) for row, step in zip(rows, steps, strict=True)]
    return b"".join(_bytes(part) for part in numbers) + b"".join(_bytes(step) for step in steps)


def draft_codes(latents: Latents) -> bytes:
    """Means `[images latent]` as float16, little-endian, then a byte a label, where there are any."""
    labels = b"" if latents.labels is None else latents.labels.numpy().tobytes()
    return _bytes(latents.mu.half()) + labels


def _bytes(tensor: Tensor) -> bytes:
    numbers = tensor.contiguous().numpy()
    return numbers.astype(numbers.dtype.newbyteorder("<")).tobytes()
