"""What training maximises: one function an objective, its formula and its source in the docstring.

Every function takes one `Pass` through the model and returns its terms per example, in nats, summed over pixels and
latent dimensions. The mean over the batch is the caller's, taken once. Knows nothing of networks or of the loop.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from jaxtyping import Float
from torch import Tensor

from models.fused import bernoulli_log_likelihood
from models.mmd import mmd
from models.posterior import LOG_2PI, Posterior, prior_log_prob


@dataclass(frozen=True)
class Pass:
    """One trip of a batch through the model.

    `x`: observations in [0, 1], `[batch channel height width]`; `logits`: the decoder's output for `z`, same shape.
    `prior_sample`: as many draws from N(0, I) as there are examples, `[batch latent]`.
    """

    x: Float[Tensor, "batch channel height width"]
    posterior: Posterior
    z: Float[Tensor, "batch latent"]
    logits: Float[Tensor, "batch channel height width"]
    prior_sample: Float[Tensor, "batch latent"]


@dataclass(frozen=True)
class Weights:
    """The numbers that an objective multiplies with; see each objective's formula.

    `beta`: weight of the KL. `capacity`: target C of the KL in nats, with `gamma` its weight. `mmd_weight`: lambda.
    `bandwidth`: the kernel's width, a row of `mmd.KERNEL_WIDTHS`. `likelihood`: `bernoulli`, or
    `gaussian` with `pixel_std`.
    """

    beta: float = 1.0
    capacity: float = 0.0
    gamma: float = 1000.0
    mmd_weight: float = 1000.0
    bandwidth: str = "two-dim"
    likelihood: str = "bernoulli"
    pixel_std: float = math.sqrt(0.5)


@dataclass(frozen=True)
class Terms:
    """The terms of an objective, one number an example `[batch]`, in nats; `kl` is `[batch latent]`.

    `objective` is what training maximises (`loss = -objective`). `kl` and `elbo` are None for a deterministic encoder.
    """

    objective: Float[Tensor, " batch"]
    log_likelihood: Float[Tensor, " batch"]
    kl: Float[Tensor, "batch latent"] | None
    mmd: Float[Tensor, " batch"] | None = None

    @property
    def elbo(self) -> Float[Tensor, " batch"] | None:
        """E_q[log p(x|z)] - KL, nats, higher is better: always with weight 1, whatever the objective was."""
        return None if self.kl is None else self.log_likelihood - self.kl.sum(dim=1)


Objective = Callable[[Pass, Weights], Terms]


def log_likelihood(passed: Pass, weights: Weights) -> Float[Tensor, " batch"]:
    """log p(x|z) summed over pixels, nats.

    `bernoulli`: sum x log p + (1 - x) log(1 - p) with p = sigmoid(logits). On grey pixels this is the usual
    cross-entropy, not a normalised density. `gaussian`: log N(x; sigmoid(logits), pixel_std^2); with the standard
    pixel_std = sqrt(1/2) it is minus the summed squared error, up to a constant.
    """
    if weights.likelihood == "bernoulli":
        return bernoulli_log_likelihood(passed.logits, passed.x)
    error = (passed.x - torch.sigmoid(passed.logits)) / weights.pixel_std
    per_pixel = -0.5 * (error.square() + LOG_2PI) - math.log(weights.pixel_std)
    return per_pixel.flatten(1).sum(dim=1)


def elbo(passed: Pass, weights: Weights) -> Terms:
    """E_q[log p(x|z)] - KL(q(z|x) || p(z)), the KL in closed form. Kingma and Welling 2013, eq. 10."""
    return beta_elbo(passed, replace(weights, beta=1.0))


def elbo_monte_carlo(passed: Pass, weights: Weights) -> Terms:
    """log p(x|z) + beta (log p(z) - log q(z|x)), one sample, no closed form. Kingma and Welling 2013, eq. 2 and 8.

    The form that the R post's `eager_cvae.R` computes, there with an effective beta of 1 / batch size.
    """
    terms = elbo(passed, weights)
    log_ratio = prior_log_prob(passed.z) - passed.posterior.log_prob(passed.z)
    return replace(terms, objective=terms.log_likelihood + weights.beta * log_ratio)


def beta_elbo(passed: Pass, weights: Weights) -> Terms:
    """E_q[log p(x|z)] - beta KL(q(z|x) || p(z)). Higgins et al. 2017, eq. 4. beta may grow during a warm-up."""
    likelihood, kl = log_likelihood(passed, weights), passed.posterior.kl()
    return Terms(likelihood - weights.beta * kl.sum(dim=1), likelihood, kl)


def capacity_elbo(passed: Pass, weights: Weights) -> Terms:
    """E_q[log p(x|z)] - gamma |KL - C|, with C growing during training. Burgess et al. 2018, eq. 8.

    As in disentanglement_lib, |KL - C| takes the KL averaged over the batch; its sign is what each example receives.
    """
    likelihood, kl = log_likelihood(passed, weights), passed.posterior.kl()
    difference = kl.sum(dim=1) - weights.capacity
    sign = torch.sign(difference.mean().detach())
    return Terms(likelihood - weights.gamma * sign * difference, likelihood, kl)


def mmd_elbo(passed: Pass, weights: Weights) -> Terms:
    """E_q[log p(x|z)] - lambda MMD^2(q(z), p(z)). Zhao, Song and Ermon 2017 (InfoVAE), eq. 6 with alpha = 1.

    With a deterministic encoder this is the MMD-VAE of the authors' tutorial and of `mmd_cvae.R`.
    """
    likelihood = log_likelihood(passed, weights)
    distance = mmd(passed.z, passed.prior_sample, weights.bandwidth)
    kl = None if passed.posterior.log_var is None else passed.posterior.kl()
    return Terms(likelihood - weights.mmd_weight * distance, likelihood, kl, distance)


def reconstruction_only(passed: Pass, weights: Weights) -> Terms:
    """E_q[log p(x|z)] alone: an autoencoder where the encoder is deterministic."""
    likelihood = log_likelihood(passed, weights)
    kl = None if passed.posterior.log_var is None else passed.posterior.kl()
    return Terms(likelihood, likelihood, kl)


def kl_only(passed: Pass, weights: Weights) -> Terms:
    """-KL(q(z|x) || p(z)) alone: every posterior becomes the prior, and the code says nothing about the image."""
    kl = passed.posterior.kl()
    return Terms(-kl.sum(dim=1), log_likelihood(passed, weights), kl)


OBJECTIVES: dict[str, Objective] = {
    "elbo": elbo,
    "elbo-monte-carlo": elbo_monte_carlo,
    "beta-elbo": beta_elbo,
    "capacity-elbo": capacity_elbo,
    "mmd": mmd_elbo,
    "reconstruction": reconstruction_only,
    "kl": kl_only,
}
NEEDS_DENSITY = frozenset({"elbo", "elbo-monte-carlo", "beta-elbo", "capacity-elbo", "kl"})
LIKELIHOODS = ("bernoulli", "gaussian")
