"""A model from elsewhere: its two networks, and of each its layers with their numbers, as this app would list them.

Knows layers and arrays.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from datasets.data_set import DataSet
from models.config import OWN, ModelConfig
from models.errors import require
from models.layers import Conv, ConvTranspose, Linear
from models.own_layers import OwnLayer, OwnLayers

Array = npt.NDArray[Any]
# by whether the encoder gives variances, and whether the networks are told the class
FAMILIES = {(True, False): "vae", (True, True): "cvae", (False, False): "autoencoder", (False, True): "mmd-cvae"}


@dataclass(frozen=True, eq=False)
class Step:
    """One layer, with its `weight` and `bias` if it has any. Two steps are the same only if they are one."""

    layer: OwnLayer
    numbers: Mapping[str, Array] = field(default_factory=dict)

    def scaled(self, scale: Array, shift: Array) -> "Step | None":
        """The layer that gives each output times `scale` and `shift` more; None for one that has no such outputs."""
        if not isinstance(self.layer, Linear | Conv | ConvTranspose):
            return None
        weight, bias = self.numbers["weight"], self.numbers["bias"]
        if not scale.shape == shift.shape == bias.shape:
            return None
        outputs = 1 if isinstance(self.layer, ConvTranspose) else 0
        along = scale.reshape([-1 if axis == outputs else 1 for axis in range(weight.ndim)])
        return Step(self.layer, {"weight": weight * along, "bias": bias * scale + shift})


@dataclass(frozen=True)
class Part:
    """An encoder or a decoder. `classes`: how many numbers its label has, 0 without one."""

    steps: tuple[Step, ...]
    classes: int = 0

    def weights(self, part: str) -> dict[str, Array]:
        """Every number by its name in a checkpoint."""
        return {
            f"{part}.{position}.{name}": np.asarray(numbers, np.float32)
            for position, step in enumerate(self.steps)
            for name, numbers in step.numbers.items()
        }


@dataclass(frozen=True)
class Foreign:
    """What was read of a model: its two networks, how many latents it has, and whether they have variances."""

    encoder: Part
    decoder: Part
    latents: int
    stochastic: bool

    def config(self, data: DataSet) -> ModelConfig:
        """Its shape; raises InputError that names a layer which does not fit these images."""
        classes = {self.encoder.classes, self.decoder.classes}
        told = max(classes)
        fits = classes == {0} or classes == {len(data.class_names)}
        require(fits, "import.classes", got=sorted(classes), data=data.title, count=len(data.class_names))
        family = FAMILIES[self.stochastic, told > 0]
        layers = [tuple(step.layer for step in part.steps) for part in (self.encoder, self.decoder)]
        return ModelConfig(
            family, OWN, data.image, self.latents, len(data.class_names), (), "relu", self.stochastic,
            layers=OwnLayers(*layers),
        )  # fmt: skip
