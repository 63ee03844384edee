"""Kills a training server (SIGKILL) at 1,000 random moments and prints what was lost: the long form of a test.

    python -m benchmarks kills [--kills 1000] [--seed 0]

tests/training/kill_training.py does it, in a process of its own that may fork; tests/training/test_train_job.py runs
thirty. Exit code 1 if anything was lost, damaged, or differs from a run that nobody interrupted.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

SCRIPT = Path(__file__).parent.parent / "tests" / "training" / "kill_training.py"
LOST = ("lost", "lost_commands", "lost_cancels", "forgotten")
WRONG = ("unreadable", "strays", "unfinished", "statuses", "different", "failed")


def main(arguments: Sequence[str]) -> int:
    """Prints a JSON object: kills, jobs, how often a job was hit, and a list for each kind of loss."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks kills")
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    command = [sys.executable, str(SCRIPT), str(options.kills), str(options.seed)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        return done.returncode
    found = json.loads(done.stdout)
    print(json.dumps(found, indent=1))
    return int(any(found[name] for name in (*LOST, *WRONG)))
