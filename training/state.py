"""Everything that a training run needs to go on exactly where it stopped, in memory and as one file.

Knows models and optimisers; knows nothing of data or events.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import safetensors
import safetensors.numpy
import safetensors.torch
import torch
from numpy.typing import NDArray
from torch import Tensor

from models import strict_json
from models.architecture import parameter_shapes
from models.atomic import write_file
from models.config import ModelConfig
from models.errors import InputError, require
from models.latent_model import LatentModel
from models.run import (
    DataRecord,
    EpochRecord,
    Metrics,
    TrainingConfig,
    require_plain_name,
    require_run_id,
    require_trainable,
)
from models.strict_json import ADDED_LATER
from models.tensors import read_tensors
from training.optimizers import make_optimizers, moments, restore

NOISE_SEED_OFFSET = 7_919
MAX_HEADER_BYTES = 8 * 2**20  # the history lies there too: 200 epochs with 128 latents are 1.5 MB


@dataclass(frozen=True)
class SavedPosition:
    """Where a run stands; saved beside its tensors. `step_count`: optimiser steps taken."""

    run_id: str
    title: str
    model: ModelConfig
    training: TrainingConfig
    data: DataRecord
    epoch: int
    batch: int
    step_count: int
    seconds: float
    history: tuple[EpochRecord, ...]
    program: str | None = field(default=None, metadata={ADDED_LATER: True})
    best_epoch: int = field(default=0, metadata={ADDED_LATER: True})
    best_score: float | None = field(default=None, metadata={ADDED_LATER: True})

    def __post_init__(self) -> None:
        require_run_id(self.run_id)
        if self.program is not None:
            require_plain_name("program", self.program)
        require_trainable(self.model, self.training)
        parameter_shapes(self.model, "model")
        numbers = (self.epoch, self.batch, self.step_count, self.seconds)
        require(min(numbers) >= 0, "unfinished.counts")
        require(self.epoch <= self.training.epochs, "unfinished.epoch", most=self.training.epochs, got=self.epoch)
        require(0 <= self.best_epoch <= self.epoch, "unfinished.best_epoch", most=self.epoch, got=self.best_epoch)
        require((self.best_score is not None) == (self.best_epoch > 0), "unfinished.best_score")


class TrainState:
    """One run between two batches: weights, optimiser, noise, sums of the running epoch, history.

    Where images are held out also the weights of the best epoch by now, those of the beginning before there is one.
    Raises InputError where objective and encoder do not fit, or the network can't be built or is too large to keep.
    """

    def __init__(
        self,
        run_id: str,
        title: str,
        model: ModelConfig,
        training: TrainingConfig,
        data: DataRecord,
        device: torch.device,
        program: str | None = None,
    ) -> None:
        require_run_id(run_id)
        require_trainable(model, training)
        parameter_shapes(model, title)
        self.run_id, self.title, self.training, self.data, self.device = run_id, title, training, data, device
        self.program = program
        self.model = _initialised(model, training).to(device)
        self.optimizers = make_optimizers(self.model, training)
        self.generator = torch.Generator(device).manual_seed(training.seed + NOISE_SEED_OFFSET)
        self.epoch = self.batch = self.step = 0
        self.seconds = 0.0
        self.history: list[EpochRecord] = []
        self.best = self._weights() if training.held_out else {}
        self.best_epoch = 0
        self.best_score: float | None = None
        self.start_epoch()

    def begin_with(self, weights: Mapping[str, NDArray[np.floating[Any]]]) -> None:
        """Takes the weights of another model of this network, before the first step."""
        self.model.load_state_dict({name: torch.from_numpy(array).float() for name, array in weights.items()})
        self.best = self._weights() if self.training.held_out else {}

    def start_epoch(self) -> None:
        """Clears the sums of the epoch: loss, log likelihood, KL of each dimension, in float64."""
        terms = 2 + (self.model.config.latent_dim if self.model.config.stochastic else 0)
        dtype = torch.float64
        self.sums = torch.zeros(terms, dtype=dtype, device=self.device)

    def keep_best(self, held: Metrics) -> None:
        """Keeps the weights of the epoch that is just over if its ELBO on the images held out is the best by now, or
        its log p(x|z) where there is no ELBO. Of equals the first stays.
        """
        score = held.log_likelihood if held.elbo is None else held.elbo
        if self.best_score is None or score > self.best_score:
            self.best, self.best_epoch, self.best_score = self._weights(), self.epoch, score

    def take_best(self) -> None:
        """Goes back to the weights of the best epoch, where one is known."""
        if self.best_epoch:
            self.model.load_state_dict(self.best)

    def _weights(self) -> dict[str, Tensor]:
        return {name: tensor.detach().clone() for name, tensor in self.model.state_dict().items()}

    def noise(self, shape: tuple[int, ...]) -> Tensor:
        """The next draws from N(0, I); the generator's position is part of the state."""
        return torch.randn(shape, generator=self.generator, device=self.device)

    def to_bytes(self) -> bytes:
        """The whole state as one safetensors file, its position as JSON in the header's metadata."""
        tensors = {f"model.{name}": tensor for name, tensor in self.model.state_dict().items()}
        for number, parameter in enumerate(self.model.parameters()):
            kept = moments(self.optimizers, parameter)
            tensors |= {f"optimizer.{number}.{name}": tensor for name, tensor in kept.items()}
        tensors |= {"noise": self.generator.get_state(), "sums": self.sums}
        tensors |= {f"best.{name}": tensor for name, tensor in self.best.items()}
        position = SavedPosition(
            self.run_id, self.title, self.model.config, self.training, self.data,
            self.epoch, self.batch, self.step, self.seconds, tuple(self.history), self.program,
            self.best_epoch, self.best_score,
        )  # fmt: skip
        plain = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
        return safetensors.torch.save(plain, metadata={"place": json.dumps(asdict(position), allow_nan=False)})

    def save(self, path: Path) -> None:
        """Writes the state in one step; an older state stays until the new one is complete."""
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, self.to_bytes())


