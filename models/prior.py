"""The prior p(z), or p(z|y) for a batch of labels: a mixture of diagonal Gaussians, of which N(0, I) is the simplest.

Knows posteriors; knows nothing of networks: what a learnt prior is made of is in models/learnt_prior.py.
"""

import math
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from models.posterior import LOG_2PI, Posterior


@dataclass(frozen=True)
class Prior:
    """p(z) = 1/K sum_k N(z; mu_k, diag exp log_var_k), the components being equally likely.

    Shapes: `mu` and `log_var` are `[components examples latent]`; `examples` is 1 where all of a batch have the same
    prior, and the batch where each has its label's.
    """

    mu: Float[Tensor, "components examples latent"]
    log_var: Float[Tensor, "components examples latent"]

    @property
    def closed(self) -> bool:
        """Whether its KL divergence has a closed form: a single Gaussian for each example."""
        return len(self.mu) == 1

    def kl(self, posterior: Posterior, z: Float[Tensor, "batch latent"]) -> Float[Tensor, "batch latent"]:
        """KL(q(z|x) || p(z)) of each dimension, nats: in closed form for one Gaussian, else estimated from one draw z.

        Closed: Kingma and Welling 2013, appendix B, for any mean and variance of the prior. A mixture has no such form:
        log q(z|x) - log p(z) at z ~ q(z|x) (Tomczak and Welling 2018, eq. 2) has the KL as its expectation. By the
        chain rule dimension j's share is log q(z_j|x) - log p(z_j | z_1 .. z_j-1): their sum is that log ratio, while
        the shares depend on the dimensions' order. Raises ValueError for a point posterior.
        """
        if posterior.log_var is None:
            raise ValueError("a deterministic encoder has no KL divergence: its posterior is a point")
        if not self.closed:
            return posterior.log_probs(z) - self._log_conditionals(z)
        mu, log_var = self.mu[0], self.log_var[0]
        wider = posterior.log_var - log_var
        # expm1 keeps the digits that exp(log_var) - 1 loses near the prior
        return 0.5 * ((posterior.mu - mu).square() * torch.exp(-log_var) + torch.expm1(wider) - wider)

    def log_prob(self, z: Float[Tensor, "batch latent"]) -> Float[Tensor, " batch"]:
        """log p(z) in nats, summed over dimensions."""
        return self._log_joints(z)[:, -1]

    def sample(
        self, eps: Float[Tensor, "batch latent"], components: Int[Tensor, " batch"] | None = None
    ) -> Float[Tensor, "batch latent"]:
        """z = mu_k + std_k * eps with k from `components`, which one Gaussian for each example does without."""
        if components is None:
            return self.mu[0] + torch.exp(0.5 * self.log_var[0]) * eps
        example = torch.arange(len(eps), device=eps.device) % self.mu.shape[1]
        return self.mu[components, example] + torch.exp(0.5 * self.log_var[components, example]) * eps

    def draw(
        self, eps: Float[Tensor, "batch latent"], generator: torch.Generator
    ) -> Float[Tensor, "batch latent"]:  # fmt: skip
        """`sample` with components from the generator, which one Gaussian for each example leaves as it is."""
        if self.closed:
            return self.sample(eps)
        chosen = torch.randint(len(self.mu), (len(eps),), generator=generator, device=generator.device)
        return self.sample(eps, chosen.to(eps.device))

    def mixture(self) -> "Mixture":
        """The prior of all examples together: each Gaussian once, as heavy as it is frequent among them."""
        rows = torch.cat([self.mu, self.log_var], dim=2).flatten(0, 1)
        rows, counts = torch.unique(rows, dim=0, return_counts=True)
        mu, log_var = rows.double().chunk(2, dim=1)
        return Mixture(mu, torch.exp(log_var), counts / counts.sum())

    def moments(self) -> tuple[Float[Tensor, " latent"], Float[Tensor, " latent"]]:
        """Mean and standard deviation of each dimension, over components and examples."""
        mu, var = self.mu.flatten(0, 1), torch.exp(self.log_var).flatten(0, 1)
        return mu.mean(dim=0), (var.mean(dim=0) + mu.var(dim=0, correction=0)).sqrt()

    def _log_conditionals(self, z: Float[Tensor, "batch latent"]) -> Float[Tensor, "batch latent"]:
        """log p(z_j | z_1 .. z_j-1) of each dimension."""
        joints = self._log_joints(z)
        return torch.diff(joints, dim=1, prepend=torch.zeros_like(joints[:, :1]))

    def _log_joints(self, z: Float[Tensor, "batch latent"]) -> Float[Tensor, "batch latent"]:
        """log p(z_1 .. z_j) of the first j dimensions, for each j."""
        squared = (z - self.mu).square() * torch.exp(-self.log_var)
        of_components = -0.5 * (squared + self.log_var + LOG_2PI).cumsum(dim=2)
        return of_components.logsumexp(dim=0) - math.log(len(self.mu))


@dataclass(frozen=True)
class Mixture:
    """sum_k w_k N(mu_k, diag var_k): `mu` and `var` are `[components latent]`, the weights sum to 1."""

    mu: Float[Tensor, "components latent"]
    var: Float[Tensor, "components latent"]
    weights: Float[Tensor, " components"]


def standard_prior(latent: int, device: torch.device | None = None) -> Prior:
    """N(0, I)."""
    zeros = torch.zeros(1, 1, latent, device=device)
    return Prior(zeros, zeros)
