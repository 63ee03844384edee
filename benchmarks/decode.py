"""How long a decoder takes for one image and for a map of 15x15: on the server (torch), and in the browser.

The R post's decoder and a 3x512 MLP with random weights, float32. Server: median and p95 of eager torch, with one
thread and with all cores. Browser: what `python -m benchmarks engine` measures, a map with its Workers warm. Prints
one Markdown table.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import torch

from analysis.decoding import decode_images
from benchmarks import chromium
from models.config import ModelConfig
from models.latent_model import LatentModel
from training.heap import keep_heap

MODELS = {
    "post-cnn": ("R post's convolutional", ModelConfig(network="post-cnn", widths=(), activation="relu")),
    "mlp-512": ("3x512 MLP", ModelConfig(widths=(512, 512, 512))),
}
COUNTS = (1, 225)
WARM, MIN_RUNS = 3, 20
Times = dict[tuple[str, int], tuple[float, float]]  # (model, images): median and p95, ms


def served(models: Mapping[str, LatentModel], threads: int, seconds: float) -> Times:
    """Of each model and count of images, all in turn until the seconds are over."""
    torch.set_num_threads(threads)
    latents = {count: np.random.default_rng(0).standard_normal((count, 2)) for count in COUNTS}
    taken: dict[tuple[str, int], list[float]] = {(name, count): [] for name in models for count in COUNTS}
    ends = time.perf_counter() + seconds
    while time.perf_counter() < ends or len(taken[next(iter(taken))]) < MIN_RUNS + WARM:
        for name, count in taken:
            began = time.perf_counter()
            decode_images(models[name], latents[count])
            taken[name, count].append(1000 * (time.perf_counter() - began))
    return {key: (statistics.median(ms[WARM:]), statistics.quantiles(ms[WARM:], n=20)[-1]) for key, ms in taken.items()}


def in_browser(path: str, seconds: float) -> Times:
    """The same in Chromium; a map has its median only. Raises OSError or ImportError where there is none."""
    from benchmarks.engine import measure

    if not chromium.is_here(path):
        raise FileNotFoundError(f"there is no Chromium at {path}")
    times: Times = {}
    for name, found in measure(path, seconds).items():
        workers = max(found["manifold"], key=int)
        times[name, 1] = found["image"]["median"], found["image"]["p95"]
        times[name, 225] = (found["manifold"][workers]["total"], float("nan"))
    return times


def table(columns: Mapping[str, Times]) -> Iterator[str]:
    """The lines: a row for each model and count of images."""
    yield f"| ms, median (p95) | Images | {' | '.join(columns)} |"
    yield "| --- | ---: |" + " ---: |" * len(columns)
    for name, (title, _) in MODELS.items():
        for count in COUNTS:
            cells = [_cell(*times[name, count]) if (name, count) in times else "—" for times in columns.values()]
            yield f"| {title} | {count} | {' | '.join(cells)} |"


def _cell(median: float, p95: float) -> str:
    return f"{median:.3g}" + (f" ({p95:.3g})" if p95 == p95 else "")


def main(arguments: Sequence[str]) -> int:
    """Measures and prints; 0."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks decode", description=__doc__)
    parser.add_argument("--chromium", default=chromium.PATH)
    parser.add_argument("--seconds", type=float, default=5.0, help="of each measurement")
    options = parser.parse_args(arguments)
    print(f"Load average before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.\n")
    keep_heap()  # as the server does
    torch.manual_seed(0)
    models = {name: LatentModel(config).eval() for name, (_, config) in MODELS.items()}
    cores = os.cpu_count() or 1
    columns = {"Server, 1 thread": served(models, 1, options.seconds)}
    if cores > 1:
        columns[f"Server, {cores} threads"] = served(models, cores, options.seconds)
    try:
        columns["Browser"] = in_browser(options.chromium, options.seconds)
    except (ImportError, OSError) as error:
        print(f"The browser is left out: {error}.", file=sys.stderr)
    print("\n".join(table(columns)))
    return 0
