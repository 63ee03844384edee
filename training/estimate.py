"""How long a training will take, measured before it starts: by training/timing.py, here or in a process of its own.

Knows plans; knows nothing of jobs or screens.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from datasets.data_set import DataSet
from models import strict_json
from models.errors import InputError
from training.plans import Plan

HOUSE = Path(__file__).parent.parent
SECONDS = 120.0


@dataclass(frozen=True)
class Estimate:
    """`seconds`: of the whole training, with its tests after each epoch and at the end. `batches`: how many were timed.

    `images_per_second`: in training alone.
    """

    seconds: float
    seconds_per_epoch: float
    images_per_second: float
    batches: int


def estimate(plan: Plan, data: DataSet) -> Estimate:
    """Measured in this process; raises InputError where the plan can't be trained."""
    from training.timing import timed  # brings torch

    return timed(plan, data)


def estimate_apart(plan: Plan) -> Estimate:
    """Measured by another process, so that one that has trained nothing yet stays without torch. Takes some seconds;
    raises InputError where it came to no number.
    """
    told, found = strict_json.write(plan), os.environ | {"PYTHONPATH": str(HOUSE), "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "training.timing"]
    try:
        done = subprocess.run(command, input=told, capture_output=True, encoding="utf-8", env=found, timeout=SECONDS)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise InputError("training.not_timed", problem=type(error).__name__) from None
    if done.returncode:
        raise InputError("training.not_timed", problem=(done.stderr.strip().splitlines() or [""])[-1][:200])
    return strict_json.read(Estimate, done.stdout, "timing")
