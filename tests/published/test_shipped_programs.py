"""The published programs that ship: trained as their settings say, small enough, and measured."""

from pathlib import Path

import pytest

from models.checkpoint import load, load_run
from published.measured import FILE, load_measured
from published.programs import PROGRAMS, program_of, program_plan

FOLDER = Path(__file__).parent.parent.parent / "checkpoints"
SHIPPED = [name for name in PROGRAMS if (FOLDER / name).is_dir()]
MAX_TOTAL_BYTES = 80 * 10**6


def test_some_ship() -> None:
    assert {"book-mlp", "book-cnn", "post-vae", "post-mmd-vae", "deck-both"} <= set(SHIPPED)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_program_was_trained_with_its_settings_and_says_which_it_is(name: str) -> None:
    run, plan = load(FOLDER / name).run, program_plan(name)
    assert (run.title, run.model, run.training) == (plan.title, plan.model, plan.training)
    assert run.program == name
    assert program_of(run) is PROGRAMS[name]
    assert run.epochs_done == plan.training.epochs


def test_no_other_model_that_ships_is_a_program() -> None:
    runs = [load_run(path) for path in FOLDER.iterdir() if (path / "run.json").exists()]
    assert {run.run_id for run in runs if run.program} == set(SHIPPED)


def test_all_checkpoints_together_are_small() -> None:
    files = [path for path in FOLDER.glob("[!.]*/*") if path.parent.name in SHIPPED]
    assert sum(path.stat().st_size for path in files) <= MAX_TOTAL_BYTES


def test_what_ships_was_measured_and_agrees_with_its_record() -> None:
    """The record has the whole test set and eight draws, the measurement some images and one: within five errors."""
    measured = {model.run_id: {row.key: row for row in model.rows} for model in load_measured(FOLDER / FILE).models}
    assert set(SHIPPED) <= set(measured) <= set(PROGRAMS)
    for name in SHIPPED:
        elbo, row = load(FOLDER / name).run.test.elbo, measured[name]["elbo"]
        if elbo is None:
            assert row.value is None
            assert row.reason
        else:
            assert row.value is not None
            assert row.error is not None
            assert abs(row.value - elbo) < 5 * row.error
