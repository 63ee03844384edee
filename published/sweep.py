"""The command line of models like a published program: `python -m published sweep NAME start BETAS --beta 1,9`.

All have the program's network, loss and schedule but for what the sweep varies, so none is the program. Knows the
programs and the command line of sweeps, whose options it passes on.
"""

import sys

from live.words import refusal
from models.errors import InputError
from published.programs import spec_of
from training import sweep_command
from training.spec import PARTS

EXIT_BAD_INPUT = 2
USAGE = (
    "usage: python -m published sweep NAME start SWEEP [options], NAME a program, the rest as python -m training sweep"
)


def main(arguments: list[str]) -> int:
    """A sweep around the program that is named first; returns the exit code of `python -m training sweep`."""
    if not arguments or arguments[0] in ("-h", "--help"):
        print(USAGE)
        return 0 if arguments else EXIT_BAD_INPUT
    name, *options = arguments
    try:
        spec = spec_of(name)
        base = {part: spec[part] for part in ("family", "data", *PARTS)} | {"title": f"Like {name}"}
        return sweep_command.main(options, base)
    except InputError as error:
        print(f"error: {refusal(error)}", file=sys.stderr)
        return EXIT_BAD_INPUT
