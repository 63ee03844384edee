"""Means of a model's terms over a set, and its latents, always in float32 and from a fixed noise.

Knows models and tensors; knows nothing of optimisation.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int64, UInt8
from torch import Tensor

from models.aims import Weights
from models.checkpoint import Latents
from models.latent_model import LatentModel
from models.layer_modules import At
from models.mmd import mmd_to_prior
from models.objectives import log_likelihood, squared_error, with_learnt_std
from models.passes import BLOCK, EVALUATION_SEED, passes
from models.run import Metrics
from models.scores import Scores
from training.device import on

StopCheck = Callable[[], bool]


def never_stop() -> bool:
    """The check of what nobody interrupts."""
    return False


class Abandoned(Exception):  # noqa: N818  nothing went wrong
    """`should_abandon` said so; what was measured so far is of no use."""


@dataclass(frozen=True)
class Evaluation:
    """What one pass over a set gives: the means, and on the CPU the set's latents and log p(x|z) of each image."""

    metrics: Metrics
    latents: Latents
    scores: Scores


def observations(images: UInt8[Tensor, "batch channel height width"]) -> Float[Tensor, "batch channel height width"]:
    """Pixels 0..255 as observations in [0, 1]."""
    return images.float() / 255


@torch.no_grad()
def evaluate(
    model: LatentModel,
    images: UInt8[Tensor, "images channel height width"],
    labels: UInt8[Tensor, " images"],
    weights: Weights,
    samples: int = 1,
    mmd_codes: int = 2000,
    should_abandon: StopCheck = never_stop,
    at: At = None,
) -> Evaluation:
    """The test metrics: E_q[log p(x|z)] with `samples` draws an image, KL, MMD of the drawn codes to the prior.

    The KL is in closed form where the prior has one, else the mean over the same draws.

    `mmd_codes`: how many codes enter the MMD, whose cost is their square, a fixed random sample of the set: its first
    images need not be like the others (MNIST's are not, by 0.007 of MMD²); 0 leaves it out. With one draw an image the
    mean over 10,000 images is known to about 0.05 nats; `samples=8` to about 0.02. `at`: where a dial stands. Raises
    Abandoned when `should_abandon`, called a few times a second, says so.
    """
    noise = torch.Generator().manual_seed(EVALUATION_SEED)
    draws = samples if model.config.stochastic else 1
    likelihoods, kls, codes, mus, log_vars = [], [], [], [], []
    for start in range(0, len(images), BLOCK):
        x = observations(images[start : start + BLOCK])
        y = labels[start : start + BLOCK].long()
        likelihood = torch.zeros(len(x), dtype=torch.float64, device=x.device)
        for draw, passed in enumerate(passes(model, x, y, draws, noise, at)):
            if should_abandon():
                raise Abandoned
            likelihood += log_likelihood(passed, weights).double() / draws
            if model.config.stochastic:
                kls.append(passed.kl().double().sum(dim=0) / draws)  # the same for each draw where it has a closed form
            if draw == 0:
                codes.append(passed.z)
                mus.append(passed.posterior.mu)
                log_vars.append(passed.posterior.log_var)
        likelihoods.append(likelihood)
    widths = [part for part in log_vars if part is not None]
    log_var = torch.cat(widths).cpu().numpy() if model.config.stochastic else None
    mmd = _mmd(model, torch.cat(codes)[_sample(len(images), mmd_codes)], labels) if mmd_codes else None
    each = torch.cat(likelihoods)
    kl = torch.stack(kls).sum(dim=0) / len(images) if kls else None
    latents = Latents(torch.cat(mus).cpu().numpy(), log_var, labels.cpu().numpy())
    return Evaluation(metrics_of(float(each.mean()), kl, mmd), latents, Scores(each.float().cpu().numpy(), draws))


@torch.no_grad()
def fitted(
    weights: Weights,
    model: LatentModel,
    images: UInt8[Tensor, "images channel height width"],
    labels: UInt8[Tensor, " images"],
) -> Weights:
    """The weights with the deviation that the model's errors on these training images give, if it is learnt.

    One draw an image, always from the same noise. Test images have no part in it.
    """
    if not weights.learns_std:
        return weights
    noise, total = torch.Generator().manual_seed(EVALUATION_SEED), 0.0
    for start in range(0, len(images), BLOCK):
        x = observations(images[start : start + BLOCK])
        (passed,) = passes(model, x, labels[start : start + BLOCK].long(), 1, noise)
        total += squared_error(passed) * len(x)
    return with_learnt_std(weights, total / len(images))


def _sample(count: int, most: int) -> Int64[Tensor, " sample"]:
    """At most `most` of `count` places, by chance but always the same."""
    generator = torch.Generator().manual_seed(EVALUATION_SEED)
    return torch.randperm(count, generator=generator)[:most]


def _mmd(model: LatentModel, codes: Tensor, labels: Tensor) -> float:
    """MMD^2 of the codes to the prior; to that of all classes together, as often as the set has them."""
    return mmd_to_prior(codes, prior=model.prior(labels.long()).mixture())


@torch.no_grad()
def codes(
    model: LatentModel,
    images: UInt8[np.ndarray, "images channel height width"],
    labels: UInt8[np.ndarray, " images"],
    device: torch.device,
    should_abandon: StopCheck = never_stop,
) -> Float[np.ndarray, "images latent"]:
    """The means of a set's posteriors; raises Abandoned when `should_abandon` says so."""
    parts = []
    for start in range(0, len(images), BLOCK):
        if should_abandon():
            raise Abandoned
        x, y = on(device, images[start : start + BLOCK], labels[start : start + BLOCK])
        parts.append(model.encode(observations(x), y.long()).mu.cpu().numpy())
    return np.concatenate(parts)


def metrics_of(likelihood: float, kl: Float[Tensor, " latent"] | None, mmd: float | None) -> Metrics:
    """The record of a set's means, nats; ELBO and KL are None where the encoder is deterministic."""
    if kl is None:
        return Metrics(likelihood, None, None, mmd)
    parts = tuple(float(value) for value in kl)
    return Metrics(likelihood, likelihood - sum(parts), parts, mmd)
