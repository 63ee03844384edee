"""What a configuration asks for: the layer lists of encoder and decoder, and name and shape of every weight.

Plain values; the torch module of the same is in models/latent_model.py. Knows nothing of files.
"""

import math

from models.config import ModelConfig
from models.errors import require
from models.families import OF_CLASS, VAMP, family_of
from models.layers import Layer, weight_shapes
from models.networks import NetworkShape, build

MAX_PARAMETERS = 20_000_000
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


def parameter_shapes(config: ModelConfig, source: str) -> dict[str, tuple[int, ...]]:
    """Name and shape of every weight that the configuration asks for, in the network's order; raises InputError for
    too many of them.
    """
    shapes = {
        f"{part}.{position}.{name}": shape
        for part, layers in zip(("encoder", "decoder"), layer_lists(config), strict=True)
        for position, layer in enumerate(layers)
        for name, shape in weight_shapes(layer).items()
    } | {f"learnt_prior.{name}": shape for name, shape in _prior_shapes(config).items()}
    count = sum(math.prod(shape) for shape in shapes.values())
    require(count <= MAX_PARAMETERS, "checkpoint.too_many_weights", source=source, count=count, most=MAX_PARAMETERS)
    return shapes


def _prior_shapes(config: ModelConfig) -> dict[str, tuple[int, ...]]:
    """The weights of a learnt prior, see models/learnt_prior.py."""
    kind = family_of(config.family).prior
    if kind == VAMP:
        return {"logits": (config.pseudo_inputs, *config.image)}
    of_class = (config.class_count, config.latent_dim)
    return {"mu": of_class, "log_var": of_class} if kind == OF_CLASS else {}
