"""Images held out from training: which, that they find the best epoch, and that a resumed run finds the same."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from datasets.data_set import DataSet
from models.run import Metrics
from tests.training.test_epochs import Stopping
from training.drive import Task, train_to_checkpoint
from training.finish import finish
from training.held_out import with_held_out
from training.loop import train
from training.pacing import Pacing
from training.plans import Plan, make_plan
from training.shift import shifted
from training.state import TrainState, load_state

CPU = torch.device("cpu")


def plan(family: str = "vae", **training: float) -> Plan:
    settings = {"epochs": 3, "batch_size": 32, "held_out": 0.2, **training}
    return make_plan(family, "digits", 2, {"widths": (16,)}, settings)


def begun(data: DataSet, planned: Plan) -> TrainState:
    return TrainState("tiny", planned.title, planned.model, planned.training, data.record(), CPU)


def tensors(state: TrainState) -> list[Tensor]:
    return [*state.model.state_dict().values(), *state.best.values()]


def test_a_share_of_each_label_is_apart_and_the_record_is_of_all(few_digits: DataSet) -> None:
    data = with_held_out(few_digits, 0.2)
    assert data.held_x is not None and data.held_y is not None
    assert len(data.train_x) + len(data.held_x) == len(few_digits.train_x)
    assert 0.15 * len(few_digits.train_x) <= len(data.held_x) <= 0.25 * len(few_digits.train_x)
    assert set(data.held_y.tolist()) == set(range(10))
    assert data.record() == few_digits.record()
    assert np.array_equal(data.test_x, few_digits.test_x)
    again = with_held_out(few_digits, 0.2).held_x
    assert again is not None and np.array_equal(again, data.held_x)


def test_images_that_look_alike_stay_on_one_side(few_digits: DataSet) -> None:
    assert few_digits.train_y is not None
    twice = replace(
        few_digits, train_x=np.tile(few_digits.train_x, (2, 1, 1, 1)), train_y=np.tile(few_digits.train_y, 2)
    )
    data = with_held_out(twice, 0.2)
    assert data.held_x is not None
    learnt = {image.tobytes() for image in data.train_x}
    assert not any(image.tobytes() in learnt for image in data.held_x)


def test_nothing_is_apart_where_nothing_shall_be_or_all_look_alike(few_digits: DataSet) -> None:
    assert with_held_out(few_digits, 0.0) is few_digits
    alike = replace(few_digits, train_x=np.broadcast_to(few_digits.train_x[:1], few_digits.train_x.shape))
    assert with_held_out(alike, 0.2) is alike


def test_the_weights_of_the_best_epoch_are_the_models(few_digits: DataSet) -> None:
    data, planned = with_held_out(few_digits, 0.2), plan()
    state = begun(data, planned)
    kept: dict[str, Tensor] = {}
    for state.epoch, elbo in ((1, -30.0), (2, -20.0), (3, -25.0)):
        with torch.no_grad():
            for parameter in state.model.parameters():
                parameter += 1
        state.keep_best(Metrics(-10.0, elbo, (1.0, 1.0), None))
        if elbo == -20.0:
            kept = {name: tensor.clone().half() for name, tensor in state.model.state_dict().items()}
    checkpoint = finish(state, data)
    assert checkpoint.run.kept_epoch == 2
    assert all(np.array_equal(checkpoint.weights[name], kept[name]) for name in kept)
    assert checkpoint.run.data == few_digits.record()


def test_without_an_elbo_the_log_likelihood_counts_and_of_equals_the_first_stays(few_digits: DataSet) -> None:
    state = begun(few_digits, plan("mmd-vae"))
    for state.epoch, likelihood in ((1, -30.0), (2, -20.0), (3, -20.0)):
        state.keep_best(Metrics(likelihood, None, None, None))
    assert (state.best_epoch, state.best_score) == (2, -20.0)


def test_where_nothing_is_held_out_the_last_weights_are_kept(few_digits: DataSet) -> None:
    state = begun(few_digits, plan(held_out=0.0, epochs=1))
    list(train(state, few_digits))
    assert (state.best, finish(state, few_digits).run.kept_epoch) == ({}, None)


@pytest.mark.parametrize("shift", [0, 1])
def test_a_resumed_run_keeps_the_same_epoch_bit_for_bit(shift: int, few_digits: DataSet, tmp_path: Path) -> None:
    data, planned = with_held_out(few_digits, 0.2), plan(shift=shift)
    whole = begun(data, planned)
    list(train(whole, data))
    assert 1 <= whole.best_epoch <= 3
    for stop in (1, 4, 7):
        state = begun(data, planned)
        list(train(state, data, lambda state=state, stop=stop: state.step >= stop))
        state.save(tmp_path / "tiny.safetensors")
        state = load_state(tmp_path / "tiny.safetensors", CPU)
        list(train(state, data))
        assert (state.best_epoch, state.best_score) == (whole.best_epoch, whole.best_score)
        assert all(np.array_equal(a, b) for a, b in zip(tensors(state), tensors(whole), strict=True))


@pytest.mark.parametrize("begun_with", [0.0, 0.2])
def test_a_run_goes_on_as_it_was_begun(begun_with: float, few_digits: DataSet, tmp_path: Path) -> None:
    """Also where the plan holds images out by now, and the state on disk knows nothing of it."""
    begins, goes_on = (Task(plan(held_out=share), "run", tmp_path, filmed=False) for share in (begun_with, 0.2))
    assert train_to_checkpoint(begins, few_digits, Stopping(3), Pacing()) is None
    made = train_to_checkpoint(goes_on, few_digits, Stopping(100), Pacing())
    assert made is not None
    assert (made.run.training.held_out, made.run.kept_epoch is None) == (begun_with, begun_with == 0)


def test_a_shift_moves_an_image_as_a_whole_and_repeats_its_edge() -> None:
    image = torch.arange(12, dtype=torch.uint8).reshape(1, 1, 3, 4).repeat(200, 2, 1, 1)
    moved = shifted(image, 1, torch.Generator().manual_seed(0))
    rows, columns = torch.arange(3), torch.arange(4)
    wanted = {
        image[0][:, (rows - down).clamp(0, 2)][:, :, (columns - across).clamp(0, 3)].numpy().tobytes()
        for down in (-1, 0, 1)
        for across in (-1, 0, 1)
    }
    assert {one.contiguous().numpy().tobytes() for one in moved} == wanted
