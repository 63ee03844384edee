"""The command line of analysis: the table of trained models, printed, written or checked, and all that one measures.

Knows checkpoints and test images on disk and the two marks in a Markdown file; knows no screen but the terminal.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from analysis.measure import Options, measure
from analysis.measurement import measurement_table
from analysis.originals import data_folder, load_originals
from analysis.summary import summarise, table
from models.atomic import write_file
from models.checkpoint import Checkpoint, load
from models.errors import InputError, require
from models.run import require_run_id

BEGIN, END = "<!-- table:begin -->", "<!-- table:end -->"
EXIT_DIFFERENT, EXIT_BAD_INPUT = 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line and returns its exit code: 1 for a table that is out of date, 2 for bad input."""
    options = make_parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except InputError as error:
        print(f"error: {error}", file=sys.stderr)
        return EXIT_BAD_INPUT


def make_parser() -> argparse.ArgumentParser:
    """The options of `python -m analysis`."""
    parser = argparse.ArgumentParser(prog="python -m analysis", description="Trained models in numbers.")
    commands = parser.add_subparsers(required=True, metavar="table | measure")
    of_table = commands.add_parser("table", help="a Markdown table of the trained models")
    of_table.set_defaults(run=_run_table)
    add = of_table.add_argument
    add("--folder", type=Path, default=Path("checkpoints"), help="where the models lie (default: checkpoints)")
    add("--only", nargs="+", metavar="NAME", help="these models alone")
    target = of_table.add_mutually_exclusive_group()
    target.add_argument("--write", type=Path, metavar="FILE", help=f"put it between {BEGIN} and {END}")
    target.add_argument("--check", type=Path, metavar="FILE", help="exit with 1 if FILE has another table there")
    of_measure = commands.add_parser("measure", help="likelihood, information, latent space and images of a model")
    of_measure.set_defaults(run=_run_measure)
    add = of_measure.add_argument
    add("only", nargs="+", metavar="RUN_ID", help="the models, one table each")
    add("--folder", type=Path, default=Path("checkpoints"), help="where the models lie (default: checkpoints)")
    add("--data", type=Path, help="where the data sets lie (default: the folder LATENT_DATA names, or data)")
    default = Options()
    add("--samples", type=int, default=default.samples, help="k of the bound, 1 to 5000 (default: %(default)s)")
    add("--images", type=int, default=default.images, help="test images, drawn at random (default: %(default)s)")
    add("--seed", type=int, default=default.seed, help="of images and noise (default: %(default)s)")
    return parser


def _run_table(options: argparse.Namespace) -> int:
    text = table(summarise(checkpoint) for checkpoint in open_all(options.folder, options.only))
    if options.write:
        return _write(options.write, text)
    if options.check:
        return _check(options.check, text)
    print(text, end="")
    return 0


def _run_measure(options: argparse.Namespace) -> int:
    """A model that can't be measured is a sentence on stderr, and the rest goes on; then the exit code is 2."""
    asked, code = Options(options.samples, options.images, options.seed), 0
    for run_id in dict.fromkeys(options.only):
        try:
            [checkpoint] = open_all(options.folder, [run_id])
            start, images = time.perf_counter(), load_originals(checkpoint, options.data or data_folder())
            text = measurement_table(measure(checkpoint, images, asked))
        except InputError as error:
            print(f"error: {error}", file=sys.stderr)
            code = EXIT_BAD_INPUT
            continue
        count = f"{min(asked.images, len(images)):,} of {len(images):,} test images"
        print(f"{checkpoint.run.title} (`{run_id}`), {count}\n\n{text}")
        print(f"Measured in {time.perf_counter() - start:.1f} s, seed {asked.seed}.\n", flush=True)
    return code


def open_all(folder: Path, only: Sequence[str] | None = None) -> list[Checkpoint]:
    """The checkpoints in a folder, or those called `only`; names that start with "." are not models.

    Raises InputError for a missing or empty folder, and for any checkpoint that is missing or damaged.
    """
    require(folder.is_dir(), f"there is no folder {folder}; name the folder of trained models with --folder.")
    try:
        found = sorted(path.name for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
    except OSError as error:
        raise InputError(f"{folder} can't be read: {error.strerror}.") from None
    for name in only or ():
        require_run_id(name)
    names = sorted(set(only)) if only else found
    require(bool(names), f"{folder} holds no trained model; train one with `python -m training`.")
    return [load(folder / name) for name in names]


def replaced(text: str, content: str, source: str) -> str:
    """The text with `content` between the two marks; raises InputError unless each stands there once, in order."""
    require(
        text.count(BEGIN) == text.count(END) == 1 and text.index(BEGIN) < text.index(END),
        f"{source} must have one line {BEGIN} and, below it, one line {END}.",
    )
    head, rest = text.split(BEGIN)
    return f"{head}{BEGIN}\n{content}{END}{rest.split(END)[1]}"


def _write(path: Path, content: str) -> int:
    text = replaced(_read(path), content, str(path))
    try:
        write_file(path, text.encode())
    except OSError as error:
        raise InputError(f"{path} can't be written: {error.strerror}. The file is as it was.") from None
    print(f"The table is in {path}.")
    return 0


def _check(path: Path, content: str) -> int:
    before = _read(path)
    if replaced(before, content, str(path)) == before:
        return 0
    print(f"{path} has another table; renew it with: python -m analysis table --write {path}", file=sys.stderr)
    return EXIT_DIFFERENT


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except OSError as error:
        raise InputError(f"{path} can't be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise InputError(f"{path} is not UTF-8 text.") from None
