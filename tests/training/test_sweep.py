"""A sweep as values: which trainings it makes, what it costs, what is refused; its command, and what came of it."""

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from trainings import result

from datasets.data_set import DataSet
from jobs.job import CANCELLED, DONE, Job
from jobs.journal import Journal
from models import gallery
from models.errors import InputError, Reason
from models.run import require_run_id
from training import sweep_command
from training.command import main
from training.plans import Plan
from training.service import open_service
from training.spec import plan_of
from training.sweep import SETTINGS, Sweep, bill, submitted, sweeps_of, to_csv, trainings_of, varied


def sweep(name: str = "mine", recipe: str = "quick", **settings: Sequence[Any]) -> Sweep:
    return Sweep(name, {"data": ("digits",), **settings}, recipe)


def job_of(spec: dict[str, Any], status: str = "queued") -> Job:
    return Job("j", "s", "k", spec, status, Reason("queued"), 0.0, 0.0)


# Which trainings


def test_it_is_the_product_of_its_settings() -> None:
    made = sweep(beta=(0.5, 4.0), seed=(0, 1, 2), latent=(2, 5))
    assert len(list(made.combinations())) == 12
    plans = [plan_of(spec) for spec in made.specs()]
    found = [(plan.model.latent_dim, plan.training.weights.beta, plan.training.seed) for plan in plans]
    assert found == [(latent, beta, seed) for latent in (2, 5) for beta in (0.5, 4.0) for seed in (0, 1, 2)]
    assert {plan.model.family for plan in plans} == {"beta-vae"}
    assert {plan.model.widths for plan in plans} == {(128, 128, 128)}  # of the recipe
    assert plans[0].title == "beta-VAE on Digits 8x8, 2 latents, beta 0.5, seed 0"


@pytest.mark.parametrize(("settings", "family"), [
    ({}, "vae"), ({"beta": (2,)}, "beta-vae"), ({"lambda": (10.0, 100.0)}, "mmd-vae"),
    ({"family": ("cvae",)}, "cvae"), ({"family": ("beta-cvae",), "beta": (2.0,)}, "beta-cvae"),
])  # fmt: skip
def test_a_weight_chooses_the_family_that_has_it(settings: dict[str, Any], family: str) -> None:
    (*_, spec) = sweep(**settings).specs()
    assert plan_of(spec).model.family == family
    json.dumps(spec)


@pytest.mark.parametrize(("settings", "code"), [
    ({"depth": (1,)}, r"sweep\.setting"),
    ({"beta": ()}, r"sweep\.no_value: name=beta"),
    ({"beta": (1.0, 1.0)}, r"sweep\.twice: name=beta"),
    ({"seed": (0.5,)}, r"sweep\.whole: name=seed"),
    ({"latent": (2.5,)}, r"sweep\.whole: name=latent"),
    ({"seed": (float("inf"),)}, r"sweep\.whole: name=seed"),
    ({"beta": (1.0,), "lambda": (1.0,)}, r"sweep\.two_weights"),
    ({"family": ("vae",), "beta": (1.0,)}, r"sweep\.no_weight: family=vae, name=beta"),
    ({"family": ("none",), "beta": (1.0,)}, r"model\.family"),
    ({"seed": tuple(range(257))}, r"sweep\.size: most=256, got=257"),
    ({"name": "Not plain"}, r"run\.plain_name: field=sweep"),
])  # fmt: skip
def test_what_is_no_sweep_is_refused(settings: dict[str, Any], code: str) -> None:
    with pytest.raises(InputError, match=code):
        sweep(**settings)


