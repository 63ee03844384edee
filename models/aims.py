"""What training can maximise, by name and numbers: `models/objectives.py` has the functions.

Plain values, so that a record can be read without torch. Knows nothing of networks or of the loop.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from models.strict_json import ADDED_LATER

OBJECTIVES = (
    "elbo", "elbo-monte-carlo", "beta-elbo", "capacity-elbo", "mmd", "infovae", "beta-tcvae", "reconstruction", "kl",
)  # fmt: skip
NEEDS_DENSITY = frozenset({"elbo", "elbo-monte-carlo", "beta-elbo", "capacity-elbo", "infovae", "beta-tcvae", "kl"})
# which weight of an objective a dial can turn
DIALS = {"beta-elbo": "beta", "elbo-monte-carlo": "beta", "mmd": "lambda"}
LEARNT_STD = "gaussian-learnt"
LIKELIHOODS = ("bernoulli", "gaussian", LEARNT_STD, "categorical")

# Denominators under |a - b|^2. Zhao's scripts use dim^2, which fades in high dimensions: two prior samples are
# 2 dim apart, so k is near exp(-2 / dim) for any codes. With 2 latents, dim^2 and 2 dim are the same.
KERNEL_WIDTHS: dict[str, Callable[[int], float]] = {
    "dim-squared": lambda latent: float(latent**2),
    "dim": lambda latent: float(latent),
    "two-dim": lambda latent: float(2 * latent),
}


@dataclass(frozen=True)
class Weights:
    """The numbers that an objective multiplies with; see each objective's formula.

    `beta`: weight of the KL, or of the total correlation. `capacity`: target C of the KL in nats, with `gamma` its
    weight. `mmd_weight`: lambda. `alpha`: how much of the KL's price InfoVAE takes away. `bandwidth`: the kernel's
    width, a row of `KERNEL_WIDTHS`. `likelihood`: `bernoulli`, `gaussian` with `pixel_std`, `gaussian-learnt`, whose
    `pixel_std` is what was learnt so far and never below `least_std`, or `categorical`.
    """

    beta: float = 1.0
    capacity: float = 0.0
    gamma: float = 1000.0
    mmd_weight: float = 1000.0
    bandwidth: str = "two-dim"
    likelihood: str = "bernoulli"
    pixel_std: float = math.sqrt(0.5)
    alpha: float = field(default=0.0, metadata={ADDED_LATER: True})
    least_std: float = field(default=0.1, metadata={ADDED_LATER: True})

    @property
    def learns_std(self) -> bool:
        """Whether the deviation of the pixels is learnt."""
        return self.likelihood == LEARNT_STD

    @property
    def density(self) -> str:
        """What the likelihood is once nothing is learnt any more: a learnt deviation is a Gaussian with `pixel_std`."""
        return "gaussian" if self.learns_std else self.likelihood

    @property
    def info_kl(self) -> float:
        """InfoVAE's weight of the KL, 1 - alpha."""
        return 1 - self.alpha

    @property
    def info_mmd(self) -> float:
        """InfoVAE's weight of the MMD, alpha + lambda - 1."""
        return self.alpha + self.mmd_weight - 1
