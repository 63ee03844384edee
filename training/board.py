"""The jobs as everybody sees them: snapshots, futures and contexts by name, each change journaled.

Knows jobs and their journal; knows nothing of turns or of the worker. Snapshots are read without waiting for anybody;
everything else happens under the one lock, `changed`.
"""

import logging
import sqlite3
import threading
import time
from concurrent.futures import Future
from dataclasses import replace

from models.errors import InputError
from training.context import Context
from training.job import CANCELLED, DONE, FAILED, INTERRUPTED, Job, Request
from training.journal import Journal

KEPT_ENDED, KEPT_PAYLOADS = 200, 20
ENDED = (DONE, FAILED, CANCELLED, INTERRUPTED)
logger = logging.getLogger(__name__)


class Board:
    """All jobs that are under way, and those that ended last."""

    def __init__(self, journal: Journal) -> None:
        self.changed = threading.Condition()
        self.contexts: dict[str, Context] = {}
        self._journal = journal
        self._jobs: dict[str, Job] = {}
        self._futures: dict[str, Future[Job]] = {}

    def snapshot(self, job_id: str) -> Job:
        """The job as it is now; raises InputError for a name that is not there."""
        job = self._jobs.get(job_id)
        if job is None:
            raise InputError(f"there is no training job called {job_id[:60]!r}; it may have been cleared away.")
        return job

    def jobs(self) -> tuple[Job, ...]:
        """All jobs, in the order of their submission."""
        return tuple(self._jobs.values())

    def wait(self, job_id: str, timeout: float | None = None) -> Job:
        """The job once it has ended; raises TimeoutError when that takes longer."""
        return self._futures[self.snapshot(job_id).job_id].result(timeout)

    def add(self, job: Job, context: Context) -> None:
        """A job that the board did not know."""
        self._jobs[job.job_id], self.contexts[job.job_id] = job, context
        self._futures[job.job_id] = Future()
        if job.status in ENDED:
            self._futures[job.job_id].set_result(job)

    def reopen(self, job_id: str) -> None:
        """A job that had ended will end once more."""
        if self._futures[job_id].done():
            self._futures[job_id] = Future()

    def move(self, job_id: str, status: str, reason: str) -> None:
        """Writes a change of status down; a full disk does not stop the job."""
        with self.changed:
            if self._jobs[job_id].status == status:
                return
            try:
                self._journal.move(job_id, status, reason)
            except sqlite3.Error as error:
                logger.warning("job %s: %s could not be journaled: %s", job_id, status, error)
            self._put(replace(self._jobs[job_id], status=status, reason=reason, changed=time.time()))

    def end(self, job_id: str, status: str, reason: str) -> None:
        """The job's last change of status: who waits for it is told, and the oldest that ended are forgotten."""
        self.move(job_id, status, reason)
        if not self._futures[job_id].done():
            self._futures[job_id].set_result(self._jobs[job_id])
        ended = sorted((job for job in self._jobs.values() if not job.active), key=lambda job: job.changed)
        for job in ended[:-KEPT_PAYLOADS]:
            self._put(replace(job, payload=None))
        for job in ended[:-KEPT_ENDED]:
            del self._jobs[job.job_id], self.contexts[job.job_id], self._futures[job.job_id]

    def report(self, job_id: str, payload: object) -> None:
        """Puts the payload into the job's snapshot."""
        with self.changed:
            self._put(replace(self._jobs[job_id], payload=payload))

    def slowed(self, job_id: str, seconds: float) -> None:
        """Shows the rest after every batch in the job's snapshot."""
        with self.changed:
            self._put(replace(self._jobs[job_id], slow=seconds))

    def applied(self, request: Request, step: int) -> None:
        """Writes down from which step a request holds; a change that can't be written down is not made."""
        try:
            self._journal.apply(request.number, step)
        except sqlite3.Error as error:
            raise InputError(f"{request.name} can't be turned: the journal can't be written ({error}).") from None

    def _put(self, job: Job) -> None:
        self._jobs[job.job_id] = replace(job, version=job.version + 1)
