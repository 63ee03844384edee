"""What all trainers share: the images, the clock and the two tasks. Needs numpy and nothing else.

    python -m benchmarks.peers.NAME TASK --network NETWORK ... --data FOLDER

`speed`: images/s; `quality`: the seconds of training until the test ELBO reaches the target. Both by network, as one
line of JSON, the last of the output.
"""

import argparse
import gzip
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

BATCH, LATENTS, WIDTH, LEARNING_RATE = 128, 2, 512, 1e-3
PROBE = 10 * BATCH  # images that compile, and say how many fill the time asked for
IDX_HEADER = 16

Images = NDArray[np.uint8]
# of one epoch: its seconds of training, and what measures the test ELBO in nats, one draw an image; True to stop
After = Callable[[float, Callable[[], float]], bool]
# (images in an epoch, epochs, after each epoch); constant learning rate, Adam, BCE + KL
Train = Callable[[int, int, After], None]


@dataclass(frozen=True)
class Task:
    """What a script is asked for. `images`, `tests`: `[images 28 28]`."""

    network: str
    mode: str
    cores: int
    images: Images
    tests: Images


def main(arguments: Sequence[str], make: Callable[[Task], Train]) -> int:
    """Runs a script's task for each network; what `make` imports comes after the cores are chosen."""
    options = _parser().parse_args(arguments)
    if hasattr(os, "sched_setaffinity"):  # the same cores for all, whatever their own settings are called
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: options.cores])
    images, tests = read(options.data, "train-images"), read(options.data, "t10k-images")
    found: dict[str, Any] = {}
    for network in options.network:
        train = make(Task(network, options.mode, options.cores, images, tests))
        measured = speed(train, options.seconds) if options.task == "speed" else None
        found[network] = measured or quality(train, options.target, options.cap)
    print(json.dumps(found), flush=True)
    return 0


def speed(train: Train, seconds: float) -> float:
    """Images/s of an epoch that takes about so many seconds, after one that compiles and one that warms up."""
    taken: list[float] = []

    def after(passed: float, _elbo: Callable[[], float]) -> bool:
        taken.append(passed)
        return False

    train(PROBE, 2, after)
    images = int(seconds * PROBE / taken[-1]) // BATCH * BATCH
    images = max(PROBE, min(images, 60_000 // BATCH * BATCH))
    train(images, 1, after)
    return images / taken[-1]


def quality(train: Train, target: float, cap: float) -> dict[str, Any]:
    """Seconds of training, evaluation apart and compilation included, and epochs until the ELBO reaches the target.

    `reached` is False where the cap, in seconds, or the schedule's end came first.
    """
    found: dict[str, Any] = {"seconds": 0.0, "epochs": 0, "elbo": -np.inf}

    def after(passed: float, elbo: Callable[[], float]) -> bool:
        found["seconds"] += passed
        found["epochs"] += 1
        found["elbo"] = elbo()
        return bool(found["elbo"] >= target or found["seconds"] >= cap)

    train(60_000, 200, after)
    return found | {"reached": bool(found["elbo"] >= target)}


def read(folder: Path, part: str) -> Images:
    """A part of MNIST from its idx file, unpacked or not."""
    path = folder / f"{part}-idx3-ubyte"
    content = path.read_bytes() if path.is_file() else gzip.decompress(path.with_name(f"{path.name}.gz").read_bytes())
    return np.frombuffer(content, np.uint8, offset=IDX_HEADER).reshape(-1, 28, 28)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser()
    parser.add_argument("task", choices=("speed", "quality"))
    parser.add_argument("--network", nargs="+", required=True, choices=("post-cnn", "mlp"))
    parser.add_argument("--mode", default="", help="a setting of the script's own")
    parser.add_argument("--data", type=Path, required=True, help="the folder of MNIST's idx files")
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--target", type=float, default=-150.8, help="nats")
    parser.add_argument("--cap", type=float, default=120.0, help="seconds of training")
    return parser