def load_state(path: Path, device: torch.device) -> TrainState:
    """The state in a file; raises InputError that names the file and what is wrong with it."""
    content = _content(path)
    found = _read_position(content, path.name)
    state = TrainState(found.run_id, found.title, found.model, found.training, found.data, device, found.program)
    fresh = safetensors.numpy.load(state.to_bytes())
    shapes = {name: tuple(tensor.shape) for name, tensor in fresh.items()}
    arrays = read_tensors(content, shapes, ("F32", "F64", "U8"), path.name, MAX_HEADER_BYTES)
    for name, tensor in arrays.items():
        kind = fresh[name].dtype
        require(
            tensor.dtype == kind,
            "unfinished.type",
            file=path.name,
            name=name,
            wanted=str(kind),
            found=str(tensor.dtype),
        )
    _restore(state, found, {name: torch.from_numpy(array) for name, array in arrays.items()}, path.name)
    return state


def saved_position(path: Path) -> SavedPosition:
    """What a file says of its run, without the run; raises InputError as `load_state` does."""
    return _read_position(_content(path), path.name)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError("unfinished.unreadable", file=path.name, problem=error.strerror) from None


def _restore(state: TrainState, position: SavedPosition, tensors: dict[str, Tensor], source: str) -> None:
    weights = {name.removeprefix("model."): t for name, t in tensors.items() if name.startswith("model.")}
    state.model.load_state_dict(weights, strict=True)
    for number, parameter in enumerate(state.model.parameters()):
        kept = {name: tensors[f"optimizer.{number}.{name}"] for name in moments(state.optimizers, parameter)}
        restore(state.optimizers, parameter, kept, position.step_count, state.device)
    try:
        state.generator.set_state(tensors["noise"])
    except RuntimeError as error:
        raise InputError("unfinished.noise", source=source, problem=str(error)) from None
    state.sums = tensors["sums"].to(state.device)
    state.epoch, state.batch, state.step = position.epoch, position.batch, position.step_count
    state.seconds, state.history = position.seconds, list(position.history)
    state.best = {name: tensors[f"best.{name}"].to(state.device) for name in state.best}
    state.best_epoch, state.best_score = position.best_epoch, position.best_score


def _read_position(content: bytes, source: str) -> SavedPosition:
    length = int.from_bytes(content[:8], "little")
    require(8 + length <= len(content), "unfinished.cut_off", source=source)
    try:
        text = json.loads(content[8 : 8 + length])["__metadata__"]["place"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise InputError("unfinished.other_file", source=source) from None
    return strict_json.read(SavedPosition, text, source)


def _initialised(config: ModelConfig, training: TrainingConfig) -> LatentModel:
    """The model with the chosen initialisation from a seed, without touching the process's own random state."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(training.seed)
        model = LatentModel(config)
        for parameter in model.parameters() if training.initialisation == "keras" else ():
            if parameter.dim() > 1:
                torch.nn.init.xavier_uniform_(parameter)
            else:
                torch.nn.init.zeros_(parameter)
    return model if config.network == "mlp" else model.to(memory_format=torch.channels_last)
