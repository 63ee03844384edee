"""A training on another machine, without Dask: the machine is a thread, and the road to it breaks where a test wants."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from trainings import expected, result, same, spec, view, wait_epochs
from waiting import until

from datasets.data_set import DataSet
from jobs.controls import Controls
from jobs.job import CANCELLED, DONE, FAILED, INTERRUPTED, PAUSED
from jobs.places import Places
from live.words import job_reason
from models import checkpoint as checkpoints
from models import gallery
from models.errors import Reason
from training import drive, train_job
from training.chain import models_of
from training.pacing import Pacing
from training.service import TrainingService
from training.several import guest
from training.several import visit as visits
from training.several.visit import Home, visit

OFTEN = Pacing(save_share=float("inf"), save_seconds=0.0)
SLOWLY = 0.01


class Road:
    """A machine in this process: a thread that runs what is begun."""

    name = "lab-07"

    def __init__(self, data: DataSet) -> None:
        self.data, self.pool = data, ThreadPoolExecutor(1)
        self.cut: set[str] = set()  # functions that do not get there
        self.deaf: set[str] = set()  # functions that do, but whose answer is lost
        self.open, self.gone = True, False
        self.asked: list[str] = []

    def call(self, function: Callable[..., Any], *values: Any) -> Any:
        self.asked.append(function.__name__)
        if function.__name__ in self.cut:
            raise OSError("no road")
        found = function(*values)
        if function.__name__ in self.deaf:
            self.deaf.discard(function.__name__)
            raise TimeoutError("no answer")
        return found

    def begin(self, key: Any, _data: str) -> Any:
        future: Future[Any] = self.pool.submit(guest.run, key, self.data)
        future.release = lambda: None  # type: ignore[attr-defined]
        return future

    def is_open(self) -> bool:
        return self.open

    def is_gone(self) -> bool:
        return self.gone


class Lab:
    """The places of a service: machines that the test makes."""

    def __init__(self, folder: Path, data: DataSet) -> None:
        self.home, self.data = Home(folder, "owner", OFTEN, True), data
        self.roads: dict[str, Road] = {}

    def add(self, name: str) -> Road:
        self.roads[name] = Road(self.data)
        return self.roads[name]

    def names(self) -> tuple[str, ...]:
        return tuple(name for name, road in self.roads.items() if not road.gone and road.open)

    def notes(self) -> tuple[Reason, ...]:
        return ()

    def work(self, place: str, controls: Controls) -> Reason | None:
        return visit(self.home, self.roads[place], controls)

    def close(self) -> None:
        for road in self.roads.values():
            road.pool.shutdown()


@pytest.fixture
def lab(folder: Path, few_digits: DataSet, no_fsync: None) -> Lab:
    return Lab(folder, few_digits)


@pytest.fixture
def service(lab: Lab, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TrainingService]:
    monkeypatch.setattr(visits, "EXCHANGE_SECONDS", 0.01)
    monkeypatch.setattr(visits, "PATIENCE_SECONDS", 0.2)

    def open_places() -> Places:
        return lab

    made = TrainingService(folder, lambda _: None, open_places=open_places)
    yield made
    assert made.stop(20)


def test_the_same_bits_as_at_home(service: TrainingService, lab: Lab, folder: Path, few_digits: DataSet) -> None:
    lab.add("a")
    job = service.wait(service.submit("s", "k", spec(3)), 60)
    assert job.status == DONE, job_reason(job.reason)
    same(result(folder, job), expected(spec(3), few_digits, folder / "reference"))
    assert [path.name for path in (folder / gallery.UNFINISHED).iterdir() if not path.name.startswith("jobs.")] == []
    assert job.payload.epoch == 3
    assert job.payload.pictures.mu.shape == (40, 2)  # also where they were sent before, and left out


def test_commands_and_changes_get_there(service: TrainingService, lab: Lab, folder: Path, few_digits: DataSet) -> None:
    lab.add("a")
    job = service.submit("s", "k", spec(6))
    service.command(job, "slow", SLOWLY)
    wait_epochs(service, job)
    service.command(job, "pause")
    until(lambda: service.snapshot(job).status == PAUSED)
    before = view(service, job).step
    service.change(job, "learning_rate", 5e-4)
    service.command(job, "step")
    until(lambda: view(service, job).step == before + 1)
    service.command(job, "resume")
    service.command(job, "slow", 0.0)
    made = result(folder, service.wait(job, 60))
    (change,) = made.run.training.changes
    assert (change.step, change.name, change.value) == (before, "learning_rate", 5e-4)
    same(made, expected(spec(6), few_digits, folder / "reference", made.run.training.changes))


@pytest.mark.parametrize(("command", "status"), [("cancel", CANCELLED), ("stop", INTERRUPTED)])
def test_what_is_stopped_brings_its_state_home(
    service: TrainingService, lab: Lab, folder: Path, command: str, status: str
) -> None:
    lab.add("a")
    job = service.submit("s", "k", spec(200))
    wait_epochs(service, job, 2)
    began = time.monotonic()
    if command == "cancel":
        service.command(job, "cancel")
        service.wait(job, 20)
    else:
        assert service.stop(20)
    assert time.monotonic() - began < 10  # at most a second on a quiet machine
    assert service.snapshot(job).status == status
    assert gallery.unfinished_runs(folder) == [service.snapshot(job).spec["run_id"]]


def test_a_chain_goes_on_at_another_machine(
    service: TrainingService, lab: Lab, folder: Path, few_digits: DataSet, tmp_path: Path
) -> None:
    road = lab.add("a")
    job = service.submit("s", "k", spec(2, "beta-vae") | {"chain": {"beta": [16.0, 4.0, 1.0]}})
    names = models_of(service.snapshot(job).spec)
    until(lambda: (shown := view(service, job)) is not None and shown.run_id != names[0])
    road.gone, road.open = True, False
    road.cut = {"expect", "exchange"}
    lab.add("b")
    ended = service.wait(job, 60)
    assert ended.status == DONE, job_reason(ended.reason)
    assert train_job.work(tmp_path, Controls(ended, lambda _: None), lambda *_, **__: few_digits)
    for name in names:
        same(*(checkpoints.load(place / name, with_series=True) for place in (folder, tmp_path)))


def test_a_machine_that_dies_costs_nothing_but_time(
    service: TrainingService, lab: Lab, folder: Path, few_digits: DataSet
) -> None:
    road = lab.add("a")
    job = service.submit("s", "k", spec(5))
    service.command(job, "slow", SLOWLY)
    wait_epochs(service, job, 2)
    service.change(job, "learning_rate", 5e-4)
    until(lambda: view(service, job).changes)
    road.gone, road.cut = True, {"exchange"}
    until(lambda: service.snapshot(job).reason.code == "queued.lost")
    assert job_reason(service.snapshot(job).reason).startswith("The machine lab-07 went away")
    service.command(job, "slow", 0.0)
    lab.add("b")
    ended = service.wait(job, 60)
    assert (ended.status, ended.turn, ended.crashes) == (DONE, 2, 1)
    made = result(folder, ended)
    assert len(made.run.training.changes) == 1
    same(made, expected(spec(5), few_digits, folder / "reference", made.run.training.changes))


def test_an_answer_that_is_lost_is_given_once_more(
    service: TrainingService, lab: Lab, folder: Path, few_digits: DataSet
) -> None:
    """Else a step would be done twice, or a change that took effect never be written down."""
    road = lab.add("a")
    job = service.submit("s", "k", spec(4))
    service.command(job, "pause")
    until(lambda: service.snapshot(job).status == PAUSED)
    before = view(service, job).step
    road.deaf.add("exchange")
    service.change(job, "learning_rate", 5e-4)
    service.command(job, "step")
    until(lambda: view(service, job).step > before)
    until(lambda: "exchange" not in road.deaf)
    service.command(job, "step")
    until(lambda: view(service, job).step > before + 1)
    assert view(service, job).step == before + 2
    service.command(job, "resume")
    made = result(folder, service.wait(job, 60))
    assert len(made.run.training.changes) == 1
    same(made, expected(spec(4), few_digits, folder / "reference", made.run.training.changes))


def test_a_machine_that_is_silent_stops_by_itself(
    service: TrainingService, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guest, "LEASE_SECONDS", 0.1)
    road = lab.add("a")
    job = service.submit("s", "k", spec(200))
    wait_epochs(service, job)
    road.cut = {"exchange", "expect"}
    until(lambda: service.snapshot(job).reason.code == "queued.silent")
    until(lambda: not guest._visits)
    assert service.snapshot(job).crashes == 0
    road.open = False
    service.command(job, "cancel")


def test_a_machine_that_stopped_by_itself_gets_the_job_again(
    service: TrainingService, lab: Lab, folder: Path, few_digits: DataSet
) -> None:
    lab.add("a")
    job = service.submit("s", "k", spec(5))
    service.command(job, "slow", SLOWLY)
    wait_epochs(service, job, 2)
    for visited in guest._visits.values():
        visited.controls.stop()  # as its watch does after the lease
    until(lambda: service.snapshot(job).turn == 2)
    service.command(job, "slow", 0.0)
    ended = service.wait(job, 60)
    assert (ended.status, ended.crashes) == (DONE, 0)
    same(result(folder, ended), expected(spec(5), few_digits, folder / "reference"))


def test_whoever_has_an_older_turn_writes_nothing(service: TrainingService, lab: Lab, folder: Path) -> None:
    """The journal says whose turn it is: what comes for an earlier one ends there, and no file is touched."""
    lab.add("a")
    job = service.submit("s", "k", spec(200))
    wait_epochs(service, job, 2)
    service._journal.begin(job)  # as another process does that goes on with the job
    ended = service.wait(job, 30)
    state = gallery.unfinished_path(ended.spec["run_id"], folder)
    held = state.read_bytes()
    assert (ended.status, ended.reason.code) == (FAILED, "jobs.turn_is_over")
    until(lambda: not guest._visits)
    assert state.read_bytes() == held


@pytest.mark.parametrize("where", ["machine", "home"])
def test_a_full_disk_is_a_sentence_and_can_be_resumed(
    service: TrainingService, lab: Lab, folder: Path, few_digits: DataSet, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    lab.add("a")
    job = service.submit("s", "k", spec(8))
    service.command(job, "slow", SLOWLY)
    wait_epochs(service, job, 2)
    with monkeypatch.context() as patched:

        def full(*_: Any) -> None:
            raise OSError(28, "No space left on device")

        patched.setattr(*((drive.TrainState, "save") if where == "machine" else (visits, "write_file")), full)
        ended = service.wait(job, 30)
    assert ended.status == FAILED
    told = job_reason(ended.reason)
    assert told.startswith("On the machine lab-07: ") == (where == "machine")
    assert "No space left on device" in told
    service.command(job, "resume")
    same(result(folder, service.wait(job, 60)), expected(spec(8), few_digits, folder / "reference"))


def test_a_model_is_dated_by_the_clock_at_home(
    service: TrainingService, lab: Lab, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = guest.train_to_checkpoint

    def long_ago(*values: Any) -> Any:
        made = plain(*values)
        return replace(made, run=replace(made.run, made="1999-01-01T00:00:00+00:00"))

    monkeypatch.setattr(guest, "train_to_checkpoint", long_ago)
    lab.add("a")
    made = result(folder, service.wait(service.submit("s", "k", spec(1)), 60))
    assert made.run.made > "2020"


def test_what_does_not_begin_is_not_the_jobs_fault(service: TrainingService, lab: Lab) -> None:
    road = lab.add("a")
    road.cut, road.gone = {"expect"}, False
    job = service.submit("s", "k", spec(1))
    until(lambda: "expect" in road.asked)
    road.gone = True
    until(lambda: service.snapshot(job).reason.code == "queued.lost")
    assert service.snapshot(job).crashes == 0
    lab.add("b")
    assert service.wait(job, 60).status == DONE


def test_what_was_sent_and_never_begins_is_sent_again(
    service: TrainingService, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A scheduler that was away for a moment may have lost it."""
    monkeypatch.setattr(visits, "BEGIN_SECONDS", 0.1)
    road, plain = lab.add("a"), Road.begin
    lost: list[Any] = []

    def begin(self: Road, key: Any, data: str) -> Any:
        if lost:
            return plain(self, key, data)
        lost.append(Future())
        lost[0].release = lambda: None
        return lost[0]

    monkeypatch.setattr(Road, "begin", begin)
    ended = service.wait(service.submit("s", "k", spec(1)), 60)
    assert (ended.status, ended.turn, ended.crashes) == (DONE, 2, 0)
    assert road.asked


def test_a_paused_job_leaves_its_machine_to_others(service: TrainingService, lab: Lab) -> None:
    lab.add("a")
    job = service.submit("s", "k", spec(50))
    service.command(job, "pause")
    until(lambda: service.snapshot(job).status == PAUSED)
    assert service.wait(service.submit("t", "k", spec(1)), 60).status == DONE
    assert service.snapshot(job).status == PAUSED
    service.command(job, "step")
    until(lambda: view(service, job).step == 1 and service.snapshot(job).status == PAUSED)
    service.command(job, "cancel")
    service.wait(job, 30)
