"""Mean and standard deviation of the aggregate posterior q(z), to be held against the prior's 0 and 1.

Knows posteriors' means and log variances only.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from models.errors import require


@dataclass(frozen=True)
class Moments:
    """`mean` and `std` of the codes in each dimension; the prior has 0 and 1."""

    mean: Float[np.ndarray, " latent"]
    std: Float[np.ndarray, " latent"]


def moments(mu: Float[np.ndarray, "images latent"], log_var: Float[np.ndarray, "images latent"] | None) -> Moments:
    """The moments of q(z), the mean of q(z|x) over the images, in closed form: no code is drawn.

    Var q(z) = Var_x(mu) + E_x[exp log_var], the law of total variance; a deterministic encoder, whose `log_var` is
    None, has the first term only. Raises InputError for no images.
    """
    require(len(mu) >= 1, "moments.no_image")
    exact = mu.astype(np.float64)
    variance = exact.var(axis=0)
    if log_var is not None:
        variance = variance + np.exp(log_var.astype(np.float64)).mean(axis=0)
    return Moments(exact.mean(axis=0).astype(mu.dtype), np.sqrt(variance).astype(mu.dtype))
