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

from models.aims import Weights
from models.fused import bernoulli_log_likelihood
from models.mmd import mmd
from models.posterior import LOG_2PI, Posterior, prior_log_prob
from models.prior import Prior
from models.total_correlation import total_correlation


@dataclass(frozen=True)
class Pass:
    """One trip of a batch through the model.

    `x`: observations in [0, 1], `[batch channel height width]`; `logits`: the decoder's output for `z`, same shape.
    `prior`: p(z), or p(z|y) of each example; None is N(0, I). `prior_sample`: as many draws from it as there are
    examples, `[batch latent]`. `beta`: where a dial draws one for each example, it takes the place of the weights'
    beta.
    """

    x: Float[Tensor, "batch channel height width"]
    posterior: Posterior
    z: Float[Tensor, "batch latent"]
    logits: Float[Tensor, "batch channel height width"]
    prior_sample: Float[Tensor, "batch latent"]
    beta: Float[Tensor, " batch"] | None = None
    prior: Prior | None = None

    def kl(self) -> Float[Tensor, "batch latent"]:
        """KL(q(z|x) || p(z)) of each dimension, nats, see `Prior.kl`; ValueError for a deterministic encoder."""
        return self.posterior.kl() if self.prior is None else self.prior.kl(self.posterior, self.z)

    def kl_if_any(self) -> Float[Tensor, "batch latent"] | None:
        """`kl`, or None for a deterministic encoder."""
        return None if self.posterior.log_var is None else self.kl()

    def prior_log_prob(self) -> Float[Tensor, " batch"]:
        """log p(z) in nats."""
        return prior_log_prob(self.z) if self.prior is None else self.prior.log_prob(self.z)


@dataclass(frozen=True)
class Terms:
    """The terms of an objective, one number an example `[batch]`, in nats; `kl` is `[batch latent]`.

    `objective` is what training maximises (`loss = -objective`). `kl` and `elbo` are None for a deterministic encoder.
    """

    objective: Float[Tensor, " batch"]
    log_likelihood: Float[Tensor, " batch"]
    kl: Float[Tensor, "batch latent"] | None
    mmd: Float[Tensor, " batch"] | None = None
    total_correlation: Float[Tensor, " batch"] | None = None

    @property
    def elbo(self) -> Float[Tensor, " batch"] | None:
        """E_q[log p(x|z)] - KL, nats, higher is better: always with weight 1, whatever the objective was."""
        return None if self.kl is None else self.log_likelihood - self.kl.sum(dim=1)


Objective = Callable[[Pass, Weights], Terms]


def log_likelihood(passed: Pass, weights: Weights) -> Float[Tensor, " batch"]:
    """log p(x|z) summed over pixels, nats.

    `bernoulli`: sum x log p + (1 - x) log(1 - p) with p = sigmoid(logits). On grey pixels this is the usual
    cross-entropy, not a normalised density. `gaussian`: log N(x; sigmoid(logits), pixel_std^2); with the standard
    pixel_std = sqrt(1/2) it is minus the summed squared error, up to a constant. `gaussian-learnt` is the same with the
    pixel_std of `with_learnt_std`. `categorical`: of each column one row is on, sum x log p with the log-odds of a
    softmax over the rows (`layers.OneOfRows`) as logits.
    """
    if weights.likelihood == "bernoulli":
        # with log p = l - log(1 + e^l) and log(1 - p) = -log(1 + e^l): sum of x l - log(1 + e^l), in one pass
        return bernoulli_log_likelihood(passed.logits, passed.x)
    if weights.likelihood == "categorical":
        return (passed.x * torch.nn.functional.logsigmoid(passed.logits)).flatten(1).sum(dim=1)
    error = (passed.x - torch.sigmoid(passed.logits)) / weights.pixel_std
    per_pixel = -0.5 * (error.square() + LOG_2PI) - math.log(weights.pixel_std)
    return per_pixel.flatten(1).sum(dim=1)


def with_learnt_std(weights: Weights, squared_error: float) -> Weights:
    """The weights with the deviation that makes pixels of this mean squared error likeliest: its root, or the floor.

    The maximum of log N(x; mean, s^2) over s in closed form: Rybkin, Daniilidis and Levine 2021 ("Simple and Effective
    VAE Training with Calibrated Decoders"), with one s for all pixels. At the maximum the derivative by s is 0, so the
    decoder's gradient is that of a Gaussian with s held. Without a floor s falls with the training error alone where
    pixels are free of noise or images few. Any other likelihood is left as it is.
    """
    if not weights.learns_std:
        return weights
    return replace(weights, pixel_std=max(weights.least_std, math.sqrt(squared_error)))


def squared_error(passed: Pass) -> float:
    """(x - mean)^2, the mean over pixels and examples."""
    return float((passed.x - torch.sigmoid(passed.logits.detach())).square().mean())


def elbo(passed: Pass, weights: Weights) -> Terms:
    """E_q[log p(x|z)] - KL(q(z|x) || p(z)), the KL in closed form where there is one. Kingma and Welling 2013, eq. 10.

    With a learnt prior this is the VampPrior's objective (Tomczak and Welling 2018, eq. 2, its KL estimated from the
    draw), and with one for each class that of a CVAE whose prior is p(z|y) (Sohn, Lee and Yan 2015, eq. 4).
    """
    return beta_elbo(replace(passed, beta=None), replace(weights, beta=1.0))


