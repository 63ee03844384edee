"""Several machines: throughput, submit, start, kills, and from how many machines on the queue no longer keeps up.

    python -m benchmarks sweep [--part all] [--jobs 39] [--data mnist] [--epochs 2] [--kills 100] [--machines 64]

`throughput`: so many jobs of the recipe *Quick* on one local worker, on two, and as two bare loops in two processes.
`submit`: a sweep of 256 jobs into the journal. `start`: a cluster of two until both can be used. `kills`: workers are
killed (SIGKILL) at random moments while small jobs run; each model is compared bit for bit with the bare loop's.
`stub`: jobs that only wait and report ten times a second, on 1 to so many machines that are threads; what the queue's
process computes, as a share of one core, and how late its news are. Machines must be quiet for the first figures.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from datasets.catalogue import load as load_data
from datasets.data_set import DataSet
from jobs.controls import Controls
from jobs.job import DONE, Limits
from jobs.journal import Journal
from jobs.queue import JobQueue
from models import checkpoint as checkpoints
from models import gallery
from models.errors import Reason
from training.device import device_name, pick_device, use_threads
from training.finish import finish
from training.loop import train
from training.pacing import Pacing
from training.service import TrainingService, open_service
from training.spec import plan_of
from training.state import TrainState
from training.sweep import Sweep

PARTS = ("throughput", "submit", "start", "kills", "stub")
WORKERS = "LATENT_WORKERS"
SMALL = {"family": "vae", "data": "digits", "model": {"widths": [16]},
         "training": {"epochs": 40, "batch_size": 32, "precision": "float32"}}  # fmt: skip
BARE = "import sys; from benchmarks.sweep import bare; bare(sys.argv[1], *map(int, sys.argv[2:]))"
REPORTS = 10  # a second, of a stub


def main(arguments: Sequence[str]) -> int:
    """Prints a JSON object: a part each."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks sweep")
    parser.add_argument("--part", choices=("all", *PARTS), default="all")
    parser.add_argument("--jobs", type=int, default=39)
    parser.add_argument("--data", default="mnist")
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--machines", type=int, default=64)
    options = parser.parse_args(arguments)
    use_threads(1)
    made: dict[str, Callable[[], Any]] = {
        "throughput": lambda: throughput(options.data, options.epochs, options.jobs),
        "submit": submit,
        "start": start,
        "kills": lambda: kills(options.kills, options.seed),
        "stub": lambda: stub(options.machines),
    }
    wanted = PARTS if options.part == "all" else (options.part,)
    found = {"device": device_name(pick_device())} | {name: made[name]() for name in wanted}
    print(json.dumps(found, indent=1))
    return int(bool(found.get("kills", {}).get("different") or found.get("kills", {}).get("lost")))


@contextmanager
def _service(folder: Path, workers: int, **options: Any) -> Iterator[TrainingService]:
    """A service of its own on so many workers, all of them there."""
    before = os.environ.pop(WORKERS, None)
    os.environ[WORKERS] = str(workers)
    try:
        service = open_service(folder, Limits(per_session=10**6, in_all=10**6, crashes=10**9), **options)
    finally:
        os.environ.pop(WORKERS)
        if before:
            os.environ[WORKERS] = before
    try:
        while service.places and len(service.places.names()) < workers:
            time.sleep(0.01)
        yield service
    finally:
        service.stop(60.0)


def _quick(data: str, epochs: int, seed: int) -> dict[str, Any]:
    sweep = Sweep("benchmark", {"data": (data,), "seed": (seed,)}, "quick")
    (spec,) = sweep.specs()
    return {**spec, "training": {**spec["training"], "epochs": epochs}}


def throughput(data: str, epochs: int, jobs: int) -> dict[str, Any]:
    """Seconds for all jobs on one and two workers, and as two bare loops that share them."""
    taken = {f"{workers} workers": _on_workers(data, epochs, jobs, workers) for workers in (1, 2)}
    began = time.perf_counter()
    loops = [
        subprocess.Popen([sys.executable, "-c", BARE, data, str(epochs), str(first), str(jobs)]) for first in (0, 1)
    ]
    for loop in loops:
        loop.wait()
    taken["2 bare loops"] = time.perf_counter() - began
    return {
        "jobs": jobs,
        "seconds": {name: round(seconds, 1) for name, seconds in taken.items()},
        "two workers over one": round(taken["1 workers"] / taken["2 workers"], 3),
        "two bare loops over two workers": round(taken["2 workers"] / taken["2 bare loops"], 3),
    }


def _on_workers(data: str, epochs: int, jobs: int, workers: int) -> float:
    with tempfile.TemporaryDirectory() as name, _service(Path(name), workers, filmed=False) as service:
        began = time.perf_counter()
        names = [service.submit("benchmark", str(seed), _quick(data, epochs, seed)) for seed in range(jobs)]
        for job_id in names:
            if (ended := service.wait(job_id)).status != DONE:
                raise RuntimeError(str(ended.reason))
        return time.perf_counter() - began


def bare(data: str, epochs: int, first: int, jobs: int) -> None:
    """Every second of the jobs, by the loop alone, with its checkpoint; run in a process of its own."""
    use_threads(1)
    loaded = load_data(data, download=False)
    with tempfile.TemporaryDirectory() as name:
        for seed in range(first, jobs, 2):
            gallery.add(_made(_quick(data, epochs, seed), loaded, f"bare-{seed}"), Path(name))


def _made(spec: dict[str, Any], data: DataSet, run_id: str) -> checkpoints.Checkpoint:
    plan = plan_of(spec)
    state = TrainState(run_id, plan.title, plan.model, plan.training, data.record(), pick_device(), plan.program)
    for _ in train(state, data):
        pass
    return finish(state, data)


