"""`python -m exports`, see exports/command.py."""

import sys

from exports.command import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
