"""Settings that were changed while training ran: checked, recorded, in force from their step on, and old files load."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from models import strict_json
from models.aims import Weights
from models.checkpoint import RUN, Checkpoint, from_files, load_run, to_files
from models.errors import InputError
from models.run import Change, Run, TrainingConfig
from training.schedules import current_weights, in_force, learning_rate

ROOT = Path(__file__).parent.parent.parent
CHANGED = TrainingConfig(
    weights=Weights(beta=4.0),
    changes=(Change(10, "beta", 2.0), Change(10, "learning_rate", 5e-4), Change(20, "beta", 1.0), Change(30, "mmd_weight", 9.0)),
)  # fmt: skip


def test_the_last_value_at_or_before_a_step_holds() -> None:
    assert in_force(TrainingConfig(), 99) == TrainingConfig()
    found = [in_force(CHANGED, step) for step in (0, 9, 10, 19, 20, 30)]
    assert [one.weights.beta for one in found] == [4.0, 4.0, 2.0, 2.0, 1.0, 1.0]
    assert [one.learning_rate for one in found] == [1e-3, 1e-3, 5e-4, 5e-4, 5e-4, 5e-4]
    assert [one.weights.mmd_weight for one in found] == [1000.0] * 5 + [9.0]


def test_schedule_and_warm_up_go_on_around_the_new_value() -> None:
    for done in (0.01, 0.1, 0.5, 1.0):
        assert learning_rate(in_force(CHANGED, 15), done) == pytest.approx(learning_rate(CHANGED, done) / 2)
    warming = replace(CHANGED, beta_warmup=10)
    assert current_weights(in_force(warming, 15), 5.0).beta == 1.0


@pytest.mark.parametrize(("values", "sentence"), [
    ((1, "seed", 1.0), r"run\.change_name: .*got=seed"),
    ((1, "learning_rate", 2.0), r"run\.between: name=learning_rate"),
    ((1, "beta", -1.0), r"run\.between: name=beta"),
    ((-1, "beta", 1.0), r"run\.change_step: .*got=-1"),
])  # fmt: skip
def test_a_change_out_of_bounds_is_refused(values: tuple[int, str, float], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        Change(*values)


def test_changes_are_in_order_and_not_too_many() -> None:
    with pytest.raises(InputError, match=r"run\.changes_order"):
        TrainingConfig(changes=(Change(2, "beta", 1.0), Change(1, "beta", 1.0)))
    with pytest.raises(InputError, match=r"run\.too_many_changes: got=201, most=200"):
        TrainingConfig(changes=(Change(2, "beta", 1.0),) * 201)


def test_changes_come_back_from_the_file(tiny_checkpoint: Checkpoint) -> None:
    made = replace(tiny_checkpoint, run=replace(tiny_checkpoint.run, training=CHANGED))
    assert from_files(to_files(made), "x").run.training.changes == CHANGED.changes


def test_files_without_changes_are_those_of_a_run_where_nothing_was_changed(tiny_checkpoint: Checkpoint) -> None:
    files = to_files(tiny_checkpoint)
    old = json.loads(files[RUN])
    del old["training"]["changes"]
    assert from_files(files | {RUN: json.dumps(old).encode()}, "x").run == tiny_checkpoint.run
    del old["training"]["seed"]
    with pytest.raises(InputError, match=r"record\.missing: .*field=training\.seed"):
        strict_json.read(Run, json.dumps(old), "x")


def test_the_shipped_records_load() -> None:
    folders = sorted(path.parent for path in (ROOT / "checkpoints").glob("[a-z]*/run.json"))
    assert folders
    for folder in folders:
        assert load_run(folder).training.changes == ()


@pytest.mark.parametrize("change", [{"step": 1, "name": "beta"}, {"step": 1, "name": "beta", "value": 1.0, "why": "x"},
                                    {"step": "1", "name": "beta", "value": 1.0}, {"step": 1, "name": "beta", "value": None},
                                    {"step": 1, "name": "gan", "value": 1.0}, 7])  # fmt: skip
def test_a_damaged_change_is_refused(tiny_checkpoint: Checkpoint, change: object) -> None:
    files = to_files(tiny_checkpoint)
    run = json.loads(files[RUN])
    run["training"]["changes"] = [change]
    with pytest.raises(InputError, match=r"training.changes.0"):
        from_files(files | {RUN: json.dumps(run).encode()}, "x")
