"""The command line of analysis: the table of trained models, printed, written or checked.

Knows checkpoints on disk and the two marks in a Markdown file; knows no screen but the terminal.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

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
        return _run_table(options)
    except InputError as error:
        print(f"error: {error}", file=sys.stderr)
        return EXIT_BAD_INPUT


def make_parser() -> argparse.ArgumentParser:
    """The options of `python -m analysis`."""
    parser = argparse.ArgumentParser(prog="python -m analysis", description="Trained models in numbers.")
    commands = parser.add_subparsers(required=True, metavar="table")
    of_table = commands.add_parser("table", help="a Markdown table of the trained models")
    add = of_table.add_argument
    add("--folder", type=Path, default=Path("checkpoints"), help="where the models lie (default: checkpoints)")
    add("--only", nargs="+", metavar="NAME", help="these models alone")
    target = of_table.add_mutually_exclusive_group()
    target.add_argument("--write", type=Path, metavar="FILE", help=f"put it between {BEGIN} and {END}")
    target.add_argument("--check", type=Path, metavar="FILE", help="exit with 1 if FILE has another table there")
    return parser


def _run_table(options: argparse.Namespace) -> int:
    text = table(summarise(checkpoint) for checkpoint in open_all(options.folder, options.only))
    if options.write:
        return _write(options.write, text)
    if options.check:
        return _check(options.check, text)
    print(text, end="")
    return 0


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
