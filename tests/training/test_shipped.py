"""The models that ship: what the script builds, small enough, as good as the README says."""

from pathlib import Path

import pytest

from analysis.command import main as analyse
from models.checkpoint import load
from training.shipped import SHIPPED

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / "checkpoints"
MAX_TOTAL_BYTES = 50 * 2**20
MNIST_VAE_ELBO = -135.0


@pytest.mark.parametrize("run_id", SHIPPED)
def test_a_shipped_model_is_what_its_row_describes(run_id: str) -> None:
    run, plan = load(FOLDER / run_id).run, SHIPPED[run_id]
    assert (run.title, run.model, run.training) == (plan.title, plan.model, plan.training)
    assert run.epochs_done == plan.training.epochs


def test_all_of_them_are_small_together() -> None:
    files = [path for run_id in SHIPPED for path in (FOLDER / run_id).iterdir()]
    assert sum(path.stat().st_size for path in files) <= MAX_TOTAL_BYTES


def test_the_mnist_vae_is_good() -> None:
    elbo = load(FOLDER / "mnist-vae").run.test.elbo
    assert elbo is not None
    assert elbo >= MNIST_VAE_ELBO


def test_the_readmes_table_is_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    only = ["--only", *SHIPPED]
    assert analyse(["table", "--folder", str(FOLDER), "--check", str(ROOT / "README.md"), *only]) == 0
    capsys.readouterr()
