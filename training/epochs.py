"""The epochs that are kept while a training runs: which, and where until the checkpoint takes them.

Knows models and files; knows nothing of the loop. Kept are epoch 0, before training, and every 1st, 2nd, 4th ... after
it, so that they fit; the latest; and those that someone pinned. Which they are depends on nothing else.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from models.atomic import sweep, write_file
from models.epochs import Epochs, half, room
from models.errors import InputError, require
from models.latent_model import LatentModel
from models.tensors import read_tensors, tensors_to_bytes
from training.data import DataSet
from training.evaluate import codes
from training.state import TrainState

MAX_PINNED = 8


@dataclass(frozen=True)
class Frame:
    """One epoch: the weights by name and the test set's means `[images latent]`, all float16, on the CPU."""

    weights: dict[str, Tensor]
    mu: Tensor


class EpochStore:
    """The kept epochs of one run. They are in memory, at most 32 MB, and after `flush` in `folder` too.

    `images`: how many the test set has. `room`: how many epochs fit; 0 for a network too large for any.
    """

    def __init__(self, folder: Path, model: LatentModel, images: int) -> None:
        self.room = room(model.parameter_count(), images, model.config.latent_dim)
        self.pinned: set[int] = set()
        self._folder, self._frames, self._written = folder, dict[int, Frame](), set[int]()
        self._shapes = {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()}
        self._shapes_with_mu = self._shapes | {"mu": (images, model.config.latent_dim)}

    @property
    def numbers(self) -> tuple[int, ...]:
        """The kept epochs in their order."""
        return tuple(sorted(self._frames))

    def add(self, number: int, model: LatentModel, mu: Tensor) -> None:
        """Keeps an epoch that was just done, and lets go of those it displaces."""
        if self.room:
            weights = {name: half(tensor) for name, tensor in model.state_dict().items()}
            self._frames[number] = Frame(weights, half(mu))
            self._thin()

    def pin(self, number: int) -> None:
        """An epoch stays whatever comes; raises InputError where too many do, or where it is gone."""
        allowed = min(MAX_PINNED, max(0, self.room - 2))
        require(number in self.pinned or len(self.pinned) < allowed, f"at most {allowed} epochs can be pinned.")
        require(number in self._frames, f"epoch {number} is not there any more; pin an epoch when it is the latest.")
        self.pinned.add(number)
        self._thin()

    def flush(self) -> None:
        """Writes what is not on disk yet and removes what was let go; OSError leaves what was there."""
        if self._frames:
            self._folder.mkdir(parents=True, exist_ok=True)
        for number in sorted(self._frames.keys() - self._written):
            frame = self._frames[number]
            write_file(self._path(number), tensors_to_bytes(frame.weights | {"mu": frame.mu}))
            self._written.add(number)
        for number in self._written - self._frames.keys():
            self._path(number).unlink(missing_ok=True)
            self._written.discard(number)

    def restore(self, latest: int) -> None:
        """Reads back what a run that stopped after `latest` epochs had kept; later or damaged epochs are left out."""
        sweep(self._folder)
        for path in sorted(self._folder.glob("[0-9]*.safetensors")):
            number = int(path.stem) if path.stem.isdecimal() else latest + 1
            try:
                require(number <= latest, "the run goes on before this epoch")
                tensors = read_tensors(path.read_bytes(), self._shapes_with_mu, ("F16",), path.name)
            except (InputError, OSError):
                path.unlink(missing_ok=True)
                continue
            mu = tensors.pop("mu")
            self._frames[number] = Frame(tensors, mu)
            self._written.add(number)

    def collect(self) -> Epochs | None:
        """What the checkpoint keeps; None where no epoch fits."""
        if not self._frames:
            return None
        frames = [self._frames[number] for number in self.numbers]
        weights = {name: torch.stack([frame.weights[name] for frame in frames]) for name in self._shapes}
        return Epochs(self.numbers, weights, torch.stack([frame.mu for frame in frames]))

    def remove(self) -> None:
        """Takes all of it off the disk."""
        remove(self._folder)

    def _thin(self) -> None:
        keep = chosen(max(self._frames), frozenset(self.pinned), self.room)
        for number in self._frames.keys() - keep:
            del self._frames[number]

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:03d}.safetensors"


def film_path(state_path: Path) -> Path:
    """Where the epochs of an unfinished run lie, beside its state."""
    return state_path.with_suffix(".epochs")


def start_film(state_path: Path, state: TrainState, data: DataSet) -> EpochStore:
    """The film of a run that begins, with its epoch 0, or that goes on, with what it had kept."""
    film = EpochStore(film_path(state_path), state.model, len(data.test_x))
    if state.step == 0:
        film.remove()  # what was written before a kill, and before the first state was
        film.add(0, state.model, codes(state.model, data.test_x, data.test_y, state.device))
    else:
        film.restore(state.epoch)
    return film


def chosen(latest: int, pinned: frozenset[int], room: int) -> set[int]:
    """Which of the epochs 0 to `latest` stay, at most `room`: the smallest stride 1, 2, 4, ... for which they fit."""
    stride, always = 1, {latest} | {number for number in pinned if number <= latest}
    while len(kept := always | set(range(0, latest + 1, stride))) > room and stride <= latest:
        stride *= 2
    return kept


def remove(folder: Path) -> None:
    """Takes the epochs of an unfinished run off the disk."""
    shutil.rmtree(folder, ignore_errors=True)
