"""A model's draft: what a slow line gets first, so that a map decodes after a third of the bytes.

The decoder's weights in 95 levels a row, and the means of the test codes in float16. `live/engine/draft.js` is the
reader; the model as it is follows and takes the draft's place. Pure functions; knows no route and no page.
"""

import numpy as np

from live.weights import part_tensors, rounded_bytes
from models.checkpoint import Checkpoint, Latents

# Of the shipped 3x384 decoder, 300 codes from the prior: 0.9 grey levels off on average and 10 at the 99th percentile,
# in 407 KB packed; with 255 levels 0.3 and 3 in 495 KB, with 63 levels 1.4 and 14 in 371 KB.
LEVELS = 47  # on each side of 0
WORTH = 200_000  # numbers of a decoder: a smaller one is soon there as it is
_HALF = 6e4  # nothing larger fits into float16


def has_draft(checkpoint: Checkpoint) -> bool:
    """Whether a draft is worth its bytes, and can hold the model's numbers."""
    count = sum(tensor.size for tensor in part_tensors(checkpoint, "decoder"))
    return count >= WORTH and float(np.abs(checkpoint.latents.mu).max()) < _HALF


def draft_weights(checkpoint: Checkpoint) -> bytes:
    """The decoder's numbers as `decoder.json` lists them, as int8 in fewer levels than it could hold."""
    return rounded_bytes(part_tensors(checkpoint, "decoder"), LEVELS)


def draft_codes(latents: Latents) -> bytes:
    """Means `[images latent]` as float16, little-endian, then a byte a label, where there are any."""
    labels = b"" if latents.labels is None else latents.labels.tobytes()
    return latents.mu.astype("<f2").tobytes() + labels
