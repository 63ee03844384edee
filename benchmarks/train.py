"""How fast we train beside the trainers that people use: images/s, and seconds to the book's ELBO.

    python -m benchmarks train [--rounds 3] [--peers pythae ...]

The same two networks, MNIST, batch 128, Adam, BCE + KL, the same cores. Every trainer is a process of its own, each
peer in an environment that is made for it at the first run (`--folder`; 16 GB, of which torch's CUDA is 13). In each
round all take their turn. Then, with the MLP and Adam at 1e-3, each trains until the test ELBO is that of the book's
20 epochs. A ratio above 1 is in our favour: our median over a peer's best round, its seconds over ours. Run it on a
quiet machine; prints one Markdown table.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.environments import FOLDER, NotInstalledError, python_of

ROOT = Path(__file__).parent.parent
NETWORKS = {"post-cnn": "R post's network", "mlp": "MLP 784-512-2-512-784"}
TARGET, CAP, TIMEOUT = -150.8, 120.0, 900
QUICK_RUNS = 3
TORCH, KERAS = "torch==2.14.0", "keras==3.15.1"


@dataclass(frozen=True)
class Trainer:
    """One row. `script`: a module of `benchmarks.peers`; `packages`: of its environment, none for our own.

    `quality`: whether it also trains until the ELBO is reached; `speed`: whether its images/s are measured.
    """

    title: str
    script: str
    environment: str = ""
    packages: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    mode: str = ""
    cores: int | None = None
    speed: bool = True
    quality: bool = False


OURS = Trainer("ours, bfloat16", "ours", mode="bfloat16", quality=True)
QUICK = Trainer("ours, recipe *Quick*", "ours", mode="quick", speed=False, quality=True)
OWN = (
    OURS,
    Trainer("ours, float32", "ours", mode="float32"),
    Trainer("ours, bfloat16, 1 core", "ours", mode="bfloat16", cores=1),
)
_TENSORFLOW = ("keras-tensorflow", (KERAS, "tensorflow==2.21.0"), {"KERAS_BACKEND": "tensorflow"})
PEERS = (
    Trainer("pytorch/examples' loop", "pytorch_examples", "pytorch-examples", (TORCH, "torchvision==0.29.0"),
            quality=True),
    Trainer("Keras 3, TensorFlow", "keras_fit", *_TENSORFLOW),
    Trainer("Keras 3, TensorFlow without XLA", "keras_fit", *_TENSORFLOW, mode="plain", quality=True),
    Trainer("Keras 3, JAX", "keras_fit", "keras-jax", (KERAS, "jax==0.10.2"), {"KERAS_BACKEND": "jax"}, quality=True),
    Trainer("pythae 0.1.2", "pythae_trainer", "pythae", (TORCH, "pythae==0.1.2"), quality=True),
)  # fmt: skip


class FailedError(Exception):
    """A sentence that says how a trainer's process ended."""


@dataclass
class Found:
    """What was measured of one trainer: images/s of each round by network; what `quality` said, once or more."""

    speeds: dict[str, list[float]] = field(default_factory=lambda: {network: [] for network in NETWORKS})
    qualities: list[dict[str, Any]] = field(default_factory=list)

    def seconds(self) -> float | None:
        """The median of the trainings that reached the target, None if any did not."""
        reached = [found["seconds"] for found in self.qualities if found["reached"]]
        return statistics.median(reached) if reached and len(reached) == len(self.qualities) else None


