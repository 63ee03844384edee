"""Means of a model's terms over a set, and its latents, always in float32 and from a fixed noise.

Knows models and tensors; knows nothing of optimisation.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from jaxtyping import Float, UInt8
from torch import Tensor

from models.checkpoint import Latents
from models.latent_model import LatentModel
from models.mmd import mmd_to_prior
from models.objectives import Pass, Weights, log_likelihood
from models.posterior import Posterior
from models.run import Metrics

BLOCK = 1000
EVALUATION_SEED = 20131220  # any constant: the same noise for every model, epoch and machine
Asked = Callable[[], bool]


def never() -> bool:
    """The answer of whom nobody interrupts."""
    return False


class Left(Exception):  # noqa: N818  nothing went wrong
    """`should_leave` said so; what was measured so far is of no use."""


@dataclass(frozen=True)
class Evaluation:
    """What one pass over a set gives: the means, and the set's latents on the CPU."""

    metrics: Metrics
    latents: Latents


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
    should_leave: Asked = never,
) -> Evaluation:
    """The test metrics: E_q[log p(x|z)] with `samples` draws an image, KL in closed form, MMD of the drawn codes.

    `mmd_codes`: how many codes enter the MMD, whose cost is their square; 0 leaves it out. With one draw an image the
    mean over 10,000 images is known to about 0.05 nats; `samples=8` to about 0.02. Raises Left when `should_leave`,
    asked a few times a second, says so.
    """
    device, latent = images.device, model.config.latent_dim
    noise = torch.Generator().manual_seed(EVALUATION_SEED)
    likelihood, codes, mus, log_vars = 0.0, [], [], []
    for start in range(0, len(images), BLOCK):
        x = observations(images[start : start + BLOCK])
        y = labels[start : start + BLOCK].long()
        posterior = model.encode(x, y)
        mus.append(posterior.mu)
        if posterior.log_var is not None:
            log_vars.append(posterior.log_var)
        for draw in range(samples if model.config.stochastic else 1):
            if should_leave():
                raise Left
            z = posterior.sample(torch.randn(len(x), latent, generator=noise).to(device))
            passed = Pass(x, posterior, z, model.decode(z, y), z)
            likelihood += float(log_likelihood(passed, weights).double().sum())
            if draw == 0:
                codes.append(z)
    draws = samples if model.config.stochastic else 1
    mu = torch.cat(mus)
    log_var = torch.cat(log_vars) if log_vars else None
    mmd = mmd_to_prior(torch.cat(codes)[:mmd_codes]) if mmd_codes else None
    metrics = metrics_of(likelihood / draws / len(images), Posterior(mu, log_var), mmd)
    return Evaluation(metrics, Latents(mu.cpu(), None if log_var is None else log_var.cpu(), labels.cpu()))


@torch.no_grad()
def codes(
    model: LatentModel,
    images: UInt8[Tensor, "images channel height width"],
    labels: UInt8[Tensor, " images"],
    device: torch.device,
    should_leave: Asked = never,
) -> Float[Tensor, "images latent"]:
    """The means of a set's posteriors, on the CPU; raises Left when `should_leave` says so."""
    parts = []
    for start in range(0, len(images), BLOCK):
        if should_leave():
            raise Left
        x, y = images[start : start + BLOCK].to(device), labels[start : start + BLOCK].to(device)
        parts.append(model.encode(observations(x), y.long()).mu.cpu())
    return torch.cat(parts)


def metrics_of(likelihood: float, posterior: Posterior, mmd: float | None) -> Metrics:
    """The record of a set's means; ELBO and KL are None where the encoder is deterministic."""
    if posterior.log_var is None:
        return Metrics(likelihood, None, None, mmd)
    kl = tuple(float(value) for value in posterior.kl().double().mean(dim=0))
    return Metrics(likelihood, likelihood - sum(kl), kl, mmd)
