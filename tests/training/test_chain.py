"""A chain: its links, what each begins with, and that it goes on to the same bits, here and on another machine."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from trainings import spec

from datasets.data_set import DataSet
from jobs.controls import Controls, Report
from jobs.job import CANCELLED, DONE, RUNNING, Job
from models import checkpoint as checkpoints
from models import gallery
from models.checkpoint import LATENTS, WEIGHTS
from models.errors import InputError, Reason
from training.chain import links_of, models_of, start_of
from training.finish import finish
from training.loop import train
from training.service import open_service
from training.spec import plan_of
from training.state import TrainState
from training.sweep import Sweep, bill, submitted, trainings_of, varied
from training.train_job import work

DOWN = {"beta": [16.0, 4.0, 1.0]}
Open = Any


def chain(**changed: Any) -> dict[str, Any]:
    return spec(2, "beta-vae") | {"chain": DOWN} | changed


@pytest.fixture
def open_here(folder: Path, few_digits: DataSet, no_fsync: None) -> Open:
    return lambda: open_service(folder, load=lambda *_, **__: few_digits, filmed=False)


# Its links


def test_each_link_is_a_training_and_the_last_has_the_name_of_the_job() -> None:
    asked = chain(title="Mine", run_id="x")
    plans = [plan_of(link) for link in links_of(asked)]
    assert [plan.training.weights.beta for plan in plans] == [16.0, 4.0, 1.0]
    assert [plan.title for plan in plans] == ["Mine, beta 16", "Mine, beta 4 after 16", "Mine, beta 1 after 4"]
    assert models_of(asked) == ["x-0", "x-1", "x"]
    assert plan_of(asked).training.weights.beta == 16.0
    assert links_of(spec()) == [spec()]


@pytest.mark.parametrize("wrong", [
    [1.0, 2.0], {}, {"beta": [1.0]}, {"beta": [1.0, 1.0]}, {"beta": 3}, {"beta": list(range(33))},
    {"alpha": [1.0, 2.0]}, {"beta": [1.0], "mmd_weight": [1.0]},
])  # fmt: skip
def test_what_is_no_chain_is_refused(wrong: object) -> None:
    with pytest.raises(InputError, match=r"plan\.chain"):
        plan_of(chain(chain=wrong))


@pytest.mark.parametrize("values", [[1.0, -1.0], [1.0, 1e9], [1.0, float("nan")], [1.0, "two"], [1.0, True]])
def test_each_value_of_it_is_checked(values: list[Any]) -> None:
    with pytest.raises(InputError):
        plan_of(chain(chain={"beta": values}))


def test_a_sweep_makes_a_chain_for_each_combination_of_its_other_settings() -> None:
    sweep = Sweep("s", {"data": ("digits",), "beta": (1.0, 16.0, 4.0), "seed": (0, 1)}, chain=True)
    specs = submitted(sweep)
    assert [one["chain"] for one in specs] == [DOWN, DOWN]
    trainings = trainings_of(Job("j", "s", "k", one, "queued", Reason("queued"), 0.0, 0.0) for one in specs)
    found = [(training.setting("seed"), training.setting("beta")) for training in trainings]
    assert found == [(seed, beta) for seed in (0, 1) for beta in (16.0, 4.0, 1.0)]
    assert varied(trainings) == ["beta", "seed"]
    cost = bill(sweep, lambda _: 10.0, 2)
    assert (cost.models, cost.cpu_seconds, cost.seconds) == (6, 60.0, 30.0)  # a chain has one place
    one = Sweep("s", {"data": ("digits",), "lambda": (10.0, 100.0)}, chain=True)
    assert [spec["chain"] for spec in one.specs()] == [{"mmd_weight": [100.0, 10.0]}]


@pytest.mark.parametrize("settings", [{}, {"beta": (1.0,)}, {"seed": (0, 1)}, {"beta": tuple(range(1, 34))}])
def test_a_sweep_without_a_weight_to_follow_is_no_chain(settings: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=r"sweep\.chain"):
        Sweep("s", settings, chain=True)


# What it trains


def same(one: checkpoints.Checkpoint, other: checkpoints.Checkpoint) -> None:
    first, second = checkpoints.to_files(one), checkpoints.to_files(other)
    assert [first[name] for name in (WEIGHTS, LATENTS)] == [second[name] for name in (WEIGHTS, LATENTS)]
    assert one.run.test == other.run.test


def bare(asked: dict[str, Any], data: DataSet) -> list[checkpoints.Checkpoint]:
    """The links by the loop alone, each begun with the weights that the one before has on disk."""
    made: list[checkpoints.Checkpoint] = []
    for link in links_of(asked):
        plan = plan_of(link)
        state = TrainState("x", plan.title, plan.model, plan.training, data.record(), torch.device("cpu"))
        if made:
            state.begin_with(made[-1].weights)
        for _ in train(state, data):
            pass
        made.append(finish(state, data))
    return made


def test_each_begins_with_the_network_of_the_one_before(folder: Path, few_digits: DataSet, open_here: Open) -> None:
    service = open_here()
    job = service.wait(service.submit("s", "k", chain()), 60)
    assert (job.status, service.stop(20)) == (DONE, True)
    names = models_of(job.spec)
    made = [checkpoints.load(folder / name) for name in names]
    for one, other in zip(made, bare(chain(), few_digits), strict=True):
        same(one, other)
    assert [one.run.begun_from for one in made] == [None, *names[:2]]
    alone = bare(chain(chain={"beta": [4.0, 1.0]}), few_digits)[0]
    assert not all(np.array_equal(alone.weights[name], made[1].weights[name]) for name in alone.weights)
    assert gallery.unfinished_runs(folder) == []


def test_it_goes_on_in_the_link_where_it_stopped(folder: Path, few_digits: DataSet, no_fsync: None) -> None:
    asked = chain(run_id="x")

    def go(cancelled_in: str = "") -> Reason | None:
        def send(news: Any) -> None:
            if isinstance(news, Report) and news.payload.run_id == cancelled_in:
                controls.cancel()

        controls = Controls(Job("j", "s", "k", asked, RUNNING, Reason("running"), 0.0, 0.0), send)
        return work(folder, controls, load=lambda *_, **__: few_digits, filmed=False)

    assert go("x-1") is None
    assert [run.run_id for run in gallery.list_runs(folder).runs] == ["x-0"]
    assert gallery.unfinished_runs(folder) == ["x-1"]
    first = (folder / "x-0" / "run.json").stat().st_mtime_ns
    assert go() is not None
    assert (folder / "x-0" / "run.json").stat().st_mtime_ns == first  # it is not trained again
    same(checkpoints.load(folder / "x"), bare(chain(), few_digits)[-1])


def test_its_settings_stay(open_here: Open) -> None:
    service = open_here()
    job = service.submit("s", "k", chain(training={**spec()["training"], "epochs": 400}))
    for refused in (lambda: service.change(job, "learning_rate", 1e-4), lambda: service.command(job, "keep_epoch")):
        with pytest.raises(InputError, match=r"training\.chain_as_begun"):
            refused()
    service.command(job, "cancel")
    assert (service.wait(job, 20).status, service.stop(20)) == (CANCELLED, True)


def test_the_first_begins_at_random_and_the_others_with_a_model_that_is_there(folder: Path) -> None:
    assert start_of(["gone", "x"], 0, folder) is None
    with pytest.raises(InputError):
        start_of(["gone", "x"], 1, folder)
