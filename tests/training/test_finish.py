"""From a finished training to its checkpoint: measured after rounding, written down completely, and loadable."""

import datetime
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from datasets.data_set import DataSet
from models.checkpoint import from_zip, load, save, to_zip
from models.run import Change
from training.device import on
from training.evaluate import evaluate
from training.finish import FINAL_SAMPLES, finish
from training.loop import train
from training.plans import make_plan
from training.state import TrainState, load_state

MADE = "2026-01-02T03:04:05+00:00"

CPU = torch.device("cpu")


def _trained(data: DataSet, family: str = "vae", network: str = "mlp") -> TrainState:
    shape = {"network": network, **({"widths": (16,)} if network == "mlp" else {})}
    plan = make_plan(family, "digits", 2, shape, {"epochs": 2, "batch_size": 32})
    state = TrainState("tiny", plan.title, plan.model, plan.training, data.record(), torch.device("cpu"))
    list(train(state, data))
    return state


@pytest.mark.parametrize(("family", "network"), [("vae", "mlp"), ("autoencoder", "mlp"), ("cvae", "post-cnn")])
def test_the_checkpoint_can_be_loaded_again(family: str, network: str, few_digits: DataSet, tmp_path: Path) -> None:
    checkpoint = finish(_trained(few_digits, family, network), few_digits)
    save(tmp_path / "tiny", checkpoint)
    for back in (load(tmp_path / "tiny"), from_zip(to_zip(checkpoint), "x")):
        assert back.run == checkpoint.run
        assert back.history == checkpoint.history
        assert np.array_equal(back.latents.mu, checkpoint.latents.mu)


@pytest.mark.parametrize("weights_type", [torch.float16, torch.float32])
def test_numbers_are_measured_with_the_weights_that_are_stored(weights_type: torch.dtype, few_digits: DataSet) -> None:
    checkpoint = finish(_trained(few_digits), few_digits, weights_type)
    assert {f"torch.{tensor.dtype}" for tensor in checkpoint.weights.values()} == {str(weights_type)}
    weights = checkpoint.run.training.weights
    tests, learnt = on(CPU, few_digits.test_x, few_digits.test_y), on(CPU, few_digits.train_x, few_digits.train_y)
    test = evaluate(checkpoint.model, *tests, weights, FINAL_SAMPLES, mmd_codes=10_000)
    train_ = evaluate(checkpoint.model, *learnt, weights, FINAL_SAMPLES, mmd_codes=0)
    assert checkpoint.run.test == test.metrics
    assert checkpoint.run.train == train_.metrics
    assert np.array_equal(checkpoint.latents.mu, test.latents.mu)
    assert np.array_equal(checkpoint.latents.labels, few_digits.test_y)


def test_the_record_is_complete(few_digits: DataSet) -> None:
    state = _trained(few_digits, "cvae")
    run = finish(state, few_digits).run
    assert (run.run_id, run.title) == ("tiny", "CVAE on Digits 8x8, 2 latents")
    assert run.model == state.model.config
    assert run.training == state.training
    assert run.data == few_digits.record()
    assert run.epochs_done == 2
    assert run.parameter_count == sum(parameter.numel() for parameter in state.model.parameters())
    assert run.images_per_second == pytest.approx(8 * 32 / run.seconds, rel=0.05)
    assert run.seconds == pytest.approx(sum(record.seconds for record in state.history), abs=1e-3)
    assert run.device == "CPU, 1 thread"
    assert datetime.datetime.fromisoformat(run.made).tzinfo == datetime.UTC
    assert set(run.versions) == {"python", "torch", "numpy", "safetensors"}
    assert run.versions["torch"] == torch.__version__.split("+")[0]


def test_the_program_is_passed_on_unless_a_setting_was_turned(few_digits: DataSet, tmp_path: Path) -> None:
    state = _trained(few_digits)
    assert finish(state, few_digits).run.program is None
    state.program = "book-mlp"
    state.save(tmp_path / "state.safetensors")
    resumed = load_state(tmp_path / "state.safetensors", state.device)
    assert finish(resumed, few_digits).run.program == "book-mlp"
    resumed.training = replace(resumed.training, changes=(Change(1, "beta", 2.0),))
    assert finish(resumed, few_digits).run.program is None


def test_finishing_twice_gives_the_same_checkpoint(few_digits: DataSet) -> None:
    state = _trained(few_digits)
    one, other = finish(state, few_digits), finish(state, few_digits)
    assert replace(one.run, made=MADE) == replace(other.run, made=MADE)
    assert all(np.array_equal(tensor, other.weights[name]) for name, tensor in one.weights.items())
