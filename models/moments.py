"""Mean and standard deviation of the aggregate posterior q(z), to be held against the prior's 0 and 1.

Knows posteriors' means and log variances only.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from models.errors import require


@dataclass(frozen=True)
class Moments:
    """`mean` and `std` of the codes in each dimension; the prior has 0 and 1."""

    mean: Float[Tensor, " latent"]
    std: Float[Tensor, " latent"]


def moments(mu: Float[Tensor, "images latent"], log_var: Float[Tensor, "images latent"] | None) -> Moments:
    """The moments of q(z), the mean of q(z|x) over the images, in closed form: no code is drawn.

    Var q(z) = Var_x(mu) + E_x[exp log_var], the law of total variance; a deterministic encoder, whose `log_var` is
    None, has the first term only. Raises InputError for no images.
    """
    require(len(mu) >= 1, "moments.no_image")
    variance = mu.double().var(dim=0, correction=0)
    if log_var is not None:
        variance = variance + torch.exp(log_var.double()).mean(dim=0)
    return Moments(mu.double().mean(dim=0).to(mu.dtype), variance.sqrt().to(mu.dtype))
