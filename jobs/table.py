"""The jobs as everybody sees them: snapshots, futures and controls by name, each change journaled.

Knows jobs and their journal; knows nothing of turns or of the worker. Snapshots are read without waiting for anybody;
everything else happens under the one lock, `changed`.
"""

import functools
import logging
import sqlite3
import threading
import time
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import replace

from jobs.controls import Controls, Effect, Moved, Report
from jobs.job import CANCELLED, DONE, FAILED, INTERRUPTED, Command, Job
from jobs.journal import Journal
from models.errors import InputError, Reason, require

KEPT_ENDED, KEPT_PAYLOADS = 200, 20
ENDED = (DONE, FAILED, CANCELLED, INTERRUPTED)
logger = logging.getLogger(__name__)


class JobTable:
    """All jobs that are under way, and those that ended last."""

    def __init__(self, journal: Journal) -> None:
        self.changed = threading.Condition()
        self.controls: dict[str, Controls] = {}
        self._journal = journal
        self._jobs: dict[str, Job] = {}
        self._futures: dict[str, Future[Job]] = {}

    def snapshot(self, job_id: str) -> Job:
        """The job as it is now; raises InputError for a name that is not there."""
        job = self._jobs.get(job_id)
        if job is None:
            raise InputError("jobs.unknown", name=job_id[:60])
        return job

    def jobs(self) -> tuple[Job, ...]:
        """All jobs, in the order of their submission."""
        return tuple(self._jobs.values())

    def wait(self, job_id: str, timeout: float | None = None) -> Job:
        """The job once it has ended; raises TimeoutError when that takes longer."""
        return self._futures[self.snapshot(job_id).job_id].result(timeout)

    def add(self, job: Job, commands: tuple[Command, ...] = ()) -> None:
        """A job that the table did not know."""
        holds = functools.partial(self.require_turn, job.job_id)
        self._jobs[job.job_id], self.controls[job.job_id] = job, Controls(job, self.receive, commands, holds)
        self._futures[job.job_id] = Future()
        if job.status in ENDED:
            self._futures[job.job_id].set_result(job)

    def reopen(self, job_id: str) -> None:
        """A job that had ended will end once more."""
        if self._futures[job_id].done():
            self._futures[job_id] = Future()

    def receive(self, news: Report | Moved | Effect) -> None:
        """What a job's work reports; raises InputError for an effect that can't be written down."""
        match news:
            case Report(job_id, payload):
                with self.changed:
                    self._put(replace(self._jobs[job_id], payload=payload))
            case Moved(job_id, status, reason):
                self.move(job_id, status, reason)
            case Effect(command):
                self._write_effect(command)

    def begin(self, job_id: str) -> int:
        """The number of the turn that the job has now, see `Job.turn`; a full disk does not stop the job."""
        with self.changed:
            turn = self._jobs[job_id].turn + 1
            try:
                turn = self._journal.begin(job_id)
            except sqlite3.Error as error:
                logger.warning("job %s: its turn could not be journaled: %s", job_id, error)
            self._put(replace(self._jobs[job_id], turn=turn))
            return turn

    def require_turn(self, job_id: str, turn: int) -> None:
        """Raise InputError where whoever had this turn of the job has lost it to another, by the journal's word."""
        try:
            now = self._journal.turn(job_id)
        except sqlite3.Error:
            now = self._jobs[job_id].turn
        require(now == turn, "jobs.turn_is_over", turn=turn, now=now)

    def remove(self, job_ids: Iterable[str]) -> None:
        """Takes jobs that have ended out, on disk first."""
        names = list(job_ids)
        with self.changed:
            try:
                self._journal.remove(names)
            except sqlite3.Error as error:
                raise InputError("journal.command_lost", command="remove", problem=str(error)) from None
            for job_id in names:
                del self._jobs[job_id], self.controls[job_id], self._futures[job_id]

    def move(self, job_id: str, status: str, reason: Reason, crashed: bool = False) -> None:
        """Writes a change of status down; a full disk does not stop the job."""
        with self.changed:
            job = self._jobs[job_id]
            if job.status == status != CANCELLED:  # which comes twice: with its work kept, and with its work cleared
                return
            try:
                self._journal.move(job_id, status, reason, crashed)
            except sqlite3.Error as error:
                logger.warning("job %s: %s could not be journaled: %s", job_id, status, error)
            crashes = job.crashes + crashed
            self._put(replace(job, status=status, reason=reason, changed=time.time(), crashes=crashes))

    def end(self, job_id: str, status: str, reason: Reason, crashed: bool = False) -> None:
        """The job's last change of status: who waits for it is told, and the oldest that ended are forgotten."""
        self.move(job_id, status, reason, crashed)
        if not self._futures[job_id].done():
            self._futures[job_id].set_result(self._jobs[job_id])
        ended = sorted((job for job in self._jobs.values() if not job.active), key=lambda job: job.changed)
        for job in ended[:-KEPT_PAYLOADS]:
            if job.payload is not None:
                self._put(replace(job, payload=None))
        alone = [job for job in ended if not job.sweep]
        for job in alone[:-KEPT_ENDED]:
            del self._jobs[job.job_id], self.controls[job.job_id], self._futures[job.job_id]

    def slowed(self, job_id: str, seconds: float) -> None:
        """Shows the rest after every batch in the job's snapshot."""
        with self.changed:
            self._put(replace(self._jobs[job_id], slow=seconds))

    def _write_effect(self, command: Command) -> None:
        try:
            self._journal.took_effect(command.number, command.step or 0)
        except sqlite3.Error as error:
            raise InputError("journal.command_lost", command=command.name, problem=str(error)) from None

    def _put(self, job: Job) -> None:
        self._jobs[job.job_id] = replace(job, version=job.version + 1)
