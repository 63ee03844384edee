"""One job: its states, its immutable snapshot, its limits, and the wishes that come for it. Plain values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

QUEUED, RUNNING, PAUSED = "queued", "running", "paused"
DONE, FAILED, CANCELLED, INTERRUPTED = "done", "failed", "cancelled", "interrupted"
ACTIVE = (QUEUED, RUNNING, PAUSED)


@dataclass(frozen=True)
class Limits:
    """What one session may ask of the queue, and one job of the worker. `seconds`: of work, pauses apart.

    `crashes`: how often the process may die under a job before the job is given up.
    """

    per_session: int = 3  # one running and two waiting
    in_all: int = 100
    seconds: float = 15 * 60.0
    crashes: int = 5


@dataclass(frozen=True)
class Request:
    """A setting that someone changed. `number`: its order; `step`: from which it holds, None until it was applied."""

    number: int
    job_id: str
    name: str
    value: float
    step: int | None = None


@dataclass(frozen=True)
class Job:
    """A job as it was at one moment. `spec`: what to do, as JSON; `payload`: the last thing its work has reported.

    `submitted`, `changed`: seconds since 1970. `reason`: a sentence that explains `status`. `version` grows with
    every change. `slow`: seconds of rest after every batch.
    """

    job_id: str
    session: str
    key: str
    spec: Mapping[str, Any] = field(hash=False)
    status: str
    reason: str
    submitted: float
    changed: float
    crashes: int = 0
    payload: Any = field(default=None, compare=False, repr=False)
    slow: float = 0.0
    version: int = 0

    @property
    def active(self) -> bool:
        """Whether it still has, or waits for, its turn."""
        return self.status in ACTIVE
