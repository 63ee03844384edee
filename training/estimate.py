"""How long a training will take, measured before it starts: by training/timing.py, here or in a process of its own.

Knows plans; knows nothing of jobs or screens.
"""

import dataclasses
import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from datasets.data_set import DataSet
from models import strict_json
from models.errors import InputError
from training.plans import Plan

HOUSE = Path(__file__).parent.parent
SECONDS, IDLE_SECONDS = 120.0, 60.0


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


class Apart:
    """The process that measures for one that has trained nothing yet, so that this one stays without torch.

    It takes some seconds to start, so it stays for the next choice, and ends when none comes for a minute.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._leaving: threading.Timer | None = None
        self._lock = threading.Lock()

    def estimate(self, plan: Plan) -> Estimate:
        """Measured there; raises InputError where it came to no number."""
        with self._lock:
            self._stay()
            try:
                line = self._ask(json.dumps(dataclasses.asdict(plan)))
            except OSError as error:
                line = json.dumps({"problem": type(error).__name__})
            self._leaving = _started(threading.Timer(IDLE_SECONDS, self.close))
        if not line:  # it has died
            self.close()
        said = json.loads(line or '{"problem": ""}')
        if "problem" in said:
            raise InputError("training.not_timed", problem=said["problem"][:200])
        return strict_json.read(Estimate, line, "timing")

    def _ask(self, plan: str) -> str:
        """The line that it answers; an empty one where it has died, or took so long that it was ended."""
        if self._process is None:
            command, found = (
                [sys.executable, "-m", "training.timing"],
                os.environ | {"PYTHONPATH": str(HOUSE), "PYTHONUTF8": "1"},
            )
            pipe = subprocess.PIPE
            self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, encoding="utf-8", env=found)
        process = self._process
        assert process.stdin
        assert process.stdout
        late = _started(threading.Timer(SECONDS, process.kill))
        try:
            process.stdin.write(plan + "\n")
            process.stdin.flush()
            return process.stdout.readline()
        finally:
            late.cancel()

    def _stay(self) -> None:
        if self._leaving:
            self._leaving.cancel()

    def close(self) -> None:
        """Ends it, whatever it measures; the next question starts another."""
        if process := self._process:
            process.kill()
        with self._lock:
            self._stay()
            if self._process is process:
                self._process = None
        if process:
            process.communicate()


def _started(timer: threading.Timer) -> threading.Timer:
    timer.daemon = True
    timer.start()
    return timer
