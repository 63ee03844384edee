"""The command line that trains a published program again: `python -m published train NAME [options]`.

Knows the programs and the command line of training, whose options it passes on.
"""

import sys

from live.words import refusal, t
from models.errors import InputError
from published.programs import PROGRAMS, program_plan
from training import command

EXIT_BAD_INPUT = 2
USAGE = """usage: python -m published train NAME [options]

Trains a published program with its own settings. The options are those of `python -m training`, see its --help;
one that changes a setting makes a model of your own.

programs:
"""


def main(arguments: list[str]) -> int:
    """Trains the program that is named first; returns the exit code of `python -m training`."""
    if not arguments or arguments[0] in ("-h", "--help"):
        notes = {name: t(f"program.{row.note}", **row.settings) for name, row in PROGRAMS.items()}
        print(USAGE + "\n".join(f"  {name:<20} {PROGRAMS[name].title}. {note}" for name, note in notes.items()))
        return 0 if arguments else EXIT_BAD_INPUT
    name, *options = arguments
    try:
        plan = program_plan(name)
    except InputError as error:
        print(f"error: {refusal(error)}", file=sys.stderr)
        return EXIT_BAD_INPUT
    return command.main(options, plan)
