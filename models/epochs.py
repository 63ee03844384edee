"""The film of a training: weights and test-set means of some of its epochs, as one file `epochs.safetensors`.

The file is an optional part of a checkpoint. Epochs are stacked: `weights.<name>` is `[kept, *shape]`, `mu` is
`[kept, images, latent]`, both float16, and `epochs` says which they are; 0 is the network before training.
Knows tensors and the record of a run; knows nothing of folders or of how epochs are chosen.
"""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float16
from torch import Tensor

from models import tensors
from models.config import ModelConfig
from models.errors import require
from models.latent_model import LatentModel
from models.run import Run

MAX_KEPT = 31  # 30 epochs and the network before training
MAX_EPOCHS_BYTES = 32 * 2**20
HEADER_BYTES = 64 * 2**10
FLOAT16_MAX = float(np.finfo(np.float16).max)
PREFIX = "weights."


@dataclass(frozen=True)
class Epochs:
    """Some epochs of one training, in their order. `numbers`: epochs done, 0 for none; `weights`: `[kept, *shape]`."""

    numbers: tuple[int, ...]
    weights: Mapping[str, Tensor]
    mu: Float16[Tensor, "kept images latent"]

    def weights_of(self, number: int) -> dict[str, Tensor]:
        """The weights after `number` epochs, float16, named as in `weights.safetensors`; InputError if not kept."""
        place = self._place(number)
        return {name: tensor[place] for name, tensor in self.weights.items()}

    def mu_of(self, number: int) -> Float16[Tensor, "images latent"]:
        """The test set's means after `number` epochs; InputError if that epoch was not kept."""
        codes: Tensor = self.mu[self._place(number)]
        return codes

    def model_of(self, config: ModelConfig, number: int) -> LatentModel:
        """The network after `number` epochs, in float32 on the CPU; InputError if that epoch was not kept."""
        model = LatentModel(config)
        model.load_state_dict({name: tensor.float() for name, tensor in self.weights_of(number).items()}, strict=True)
        return model.eval().requires_grad_(False)

    def _place(self, number: int) -> int:
        shown = ", ".join(map(str, self.numbers))
        require(number in self.numbers, f"epoch {number} was not kept; kept are {shown}.")
        return self.numbers.index(number)


def half(tensor: Tensor) -> Tensor:
    """The tensor in float16 on the CPU; what is out of its range becomes its largest number."""
    return tensor.detach().clamp(-FLOAT16_MAX, FLOAT16_MAX).to("cpu", torch.float16)


def epoch_bytes(parameters: int, images: int, latent_dim: int) -> int:
    """What one kept epoch takes in the file."""
    return 2 * (parameters + images * latent_dim)


def room(parameters: int, images: int, latent_dim: int) -> int:
    """How many epochs of such a network fit into the file, at most `MAX_KEPT`; 0 where fewer than 2 do."""
    fitting = (MAX_EPOCHS_BYTES - HEADER_BYTES) // epoch_bytes(parameters, images, latent_dim)
    return min(MAX_KEPT, fitting) if fitting >= 2 else 0


def to_bytes(epochs: Epochs) -> bytes:
    """The file's content; the same epochs give the same bytes."""
    named = {PREFIX + name: tensor for name, tensor in epochs.weights.items()}
    numbers = torch.tensor(epochs.numbers, dtype=torch.int32)
    return tensors.tensors_to_bytes(named | {"mu": epochs.mu, "epochs": numbers})


def from_bytes(content: bytes, shapes: Mapping[str, tuple[int, ...]], run: Run, source: str) -> Epochs:
    """The epochs in a file's content, checked against the run; raises InputError. `shapes`: of the weights."""
    kept = _kept(content, source)
    expected = {PREFIX + name: (kept, *shape) for name, shape in shapes.items()}
    expected |= {"mu": (kept, run.data.test_count, run.model.latent_dim), "epochs": (kept,)}
    found = tensors.read_tensors(content, expected, ("F16", "I32"), source)
    numbers = found.pop("epochs")
    require(numbers.dtype == torch.int32, f"{source}: epochs must be I32.")
    for name, tensor in found.items():
        require(tensor.dtype == torch.float16, f"{source}: {name}: expected F16; found {tensor.dtype}.")
    order = tuple(int(number) for number in numbers)
    rising = all(one < other for one, other in itertools.pairwise(order))
    require(
        rising and order[0] >= 0 and order[-1] <= run.epochs_done,
        f"{source}: epochs must rise within 0 to {run.epochs_done}; found {str(list(order))[:80]}.",
    )
    mu = found.pop("mu")
    return Epochs(order, {name.removeprefix(PREFIX): tensor for name, tensor in found.items()}, mu)


def _kept(content: bytes, source: str) -> int:
    entry = tensors.read_header(content, source).get("epochs")
    shape = entry.get("shape") if isinstance(entry, dict) else None
    kept = shape[0] if isinstance(shape, list) and len(shape) == 1 else None
    known = isinstance(kept, int) and not isinstance(kept, bool) and 1 <= kept <= MAX_KEPT
    require(known, f"{source}: epochs: expected 1 to {MAX_KEPT} numbers; found shape {repr(shape)[:40]}.")
    return int(kept or 0)
