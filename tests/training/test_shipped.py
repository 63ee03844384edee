"""The models that ship: what the script builds, small enough, as good as NUMBERS.md says."""

from pathlib import Path

import numpy as np
import pytest

from analysis.command import main as analyse
from models.checkpoint import EPOCHS, MADE, load, load_dial
from training.shipped import FILMED, SHIPPED

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / "checkpoints"
MAX_TOTAL_BYTES = 76 * 2**20  # of 56
MAX_FILMED_BYTES = 10 * 10**6
MNIST_VAE_ELBO = -135.0


@pytest.mark.parametrize("run_id", SHIPPED)
def test_a_shipped_model_is_what_its_row_describes(run_id: str) -> None:
    run, plan = load(FOLDER / run_id).run, SHIPPED[run_id]
    assert (run.title, run.model, run.training) == (plan.title, plan.model, plan.training)
    assert run.epochs_done == plan.training.epochs


def test_all_of_them_are_small_together() -> None:
    files = [path for run_id in SHIPPED for path in (FOLDER / run_id).iterdir()]
    assert sum(path.stat().st_size for path in files) <= MAX_TOTAL_BYTES


def test_the_filmed_ones_have_all_their_epochs_in_10_mb() -> None:
    assert {(SHIPPED[name].model.family, SHIPPED[name].training.data) for name in FILMED} == {
        ("vae", "mnist"), ("mmd-vae", "fashion-mnist"),
    }  # fmt: skip
    for name in FILMED:
        made = load(FOLDER / name, with_series=True)
        assert made.epochs is not None
        assert made.epochs.values == tuple(range(13))
        last = made.epochs.weights_of(12)
        assert all(
            np.array_equal(tensor, last[part]) for part, tensor in made.weights.items()
        )  # it ends with the model
    files = [path for name in FILMED for path in (FOLDER / name).iterdir()]
    assert sum(path.stat().st_size for path in files) <= MAX_FILMED_BYTES


def test_the_others_have_none() -> None:
    assert [name for name in SHIPPED if (FOLDER / name / EPOCHS).exists()] == list(FILMED)


DIALS = {run_id: plan.model.dial.axis for run_id, plan in SHIPPED.items() if plan.model.dial}


@pytest.mark.parametrize("run_id", DIALS)
def test_a_dial_that_ships_is_small(run_id: str) -> None:
    assert sum(path.stat().st_size for path in (FOLDER / run_id).iterdir() if path.name != MADE) <= 2 * 10**6


@pytest.mark.parametrize("run_id", [run_id for run_id, axis in DIALS.items() if axis == "beta"])
def test_a_dial_over_beta_is_best_at_1_and_dead_at_its_end(run_id: str) -> None:
    series = load_dial(FOLDER / run_id)
    assert series is not None and series.kl is not None and series.distortion is not None
    rate = series.kl.sum(axis=1)
    elbo = -series.distortion - rate
    assert series.values[int(elbo.argmax())] == 1.0
    assert bool((np.diff(rate) < 0.005).all()) and bool((np.diff(series.distortion[2:]) > 0).all())
    assert float(series.kl[-1].max()) < 0.01


@pytest.mark.parametrize("run_id", ["mnist-dial", "fashion-dial"])
def test_a_dial_is_within_a_nat_of_networks_trained_for_one_beta_alone(run_id: str) -> None:
    """Of its values the best for that beta counts: at most as far from the curve as the next one."""
    series = load_dial(FOLDER / run_id)
    assert series is not None and series.kl is not None and series.distortion is not None and series.alone is not None
    alone = series.alone
    assert alone.value.tolist() == [0.25, 1, 4, 8, 16]
    assert set(alone.seeds.tolist()) == {3.0}
    rate, distortion = series.kl.sum(axis=1), series.distortion
    for beta, theirs in zip(alone.value, alone.distortion + alone.value * alone.rate, strict=True):
        assert float((distortion + beta * rate).min()) < float(theirs) + 1


def test_the_dial_over_lambda_pays_for_the_distance_to_the_prior_and_is_within_a_nat_of_networks_alone() -> None:
    series = load_dial(FOLDER / "mnist-dial-lambda")
    assert series is not None and series.mmd is not None and series.distortion is not None and series.alone is not None
    assert bool((np.diff(series.mmd) < 0).all())
    assert float(series.mmd[0]) > 6 * float(series.mmd[-1])
    assert float(series.distortion[-1] - series.distortion.min()) > 1
    alone = series.alone
    assert set(alone.seeds.tolist()) == {3.0}
    for weight, theirs in zip(alone.value, alone.distortion + alone.value * alone.rate, strict=True):
        assert float((series.distortion + weight * series.mmd).min()) < float(theirs) + 1


def test_the_mnist_vae_is_good() -> None:
    elbo = load(FOLDER / "mnist-vae").run.test.elbo
    assert elbo is not None
    assert elbo >= MNIST_VAE_ELBO


def test_the_readmes_table_is_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    only = ["--only", *SHIPPED]
    assert analyse(["table", "--folder", str(FOLDER), "--check", str(ROOT / "NUMBERS.md"), *only]) == 0
    capsys.readouterr()
