"""The importance-weighted bound on log p(x), which closes in on it as the number of samples grows.

Knows posteriors, a likelihood given as a function, and models; knows nothing of data sets.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from jaxtyping import Float, Float64, Int64, Integer
from torch import Tensor

from analysis.embedding import labels_of, posterior_of
from analysis.measurement import MAX_SAMPLES
from models.aims import Weights
from models.errors import require
from models.latent_model import LatentModel
from models.objectives import Pass, log_likelihood
from models.posterior import Posterior
from models.prior import Prior, standard_prior

BLOCK = 500  # latents decoded at a time: 25 MB a layer of 16 maps of 28x28

LogLikelihood = Callable[[Tensor, Tensor], Tensor]
"""log p(x|z) in nats `[rows]` of latents `[rows latent]`, each for the image of that number `[rows]`."""


@dataclass(frozen=True)
class Bounds:
    """What the same draws say of each image.

    `bound`: the importance-weighted bound, nats. `elbo`: E_q[log p(x|z)] - KL, the KL in closed form, nats.
    `effective`: the effective number of samples, (sum w)^2 / sum w^2, from 1 to their number; where it is
    near 1, a single draw rules the bound, which then lies well below log p(x).
    """

    bound: Float64[Tensor, " images"]
    elbo: Float64[Tensor, " images"]
    effective: Float64[Tensor, " images"]


def importance_bounds(
    model: LatentModel,
    x: Float[Tensor, "images channel height width"],
    y: int | Integer[Tensor, " labels"] | None,
    weights: Weights,
    samples: int,
    seed: int = 0,
) -> Bounds:
    """The bounds of observations in [0, 1] under a model, with the likelihood that `weights` names.

    `y` as in `condition`: a conditional model's bound is on log p(x|y). On grey pixels a Bernoulli
    likelihood is no normalised density, so its nats compare with each other only. Raises InputError like
    `posterior_of` and `bounds_of`.
    """
    posterior = posterior_of(model, x, y)
    labels, device = labels_of(model, y, len(x)), next(model.parameters()).device

    @torch.no_grad()
    def of_images(z: Tensor, image: Tensor) -> Tensor:
        z, seen = z.float().to(device), x[image].float().to(device)
        logits = model.decode(z, None if labels is None else labels[image].to(device))
        return log_likelihood(Pass(seen, posterior, z, logits, z), weights).cpu()

    with torch.no_grad():
        prior = model.prior(None if labels is None else labels.to(device))
    return bounds_of(posterior, of_images, samples, seed, Prior(prior.mu.cpu(), prior.log_var.cpu()))


def bounds_of(
    posterior: Posterior, likelihood: LogLikelihood, samples: int, seed: int = 0, prior: Prior | None = None
) -> Bounds:
    """L_k = E log (1/k) sum_i p(x|z_i) p(z_i) / q(z_i|x) with z_i drawn from q(z|x). Burda et al. 2015, eq. 8.

    `samples`: k, 1 to 5,000. For k = 1 the expectation is the ELBO; it grows with k and stays below log p(x).
    Memory: `BLOCK` latents and their images, whatever k is. The noise of an image depends on `seed` and on the
    image's place, not on the blocks. `prior`: N(0, I) where none is given; the ELBO of one whose KL has no closed form
    is the mean over the same draws. Raises InputError for a k out of range, a deterministic encoder, or no images.
    """
    count = len(posterior.mu)
    require(posterior.log_var is not None, "measure.no_elbo")
    require(1 <= samples <= MAX_SAMPLES, "measure.samples", most=MAX_SAMPLES, got=samples)
    require(count >= 1, "measure.no_image")
    prior = prior or standard_prior(posterior.mu.shape[1])
    noise, step = torch.Generator().manual_seed(seed), max(1, BLOCK // samples)
    rows = [
        _log_terms(posterior, likelihood, prior, torch.arange(start, min(start + step, count)), samples, noise)
        for start in range(0, count, step)
    ]
    bound, mean, kl, effective = (torch.cat(column) for column in zip(*rows, strict=True))
    return Bounds(bound, mean - kl, effective)


def _log_terms(
    posterior: Posterior, likelihood: LogLikelihood, prior: Prior, images: Int64[Tensor, " block"], samples: int,
    noise: torch.Generator,
) -> tuple[Float64[Tensor, " block"], ...]:  # fmt: skip
    """log (1/k) sum w, the mean of log p(x|z), the KL and the effective samples of a few images."""
    latent = posterior.mu.shape[1]
    eps = torch.cat([torch.randn(samples, latent, generator=noise) for _ in images])
    image = images.repeat_interleave(samples)
    seen, log_w, kl = [], [], []
    for start in range(0, len(image), BLOCK):
        of_block = image[start : start + BLOCK]
        assert posterior.log_var is not None
        q = Posterior(posterior.mu[of_block].double(), posterior.log_var[of_block].double())
        z = q.sample(eps[start : start + BLOCK].double())
        p = _prior_of(prior, of_block)
        log_px = likelihood(z, of_block).double()
        seen.append(log_px)
        log_w.append(log_px + p.log_prob(z) - q.log_prob(z))
        kl.append(p.kl(q, z).sum(dim=1))
    log_weights = torch.cat(log_w).reshape(len(images), samples)
    total = log_weights.logsumexp(dim=1)
    effective = torch.exp(2 * total - (2 * log_weights).logsumexp(dim=1))
    of_images = (torch.cat(terms).reshape(len(images), samples).mean(dim=1) for terms in (seen, kl))
    return total - math.log(samples), *of_images, effective


def _prior_of(prior: Prior, images: Int64[Tensor, " rows"]) -> Prior:
    """The prior of some images, in float64; of all where they have the same."""
    mu, log_var = prior.mu.double(), prior.log_var.double()
    return Prior(mu, log_var) if mu.shape[1] == 1 else Prior(mu[:, images], log_var[:, images])
