"""`python -m analysis table` and `python -m analysis measure`: see analysis/command.py."""

import sys

from analysis.command import main

sys.exit(main())
