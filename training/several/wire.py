"""What goes from the queue's process to a machine and back: values only, and by which builds both know each other.

Knows jobs and plans; knows nothing of Dask.
"""

import hashlib
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import torch

from jobs.controls import Moved, Order, Report
from jobs.job import Command, Job, Outcome
from models.errors import Reason
from training.chain import Start
from training.pacing import Pacing
from training.plans import Plan

ROOMS = ("models", "datasets", "jobs", "training")  # whose code decides what a training gives


@dataclass(frozen=True)
class Build:
    """What must be the same on all machines: the versions of Python and torch, and a digest of our own code."""

    python: str
    torch: str
    own: str


@cache
def build() -> Build:
    """That of this process."""
    root, content = Path(__file__).parent.parent.parent, hashlib.sha256()
    for path in sorted(path for room in ROOMS for path in (root / room).rglob("*.py")):
        content.update(path.relative_to(root).as_posix().encode())
        content.update(path.read_bytes())
    return Build(platform.python_version(), torch.__version__, content.hexdigest()[:12])


@dataclass(frozen=True)
class Errand:
    """What a machine is to train. `owner`: whose job it is; `orders`: how its controls stand; `seconds`: it may take.

    `files`: what an earlier turn has saved, by the path within the folder of unfinished runs.
    `start`: what it begins with.
    """

    owner: str
    job: Job
    turn: int
    plan: Plan
    run_id: str
    commands: tuple[Command, ...]
    orders: tuple[Order, ...]
    seconds: float
    files: Mapping[str, bytes]
    pacing: Pacing
    filmed: bool
    start: Start | None = None

    @property
    def key(self) -> "Key":
        """Which turn it is, and which model is trained in it."""
        return self.run_id, self.turn


Key = tuple[str, int]
Written = tuple[tuple[int, Reason | None], ...]


@dataclass(frozen=True)
class Question:
    """What the queue's process says when it asks for news. `number`: one that comes twice gets the same answer.

    `written`: numbers of commands whose effect is on disk now, or why it is not.
    """

    number: int
    orders: tuple[Order, ...] = ()
    written: Written = ()


@dataclass(frozen=True)
class News:
    """What a machine has to say since it was last asked. `files`: what it has saved; None for one that is gone.

    `seen`: whether the report's pictures were sent before, and are left out. `begun`: whether the work is under way.
    `effects`: commands that hold from their step on; the work waits until that is written down.
    """

    report: Report | None = None
    moved: tuple[Moved, ...] = ()
    effects: tuple[Command, ...] = ()
    files: Mapping[str, bytes | None] = field(default_factory=dict)
    seen: bool = False
    begun: bool = False


@dataclass(frozen=True)
class Left:
    """How the work has left a machine. `steps`: single steps that it still had to do; `checkpoint`: files by name."""

    outcome: Outcome
    news: News
    steps: int
    checkpoint: Mapping[str, bytes] = field(default_factory=dict)
