"""The proof of a dial: what is trained, how it is summed up, and that a stopped one goes on."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from datasets.data_set import DataSet
from models import checkpoint as checkpoints
from models import gallery
from models.errors import InputError
from training import alone
from training.alone import Reached, prove, summary, train_alone
from training.command import main
from training.finish import finish
from training.loop import train
from training.plans import as_dial, make_plan
from training.state import TrainState


@pytest.fixture
def dial(few_digits: DataSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A small dial in a gallery of its own."""
    monkeypatch.setenv("LATENT_CHECKPOINTS", str(tmp_path))
    settings = {"epochs": 1, "batch_size": 32, "precision": "float32"}
    plan = as_dial(make_plan("vae", "digits", 2, {"widths": (8,)}, settings), "beta")
    state = TrainState("a-dial", plan.title, plan.model, plan.training, few_digits.record(), torch.device("cpu"))
    list(train(state, few_digits))
    gallery.add(finish(state, few_digits))
    return "a-dial"


def test_means_and_standard_errors_are_over_the_seeds_of_a_value() -> None:
    rows = [Reached(4.0, 0, 8, 2.0, 100.0), Reached(1.0, 0, 8, 5.0, 90.0), Reached(4.0, 1, 8, 4.0, 97.0)]
    found = summary(rows)
    assert found.value.tolist() == [1.0, 4.0]
    assert found.rate.tolist() == [5.0, 3.0]
    assert found.rate_error.tolist() == [0.0, 1.0]  # one seed has no spread; a standard deviation of sqrt 2 over sqrt 2
    assert found.distortion.tolist() == [90.0, 98.5]
    assert found.distortion_error.tolist() == [0.0, 1.5]
    assert found.objective_error[1] == pytest.approx(2.5)  # 108 and 113
    assert (found.seeds.tolist(), found.epochs.tolist()) == ([1, 2], [8, 8])


def test_a_network_alone_has_no_gates_and_its_own_beta(dial: str, few_digits: DataSet) -> None:
    run = checkpoints.load_run(gallery.checkpoint_folder() / dial)
    low, again, high = (train_alone(run, beta, 0, 2, few_digits) for beta in (0.1, 0.1, 50.0))
    assert low == again
    assert low.rate > high.rate
    assert train_alone(run, 0.1, 1, 2, few_digits) != replace(low, seed=1)


def test_of_lambda_what_is_paid_is_the_distance_to_the_prior(few_digits: DataSet) -> None:
    plan = as_dial(make_plan("mmd-vae", "digits", 2, {"widths": (8,)}, {"epochs": 1, "batch_size": 32}), "lambda")
    state = TrainState("a-dial", plan.title, plan.model, plan.training, few_digits.record(), torch.device("cpu"))
    list(train(state, few_digits))
    run = finish(state, few_digits).run
    free, held = (train_alone(run, value, 0, 8, few_digits) for value in (0.01, 1e4))
    assert free.rate > held.rate
    assert free.distortion < held.distortion


def test_the_proof_is_written_into_the_series(
    dial: str, few_digits: DataSet, capsys: pytest.CaptureFixture[str]
) -> None:
    def load(name: str) -> DataSet:
        assert name == "digits"
        return few_digits

    options = [dial, "--values", "0.25,8", "--seeds", "2", "--epochs", "1", "--threads", "1"]
    assert main(["dial-proof", *options], load=load) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 4
    assert lines[0].startswith("beta 0.25, seed 0: rate ")
    series = checkpoints.load_dial(gallery.checkpoint_folder() / dial)
    assert series is not None and series.alone is not None
    assert series.alone.value.tolist() == [0.25, 8.0]
    assert series.alone.seeds.tolist() == [2.0, 2.0]
    assert list(gallery.checkpoint_folder().joinpath(".unfinished").glob("*")) == []
    assert gallery.open_run(dial).run.run_id == dial


def test_a_stopped_proof_goes_on(dial: str, few_digits: DataSet, monkeypatch: pytest.MonkeyPatch) -> None:
    trained: list[tuple[float, int]] = []

    def note(_run: object, value: float, seed: int, epochs: int, _data: object) -> Reached:
        if len(trained) == 2:
            raise KeyboardInterrupt
        trained.append((value, seed))
        return Reached(value, seed, epochs, 1.0, 2.0)

    monkeypatch.setattr(alone, "train_alone", note)
    with pytest.raises(KeyboardInterrupt):
        prove(dial, (1.0, 4.0), 2, 1, lambda _name: few_digits)
    assert trained == [(1.0, 0), (4.0, 0)]
    path = gallery.unfinished_path(dial).with_suffix(".alone.jsonl")
    path.write_text(path.read_text() + json.dumps({"value": 1.0})[:-3])  # damaged
    trained.clear()
    monkeypatch.setattr(alone, "train_alone", lambda _run, value, seed, epochs, _data: (
        trained.append((value, seed)) or Reached(value, seed, epochs, 1.0, 2.0)))  # fmt: skip
    prove(dial, (1.0, 4.0), 2, 1, lambda _name: few_digits)
    assert trained == [(1.0, 1), (4.0, 1)]


def test_a_model_that_is_no_dial_has_no_proof(
    dial: str, tiny_checkpoint: checkpoints.Checkpoint, capsys: pytest.CaptureFixture[str]
) -> None:
    gallery.add(tiny_checkpoint)
    assert main(["dial-proof", "tiny-vae"]) == 2
    assert capsys.readouterr().err == "error: tiny-vae is no dial.\n"
    with pytest.raises(InputError, match=r"checkpoint\.(no_folder|file_missing)"):
        prove("nowhere", (1.0,), 1, 1)
    with pytest.raises(SystemExit):
        main(["dial-proof", dial, "--values", "a"])
