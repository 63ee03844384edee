"""`python -m published reproduce`, `sweep` and `train`: see published/reproduce.py, sweep.py and train.py."""

import sys

from published import reproduce, sweep, train

COMMANDS = {"reproduce": reproduce.main, "sweep": sweep.main, "train": train.main}


def main(arguments: list[str]) -> int:
    """Hands the arguments after the command to it; 2 for a command that is not there."""
    if not arguments or arguments[0] not in COMMANDS:
        print(f"usage: python -m published {'|'.join(COMMANDS)}", file=sys.stderr)
        return 2
    return COMMANDS[arguments[0]](arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
