"""One job: its states and their reasons, its immutable snapshot, its limits, and the commands for it. Plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from models.errors import Reason

QUEUED, RUNNING, PAUSED = "queued", "running", "paused"
DONE, FAILED, CANCELLED, INTERRUPTED = "done", "failed", "cancelled", "interrupted"
ACTIVE = (QUEUED, RUNNING, PAUSED)
PAUSE, RESUME, STEP, SLOW, CANCEL = (
    "pause",
    "resume",
    "step",
    "slow",
    "cancel",
)  # others are the work's
OLD_SENTENCE, OLD_REFUSAL = "text", "refused"  # reasons of a journal that is older than codes: sentences, as `text`
SWEEP = "sweep"  # of a spec: the sweep that a job is a part of
CANCELLED_KEPT = "cancelled"  # the reason of a job that can be resumed although it was cancelled


@dataclass(frozen=True)
class Outcome:
    """How a job left the worker."""

    status: str
    reason: Reason


@dataclass(frozen=True)
class Limits:
    """How many jobs one session may have, and what one job may take. `seconds`: of work, pauses apart.

    `sweep`: jobs that one sweep may have, which do not count among a session's own; `sweeps`: how many sweeps are kept.
    `crashes`: how often a process may die under a job before the job is given up. `undo_seconds`: how long, and
    `undo_jobs`: for how many jobs, what a cancelled job has done is kept, so that it can be resumed.
    """

    per_session: int = 3  # one running and two waiting
    in_all: int = 100
    sweep: int = 256
    sweeps: int = 12
    seconds: float = 15 * 60.0
    crashes: int = 5
    undo_seconds: float = 3600.0
    undo_jobs: int = 8


@dataclass(frozen=True)
class Command:
    """What somebody wants of a job: one of the queue's commands, one of the work's, or a setting's new value.

    `number`: its order; `step`: from which it holds, None until it took effect.
    """

    number: int
    job_id: str
    name: str
    value: float = 0.0
    step: int | None = None


@dataclass(frozen=True)
class Job:
    """A job as it was at one moment. `spec`: what to do, as JSON; `payload`: the last thing its work has reported.

    `submitted`, `changed`: seconds since 1970. `reason`: why it has its `status`. `version` grows with every change.
    `slow`: seconds of rest after every batch. `turn`: how often it has begun or gone on, in the journal: whoever works
    on it under a smaller number has lost it to another, and may write nothing more.
    """

    job_id: str
    session: str
    key: str
    spec: Mapping[str, Any] = field(hash=False)
    status: str
    reason: Reason
    submitted: float
    changed: float
    crashes: int = 0
    payload: Any = field(default=None, compare=False, repr=False)
    slow: float = 0.0
    version: int = 0
    turn: int = 0

    @property
    def sweep(self) -> str:
        """The name of the sweep that it is a part of; empty where it stands alone."""
        return str(self.spec.get(SWEEP, ""))

    @property
    def active(self) -> bool:
        """Whether it still has, or waits for, the worker."""
        return self.status in ACTIVE

    @property
    def ended_for_good(self) -> bool:
        """Whether it can't be resumed any more."""
        return self.status == DONE or (self.status == CANCELLED and self.reason.code != CANCELLED_KEPT)