def run(trainer: Trainer, python: Path, task: str, options: argparse.Namespace, *more: str) -> dict[str, Any]:
    """What a trainer's process printed; raises FailedError."""
    cores = trainer.cores or options.cores
    command = [
        str(python), "-m", f"benchmarks.peers.{trainer.script}", task, "--data", str(options.data),
        "--mode", trainer.mode, "--cores", str(cores), *more,
    ]  # fmt: skip
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}
    try:
        done = subprocess.run(
            command, cwd=ROOT, env={**os.environ, **quiet, **trainer.variables}, capture_output=True, text=True,
            timeout=TIMEOUT, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise FailedError(f"it took more than {TIMEOUT} s") from None
    if done.returncode:
        raise FailedError(f"it ended with {(done.stderr.strip().splitlines() or [str(done.returncode)])[-1][:200]}")
    answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer


def measure(trainers: Mapping[str, tuple[Trainer, Path]], options: argparse.Namespace) -> dict[str, Found]:
    """All rounds, and then the trainings to the target; a trainer that fails once is left out from then on."""
    found, left = {title: Found() for title in trainers}, dict(trainers)

    def take(title: str, task: str, *more: str) -> dict[str, Any]:
        print(f"{task}: {title}", file=sys.stderr, flush=True)
        try:
            return run(*left[title], task, options, *more)
        except FailedError as error:
            print(f"{title} failed and is left out: {error}.", flush=True)
            del left[title], found[title]
            return {}

    for _ in range(options.rounds):
        for title in [title for title in left if left[title][0].speed]:
            answer = take(title, "speed", "--network", *NETWORKS, "--seconds", str(options.seconds))
            for network, speed in answer.items():
                found[title].speeds[network].append(speed)
    if options.rounds and options.cap:
        for title in _quality_order([title for title in left if left[title][0].quality]):
            if title in left and (
                answer := take(title, "quality", "--network", "mlp", "--cap", str(options.cap), "--target", str(TARGET))
            ):
                found[title].qualities.append(answer["mlp"])
    return found


def _quality_order(titles: Sequence[str]) -> list[str]:
    """Ours with the recipe, which takes seconds, first, in the middle and last."""
    others = [title for title in titles if title != QUICK.title]
    if QUICK.title not in titles:
        return others
    half = len(others) // 2
    return [QUICK.title, *others[:half], QUICK.title, *others[half:], QUICK.title]


def table(found: Mapping[str, Found], limits: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """The table; a ratio above 1 is in our favour. `limits`: by title and network."""
    ours = {network: _median(found.get(OURS.title, Found()).speeds[network]) for network in NETWORKS}
    quick = found.get(QUICK.title, Found()).seconds()
    heads = [cell for title in NETWORKS.values() for cell in (f"{title}, images/s, median (best)", "ours / best")]
    heads += [f"Seconds to {TARGET} nats", "it / *Quick*"]
    yield f"| | {' | '.join(heads)} |"
    yield "| --- |" + " ---: |" * len(heads)
    for title, row in found.items():
        cells = []
        for network in NETWORKS:
            speeds = row.speeds[network]
            shown = f"{_median(speeds):,.0f} ({max(speeds):,.0f})" if speeds else "—"
            cells += [shown, _ratio(ours[network], max(speeds) if speeds else None)]
        yield f"| {title} | {' | '.join([*cells, *_quality_cells(row, quick)])} |"
    for title, by_network in limits.items():
        cells = []
        for network in NETWORKS:
            bound = by_network[network]
            cells += [f"{bound.images_per_second:,.0f} at {bound.gflops:,.0f} GFLOP/s"]
            cells += [_ratio(ours[network], bound.images_per_second)]
        yield f"| {title} | {' | '.join(cells)} | — | — |"


def _quality_cells(row: Found, quick: float | None) -> tuple[str, str]:
    if not row.qualities:
        return "—", "—"
    seconds, last = row.seconds(), row.qualities[-1]
    end = f"({last['epochs']} epochs, {last['elbo']:.1f})"
    if seconds is None:
        return f"not in {last['seconds']:.0f} {end}", f"> {last['seconds'] / quick:.1f}" if quick else "—"
    return f"{seconds:.1f} {end}", _ratio(seconds, quick)


def _median(values: Sequence[float]) -> float | None:
    return statistics.median(values) if values else None


def _ratio(one: float | None, other: float | None) -> str:
    return f"{one / other:.2f}" if one and other else "—"


def limits_of(cores: int) -> dict[str, dict[str, Any]]:
    """The machine's limits by title and network."""
    import torch

    from benchmarks.machine import limit
    from models.config import ModelConfig
    from training.heap import keep_heap

    torch.set_num_threads(cores)
    keep_heap()
    configs = {
        "post-cnn": ModelConfig(network="post-cnn", widths=(), activation="relu"),
        "mlp": ModelConfig(widths=(512,), activation="relu"),
    }
    kinds = {"float32": torch.float32, "bfloat16": torch.bfloat16}
    return {
        f"limit: products alone, {name}": {network: limit(configs[network], 128, dtype) for network in NETWORKS}
        for name, dtype in kinds.items()
    }


def main(arguments: Sequence[str]) -> int:
    """Measures and prints; 0."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks train", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3.0, help="of each measurement of images/s (default: 3)")
    parser.add_argument("--cap", type=float, default=CAP, help="seconds of training to the ELBO, 0 to leave it out")
    parser.add_argument("--cores", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--peers", nargs="*", choices=[peer.environment for peer in PEERS], help="default: all")
    parser.add_argument("--folder", type=Path, default=FOLDER, help=f"of the environments (default: {FOLDER})")
    options = parser.parse_args(arguments)
    from datasets.catalogue import is_here
    from datasets.source import data_folder

    if not is_here("mnist"):
        print(f"MNIST is not in {data_folder()}; `python -m training` downloads it.", file=sys.stderr)
        return 1
    options.data = (data_folder() / "MNIST" / "raw").resolve()
    trainers = {trainer.title: (trainer, Path(sys.executable)) for trainer in (*OWN, QUICK)}
    for peer in PEERS:
        if options.peers is None or peer.environment in options.peers:
            try:
                trainers[peer.title] = (peer, python_of(peer.environment, peer.packages, options.folder))
            except NotInstalledError as error:
                print(f"{peer.title} is left out: {error}.", flush=True)
    print(f"Load average before: {os.getloadavg()[0]:.1f}; {options.cores} of {os.cpu_count()} cores.\n", flush=True)
    limits = limits_of(options.cores)
    print("\n".join(table(measure(trainers, options), limits)))
    return 0
