"""The epochs that are kept: evenly thinned, the same after a kill, and in the end a part of the checkpoint."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from datasets.data_set import DataSet
from models import series as film
from models.architecture import parameter_shapes
from models.checkpoint import Checkpoint
from models.errors import InputError
from models.latent_model import LatentModel
from training.drive import Task, train_to_checkpoint
from training.epochs import EpochStore, chosen, parts_of, start_film
from training.pacing import Pacing
from training.plans import make_plan
from training.state import TrainState
from training.unfinished import film_path

Make = Callable[..., Checkpoint]


class Stopping:
    """An operator that stops a training after some steps, and otherwise says nothing."""

    def __init__(self, step: int) -> None:
        self.step = step

    def begin(self, state: TrainState, *_: object) -> None:
        self.state = state

    def should_stop(self) -> bool:
        return self.state.step >= self.step

    def should_abandon(self) -> bool:
        return False

    def commands(self) -> tuple[Any, ...]:
        return ()

    history = commands

    def ignore(self, *_: object) -> None:
        """Nobody looks on."""

    took_effect = progress = epoch_done = changed = saved = finishing = ignore


@pytest.fixture
def model(tiny_checkpoint: Checkpoint) -> LatentModel:
    return tiny_checkpoint.model


def _codes(number: int) -> np.ndarray:
    return np.full((20, 2), number, np.float32)


def _filled(folder: Path, model: LatentModel, epochs: int, start: int = 0) -> EpochStore:
    store = EpochStore(folder, model, 20)
    for number in range(start, epochs + 1):
        store.add(number, model, _codes(number))
    return store


@pytest.mark.parametrize("latest", [0, 1, 2, 12, 29, 30, 31, 50, 64, 100, 127, 200])
def test_kept_epochs_are_evenly_spaced_and_fit(latest: int) -> None:
    kept = sorted(chosen(latest, frozenset(), 31))
    assert kept[0] == 0
    assert kept[-1] == latest
    assert len(kept) <= 31
    gaps = {b - a for a, b in itertools.pairwise(kept[:-1])}
    assert len(gaps) <= 1
    assert latest > 30 or len(kept) == latest + 1


def test_thinning_while_it_runs_gives_what_thinning_at_the_end_would(tmp_path: Path, model: LatentModel) -> None:
    for epochs in (12, 30, 47, 200):
        assert set(_filled(tmp_path, model, epochs).numbers) == chosen(epochs, frozenset(), 31)


def test_a_pinned_epoch_stays(tmp_path: Path, model: LatentModel) -> None:
    store = _filled(tmp_path, model, 7)
    store.pin(7)
    for number in range(8, 201):
        store.add(number, model, _codes(number))
    assert 7 in store.numbers
    assert set(store.numbers) == chosen(200, frozenset({7}), 31)
    with pytest.raises(InputError, match=r"film\.epoch_gone: epoch=9"):
        store.pin(9)
    for number in range(16, 16 + 8 * 7, 8):
        store.pin(number)
    with pytest.raises(InputError, match=r"film\.too_many_pinned: most=8"):
        store.pin(200)
    store.pin(7)  # once more is no harm


@pytest.mark.parametrize("family", ["vae", "autoencoder"])
def test_what_was_kept_comes_back_from_the_checkpoint_file(tmp_path: Path, make_checkpoint: Make, family: str) -> None:
    made = make_checkpoint(family, weights_type=np.float16)
    store = _filled(tmp_path, made.model, 1)
    kept = store.collect()
    assert kept is not None
    assert kept.values == (0, 1)
    assert np.array_equal(kept.mu_of(1), _codes(1).astype(np.float16))
    for name, tensor in made.weights.items():
        assert np.array_equal(kept.weights_of(0)[name], tensor)
    z, y = torch.randn(3, 2), torch.arange(3)
    assert np.array_equal(replace(made, weights=kept.weights_of(1)).model.decode(z, y), made.model.decode(z, y))
    with pytest.raises(InputError, match=r"series\.not_kept: axis=epoch, value=5, kept=\['0', '1'"):
        kept.mu_of(5)


def test_a_run_that_begins_anew_drops_what_an_earlier_attempt_left(tmp_path: Path, few_digits: DataSet) -> None:
    plan = make_plan("vae", "digits", 2, {"widths": (8,)})
    state = TrainState("x", "x", plan.model, plan.training, few_digits.record(), torch.device("cpu"))
    path = tmp_path / "x.safetensors"
    left = start_film(path, state, few_digits)
    left.add(1, state.model, np.zeros((len(few_digits.test_x), 2), np.float32))
    left.flush()  # the process died before the first state was written
    start_film(path, state, few_digits).flush()
    assert [file.name for file in film_path(path).iterdir()] == ["000.safetensors"]


def test_a_run_that_goes_on_has_the_same_epochs(tmp_path: Path, model: LatentModel) -> None:
    whole = _filled(tmp_path / "whole", model, 80)
    store = _filled(tmp_path / "part", model, 40)
    store.flush()
    for number in range(41, 44):  # done, but the process died before the state was saved
        store.add(number, model, _codes(-1))
    store.flush()
    again = EpochStore(tmp_path / "part", model, 20)
    again.restore(40)
    assert max(again.numbers) == 40
    for number in range(41, 81):
        again.add(number, model, _codes(number))
    one, other = whole.collect(), again.collect()
    assert one is not None
    assert other is not None
    assert film.to_bytes(one) == film.to_bytes(other)


def test_the_disk_has_what_is_kept_and_no_more(tmp_path: Path, model: LatentModel) -> None:
    store = _filled(tmp_path / "e", model, 30)
    store.flush()
    assert len(list((tmp_path / "e").iterdir())) == 31
    store.add(31, model, _codes(31))
    store.flush()
    assert sorted(int(path.stem) for path in (tmp_path / "e").iterdir()) == list(store.numbers)
    (tmp_path / "e" / "000.safetensors").write_bytes(b"torso")
    (tmp_path / "e" / ".writing-031.safetensors-0a1b2c3d").write_bytes(b"torso")
    again = EpochStore(tmp_path / "e", model, 20)
    again.restore(31)
    assert again.numbers == store.numbers[1:]
    assert not (tmp_path / "e" / "000.safetensors").exists()
    again.remove()
    assert not (tmp_path / "e").exists()


def test_a_network_too_large_keeps_nothing(tmp_path: Path, model: LatentModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(film, "MAX_SERIES_BYTES", film.HEADER_BYTES + 2 * 2 * (model.parameter_count() + 40) - 1)
    store = _filled(tmp_path / "e", model, 3)
    assert store.room == 0
    assert store.collect() is None
    store.flush()
    assert not (tmp_path / "e").exists()
    with pytest.raises(InputError, match=r"film\.too_many_pinned: most=0"):
        store.pin(3)


def test_the_largest_film_fits_its_limit(model: LatentModel) -> None:
    assert film.room(1_300_000, 10_000, 2) == 12
    assert film.room(8_000_000, 10_000, 2) == 2
    assert film.room(9_000_000, 10_000, 2) == 0
    wild = np.array([1e9, -1e9, film.FLOAT16_MAX, 1.0], np.float32)
    assert np.isfinite(film.half(wild)).all()
    assert replace(film.Series((0,), {}, np.zeros((1, 1, 1), np.float16))).values == (0,)
    assert model.parameter_count() > 0


@pytest.mark.parametrize(
    ("epochs", "steps", "room", "parts"),
    [(1, 937, 31, 8), (2, 937, 31, 8), (3, 937, 31, 4), (5, 937, 31, 2), (9, 937, 31, 1), (30, 937, 31, 1),
     (2, 45, 31, 1), (2, 100, 31, 2), (2, 937, 9, 4), (2, 937, 0, 1)],
)  # fmt: skip
def test_few_epochs_are_kept_in_parts_that_fit(epochs: int, steps: int, room: int, parts: int) -> None:
    assert parts_of(epochs, steps, room) == parts
    assert parts == 1 or len(chosen(epochs, frozenset(), room, parts)) == epochs * parts + 1 <= room


def test_a_part_of_an_epoch_is_due_once_and_comes_back_from_disk_and_file(tmp_path: Path, model: LatentModel) -> None:
    store = EpochStore(tmp_path / "e", model, 20)
    store.divide(2, 937)
    store.add(0, model, _codes(0))
    for epoch in (0, 1):
        for batch in range(937):
            number = store.due(epoch, batch)
            if number is not None:
                store.add(number, model, _codes(epoch))
                assert abs(number - epoch - batch / 937) < 1 / 937
                assert store.due(epoch, batch) is None
        store.add(epoch + 1, model, _codes(epoch))
    assert store.numbers == tuple(n / 8 for n in range(17))
    store.flush()
    again = EpochStore(tmp_path / "e", model, 20)
    again.divide(2, 937)
    again.restore(1 + 700 / 937)
    assert again.numbers == tuple(n / 8 for n in range(14))
    assert again.due(1, 703) == 1.75
    kept = store.collect()
    assert kept is not None
    with pytest.raises(InputError, match=r"series\.not_kept: axis=epoch, value=0\.3, kept=\['0', '0\.125', '0\.25'"):
        kept.weights_of(0.3)


def test_a_training_of_few_epochs_keeps_parts_of_them(
    tmp_path: Path, few_digits: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four steps an epoch, for once enough to be kept in halves; stopped on the way, it is the same film."""
    monkeypatch.setattr("training.epochs.LEAST_STEPS", 2)
    plan = make_plan("vae", "digits", 2, {"widths": (8,)}, {"epochs": 2, "batch_size": 32})
    films = []
    for name, stops in (("whole", ()), ("parted", (2, 3, 6))):
        task = Task(plan, name, tmp_path)
        for stop in (*stops, 100):
            made = train_to_checkpoint(task, few_digits, Stopping(stop), Pacing())
        assert made is not None
        assert made.epochs is not None
        assert made.epochs.values == (0, 0.5, 1, 1.5, 2)
        films.append(film.to_bytes(made.epochs))
        back = film.from_bytes(films[-1], parameter_shapes(made.run.model, name), made.run, name)
        assert film.to_bytes(back) == films[-1]
        assert [type(number) for number in back.values] == [int, float, int, float, int]
    assert films[0] == films[1]
