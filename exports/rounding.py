"""How exactly a model's numbers go into a file, and what that costs: the error of its images in grey levels.

Knows weights and codes; knows no file.
"""

from dataclasses import dataclass

import numpy as np

from analysis.decoding import decode_images, decoded
from live.weights import Part, Precision, network_as_sent, part_tensors
from models.checkpoint import Checkpoint, Latents

FEW = 40_000  # numbers: as float16 they are as small as the rest of a file
CODES = 500  # of the test set, evenly spread
EIGHTH = 8  # of a nat, steps of a log variance: within 3 % of a standard deviation
MOST_HALF = 6e4  # nothing larger fits into float16


@dataclass(frozen=True)
class GreyError:
    """Grey levels of 255 between an image of the file and the model's own: on average, and at the 99th percentile."""

    mean: float
    most: float


def precision_in_file(checkpoint: Checkpoint, part: Part) -> Precision:
    """float16 for a small network whose numbers fit, else int8."""
    tensors = part_tensors(checkpoint, part)
    fits = all(float(np.abs(tensor).max()) < MOST_HALF for tensor in tensors)
    return "float16" if fits and sum(tensor.size for tensor in tensors) <= FEW else "int8"


def grey_error(checkpoint: Checkpoint, precision: Precision) -> GreyError:
    """What the rounding of the decoder costs, over test codes."""
    latents = checkpoint.latents
    chosen = slice(None, None, max(1, len(latents.mu) // CODES))
    z = latents.mu[chosen]
    y = latents.class_of_each()[chosen].astype(np.int64) if checkpoint.run.model.conditional else None
    images = decoded(network_as_sent(checkpoint, "decoder", precision), z, y)
    wanted = decode_images(checkpoint.model, z, y)
    off = np.abs(np.rint(images * 255) - np.rint(wanted * 255))
    return GreyError(float(off.mean()), float(np.percentile(off, 99)))


def can_be_rounded(latents: Latents) -> bool:
    """Whether codes fit into half precision."""
    return float(np.abs(latents.mu).max()) < MOST_HALF


def mean_bytes(mu: np.ndarray, latents: Latents) -> bytes:
    """Means of an epoch, as exactly as the model's own codes, `latents`, are given."""
    return mu.astype("<f2" if can_be_rounded(latents) else "<f4").tobytes()


def code_bytes(latents: Latents) -> bytes:
    """Means as float16, log variances as signed bytes in eighths of a nat, a byte a label: what there is of them.

    Codes that can't be rounded stay as latents.bin has them, in float32.
    """
    labels = b"" if latents.labels is None else latents.labels.tobytes()
    if not can_be_rounded(latents):
        parts = [part for part in (latents.mu, latents.log_var) if part is not None]
        return b"".join(part.astype("<f4").tobytes() for part in parts) + labels
    spread = b"" if latents.log_var is None else np.clip(np.rint(latents.log_var * EIGHTH), -128, 127).astype("i1")
    return latents.mu.astype("<f2").tobytes() + bytes(spread) + labels
