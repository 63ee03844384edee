"""KL(q(z|x) || p(z)) of each image from its code's mean and log variance, whatever the prior is.

Knows models and posteriors; knows no images and no files.
"""

import numpy as np
import torch
from jaxtyping import Float, UInt8

from models.latent_model import LatentModel
from models.passes import EVALUATION_SEED
from models.posterior import Posterior


@torch.no_grad()
def mean_kl(
    model: LatentModel, mu: Float[np.ndarray, "images latent"], log_var: Float[np.ndarray, "images latent"],
    labels: UInt8[np.ndarray, " images"], draws: int,
) -> Float[np.ndarray, " images"]:  # fmt: skip
    """In nats: in closed form, but for a learnt mixture the mean of `draws` draws of z."""
    posterior = Posterior(torch.from_numpy(mu), torch.from_numpy(log_var))
    prior = model.prior(torch.from_numpy(labels).long())
    noise = torch.Generator().manual_seed(EVALUATION_SEED)
    eps = (torch.randn(mu.shape, generator=noise) for _ in range(1 if prior.closed else draws))
    each = [prior.kl(posterior, posterior.sample(of_draw)).double().sum(dim=1) for of_draw in eps]
    return torch.stack(each).mean(dim=0).numpy()
