"""`python -m analysis`: see analysis/command.py."""

import sys

from analysis.command import main

sys.exit(main())
