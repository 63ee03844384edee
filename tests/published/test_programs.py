"""Published programs: each can be built as it was published, asked for as a spec, and is known by a field of its run."""

import json
import math
from collections.abc import Callable
from dataclasses import replace

import pytest
import torch

from live.words import t
from models.checkpoint import Checkpoint
from models.errors import InputError
from models.latent_model import LatentModel
from published.programs import PROGRAMS, program_of, program_plan, run_of, spec_of, updated
from training.spec import plan_of


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_program_can_be_built(name: str) -> None:
    plan, program = program_plan(name), PROGRAMS[name]
    assert plan.title == program.title
    assert plan.model.family == program.family
    assert plan.training.data == program.data
    assert plan.training.initialisation == "keras"
    assert (plan.training.schedule == "constant") == (name != "burda-vae")  # whose note says so
    assert program.citation
    assert t(f"program.{program.note}", **program.settings).endswith(".")
    with torch.device("meta"):
        LatentModel(plan.model)


def test_programs_have_the_published_settings() -> None:
    """references.md, line by line."""
    mlp, cnn, cvae, beta = (program_plan(f"book-{name}") for name in ("mlp", "cnn", "cvae", "beta-9"))
    assert (mlp.model.network, mlp.model.widths, mlp.model.activation) == ("mlp", (512,), "relu")
    assert (mlp.training.epochs, mlp.training.batch_size, mlp.training.optimizer) == (50, 128, "adam")
    for plan in (cnn, cvae, beta):
        assert plan.model.network == "book-cnn"
        assert (plan.training.epochs, plan.training.batch_size, plan.training.optimizer) == (30, 128, "rmsprop")
        assert (plan.training.learning_rate, plan.training.optimizer_eps) == (1e-3, 1e-7)
    for plan in (mlp, cnn, cvae, beta):
        assert plan.training.weights.likelihood == "gaussian"
        assert plan.training.weights.pixel_std == pytest.approx(math.sqrt(0.5))
    assert cvae.model.conditional
    assert beta.model.conditional
    assert beta.training.weights.beta == 9
    post, mmd = program_plan("post-vae"), program_plan("post-mmd-vae")
    for plan in (post, mmd):
        assert plan.model.network == "post-cnn"
        assert not plan.model.conditional
        assert plan.training.data == "fashion-mnist"
        assert (plan.training.epochs, plan.training.batch_size, plan.training.learning_rate) == (50, 100, 1e-4)
    assert (post.training.objective, post.training.weights.beta) == ("elbo-monte-carlo", 0.01)
    assert not mmd.model.stochastic
    assert (mmd.training.weights.mmd_weight, mmd.training.weights.bandwidth) == (784, "dim-squared")
    zhao, stochastic = program_plan("zhao-mmd-vae"), program_plan("zhao-eval")
    assert zhao.training.epochs * 60_000 // zhao.training.batch_size == pytest.approx(10_000, rel=0.02)
    assert (zhao.model.latent_dim, zhao.training.batch_size, zhao.training.learning_rate) == (20, 200, 1e-3)
    assert (stochastic.model.latent_dim, stochastic.training.batch_size, stochastic.training.learning_rate) == (
        5, 400, 1e-4,
    )  # fmt: skip
    assert (zhao.model.stochastic, stochastic.model.stochastic) == (False, True)


@pytest.mark.parametrize(("name", "scale"), [("post-mmd-vae", 1 / 784), ("zhao-mmd-vae", 1 / 784), ("post-vae", 100)])
def test_tensorflows_epsilon_is_that_of_the_scripts_own_loss(name: str, scale: float) -> None:
    """Adam divides by the gradient's size + epsilon: a loss of another scale needs an epsilon of that scale."""
    assert program_plan(name).training.optimizer_eps * scale == pytest.approx(1e-8)


def test_an_unknown_program_is_refused() -> None:
    with pytest.raises(InputError, match=r"program\.unknown: .*got=nothing"):
        program_plan("nothing")


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_program_is_a_spec_of_plain_json(name: str) -> None:
    spec = spec_of(name)
    assert json.loads(json.dumps(spec)) == spec
    assert spec["program"] == name
    assert plan_of(spec) == program_plan(name)
    assert spec_of(name, training={"epochs": PROGRAMS[name].training["epochs"]}) == spec


@pytest.mark.parametrize(
    "changes", [{"training": {"epochs": 2}}, {"weights": {"beta": 3.0}}, {"model": {"latent_dim": 7}}]
)
def test_a_spec_with_another_setting_does_not_say_that_it_is_the_program(changes: dict[str, dict[str, float]]) -> None:
    spec = spec_of("book-beta-9", **changes)
    assert "program" not in spec
    plan, program = plan_of(spec), program_plan("book-beta-9")
    assert plan.program is None
    assert plan.title == program.title
    ((part, fields),) = changes.items()
    for name, value in fields.items():
        where = {"training": plan.training, "weights": plan.training.weights, "model": plan.model}[part]
        assert getattr(where, name) == value
    assert plan.model.network == program.model.network


def test_a_spec_of_an_older_version_can_still_be_read() -> None:
    old = {"preset": "book-mlp", "training": {"epochs": 3}, "title": "Mine", "run_id": "x"}
    assert updated(old) == spec_of("book-mlp", training={"epochs": 3}) | {"title": "Mine", "run_id": "x"}
    assert plan_of(updated({"preset": "book-mlp"})) == program_plan("book-mlp")
    assert updated({"family": "vae"}) == {"family": "vae"}
    with pytest.raises(InputError, match=r"program\.unknown"):
        updated({"preset": "gone"})


def test_notes_tell_the_settings_that_are_used() -> None:
    burda = PROGRAMS["burda-vae"]
    assert "here 500 in batches of 100 on a cosine." in t("program.burda-vae", **burda.settings)
    changed = replace(burda, training={**burda.training, "epochs": 7})
    assert "here 7 in batches of 100" in t("program.burda-vae", **changed.settings)


def test_a_run_is_of_a_program_because_it_says_so_and_not_by_its_name(
    make_checkpoint: Callable[..., Checkpoint],
) -> None:
    namesake = make_checkpoint(run_id="book-mlp").run
    assert program_of(replace(namesake, title=PROGRAMS["book-mlp"].title)) is None
    assert program_of(replace(namesake, run_id="mine", program="book-mlp")) is PROGRAMS["book-mlp"]
    assert program_of(replace(namesake, program="gone")) is None


def test_the_run_of_a_program_is_best_called_like_it(make_checkpoint: Callable[..., Checkpoint]) -> None:
    run = make_checkpoint(run_id="book-mlp").run
    of_it = replace(run, run_id="mine", program="book-mlp")
    assert run_of("book-mlp", [run]) is None
    assert run_of("book-mlp", [run, of_it]) is of_it
    called = replace(run, program="book-mlp")
    assert run_of("book-mlp", [of_it, called]) is called
