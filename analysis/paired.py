"""Two models on the same test images: the mean difference, how well it is known, and whether it counts.

Image by image, because two models find the same images hard: that share of the spread cancels. Knows checkpoints and
their scores; knows no screen.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from jaxtyping import Float

from analysis.metrics.mean_with_error import mean_with_error
from models.checkpoint import Checkpoint
from models.errors import require
from models.scores import Scores

ERRORS = 2.0  # a difference counts from two standard errors on
KL_DRAWS = 8  # for a learnt mixture, whose KL has no closed form


class Standing(StrEnum):
    """What a difference says: of the first model, or of neither."""

    MORE = "more"
    LESS = "less"
    TOO_CLOSE = "too_close"


@dataclass(frozen=True)
class Paired:
    """The first model's number minus the second's, mean over the images in nats, and its standard error."""

    mean: float
    error: float
    images: int

    @property
    def standing(self) -> Standing:
        """Whether the first has more or less, or the two are too close to tell."""
        return standing(self.mean, self.error)


@dataclass(frozen=True)
class Differences:
    """`elbo` and `kl` are None where one of the two has no KL divergence."""

    log_likelihood: Paired
    kl: Paired | None
    elbo: Paired | None


def too_close(difference: float, error: float | None) -> bool:
    """Whether `ERRORS` standard errors could turn the difference."""
    return abs(difference) < ERRORS * (error or 0.0)


def standing(difference: float, error: float | None) -> Standing:
    """What a difference with this standard error says; at 0 it is too close, however well it is known."""
    if difference == 0 or too_close(difference, error):
        return Standing.TOO_CLOSE
    return Standing.MORE if difference > 0 else Standing.LESS


def paired(ours: Float[np.ndarray, " images"], theirs: Float[np.ndarray, " others"]) -> Paired:
    """The difference of two numbers an image; raises InputError unless both are of the same images, at least 2."""
    require(len(ours) == len(theirs), "paired.images", count=len(ours), other=len(theirs))
    require(len(ours) >= 2, "paired.too_few", got=len(ours))
    found = mean_with_error(ours.astype(np.float64) - theirs.astype(np.float64))
    return Paired(found.mean, found.error or 0.0, len(ours))


def differences(ours: Checkpoint, our_scores: Scores, theirs: Checkpoint, their_scores: Scores) -> Differences:
    """Log-likelihood, KL and ELBO of the first model minus those of the second, over the test images of both.

    Raises InputError for models of different data or likelihoods, whose nats do not compare.
    """
    one, other = ours.run, theirs.run
    require(one.data.same_data(other.data), "paired.other_images", one=one.run_id, other=other.run_id)
    names = [run.training.weights.density for run in (one, other)]
    require(names[0] == names[1], "paired.other_likelihood", one=names[0], other=names[1])
    likelihoods = (our_scores.log_likelihood.astype(np.float64), their_scores.log_likelihood.astype(np.float64))
    kls = (kl_of_images(ours), kl_of_images(theirs))
    if kls[0] is None or kls[1] is None:
        return Differences(paired(*likelihoods), None, None)
    elbo = paired(likelihoods[0] - kls[0], likelihoods[1] - kls[1])
    return Differences(paired(*likelihoods), paired(kls[0], kls[1]), elbo)


def kl_of_images(checkpoint: Checkpoint) -> Float[np.ndarray, " images"] | None:
    """KL(q(z|x) || p(z)) of each test image, nats, from the latents alone; None for a deterministic encoder.

    In closed form, but for a learnt mixture the mean of `KL_DRAWS` draws of z.
    """
    latents = checkpoint.latents
    if latents.log_var is None:
        return None
    from analysis.metrics.kl import mean_kl  # torch, which those who ask for differences alone do without

    return mean_kl(checkpoint.model, latents.mu, latents.log_var, latents.class_of_each(), KL_DRAWS)