@pytest.mark.parametrize("settings", [
    {"beta": (-1.0,)}, {"beta": (float("nan"),)}, {"latent": (0,)}, {"data": ("none",)}, {"network": ("none",)},
])  # fmt: skip
def test_a_training_that_cant_be_is_refused_with_its_own_words(settings: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        sweep(**settings).specs()


def test_each_gets_a_name_of_its_own() -> None:
    specs = submitted(sweep(seed=tuple(range(256))))
    names = {spec["run_id"] for spec in specs}
    assert len(names) == 256
    for name in names:
        require_run_id(name)


def test_data_that_are_not_here_are_refused_before_anything_is_queued(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_DATA", "/nowhere")
    with pytest.raises(InputError, match=r"training\.to_fetch: data=MNIST"):
        submitted(sweep(data=("digits", "mnist")))


# What it costs


@pytest.mark.parametrize(("places", "seconds"), [(0, 60.0), (1, 60.0), (2, 30.0), (4, 20.0), (6, 10.0), (64, 10.0)])
def test_the_bill(places: int, seconds: float) -> None:
    asked: list[Plan] = []
    cost = bill(sweep(beta=(1.0, 2.0), seed=(0, 1, 2)), lambda plan: asked.append(plan) or 10.0, places)
    assert (cost.models, cost.cpu_seconds, cost.seconds, cost.to_fetch) == (6, 60.0, seconds, ())
    assert len(asked) == 1  # all are alike


def test_the_bill_measures_each_kind_and_says_what_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Plan] = []
    cost = bill(sweep(latent=(2, 5)), lambda plan: asked.append(plan) or float(plan.model.latent_dim), 1)
    assert (len(asked), cost.cpu_seconds) == (2, 7.0)
    monkeypatch.setenv("LATENT_DATA", "/nowhere")
    assert bill(sweep(data=("digits", "mnist")), lambda _: 1.0, 1).to_fetch == ("MNIST",)


# What came of it


def test_jobs_know_their_settings() -> None:
    jobs = [job_of(spec) for spec in sweep(beta=(1.0, 4.0), seed=(0, 1)).specs()]
    trainings = trainings_of(jobs)
    assert varied(trainings) == ["beta", "seed"]
    assert [trainings[3].setting(name) for name in SETTINGS[:4]] == ["digits", "beta-vae", "mlp", 2]
    assert (trainings[3].setting("beta"), trainings[3].setting("seed")) == (4.0, 1)
    assert list(sweeps_of([*jobs, job_of({"family": "vae"})])) == ["mine"]


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A recipe that is done at once."""
    monkeypatch.setattr("training.sweep.recipe_parts", lambda *_: ({"widths": (8,)}, {"epochs": 2}))


def test_a_sweep_is_trained_by_the_local_worker_and_written_as_a_table(
    folder: Path, few_digits: DataSet, no_fsync: None, short: None
) -> None:
    service = open_service(folder, load=lambda *_, **__: few_digits, filmed=False)
    names = service.submit_sweep("s", sweep("seeds", seed=(0, 1)))
    service.command(names[1], "cancel")
    one, other = (service.wait(name, 60) for name in names)
    rows = list(csv.DictReader(io.StringIO(to_csv(service.jobs(), folder))))
    assert [row["state"] for row in rows] == [DONE, other.status]
    assert [(row["data"], row["beta"], row["seed"]) for row in rows] == [("digits", "", "0"), ("digits", "", "1")]
    (training,) = trainings_of([one])
    run = training.run(folder)
    assert run == result(folder, one).run
    assert float(rows[0]["elbo"]) == pytest.approx(run.test.elbo, rel=1e-5)
    assert float(rows[0]["kl"]) == pytest.approx(sum(run.test.kl), rel=1e-5)
    assert (rows[1]["elbo"] == "") == (other.status == CANCELLED)
    service.remove_sweep("seeds")
    assert service.jobs() == ()
    assert gallery.unfinished_runs(folder) == []
    assert training.run(folder) == run  # the model stays
    assert service.stop(20)


# The command


@pytest.fixture
def command(folder: Path, few_digits: DataSet, monkeypatch: pytest.MonkeyPatch, no_fsync: None, short: None) -> Any:
    monkeypatch.setenv("LATENT_CHECKPOINTS", str(folder))
    monkeypatch.delenv("LATENT_WORKERS", raising=False)
    monkeypatch.delenv("LATENT_SCHEDULER", raising=False)

    def open_small(folder: Path, go_on: bool) -> Any:
        return open_service(folder, go_on=go_on, load=lambda *_, **__: few_digits, filmed=False)

    monkeypatch.setattr("training.jobs_command.open_service", open_small)
    return lambda *arguments: main(["sweep", *arguments])


def test_the_command_from_start_to_removal(command: Any, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("start", "two", "--data", "digits", "--seed", "0,1") == 0
    assert "two: 2 done." in capsys.readouterr().out
    assert len(gallery.list_runs(folder).runs) == 2
    assert command("list") == 0
    told = capsys.readouterr().out
    assert "two  2 of 2 done" in told
    assert "Trained 2 epochs in " in told
    assert "1 sweeps. No server runs." in told
    assert command("csv", "two") == 0
    assert capsys.readouterr().out.count("\n") == 3
    assert command("resume", "two") == 2
    assert "nothing to resume" in capsys.readouterr().err
    assert command("remove", "two") == 0
    assert command("list") == 0
    assert "0 sweeps" in capsys.readouterr().out


def test_the_command_prints_what_it_costs_and_starts_nothing(
    command: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sweep_command, "_seconds_of", lambda _: 20.0)
    assert command("start", "many", "--data", "digits", "--beta", "0.5,1,4", "--seed", "0,1,2", "--dry-run") == 0
    told = capsys.readouterr().out
    assert "9 trainings, 3\u00a0min 0\u00a0s of one core, 3\u00a0min 0\u00a0s where 1 train at once." in told
    assert "beta 0.5, seed 2" in told
    assert command("list") == 0
    assert "0 sweeps" in capsys.readouterr().out


def test_a_running_server_gets_the_sweep(command: Any, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    server = Journal(folder / gallery.UNFINISHED)
    assert command("start", "two", "--data", "digits", "--seed", "0,1") == 0
    assert "The running server trains the 2 models of two." in capsys.readouterr().out
    assert [job.sweep for job in server.jobs()] == ["two"] * 2
    assert [one.name for one in server.commands()] == ["resume"] * 2
    assert command("start", "two", "--data", "digits") == 2
    assert command("stop", "two") == 0
    assert [one.name for one in server.commands()][2:] == ["cancel"] * 2
    assert command("remove", "two") == 2
    server.close()


@pytest.mark.parametrize(("arguments", "told"), [
    (("start",), "name the sweep"), (("csv", "none"), "no sweep called"),
    (("start", "x", "--beta", "one"), "must be numbers"), (("start", "x", "--data", "none"), "none"),
])  # fmt: skip
def test_bad_input_is_a_sentence(
    command: Any, arguments: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(*arguments) == 2
    assert told in capsys.readouterr().err
