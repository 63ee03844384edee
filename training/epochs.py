"""The epochs that are kept while a training runs: which, and where until the checkpoint takes them.

Knows models and files; of the loop only how many steps an epoch has. Kept are epoch 0, before training, and every 1st,
2nd, 4th ... after it, so that they fit; the latest; and those that someone pinned. A training of few epochs is kept in
halves, quarters or eighths of them. Which they are depends on nothing else.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from datasets.data_set import DataSet
from models.atomic import sweep, write_file
from models.errors import InputError, require
from models.latent_model import LatentModel
from models.series import PARTS, Series, half, room
from models.tensors import read_tensors, tensors_to_bytes
from training.evaluate import codes
from training.loop import steps_per_epoch
from training.state import TrainState
from training.unfinished import film_path

MAX_PINNED = 8
PARTS_IN_ALL, LEAST_STEPS = 16, 50  # more parts of epochs, or nearer ones, are not worth the time of encoding them


@dataclass(frozen=True)
class KeptEpoch:
    """One epoch: the weights by name and the test set's means `[images latent]`, all float16."""

    weights: dict[str, np.ndarray]
    mu: np.ndarray


class EpochStore:
    """The kept epochs of one run. They are in memory, at most 32 MB, and after `flush` in `folder` too.

    `images`: how many the test set has. `room`: how many epochs fit; 0 for a network too large for any, and where
    none are to be `kept`.
    """

    def __init__(self, folder: Path, model: LatentModel, images: int, kept: bool = True) -> None:
        self.room = room(model.parameter_count(), images, model.config.latent_dim) if kept else 0
        self.pinned: set[int] = set()
        self.parts = self.steps = 1
        self._folder, self._kept, self._written = folder, dict[float, KeptEpoch](), set[float]()
        self._shapes = {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()}
        self._shapes_with_mu = self._shapes | {"mu": (images, model.config.latent_dim)}

    @property
    def numbers(self) -> tuple[float, ...]:
        """The kept epochs in their order."""
        return tuple(sorted(self._kept))

    def divide(self, epochs: int, steps: int) -> None:
        """Makes room for parts of the epochs, each of `steps` steps, where there are few."""
        self.steps, self.parts = steps, parts_of(epochs, steps, self.room)

    def due(self, epoch: int, batch: int) -> float | None:
        """The part of an epoch that is over after `batch` steps of it; None where none is, or it is kept already."""
        part = round(batch * self.parts / self.steps)
        number = epoch + part / self.parts
        over = 0 < part < self.parts and batch == round(part * self.steps / self.parts)
        return number if over and number not in self._kept else None

    def add(self, number: float, model: LatentModel, mu: np.ndarray) -> None:
        """Keeps an epoch, or a part of one, that was just done, and lets go of those it displaces."""
        if self.room:
            weights = {name: half(tensor.detach().cpu().numpy()) for name, tensor in model.state_dict().items()}
            self._kept[number] = KeptEpoch(weights, half(mu))
            self._thin()

    def pin(self, number: int) -> None:
        """An epoch stays whatever comes; raises InputError where too many do, or where it is gone."""
        allowed = min(MAX_PINNED, max(0, self.room - 2))
        require(number in self.pinned or len(self.pinned) < allowed, "film.too_many_pinned", most=allowed)
        require(number in self._kept, "film.epoch_gone", epoch=number)
        self.pinned.add(number)
        self._thin()

    def flush(self) -> None:
        """Writes what is not on disk yet and removes what was let go; OSError leaves what was there."""
        if self._kept:
            self._folder.mkdir(parents=True, exist_ok=True)
        for number in sorted(self._kept.keys() - self._written):
            epoch = self._kept[number]
            write_file(self._path(number), tensors_to_bytes(epoch.weights | {"mu": epoch.mu}))
            self._written.add(number)
        for number in self._written - self._kept.keys():
            self._path(number).unlink(missing_ok=True)
            self._written.discard(number)

    def restore(self, latest: float) -> None:
        """Reads back what a run that stopped after `latest` epochs had kept; later or damaged epochs are left out."""
        sweep(self._folder)
        for path in sorted(self._folder.glob("[0-9]*.safetensors")):
            number = _number(path.stem, latest + 1)
            try:
                require(number <= latest, "film.of_a_later_epoch")
                tensors = read_tensors(path.read_bytes(), self._shapes_with_mu, ("F16",), path.name)
            except (InputError, OSError):
                path.unlink(missing_ok=True)
                continue
            mu = tensors.pop("mu")
            self._kept[number] = KeptEpoch(tensors, mu)
            self._written.add(number)

    def collect(self) -> Series | None:
        """What the checkpoint keeps; None where no epoch fits."""
        if not self._kept:
            return None
        epochs = [self._kept[number] for number in self.numbers]
        weights = {name: np.stack([epoch.weights[name] for epoch in epochs]) for name in self._shapes}
        return Series(self.numbers, weights, np.stack([epoch.mu for epoch in epochs]))

    def remove(self) -> None:
        """Takes all of it off the disk."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _thin(self) -> None:
        keep = chosen(max(self._kept), frozenset(self.pinned), self.room, self.parts)
        for number in self._kept.keys() - keep:
            del self._kept[number]

    def _path(self, number: float) -> Path:
        return self._folder / f"{f'{number:g}'.zfill(3)}.safetensors"


def parts_of(epochs: int, steps: int, room: int) -> int:
    """In how many parts each of the epochs is kept, one of `PARTS`. `steps`: of an epoch; `room`: how many fit."""
    most = min(PARTS_IN_ALL, room - 1) // epochs
    return max(parts for parts in PARTS if parts == 1 or (parts <= most and steps // parts >= LEAST_STEPS))


def start_film(state_path: Path, state: TrainState, data: DataSet, kept: bool = True) -> EpochStore:
    """The film of a run that begins, with its epoch 0, or that goes on, with what it had kept.

    One that is not `kept` has no room.
    """
    film = EpochStore(film_path(state_path), state.model, len(data.test_x), kept)
    film.divide(state.training.epochs, steps_per_epoch(len(data.train_x), state.training.batch_size))
    if state.step == 0:
        film.remove()  # what was written before a kill, and before the first state was
        if film.room:
            film.add(0, state.model, codes(state.model, data.test_x, data.test_classes, state.device))
    else:
        film.restore(state.epoch + state.batch / film.steps)
    return film


def _number(text: str, otherwise: float) -> float:
    """The number of epochs in a file's name."""
    try:
        number = float(text)
    except ValueError:
        return otherwise
    return int(number) if number.is_integer() else number


def chosen(latest: float, pinned: frozenset[int], room: int, parts: int = 1) -> set[float]:
    """Which of the epochs 0 to `latest` stay, at most `room`: the smallest stride 1, 2, 4, ... for which they fit.

    `parts`: in how many parts of an epoch the stride counts.
    """
    stride, always = 1, {latest} | {number for number in pinned if number <= latest}
    last = int(latest * parts)
    while len(kept := always | {n / parts for n in range(0, last + 1, stride)}) > room and stride <= last:
        stride *= 2
    return kept
