"""Which latent dimensions say something about the image, and which have collapsed onto the prior.

Knows posterior means and KL divergences only.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from models.errors import require


def active_units(mu: Float[np.ndarray, "images latent"], threshold: float = 0.01) -> list[int]:
    """The dimensions whose posterior mean has a variance over the data above `threshold`, in rising order.

    Burda, Grosse and Salakhutdinov 2015, section 5.2: A_u = Cov_x(E_q(u|x)[u]) > 0.01. Raises InputError for no images.
    """
    require(len(mu) >= 1, "measure.no_image")
    variance = mu.astype(np.float64).var(axis=0)
    return [dim for dim, value in enumerate(variance.tolist()) if value > threshold]


def collapsed(kl_per_dimension: Sequence[float], threshold: float = 0.01) -> list[int]:
    """The dead dimensions, whose mean KL divergence from the prior is below `threshold` nats, in rising order."""
    return [dim for dim, kl in enumerate(kl_per_dimension) if kl < threshold]
