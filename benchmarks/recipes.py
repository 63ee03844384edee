"""What the recipes reach: test ELBO (log-likelihood for an MMD-VAE) after each, and the seconds of training.

    python -m benchmarks recipes [--recipes quick good] [--threads 1] [--seeds 1]

Each family on each data set, 2 latents, 4 draws an image. Seconds are those of the loop, its tests left out; with one
thread on a quiet machine they are CPU-seconds. Prints one Markdown table; a mean of several seeds comes with its range.
"""

import argparse
import statistics
from collections.abc import Sequence

from benchmarks.trained import trained
from datasets.catalogue import load
from datasets.data_set import DataSet
from training.device import use_threads
from training.heap import keep_heap
from training.plans import make_plan
from training.recipes import RECIPES, recipe_parts

COLUMNS = {
    f"{title}, {data}": (family, name)
    for data, name in (("MNIST", "mnist"), ("Fashion", "fashion-mnist"))
    for title, family in (("VAE", "vae"), ("CVAE", "cvae"), ("MMD-VAE", "mmd-vae"))
}


def result(recipe: str, family: str, data: DataSet, seed: int, epochs: int | None) -> tuple[float, float]:
    """Nats after one training, and its seconds."""
    model, training = recipe_parts(recipe, data.name)
    training |= {"seed": seed} | ({"epochs": epochs} if epochs else {})
    metrics, seconds = trained(make_plan(family, data.name, 2, model, training), data)
    return metrics.log_likelihood if metrics.elbo is None else metrics.elbo, seconds


def main(arguments: Sequence[str]) -> int:
    """Trains and prints; 0."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks recipes", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--recipes", nargs="+", choices=RECIPES, default=["quick", "good"])
    add("--columns", nargs="+", choices=COLUMNS, default=list(COLUMNS), metavar="COLUMN", help=", ".join(COLUMNS))
    add("--seeds", type=int, default=1)
    add("--epochs", type=int, help="in place of the recipe's own")
    add("--threads", type=int)
    options = parser.parse_args(arguments)
    use_threads(options.threads)
    keep_heap()
    sets = {name: load(name) for name in {COLUMNS[column][1] for column in options.columns}}
    print(f"| | {' | '.join(options.columns)} | Seconds |\n| --- |{' ---: |' * (len(options.columns) + 1)}", flush=True)
    for recipe in options.recipes:
        cells, seconds = [], []
        for column in options.columns:
            family, name = COLUMNS[column]
            found = [result(recipe, family, sets[name], seed, options.epochs) for seed in range(options.seeds)]
            nats = [value for value, _ in found]
            spread = f" ({min(nats):.1f} to {max(nats):.1f})" if len(nats) > 1 else ""
            cells.append(f"{statistics.mean(nats):.1f}{spread}")
            seconds += [taken for _, taken in found]
        print(f"| {recipe} | {' | '.join(cells)} | {min(seconds):.1f} to {max(seconds):.1f} |", flush=True)
    return 0
