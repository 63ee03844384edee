"""What the worker, the kept epochs and a watching page cost: ratios against the bare loop, all in one interleaved run.

    python -m benchmarks jobs [--data mnist] [--epochs 2] [--rounds 5] [--widths 512,512,512]

`bare`: the loop alone, and its checkpoint. `worker`: the same as a job, without kept epochs. `epochs`: with them.
`polled`: as `epochs`, while 3 threads read the job's snapshot twice a second each, as pages do. Then the seconds from
`cancel` to the end of the job, at random moments, and what a submit costs.
"""

import argparse
import json
import random
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from datasets.catalogue import load as load_data
from datasets.data_set import DataSet
from models import gallery
from training.device import device_name, job_threads, pick_device, use_threads
from training.finish import finish
from training.heap import keep_heap
from training.loop import train
from training.service import TrainingService, open_service
from training.spec import plan_of
from training.state import TrainState

WATCHERS, WATCH_SECONDS = 3, 0.5


def main(arguments: Sequence[str]) -> int:
    """Prints a JSON object of medians in seconds and their ratios."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks jobs")
    parser.add_argument("--data", default="mnist")
    parser.add_argument("--network", default="mlp")
    parser.add_argument("--widths", default="512,512,512")
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--cancels", type=int, default=20)
    options = parser.parse_args(arguments)
    use_threads(job_threads())
    keep_heap()
    data = load_data(options.data, download=False)
    widths = [int(width) for width in options.widths.split(",")] if options.network == "mlp" else []
    model = {"network": options.network, "widths": widths}
    spec = {"family": "vae", "data": options.data, "model": model, "training": {"epochs": options.epochs}}
    print(json.dumps(measure(spec, data, options.rounds, options.cancels), indent=1))
    return 0


def measure(spec: dict[str, Any], data: DataSet, rounds: int, cancels: int) -> dict[str, Any]:
    """The medians of so many rounds, after one that warms up."""
    ways: dict[str, Callable[[], float]] = {
        "bare": lambda: _bare(spec, data),
        "worker": lambda: _job(spec, data, filmed=False),
        "epochs": lambda: _job(spec, data),
        "polled": lambda: _job(spec, data, watched=True),
    }
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        for name in random.sample(list(ways), len(ways)):
            seconds = ways[name]()
            if number:
                taken[name].append(seconds)
    median = {name: statistics.median(values) for name, values in taken.items()}

    def ratio(one: str, other: str) -> float:
        """Of each round's own times, so that a slow minute counts for both."""
        return round(statistics.median(map(float.__truediv__, taken[one], taken[other])), 3)

    return {
        "device": device_name(pick_device()),
        "rounds": rounds,
        "seconds": {name: round(value, 3) for name, value in median.items()},
        "worker over bare loop": ratio("worker", "bare"),
        "kept epochs over none": ratio("epochs", "worker"),
        "polled over not": ratio("polled", "epochs"),
        **_cancels(spec, data, cancels),
    }


def _bare(spec: dict[str, Any], data: DataSet) -> float:
    plan = plan_of(spec)
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as name:
        state = TrainState("bare", plan.title, plan.model, plan.training, data.record(), pick_device())
        for _ in train(state, data):
            pass
        gallery.add(finish(state, data), Path(name))
    return time.perf_counter() - began


def _service(folder: str, data: DataSet, filmed: bool = True) -> TrainingService:
    return open_service(Path(folder), load=lambda *_, **__: data, filmed=filmed)  # the disk's part is the same for all


def _job(spec: dict[str, Any], data: DataSet, watched: bool = False, filmed: bool = True) -> float:
    with tempfile.TemporaryDirectory() as name:
        service, ended = _service(name, data, filmed), threading.Event()
        began = time.perf_counter()
        job = service.submit("benchmark", "k", spec)

        def watch() -> None:
            while not ended.wait(WATCH_SECONDS):
                payload = service.snapshot(job).payload
                if payload is not None and payload.pictures is not None:  # what a page's route does with it
                    payload.pictures.mu.tobytes()
                    payload.pictures.samples.tobytes()

        watchers = [threading.Thread(target=watch) for _ in range(WATCHERS if watched else 0)]
        for watcher in watchers:
            watcher.start()
        found = service.wait(job)
        seconds = time.perf_counter() - began
        ended.set()
        for watcher in watchers:
            watcher.join()
        service.stop()
        if found.status != "done":
            raise RuntimeError(str(found.reason))
    return seconds


def _cancels(spec: dict[str, Any], data: DataSet, count: int) -> dict[str, Any]:
    waits, submits = [], []
    long = spec | {"training": spec["training"] | {"epochs": 200}}
    with tempfile.TemporaryDirectory() as name:
        service = _service(name, data)
        for number in range(count):
            began = time.perf_counter()
            job = service.submit("benchmark", str(number), long)
            submits.append(time.perf_counter() - began)
            while service.snapshot(job).payload is None:
                time.sleep(0.001)
            time.sleep(random.uniform(0, 2))
            began = time.perf_counter()
            service.command(job, "cancel")
            service.wait(job)
            waits.append(time.perf_counter() - began)
        service.stop()
    return {
        "cancel, ms: median, highest": [round(1000 * value, 1) for value in (statistics.median(waits), max(waits))],
        "submit, ms: median, highest": [round(1000 * value, 1) for value in (statistics.median(submits), max(submits))],
    }