def elbo_monte_carlo(passed: Pass, weights: Weights) -> Terms:
    """log p(x|z) + beta (log p(z) - log q(z|x)), one sample, no closed form. Kingma and Welling 2013, eq. 2 and 8.

    The form that the R post's `eager_cvae.R` computes, there with an effective beta of 1 / batch size.
    """
    terms = elbo(passed, weights)
    log_ratio = passed.prior_log_prob() - passed.posterior.log_prob(passed.z)
    return replace(terms, objective=terms.log_likelihood + _beta(passed, weights) * log_ratio)


def beta_elbo(passed: Pass, weights: Weights) -> Terms:
    """E_q[log p(x|z)] - beta KL(q(z|x) || p(z)). Higgins et al. 2017, eq. 4. beta may grow during a warm-up."""
    likelihood, kl = log_likelihood(passed, weights), passed.kl()
    return Terms(likelihood - _beta(passed, weights) * kl.sum(dim=1), likelihood, kl)


def capacity_elbo(passed: Pass, weights: Weights) -> Terms:
    """E_q[log p(x|z)] - gamma |KL - C|, with C growing during training. Burgess et al. 2018, eq. 8.

    As in disentanglement_lib, |KL - C| takes the KL averaged over the batch; its sign is what each example receives.
    """
    likelihood, kl = log_likelihood(passed, weights), passed.kl()
    difference = kl.sum(dim=1) - weights.capacity
    sign = torch.sign(difference.mean().detach())
    return Terms(likelihood - weights.gamma * sign * difference, likelihood, kl)


def mmd_elbo(passed: Pass, weights: Weights) -> Terms:
    """E_q[log p(x|z)] - lambda MMD^2(q(z), p(z)). Zhao, Song and Ermon 2017 (InfoVAE), eq. 6 with alpha = 1.

    With a deterministic encoder this is the MMD-VAE of the authors' tutorial and of `mmd_cvae.R`.
    """
    likelihood = log_likelihood(passed, weights)
    distance = mmd(passed.z, passed.prior_sample, weights.bandwidth)
    return Terms(likelihood - weights.mmd_weight * distance, likelihood, passed.kl_if_any(), distance)


def infovae(passed: Pass, weights: Weights) -> Terms:
    """E_q[log p(x|z)] - (1 - alpha) KL(q(z|x) || p(z)) - (alpha + lambda - 1) MMD^2(q(z), p(z)).

    Zhao, Song and Ermon 2017, eq. 6, with the MMD as the divergence between q(z) and p(z). alpha = 0 and lambda = 1 is
    the VAE, alpha = 1 the MMD-VAE.
    """
    likelihood, kl = log_likelihood(passed, weights), passed.kl()
    distance = mmd(passed.z, passed.prior_sample, weights.bandwidth)
    objective = likelihood - weights.info_kl * kl.sum(dim=1) - weights.info_mmd * distance
    return Terms(objective, likelihood, kl, distance)


def beta_tcvae(passed: Pass, weights: Weights) -> Terms:
    """E_q[log p(x|z)] - I(x; z) - beta TC(z) - sum_j KL(q(z_j) || p(z_j)). Chen et al. 2018, eq. 4, alpha = gamma = 1.

    The three parts add up to the KL divergence (their eq. 2), so this is the ELBO minus (beta - 1) times the total
    correlation: the KL in its closed form, and only the rest from the minibatch.
    """
    likelihood, kl = log_likelihood(passed, weights), passed.kl()
    dependence = total_correlation(passed.posterior, passed.z)
    objective = likelihood - kl.sum(dim=1) - (weights.beta - 1) * dependence
    return Terms(objective, likelihood, kl, total_correlation=dependence)


def reconstruction_only(passed: Pass, weights: Weights) -> Terms:
    """E_q[log p(x|z)] alone: an autoencoder where the encoder is deterministic."""
    likelihood = log_likelihood(passed, weights)
    return Terms(likelihood, likelihood, passed.kl_if_any())


def kl_only(passed: Pass, weights: Weights) -> Terms:
    """-KL(q(z|x) || p(z)) alone: every posterior becomes the prior, and the code says nothing about the image."""
    kl = passed.kl()
    return Terms(-kl.sum(dim=1), log_likelihood(passed, weights), kl)


def _beta(passed: Pass, weights: Weights) -> Float[Tensor, " batch"] | float:
    """Of each example, or of all."""
    return weights.beta if passed.beta is None else passed.beta


# a name of `aims.OBJECTIVES` each
OBJECTIVES: dict[str, Objective] = {
    "elbo": elbo,
    "elbo-monte-carlo": elbo_monte_carlo,
    "beta-elbo": beta_elbo,
    "capacity-elbo": capacity_elbo,
    "mmd": mmd_elbo,
    "infovae": infovae,
    "beta-tcvae": beta_tcvae,
    "reconstruction": reconstruction_only,
    "kl": kl_only,
}
