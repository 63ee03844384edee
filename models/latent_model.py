"""The one network of every family: an encoder that returns a posterior, a decoder that returns logits, and a prior.

Knows layer lists and the model's configuration; knows nothing of objectives, data or files.
"""

from typing import final

import torch
from jaxtyping import Float
from torch import Tensor, nn

from models.config import ModelConfig
from models.families import family_of
from models.layers import At, Condition, Layer, Layers
from models.learnt_prior import VampPrior, learnt_prior
from models.networks import NetworkShape, build
from models.posterior import Posterior
from models.prior import Prior, standard_prior

# A posterior wider than e times the prior gains nothing, but exp(log_var) of one odd image can end a training: without
# this bound a log variance went from 5 to 73 within five steps, at learning rates from 1e-3 (seen on Fashion-MNIST).
MAX_LOG_VAR = 2.0


def layer_lists(config: ModelConfig) -> tuple[list[Layer], list[Layer]]:
    """The encoder's and the decoder's layers; raises InputError where the network can't take the image."""
    if config.layers:
        return list(config.layers.encoder), list(config.layers.decoder)
    shape = NetworkShape(
        image=config.image,
        latent_dim=config.latent_dim,
        outputs=config.latent_dim * (2 if config.stochastic else 1),
        classes=config.class_count if config.conditional else 0,
        widths=config.widths,
        activation=config.activation,
        gates=config.dial.origin if config.dial else None,
    )
    return build(config.network, shape)


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
