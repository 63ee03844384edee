"""All that can be said of trained models, a table each: likelihood, information, latent space, morphs and images.

    python -m benchmarks measure NAME... [--samples 5000] [--images 1000]

Needs the data set that a model was tested on. What is not defined for a model comes with its reason.
"""

import argparse
import sys
import time
from collections.abc import Sequence

import torch

from analysis.measure import Measurement, Options, measure
from analysis.measurement import measurement_table
from models.checkpoint import Checkpoint
from models.errors import InputError, require
from training import store
from training.data import load

EXIT_BAD_INPUT = 2


def measured(checkpoint: Checkpoint, options: Options) -> list[Measurement]:
    """Every measurement of a checkpoint on the test set of its name.

    Raises InputError where the set is not on this machine, or is not the one that the checkpoint was tested on.
    """
    run = checkpoint.run
    data = load(run.data.name, download=False)
    require(
        torch.equal(data.test_y, checkpoint.latents.labels),
        f"the test labels of {run.data.title} are not those that {run.run_id} remembers; it was tested on another "
        "version of the set.",
    )
    return measure(checkpoint, data.test_x, options)


def main(arguments: Sequence[str]) -> int:
    """Measures and prints. A model that can't be measured is a sentence on stderr, and the rest goes on; then 2."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks measure", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    default, add = Options(), parser.add_argument
    add("names", nargs="+", metavar="NAME", help="the models, one table each")
    add("--samples", type=int, default=default.samples, help="k of the bound, 1 to 5000 (default: %(default)s)")
    add("--images", type=int, default=default.images, help="test images, drawn at random (default: %(default)s)")
    add("--seed", type=int, default=default.seed, help="of images and noise (default: %(default)s)")
    given = parser.parse_args(arguments)
    code = 0
    for name in dict.fromkeys(given.names):
        try:
            options = Options(given.samples, given.images, given.seed)
            start, checkpoint = time.perf_counter(), store.open_run(name)
            text = measurement_table(measured(checkpoint, options))
        except InputError as error:
            print(f"error: {error}", file=sys.stderr)
            code = EXIT_BAD_INPUT
            continue
        count = f"{min(options.images, checkpoint.run.data.test_count):,} of {checkpoint.run.data.test_count:,}"
        print(f"{checkpoint.run.title} (`{name}`), {count} test images\n\n{text}")
        print(f"Measured in {time.perf_counter() - start:.1f} s, seed {options.seed}.\n", flush=True)
    return code