def submit() -> dict[str, float]:
    """Milliseconds until a sweep of 256 jobs is on disk, nobody working on it."""
    sweep = Sweep("many", {"data": ("digits",), "seed": tuple(range(256))})
    with tempfile.TemporaryDirectory() as name:
        service = TrainingService(Path(name), _waits, Limits())
        began = time.perf_counter(), time.process_time()
        service.submit_sweep("benchmark", sweep)
        taken = time.perf_counter() - began[0], time.process_time() - began[1]
        for job in service.jobs():
            service.command(job.job_id, "cancel")
        service.stop()
    return {"256 jobs, ms": round(1000 * taken[0]), "of one core, ms": round(1000 * taken[1])}


def _waits(controls: Controls) -> Reason | None:
    while not controls.should_stop():
        time.sleep(0.01)
    return None


def start() -> dict[str, float]:
    """Seconds from the service's start until both workers can be used."""
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as name, _service(Path(name), 2):
        return {"seconds": round(time.perf_counter() - began, 2)}


def kills(count: int, seed: int) -> dict[str, Any]:
    """How many jobs were lost, differ from the bare loop, or were trained twice, after so many kills."""
    data, rng, done = load_data("digits"), random.Random(seed), 0
    with tempfile.TemporaryDirectory() as name:
        folder, often = Path(name), Pacing(save_share=float("inf"), save_seconds=0.0)
        with _service(folder, 2, pacing=often, filmed=False) as service:
            jobs: list[str] = []
            while done < count:
                while sum(service.snapshot(job_id).active for job_id in jobs) < 4:
                    jobs.append(service.submit("benchmark", str(len(jobs)), _small(len(jobs))))
                time.sleep(rng.uniform(0.05, 2.0))
                done += _kill_one(service, rng)
            ended = [service.wait(job_id) for job_id in jobs]
        lost = [job.job_id for job in ended if job.status != DONE]
        made = {str(job.spec["run_id"]): int(job.key) for job in ended if job.status == DONE}
        different = [run_id for run_id, key in made.items() if not _is_same(folder, run_id, key, data)]
        twice = len(gallery.list_runs(folder).runs) - len(made)
        crashes = sum(job.crashes for job in ended)
    return {
        "kills": done,
        "jobs": len(jobs),
        "hit a job": crashes,
        "lost": lost,
        "different": different,
        "twice": twice,
    }


def _small(seed: int) -> dict[str, Any]:
    return {**SMALL, "training": {**SMALL["training"], "seed": seed}}  # type: ignore[dict-item]


def _kill_one(service: TrainingService, rng: random.Random) -> int:
    """Kills the process of a worker, if one is there; whether it did."""
    places: Any = service.places
    names = places.names()
    if not names:
        return 0
    try:
        os.kill(places.call(rng.choice(names), os.getpid), signal.SIGKILL)
    except (OSError, TimeoutError):  # it died of the kill before
        return 0
    return 1


def _is_same(folder: Path, run_id: str, key: int, data: DataSet) -> bool:
    one, other = checkpoints.load(folder / run_id), _made(_small(key), data, run_id)
    files = checkpoints.to_files(one), checkpoints.to_files(other)
    return all(files[0][name] == files[1][name] for name in ("weights.safetensors", "latents.safetensors"))


class _Machines:
    """Places that are threads of this process: what the queue and the journal do, without Dask and without work."""

    def __init__(self, count: int, seconds: float) -> None:
        self._names, self._seconds = tuple(str(number) for number in range(count)), seconds
        self.late: list[float] = []

    def names(self) -> tuple[str, ...]:
        """All of them."""
        return self._names

    def notes(self) -> tuple[Reason, ...]:
        """Nothing is wrong."""
        return ()

    def close(self) -> None:
        """They end with the queue."""

    def work(self, _place: str, controls: Controls) -> Reason | None:
        """Reports so often, and notes how late each report was taken."""
        ends, due = time.monotonic() + self._seconds, time.monotonic()
        while time.monotonic() < ends and not controls.should_stop():
            controls.report(due)
            self.late.append(time.monotonic() - due)
            due += 1 / REPORTS
            threading.Event().wait(max(0.0, due - time.monotonic()))
        return Reason("done.log_likelihood", {"count": 1, "seconds": 0, "nats": 0.0})


def stub(most: int) -> list[dict[str, Any]]:
    """For 1, 4, 16 ... machines, four jobs of two seconds each: share of a core, and how late reports are taken."""
    counts = [count for count in (1, 4, 16, 64, 256) if count <= most]
    return [_stub(count) for count in counts]


def _stub(count: int, seconds: float = 2.0, each: int = 4) -> dict[str, Any]:
    machines = _Machines(count, seconds)
    with tempfile.TemporaryDirectory() as name:
        journal = Journal(Path(name))
        queue = JobQueue(journal, lambda _: None, limits=Limits(per_session=10**6, in_all=10**6), places=machines)
        began = time.perf_counter(), time.process_time()
        jobs = [queue.submit("benchmark", str(number), {}) for number in range(count * each)]
        for job_id in jobs:
            queue.wait(job_id)
        wall, cpu = time.perf_counter() - began[0], time.process_time() - began[1]
        queue.stop()
        journal.close()
    late = sorted(machines.late)
    return {
        "machines": count,
        "share of a core": round(cpu / wall, 3),
        "seconds over the least": round(wall - seconds * each, 2),
        "late, ms: median, 99 %": [round(1000 * late[int(share * (len(late) - 1))], 1) for share in (0.5, 0.99)],
    }
