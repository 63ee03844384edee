"""A real scheduler and two workers, each a process: trainings, a worker that is killed, a scheduler that is killed."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from trainings import expected, result, same, spec, view
from waiting import until

from datasets.data_set import DataSet
from jobs.job import DONE, QUEUED, RUNNING
from live.words import refusal
from models import gallery
from models.errors import InputError
from training.pacing import Pacing
from training.service import TrainingService, open_service
from training.several import worker_command

ROOT = Path(__file__).parent.parent.parent
LONG = 100.0  # a machine that is busy with other things takes long to start three processes
OFTEN = Pacing(save_share=float("inf"), save_seconds=0.0)

pytest.importorskip("distributed", reason="Dask is not installed")


@dataclass
class Lab:
    """Three processes on the loopback, as a room of machines has them."""

    address: str = ""
    scheduler: subprocess.Popen[bytes] | None = None
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, path: Path, port: int = 0) -> None:
        file = path / f"scheduler-{port}.json"
        self.scheduler = process(
            "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard",
            "--no-show", "--scheduler-file", str(file),
        )  # fmt: skip
        until(file.exists, LONG)
        self.address = f"tcp://127.0.0.1:{port}" if port else _address(file)

    def add_worker(self) -> None:
        self.workers.append(process(*worker_command.command(self.address, 1, nanny=False)))

    def close(self) -> None:
        for running in (*self.workers, *([self.scheduler] if self.scheduler else [])):
            running.kill()
            running.wait(LONG)


def _address(file: Path) -> str:

    deadline = time.monotonic() + LONG
    while True:
        try:
            return str(json.loads(file.read_text())["address"])
        except ValueError:  # it is being written
            assert time.monotonic() < deadline


def process(*arguments: str) -> subprocess.Popen[bytes]:
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.Popen(
        [sys.executable, *arguments], cwd=ROOT, env=environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    made = Lab()
    made.start(tmp_path_factory.mktemp("lab"))
    for _ in range(2):
        made.add_worker()
    yield made
    made.close()


@pytest.fixture
def service(lab: Lab, folder: Path, few_digits: DataSet, monkeypatch: pytest.MonkeyPatch) -> Iterator[TrainingService]:
    monkeypatch.setenv("LATENT_SCHEDULER", lab.address)
    made = open_service(folder, load=lambda *_, **__: few_digits, pacing=OFTEN)
    yield made
    assert made.stop(30)


def places(service: TrainingService) -> tuple[str, ...]:
    return service.places.names() if service.places else ()


def trained(service: TrainingService, job: str, epochs: int) -> None:
    """Waits until so many epochs are done."""
    until(lambda: (found := view(service, job)) is not None and found.epoch >= epochs, LONG)


def test_two_at_once_a_worker_killed_and_the_same_bits(
    service: TrainingService, lab: Lab, folder: Path, few_digits: DataSet
) -> None:
    until(lambda: len(places(service)) == 2, LONG)
    assert service.places.notes() == ()
    jobs = [service.submit("s", str(seed), spec(20, seed=seed)) for seed in range(2)]
    for job in jobs:
        service.command(job, "slow", 0.05)
    until(lambda: [service.snapshot(job).status for job in jobs] == [RUNNING] * 2, LONG)
    until(lambda: all(service.snapshot(job).payload is not None for job in jobs), LONG)
    trained(service, jobs[0], 2)
    began = time.monotonic()
    service.command(jobs[1], "pause")
    until(lambda: service.snapshot(jobs[1]).status == "paused", LONG)
    took = time.monotonic() - began
    lab.workers[0].send_signal(signal.SIGKILL)
    until(lambda: sum(service.snapshot(job).crashes for job in jobs) == 1, LONG)
    for job in jobs:
        with contextlib.suppress(InputError):  # it is done already
            service.command(job, "slow", 0.0)
    service.command(jobs[1], "resume")
    ended = [service.wait(job, LONG) for job in jobs]
    assert [job.status for job in ended] == [DONE] * 2
    assert max(job.turn for job in ended) >= 2
    assert sum(job.crashes for job in ended) == 1
    for seed, job in enumerate(ended):
        same(result(folder, job), expected(spec(20, seed=seed), few_digits, folder / f"reference-{seed}"))
    assert took < 20  # within a second on a quiet machine


def test_a_scheduler_that_is_killed_is_a_sentence_and_nothing_is_lost(
    service: TrainingService, lab: Lab, folder: Path, few_digits: DataSet, tmp_path: Path
) -> None:
    until(lambda: places(service), LONG)
    job = service.submit("s", "k", spec(20))
    service.command(job, "slow", 0.05)
    trained(service, job, 2)
    lab.scheduler.kill()
    lab.scheduler.wait(LONG)
    until(lambda: service.snapshot(job).status == QUEUED, LONG)
    until(lambda: service.places.notes() and service.places.notes()[0].code == "several.away", LONG)
    assert refusal(service.places.notes()[0]).startswith(f"The scheduler {lab.address} does not answer")
    service.command(job, "slow", 0.0)
    lab.start(tmp_path, int(lab.address.rsplit(":", 1)[1]))
    lab.add_worker()
    ended = service.wait(job, LONG)
    assert (ended.status, ended.crashes) == (DONE, 0)
    same(result(folder, ended), expected(spec(20), few_digits, folder / "reference"))
    assert gallery.unfinished_runs(folder) == []
