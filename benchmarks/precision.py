"""What bfloat16 costs: the test ELBO of the same training in float32 and in bfloat16, seed by seed.

    python -m benchmarks precision [--seeds 3] [--networks mlp post-cnn] [--threads 1]

MNIST, 10 epochs, Adam 1e-3, 20 latents: with 2 latents two seeds end up to a nat apart, with 20 a tenth. Prints one
Markdown table; a difference below 0 is what bfloat16 costs.
"""

import argparse
import statistics
import sys
from collections.abc import Sequence
from typing import Any

from benchmarks.trained import trained
from datasets.catalogue import load
from datasets.data_set import DataSet
from training.device import use_threads
from training.heap import keep_heap
from training.plans import make_plan

NETWORKS: dict[str, tuple[str, dict[str, Any]]] = {
    "mlp": ("MLP 784-512-20-512-784", {"widths": (512,), "activation": "relu"}),
    "post-cnn": ("R post's network", {"network": "post-cnn"}),
    "book-cnn": ("Book's network", {"network": "book-cnn"}),
}
LATENTS, EPOCHS = 20, 10


def test_elbo(network: str, precision: str, seed: int, data: DataSet) -> tuple[float, float]:
    """The test ELBO in nats after the training, and the training's images/s."""
    settings = {"epochs": EPOCHS, "precision": precision, "seed": seed}
    plan = make_plan("vae", data.name, LATENTS, NETWORKS[network][1], settings)
    metrics, seconds = trained(plan, data)
    assert metrics.elbo is not None
    return metrics.elbo, EPOCHS * len(data.train_x) / seconds


def main(arguments: Sequence[str]) -> int:
    """Trains, measures and prints; 0."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks precision", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--networks", nargs="+", choices=NETWORKS, default=["mlp", "post-cnn"])
    parser.add_argument("--threads", type=int)
    options = parser.parse_args(arguments)
    use_threads(options.threads)
    keep_heap()
    data = load("mnist")
    print("| Test ELBO, nats, seed by seed | float32 | bfloat16 | Mean difference | Images/s |")
    print("| --- | ---: | ---: | ---: | ---: |", flush=True)
    for network in options.networks:
        elbos: dict[str, list[float]] = {"float32": [], "bfloat16": []}
        speeds: dict[str, list[float]] = {"float32": [], "bfloat16": []}
        for seed in range(options.seeds):
            for precision in elbos:
                elbo, speed = test_elbo(network, precision, seed, data)
                print(f"{network}, seed {seed}, {precision}: {elbo:.3f}", file=sys.stderr, flush=True)
                elbos[precision].append(elbo)
                speeds[precision].append(speed)
        cells = [", ".join(f"{elbo:.2f}" for elbo in elbos[precision]) for precision in elbos]
        cost = statistics.mean(elbos["bfloat16"]) - statistics.mean(elbos["float32"])
        rates = " and ".join(f"{statistics.median(speed):,.0f}" for speed in speeds.values())
        print(f"| {NETWORKS[network][0]} | {' | '.join(cells)} | {cost:+.2f} | {rates} |", flush=True)
    return 0
