"""The command line of exports.

    python -m exports site FOLDER [--models NAME,...] [--images] [--force]

`site` writes the playground without training as plain files: for any static host, under any path, or from a USB stick
through `python -m http.server`. Knows argparse; what is written is in site.py.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from exports.folder import write_tree
from exports.site import Site
from models.errors import InputError

EXIT_BAD_INPUT = 2


def main(arguments: Sequence[str]) -> int:
    """Runs the command; returns the exit status, 2 for bad input, which is said in one line."""
    parser = argparse.ArgumentParser(prog="python -m exports", description=__doc__.split("\n\n")[0])
    commands = parser.add_subparsers(required=True, metavar="site")
    site = commands.add_parser("site", help="the playground as plain files that need no server")
    site.add_argument("folder", type=Path, help="where it goes; it must be empty, or not there")
    site.add_argument("--models", help="their names, with commas between (default: those that ship and fit into 80 MB)")
    site.add_argument("--images", action="store_true", help="test images too, where they are on this computer")
    site.add_argument("--force", action="store_true", help="replace what is in the folder")
    options = parser.parse_args(arguments)
    try:
        named = [name.strip() for name in options.models.split(",")] if options.models else None
        made = Site(named, options.images)
        size = write_tree(options.folder, made.files(), options.force)
    except InputError as error:
        print(f"error: {error}", file=sys.stderr)
        return EXIT_BAD_INPUT
    left = f" Left out, for they would make it larger than 80 MB: {', '.join(made.left_out)}." if made.left_out else ""
    print(f"{len(made.runs)} models, {size / 1e6:.1f} MB, in {options.folder}.{left}")
    print(f"Look at it: python -m http.server --directory {options.folder} 8000, then open http://127.0.0.1:8000")
    return 0
