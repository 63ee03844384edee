"""`python -m training worker ADDRESS`: this computer works for a scheduler, with Dask's own worker.

Knows Dask's command line; knows nothing of trainings.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from models.errors import require
from training.several.machines import RESOURCE
from training.several.where import MOST_WORKERS, require_private


def main(arguments: Sequence[str]) -> int:
    """Becomes the worker's process; raises InputError for an address or a number that can't be."""
    options = make_parser().parse_args(arguments)
    require(find_spec("distributed") is not None, "several.not_installed")
    require_private(options.address)
    require(1 <= options.count <= MOST_WORKERS, "several.count", most=MOST_WORKERS, got=options.count)
    os.chdir(Path(__file__).parent.parent.parent)  # where our rooms are found
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, *command(options.address, options.count, options.nanny)])
    return 0


def command(address: str, count: int, nanny: bool) -> list[str]:
    """What Dask's worker is started with: one training at a time in each process."""
    fixed = ["-m", "distributed.cli.dask_worker", address, "--nthreads", "1", "--nworkers", str(count)]
    alone = [] if nanny else ["--no-nanny"]
    return [*fixed, "--resources", f"{RESOURCE}=1", "--memory-limit", "0", "--no-dashboard", *alone]


def make_parser() -> argparse.ArgumentParser:
    """The options."""
    parser = argparse.ArgumentParser(
        prog="python -m training worker",
        description="Trains on this computer for a scheduler, until Ctrl-C: the app there is started with "
        "LATENT_SCHEDULER=ADDRESS. Versions of Python, torch and this app must be the same on all computers.",
    )
    parser.add_argument("address", help="of the scheduler, as tcp://192.168.1.20:8786")
    parser.add_argument("--count", type=int, default=1, help="trainings at once, one core each (default: 1)")
    parser.add_argument("--no-nanny", dest="nanny", action="store_false", help="nobody starts it again when it dies")
    return parser
