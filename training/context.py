"""What steers a job: its work asks `should_stop` between two batches, everybody else turns the controls from outside.

Knows threads; knows nothing of what the work is. The worker (training/worker.py) is a context's `Host`.
"""

import threading
import time
from collections.abc import Callable
from typing import Protocol, runtime_checkable

from training.job import CANCELLED, FAILED, INTERRUPTED, PAUSED, RUNNING, Job, Request

POLL_SECONDS = 0.25  # how soon another process's wish is seen


@runtime_checkable
class Board(Protocol):
    """Where a context's news are shown and written down: training/board.py."""

    def move(self, job_id: str, status: str, reason: str) -> None:
        """Writes a change of status down."""

    def report(self, job_id: str, payload: object) -> None:
        """Puts the payload into the job's snapshot."""

    def applied(self, request: Request, step: int) -> None:
        """Writes down from which step a request holds."""


@runtime_checkable
class Host(Protocol):
    """What a context needs of its queue. `stopping`: the process is about to end."""

    stopping: bool

    @property
    def board(self) -> Board:
        """Where news are shown."""

    def poll(self) -> None:
        """Looks for wishes of other processes."""

    def others_wait(self) -> bool:
        """Whether another job could run now."""


class Context:
    """A job's controls: the work asks `should_stop` between two batches, everybody else turns them from outside.

    All of it is guarded by the queue's one lock, `changed`.
    """

    def __init__(self, job: Job, host: Host, changed: threading.Condition, requests: tuple[Request, ...] = ()) -> None:
        self.job_id, self.spec = job.job_id, job.spec
        self.cancelled = threading.Event()
        self.paused = job.status == PAUSED
        self.stop_reason: str | None = None
        self._host, self._changed = host, changed
        self._steps, self._slow = 0, 0.0
        self._deadline = self._poll_at = float("inf")
        self._applied = [request for request in requests if request.step is not None]
        self._pending = [request for request in requests if request.step is None]

    # For the work

    def should_stop(self) -> bool:
        """Whether to save and return None now; waits while the job is paused, rests in slow motion."""
        now = time.monotonic()
        if now >= self._poll_at:
            self._poll_at = now + POLL_SECONDS
            self._host.poll()
        if not (self.paused or self._slow or self.cancelled.is_set() or self._host.stopping or now >= self._deadline):
            return False
        with self._changed:
            if self._slow and not self.paused:
                self._changed.wait_for(self._disturbed, self._slow)
            if self.paused:
                self._wait_while_paused()
            self.stop_reason = self.stop_reason or self._why()
        return self.stop_reason is not None

    def should_leave(self) -> bool:
        """Whether to drop what can be done again: cancelled or ending, asked within a long computation."""
        if self.cancelled.is_set() or self._host.stopping:
            self.stop_reason = self._why()
        return self.stop_reason is not None

    @property
    def wants_turn(self) -> bool:
        """Whether the job would do something if it had the worker."""
        return not self.paused or self._steps > 0

    @property
    def watched(self) -> bool:
        """Whether every single batch should be reported: somebody pauses, steps, or looks in slow motion."""
        return self.paused or self._slow > 0

    def report(self, payload: object) -> None:
        """Shows an immutable value to whoever polls the job."""
        self._host.board.report(self.job_id, payload)

    def requests(self) -> tuple[Request, ...]:
        """The changes of settings that wait to be applied."""
        return tuple(self._pending) if self._pending else ()

    def apply(self, request: Request, step: int) -> None:
        """Says from which step a request holds; it is on disk when this returns."""
        with self._changed:
            self._host.board.applied(request, step)
            self._pending.remove(request)
            self._applied.append(Request(request.number, request.job_id, request.name, request.value, step))

    def history(self) -> tuple[Request, ...]:
        """What was applied so far, also before a restart, in order: a resumed job repeats it."""
        return tuple(self._applied)

    # For the queue, which holds the lock

    def start(self, seconds: float) -> None:
        """A new turn of at most `seconds`."""
        now = time.monotonic()
        self._deadline, self._poll_at, self.stop_reason = now + seconds, now + POLL_SECONDS, None

    def pause(self) -> None:
        """The work waits at the end of its batch."""
        self.paused, self._steps = True, 0
        self._changed.notify_all()

    def resume(self) -> None:
        """The work goes on at full speed, or in slow motion."""
        self.paused, self._steps = False, 0
        self._changed.notify_all()

    def step(self) -> None:
        """One more batch, then the work waits."""
        self.paused, self._steps = True, self._steps + 1
        self._changed.notify_all()

    def slow(self, seconds: float) -> None:
        """A rest of `seconds` after every batch; 0 for none."""
        self._slow = seconds
        self._changed.notify_all()

    def ask(self, request: Request) -> None:
        """One more change of a setting."""
        self._pending.append(request)

    def cancel(self) -> None:
        """The work ends with its batch."""
        self.cancelled.set()
        self._changed.notify_all()

    def _wait_while_paused(self) -> None:
        began = time.monotonic()
        if not self._steps:
            self._host.board.move(self.job_id, PAUSED, "Paused.")
        while self.paused and not self._steps and not self._disturbed():
            if self._host.others_wait():
                self.stop_reason = PAUSED  # its place is free until it goes on
                return
            self._changed.wait(POLL_SECONDS)
            self._host.poll()
        self._steps = max(0, self._steps - 1)
        if not self.paused and not self._disturbed():
            self._host.board.move(self.job_id, RUNNING, "Goes on.")
        self._deadline += time.monotonic() - began

    def _disturbed(self) -> bool:
        return self.cancelled.is_set() or self._host.stopping

    def _why(self) -> str | None:
        if self.cancelled.is_set():
            return CANCELLED
        if self._host.stopping:
            return PAUSED if self.paused else INTERRUPTED
        return FAILED if time.monotonic() >= self._deadline else None


Work = Callable[[Context], str | None]
