"""What a model says of each test image: log p(x|z), kept beside it, so that two models compare image by image.

The passes through the model that it is the mean of are in models/passes.py. Knows arrays; knows no model.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from models.errors import require
from models.tensors import read_tensors, tensors_to_bytes

MAX_DRAWS = 10_000


@dataclass(frozen=True)
class Scores:
    """log p(x|z) of each test image, nats, the mean of `draws` draws of z; a deterministic encoder has one."""

    log_likelihood: Float[np.ndarray, " images"]
    draws: int


def to_bytes(scores: Scores) -> bytes:
    """The file's content; the same scores give the same bytes."""
    draws = np.array([scores.draws], dtype=np.int32)
    return tensors_to_bytes({"log_likelihood": scores.log_likelihood, "draws": draws})


def from_bytes(content: bytes, images: int, source: str) -> Scores:
    """The scores in a file's content, one for each of so many images; raises InputError."""
    found = read_tensors(content, {"log_likelihood": (images,), "draws": (1,)}, ("F32", "I32"), source)
    right = found["log_likelihood"].dtype == np.float32 and found["draws"].dtype == np.int32
    require(right, "scores.types", source=source)
    draws = int(found["draws"][0])
    require(1 <= draws <= MAX_DRAWS, "scores.draws", source=source, most=MAX_DRAWS, found=draws)
    return Scores(found["log_likelihood"], draws)
