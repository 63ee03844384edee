"""`python -m training`: see training/command.py."""

import sys

from training.command import main

sys.exit(main())
