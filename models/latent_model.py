"""The one network of every family: an encoder that returns a posterior, a decoder that returns logits.

Knows layer lists and the model's configuration; knows nothing of objectives, data or files.
"""

from typing import final

import torch
from jaxtyping import Float
from torch import Tensor, nn

from models.config import ModelConfig
from models.layers import Condition, Layer, Layers
from models.networks import NetworkShape, build
from models.posterior import Posterior

# A posterior wider than e times the prior gains nothing, but exp(log_var) of one odd image can end a training: without
# this bound a log variance went from 5 to 73 within five steps, at learning rates from 1e-3 (seen on Fashion-MNIST).
MAX_LOG_VAR = 2.0


def layer_lists(config: ModelConfig) -> tuple[list[Layer], list[Layer]]:
    """The encoder's and the decoder's layers; raises InputError where the network can't take the image."""
    shape = NetworkShape(
        image=config.image,
        latent_dim=config.latent_dim,
        outputs=config.latent_dim * (2 if config.stochastic else 1),
        classes=config.class_count if config.conditional else 0,
        widths=config.widths,
        activation=config.activation,
    )
    return build(config.network, shape)


@final
class LatentModel(nn.Module):
    """VAE, CVAE, beta-VAE, MMD-VAE and autoencoder alike; they differ by configuration only.

    Raises InputError where the network can't be built for the image's shape.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        encoder, decoder = layer_lists(config)
        self.encoder = Layers(encoder)
        self.decoder = Layers(decoder)

    def encode(self, x: Float[Tensor, "batch channel height width"], y: Condition) -> Posterior:
        """q(z|x) of observations in [0, 1]; `y` is needed by a conditional family and ignored by the others."""
        out = self.encoder(x, y)
        if not self.config.stochastic:
            return Posterior(out)
        mu, log_var = out.chunk(2, dim=1)
        return Posterior(mu, log_var.clamp(max=MAX_LOG_VAR))

    def decode(self, z: Float[Tensor, "batch latent"], y: Condition) -> Float[Tensor, "batch channel height width"]:
        """The logits of the image; `torch.sigmoid` of them is its mean, in [0, 1].

        Class weights `[batch classes]` in place of labels mix classes, which training never did.
        """
        return torch.as_tensor(self.decoder(z, y))

    def parameter_count(self) -> int:
        """How many numbers the weights hold."""
        return sum(parameter.numel() for parameter in self.parameters())
