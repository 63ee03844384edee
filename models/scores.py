"""What a model says of each test image: log p(x|z), kept beside it, so that two models compare image by image.

Also the passes through the model that it is the mean of. Knows models and tensors; knows no data set and no screen.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from models.errors import require
from models.latent_model import LatentModel
from models.layers import At, Condition
from models.objectives import Pass
from models.tensors import read_tensors, tensors_to_bytes

BLOCK = 1000  # images that are encoded at a time
EVALUATION_SEED = 20131220  # any constant: the same noise for every model, epoch and machine
MAX_DRAWS = 10_000


@dataclass(frozen=True)
class Scores:
    """log p(x|z) of each test image, nats, the mean of `draws` draws of z; a deterministic encoder has one."""

    log_likelihood: Float[Tensor, " images"]
    draws: int


def passes(
    model: LatentModel, x: Float[Tensor, "batch channel height width"], y: Condition, draws: int,
    noise: torch.Generator, at: At = None,
) -> Iterator[Pass]:  # fmt: skip
    """One trip of a batch through the model for each draw of z, a single one for a deterministic encoder.

    `at`: where a dial stands.
    """
    posterior, prior = model.encode(x, y, at), model.prior(y, at)
    for _ in range(draws if model.config.stochastic else 1):
        z = posterior.sample(torch.randn(len(x), model.config.latent_dim, generator=noise).to(x.device))
        yield Pass(x, posterior, z, model.decode(z, y, at), z, prior=prior)


def to_bytes(scores: Scores) -> bytes:
    """The file's content; the same scores give the same bytes."""
    draws = torch.tensor([scores.draws], dtype=torch.int32)
    return tensors_to_bytes({"log_likelihood": scores.log_likelihood, "draws": draws})


def from_bytes(content: bytes, images: int, source: str) -> Scores:
    """The scores in a file's content, one for each of so many images; raises InputError."""
    found = read_tensors(content, {"log_likelihood": (images,), "draws": (1,)}, ("F32", "I32"), source)
    right = found["log_likelihood"].dtype == torch.float32 and found["draws"].dtype == torch.int32
    require(right, "scores.types", source=source)
    draws = int(found["draws"])
    require(1 <= draws <= MAX_DRAWS, "scores.draws", source=source, most=MAX_DRAWS, found=draws)
    return Scores(found["log_likelihood"], draws)
