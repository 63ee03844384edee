"""What a prior is made of: nothing for N(0, I), pseudo-inputs for the VampPrior, a Gaussian a class for p(z|y).

One of `families.PRIORS` a kind; a family names its own. Knows priors and posteriors; knows no layer lists.
"""

from collections.abc import Callable
from typing import final

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor, nn

from models.families import OF_CLASS, VAMP
from models.posterior import Posterior
from models.prior import Prior

# Pseudo-inputs begin as soft blobs: of white noise an encoder sees the same grey in all, and one component stays
# (8x8 digits, 60 epochs: -24.9 nats from blobs, -25.7 from noise)
BLANK, CONTRAST, BLOBS = -2.0, 3.0, 4
Encode = Callable[[Tensor], Posterior]
Labels = Int[Tensor, " batch"] | Float[Tensor, "batch classes"] | None


@final
class VampPrior(nn.Module):
    """p(z) = 1/K sum_k q(z|u_k) with K learnt pseudo-inputs u_k, images in [0, 1]. Tomczak and Welling 2018, eq. 9.

    Their pseudo-inputs are cut off at 0 and 1; a sigmoid keeps ours inside, so that a dark pixel still has a gradient.
    """

    def __init__(self, pseudo_inputs: int, image: tuple[int, int, int]) -> None:
        super().__init__()
        channels, height, width = image
        self.logits = nn.Parameter(torch.empty(pseudo_inputs, channels, height, width))
        noise = torch.randn(pseudo_inputs, channels, BLOBS, BLOBS)
        self.logits.data = BLANK + CONTRAST * F.interpolate(noise, (height, width), mode="bilinear")

    def forward(self, encode: Encode) -> Prior:
        q = encode(torch.sigmoid(self.logits))
        assert q.log_var is not None  # of the families with this prior; their rows say so
        return Prior(q.mu.float()[:, None], q.log_var.float()[:, None])


@final
class PriorOfClass(nn.Module):
    """p(z|y) = N(mu_y, diag exp log_var_y), learnt; N(0, I) for all classes at first. Sohn, Lee and Yan 2015, eq. 4.

    Their prior network sees a whole input; of a label alone any network is a table with a row a class. Class weights
    `[batch classes]` in place of labels mix the rows.
    """

    def __init__(self, classes: int, latent: int) -> None:
        super().__init__()
        self.mu = nn.Parameter(torch.zeros(classes, latent))
        self.log_var = nn.Parameter(torch.zeros(classes, latent))

    def forward(self, y: Labels) -> Prior:
        if y is None:
            raise ValueError("the prior of this model is conditional: pass the labels y as int64 [batch]")
        if y.is_floating_point():
            return Prior((y @ self.mu)[None], (y @ self.log_var)[None])
        return Prior(self.mu[y][None], self.log_var[y][None])


def learnt_prior(
    kind: str, latent: int, image: tuple[int, int, int], classes: int, pseudo_inputs: int
) -> VampPrior | PriorOfClass | None:
    """The module of a kind of prior, one of `families.PRIORS`; N(0, I) learns nothing and has none."""
    if kind == VAMP:
        return VampPrior(pseudo_inputs, image)
    return PriorOfClass(classes, latent) if kind == OF_CLASS else None
