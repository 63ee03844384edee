"""The posterior q(z|x) that an encoder returns: a diagonal Gaussian, or a single point.

Knows nothing of networks or objectives.
"""

import math
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

LOG_2PI = math.log(2 * math.pi)


@dataclass(frozen=True)
class Posterior:
    """q(z|x) = N(mu, diag exp log_var); a deterministic encoder has no `log_var` and is a point at mu.

    Shapes: `mu` and `log_var` are `[batch latent]`.
    """

    mu: Float[Tensor, "batch latent"]
    log_var: Float[Tensor, "batch latent"] | None = None

    @property
    def std(self) -> Float[Tensor, "batch latent"]:
        """The standard deviation, `[batch latent]`; zeros for a point."""
        return torch.zeros_like(self.mu) if self.log_var is None else torch.exp(0.5 * self.log_var)

    def sample(self, eps: Float[Tensor, "batch latent"]) -> Float[Tensor, "batch latent"]:
        """z = mu + std * eps (Kingma and Welling 2013, section 2.4)."""
        return self.mu if self.log_var is None else self.mu + torch.exp(0.5 * self.log_var) * eps

    def kl(self) -> Float[Tensor, "batch latent"]:
        """KL(q(z|x) || N(0, I)) of each dimension in nats (Kingma and Welling 2013, appendix B).

        Raises ValueError for a point posterior, whose KL divergence from a density is infinite.
        """
        if self.log_var is None:
            raise ValueError("a deterministic encoder has no KL divergence: its posterior is a point")
        # expm1 keeps the digits that exp(log_var) - 1 loses near the prior
        return 0.5 * (self.mu.square() + torch.expm1(self.log_var) - self.log_var)

    def log_prob(self, z: Float[Tensor, "batch latent"]) -> Float[Tensor, " batch"]:
        """log q(z|x) in nats, summed over dimensions; raises ValueError for a point posterior."""
        return self.log_probs(z).sum(dim=1)

    def log_probs(self, z: Float[Tensor, "batch latent"]) -> Float[Tensor, "batch latent"]:
        """log q(z_j|x) of each dimension in nats; raises ValueError for a point posterior."""
        if self.log_var is None:
            raise ValueError("a deterministic encoder has no density: its posterior is a point")
        squared = (z - self.mu).square() * torch.exp(-self.log_var)
        return -0.5 * (squared + self.log_var + LOG_2PI)


def prior_log_prob(z: Float[Tensor, "batch latent"]) -> Float[Tensor, " batch"]:
    """log p(z) of the standard normal prior in nats, summed over dimensions."""
    return -0.5 * (z.square() + LOG_2PI).sum(dim=1)
