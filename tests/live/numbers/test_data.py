"""What the drawer is told of a model: published programs by their form of loss, its own first."""

import json
from pathlib import Path
from typing import Any

import pytest

from live.numbers.data import WITHOUT_DENSITY, numbers_data
from models import checkpoint as checkpoints
from published.programs import PROGRAMS

SHIPPED = Path(__file__).parents[3] / "checkpoints"


def data(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(numbers_data(checkpoints.load_run(SHIPPED / name))))
    return found


def test_programs_of_one_form_compute_the_same() -> None:
    forms: dict[str, set[object]] = {}
    for program in PROGRAMS.values():
        training = program.plan().training
        weights = (program.weights.likelihood, program.weights.beta, program.weights.mmd_weight)
        forms.setdefault(program.form, set()).add((training.objective, program.scale, weights))
    assert {form for form, kinds in forms.items() if len(kinds) > 1} == set()


@pytest.mark.parametrize("name", ["book-mlp", "post-vae", "post-mmd-vae"])
def test_its_own_program_comes_first(name: str) -> None:
    rows = data(name)["programs"]
    assert [row["own"] for row in rows] == [True] + [False] * (len(rows) - 1)


def test_a_deterministic_encoder_gets_no_program_with_a_kl() -> None:
    for row in data("mnist-autoencoder")["programs"]:
        assert {term["name"] for term in row["terms"]} <= WITHOUT_DENSITY
    assert any("KL" in row["form"] for row in data("mnist-vae")["programs"])


def test_programs_for_28_x_28_pixels_say_nothing_of_other_images() -> None:
    assert data("digits-vae")["programs"] == []
    assert data("mnist-vae")["programs"]


def test_a_program_prints_minus_its_scale_times_the_objective_without_its_constant() -> None:
    post, book, mmd = (PROGRAMS[name] for name in ("post-vae", "book-mlp", "post-mmd-vae"))
    assert post.printed_loss(-150.0, 784) == pytest.approx(15000.0)
    assert book.printed_loss(-448.7341152529648 - 30.0, 784) == pytest.approx(30.0)  # a squared error and a KL of 30
    assert mmd.printed_loss(-448.7341152529648 - 784 * 0.05, 784) == pytest.approx(0.05)
