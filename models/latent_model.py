"""The one network of every family: an encoder that returns a posterior, a decoder that returns logits, and a prior.

Knows layer lists and the model's configuration; knows nothing of objectives, data or files.
"""

from collections.abc import Mapping
from typing import final

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from models.architecture import MAX_LOG_VAR, layer_lists
from models.config import ModelConfig
from models.families import family_of
from models.layer_modules import At, Condition, Layers
from models.learnt_prior import VampPrior, learnt_prior
from models.posterior import Posterior
from models.prior import Prior, standard_prior


@final
class LatentModel(nn.Module):
    """VAE, CVAE, beta-VAE, MMD-VAE, autoencoder and the rest alike; they differ by configuration only.

    Raises InputError where the network can't be built for the image's shape.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        encoder, decoder = layer_lists(config)
        self.encoder = Layers(encoder)
        self.decoder = Layers(decoder)
        kind, classes = family_of(config.family).prior, config.class_count
        self.learnt_prior = learnt_prior(kind, config.latent_dim, config.image, classes, config.pseudo_inputs)

    def encode(self, x: Float[Tensor, "batch channel height width"], y: Condition, at: At = None) -> Posterior:
        """q(z|x) of observations in [0, 1]; `y` is needed by a conditional family and ignored by the others.

        `at`: where a dial stands, its origin if nobody says; ignored by a model that is none.
        """
        out = self.encoder(x, y, at)
        if not self.config.stochastic:
            return Posterior(out)
        mu, log_var = out.chunk(2, dim=1)
        return Posterior(mu, log_var.clamp(max=MAX_LOG_VAR))

    def prior(self, y: Condition, at: At = None) -> Prior:
        """p(z), or p(z|y) of each example where the family's prior is conditional, which needs `y`.

        `at` as in `encode`: a prior of pseudo-inputs is encoded where the dial stands, which must be one value then.
        """
        learnt = self.learnt_prior
        if learnt is None:
            return standard_prior(self.config.latent_dim, next(self.parameters()).device)
        prior = learnt(lambda x: self.encode(x, None, at)) if isinstance(learnt, VampPrior) else learnt(y)
        assert isinstance(prior, Prior)
        return prior

    def decode(
        self, z: Float[Tensor, "batch latent"], y: Condition, at: At = None
    ) -> Float[Tensor, "batch channel height width"]:
        """The logits of the image; `torch.sigmoid` of them is its mean, in [0, 1].

        Class weights `[batch classes]` in place of labels mix classes, which training never did. `at` as in `encode`.
        """
        return torch.as_tensor(self.decoder(z, y, at))

    def parameter_count(self) -> int:
        """How many numbers the weights hold."""
        return sum(parameter.numel() for parameter in self.parameters())


def with_weights(config: ModelConfig, weights: Mapping[str, np.ndarray]) -> LatentModel:
    """The network with given weights in float32, on the CPU, ready to encode and decode."""
    model = LatentModel(config)
    model.load_state_dict({name: torch.from_numpy(array.astype(np.float32)) for name, array in weights.items()})
    return model.eval().requires_grad_(False)
