"""The command line of analysis: trained models in numbers.

    python -m analysis table [--only NAME...] [--write FILE | --check FILE]
    python -m analysis measure NAME... [--samples 5000] [--images 1000]
    python -m analysis score [NAME...]
    python -m analysis steps NAME NAME...

`table` and `steps` know what the checkpoints remember; `measure` and `score` need the data set that a model was tested
on.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path

import numpy as np

from analysis import marked_text
from analysis.marked_text import BEGIN, END
from analysis.measure import measure
from analysis.measurement import Options, measurement_table
from analysis.score import score
from analysis.steps import steps
from analysis.summary import summarise, table
from analysis.tested_on import images_tested_on
from live.words import refusal, t
from models import gallery
from models.checkpoint import Checkpoint
from models.errors import InputError, require

EXIT_DIFFERENT, EXIT_BAD_INPUT = 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line and returns its exit code: 1 for a table that is out of date, 2 for bad input."""
    options = make_parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except InputError as error:
        return _refuse(error)
    return code


def make_parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    parser = argparse.ArgumentParser(
        prog="python -m analysis", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True, metavar="table|measure|score|steps")
    of_table = commands.add_parser("table", help="a Markdown table of the trained models")
    of_table.set_defaults(run=run_table)
    add = of_table.add_argument
    add("--folder", type=Path, help="where the models lie (default: LATENT_CHECKPOINTS, or checkpoints)")
    add("--only", nargs="+", metavar="NAME", help="these models alone")
    target = of_table.add_mutually_exclusive_group()
    target.add_argument("--write", type=Path, metavar="FILE", help=f"put it between {BEGIN} and {END}")
    target.add_argument("--check", type=Path, metavar="FILE", help="exit with 1 if FILE has another table there")
    of_measure = commands.add_parser("measure", help="all that can be measured of a model, a table for each")
    of_measure.set_defaults(run=run_measure)
    default, add = Options(), of_measure.add_argument
    add("names", nargs="+", metavar="NAME", help="the models")
    add("--folder", type=Path, help="where the models lie (default: LATENT_CHECKPOINTS, or checkpoints)")
    add("--samples", type=int, default=default.samples, help="k of the bound, 1 to 5000 (default: %(default)s)")
    add("--images", type=int, default=default.images, help="test images, drawn at random (default: %(default)s)")
    add("--seed", type=int, default=default.seed, help="of images and noise (default: %(default)s)")
    of_score = commands.add_parser("score", help="write log p(x|z) of each test image beside the models")
    of_score.set_defaults(run=run_score)
    of_score.add_argument("names", nargs="*", metavar="NAME", help="the models (default: all of the folder)")
    of_score.add_argument("--folder", type=Path, help="where the models lie (default: LATENT_CHECKPOINTS)")
    of_steps = commands.add_parser("steps", help="how the codes of the test images move from each model to the next")
    of_steps.set_defaults(run=run_steps)
    of_steps.add_argument("names", nargs="+", metavar="NAME", help="two models or more of the same images, in order")
    of_steps.add_argument("--folder", type=Path, help="where the models lie (default: LATENT_CHECKPOINTS)")
    return parser


def run_table(options: argparse.Namespace) -> int:
    """Prints the table, or writes it into a file, or checks the one that is there."""
    text = table(summarise(checkpoint) for checkpoint in open_all(options.folder, options.only))
    if options.write:
        marked_text.write(options.write, text)
        print(t("terminal.table", file=str(options.write)))
    elif not options.check:
        print(text, end="")
    elif not marked_text.is_current(options.check, text):
        print(t("terminal.table.other", file=str(options.check)), file=sys.stderr)
        return EXIT_DIFFERENT
    return 0


def run_measure(options: argparse.Namespace) -> int:
    """Measures and prints. A model that can't be measured is a sentence on stderr, and the rest goes on; then 2."""
    settings, code = Options(options.samples, options.images, options.seed), 0
    for name in dict.fromkeys(options.names):
        try:
            print(_measured_text(gallery.open_run(name, options.folder), settings), flush=True)
        except InputError as error:
            code = _refuse(error)
    return code


def run_score(options: argparse.Namespace) -> int:
    """Scores and writes. A model that can't be scored is a sentence on stderr, and the rest goes on; then 2."""
    code = 0
    for name in dict.fromkeys(options.names or [found.run.run_id for found in open_all(options.folder)]):
        try:
            checkpoint = gallery.open_run(name, options.folder)
            scores = score(checkpoint, images_tested_on(checkpoint))
            path = gallery.add_scores(name, scores, options.folder)
        except InputError as error:
            code = _refuse(error)
            continue
        mean = float(scores.log_likelihood.astype(np.float64).mean())
        size = path.stat().st_size
        print(t("terminal.scored", name=name, nats=mean, count=scores.draws, bytes=size), flush=True)
    return code


def run_steps(options: argparse.Namespace) -> int:
    """Prints a row from each model to the next; raises InputError for models of different images."""
    opened = [gallery.open_run(name, options.folder) for name in options.names]
    for checkpoint in opened:
        run, first = checkpoint.run, opened[0].run
        require(run.data.same_data(first.data), "series.other_data", name=run.run_id, first=first.run_id)
    print(t("terminal.steps"))
    found = steps([checkpoint.latents.mu for checkpoint in opened])
    for pair, step in zip(pairwise(options.names), found, strict=True):
        print(t("terminal.step", before=pair[0], after=pair[1], **asdict(step)))
    return 0


def open_all(folder: Path | None = None, only: Sequence[str] | None = None) -> list[Checkpoint]:
    """The checkpoints in a folder, by default the gallery's, or those called `only`.

    Raises InputError for a missing or empty folder, and for any checkpoint that is missing or damaged.
    """
    folder = folder or gallery.checkpoint_folder()
    require(folder.is_dir(), "command.no_folder", folder=str(folder))
    if only:
        return [gallery.open_run(name, folder) for name in sorted(set(only))]
    listing = gallery.list_runs(folder)
    if listing.refused:
        raise InputError.of(listing.refused[0])
    require(bool(listing.runs), "command.no_model", folder=str(folder))
    return [gallery.open_run(run.run_id, folder) for run in listing.runs]


def _measured_text(checkpoint: Checkpoint, options: Options) -> str:
    start, run = time.perf_counter(), checkpoint.run
    text = measurement_table(measure(checkpoint, images_tested_on(checkpoint), options), refusal)
    images = {"count": min(options.images, run.data.test_count), "all": run.data.test_count}
    head = t("terminal.measured", title=run.title, name=run.run_id, **images)
    took = t("terminal.measured.in", seconds=time.perf_counter() - start, seed=str(options.seed))
    return f"{head}\n\n{text}\n{took}\n"


def _refuse(error: InputError) -> int:
    print(f"error: {refusal(error)}", file=sys.stderr)
    return EXIT_BAD_INPUT
