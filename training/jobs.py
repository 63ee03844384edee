"""The queue of jobs: who may submit how many, and what may be wished for a job. Knows nothing of VAEs or Streamlit.

A job is a dict of JSON; its work is a function of a `Context` (training/context.py) that returns a sentence when it is
done, or None when it stopped because `should_stop` said so. One thread works them off (training/worker.py), fairly
between sessions (training/line.py). What was acknowledged is in the journal (training/journal.py).
"""

import logging
import sqlite3
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from models.errors import InputError, require
from training.board import KEPT_ENDED, Board
from training.context import Context, Work
from training.job import CANCELLED, DONE, QUEUED, Job, Limits, Request
from training.journal import Journal
from training.recovery import CANCEL, RESUME, recover
from training.worker import Worker

MAX_REST_SECONDS = 5.0
logger = logging.getLogger(__name__)


class JobQueue:
    """Jobs by name. Its thread works until `stop`; every method is safe among threads.

    `discard` is called with the spec of a job that will never go on. `go_on`: whether jobs that an earlier process
    left behind go on by themselves.
    """

    def __init__(
        self,
        journal: Journal,
        work: Work,
        discard: Callable[[Mapping[str, Any]], None] = lambda _: None,
        limits: Limits | None = None,
        go_on: bool = True,
    ) -> None:
        self._journal, self._limits = journal, limits or Limits()
        self._board = Board(journal)
        self._worker = Worker(self._board, work, discard, self._limits.seconds, self._read_wishes)
        self._changed = self._board.changed
        self._seen = max((request.number for request in journal.requests()), default=0)
        for old in journal.forget(KEPT_ENDED):
            discard(old.spec)
        with self._changed:
            for found in recover(journal, self._limits):
                self._know(found.job, found.requests)
                if found.job.status == CANCELLED:
                    discard(found.job.spec)
                if found.goes_on and go_on:
                    self._worker.enqueue(found.job.job_id, "Goes on after a restart of the server.")
        self._worker.start()

    def submit(self, session: str, key: str, spec: Mapping[str, Any]) -> str:
        """The name of the job that this key stands for, queued now or before; it is on disk when this returns.

        Raises InputError where the session, or all together, have too many.
        """
        with self._changed:
            known = [job for job in self._board.jobs() if (job.session, job.key) == (session, key)]
            if known:
                return known[0].job_id
            self._require_room(session)
            try:
                job = self._journal.add(session, key, uuid.uuid4().hex[:12], spec)
            except sqlite3.Error as error:
                raise InputError(f"it can't be queued: the journal can't be written ({error}).") from None
            self._know(job, ())
            if job.status == QUEUED:
                self._worker.enqueue(job.job_id, job.reason)
            return job.job_id

    def snapshot(self, job_id: str) -> Job:
        """The job as it is now; waits for nobody. Raises InputError for a name that is not there."""
        return self._board.snapshot(job_id)

    def wait(self, job_id: str, timeout: float | None = None) -> Job:
        """The job once it has ended; raises TimeoutError when that takes longer than `timeout` seconds."""
        return self._board.wait(job_id, timeout)

    def jobs(self, session: str | None = None) -> tuple[Job, ...]:
        """All jobs, or a session's, in the order of their submission; waits for nobody."""
        return tuple(job for job in self._board.jobs() if session in (None, job.session))

    def position(self, job_id: str) -> int | None:
        """How many jobs come before this one; None if it does not wait."""
        return self._worker.position(job_id)

    def cancel(self, job_id: str) -> None:
        """Ends the job within one batch, wherever it is, and discards what it has done; one that is done stays."""
        self._wish(job_id, CANCEL)

    def resume(self, job_id: str) -> None:
        """A paused job goes on; one that failed or was interrupted waits for another turn. Raises InputError."""
        job = self.snapshot(job_id)
        require(job.status not in (DONE, CANCELLED), f"this training is {job.status}; there is nothing to resume.")
        if not job.active:
            self._require_room(job.session)
        self._wish(job_id, RESUME)

    def pause(self, job_id: str) -> None:
        """The job waits at the end of its batch; the worker is free for others."""
        self._turn(job_id, Context.pause)

    def step(self, job_id: str) -> None:
        """One more batch, then the job waits."""
        self._turn(job_id, Context.step)

    def slow(self, job_id: str, seconds: float) -> None:
        """A rest after every batch, 0 to 5 seconds; 0 is full speed."""
        require(0 <= seconds <= MAX_REST_SECONDS, f"the rest after a batch must be 0 to 5 seconds; got {seconds:g}.")
        self._turn(job_id, lambda context: context.slow(seconds))
        self._board.slowed(job_id, seconds)

    def ask(self, job_id: str, name: str, value: float) -> None:
        """A setting's new value, for the work to apply; on disk when this returns. Raises InputError."""
        status = self.snapshot(job_id).status
        require(status not in (DONE, CANCELLED), f"this training is {status}; it can't be changed any more.")
        self._wish(job_id, name, value)

    def stop(self, timeout: float | None = None) -> bool:
        """Ends the worker, the running job at a batch boundary, journaled; returns whether it did in `timeout` s."""
        return self._worker.stop(timeout)

    def _know(self, job: Job, requests: tuple[Request, ...]) -> None:
        self._board.add(job, Context(job, self._worker, self._changed, requests))

    def _wish(self, job_id: str, name: str, value: float = 0.0) -> None:
        """Journals a wish; it is granted in the order in which the journal has it, by whoever reads it first."""
        self.snapshot(job_id)
        try:
            self._journal.ask(job_id, name, value)
        except sqlite3.Error as error:
            require(name == CANCEL, f"{name} is not possible: the journal can't be written ({error}).")
            with self._changed:
                self._grant(Request(0, job_id, name, value))
        self._worker.poll()

    def _read_wishes(self) -> None:
        try:
            for request in self._journal.requests(self._seen):
                self._seen = request.number
                self._grant(request)
        except sqlite3.Error as error:
            logger.warning("the journal can't be used: %s", error)

    def _grant(self, request: Request) -> None:
        context = self._board.contexts.get(request.job_id)
        if context is None:
            return
        if request.name == CANCEL:
            self._worker.cancel(context)
        elif request.name == RESUME:
            self._journal.apply(request.number, 0)
            context.resume()
            self._worker.seek_turn(context, "Goes on.")
        else:
            context.ask(request)

    def _turn(self, job_id: str, turn: Callable[[Context], None]) -> None:
        with self._changed:
            job, context = self.snapshot(job_id), self._board.contexts[job_id]
            require(job.active, f"this training is {job.status}; resume it, or start another one.")
            turn(context)
            if context.wants_turn:
                self._worker.seek_turn(context, "One more step.")

    def _require_room(self, session: str) -> None:
        active = [job for job in self._board.jobs() if job.active]
        own, limits = sum(job.session == session for job in active), self._limits
        require(
            own < limits.per_session,
            f"you have {own} trainings under way; one may run while {limits.per_session - 1} wait. "
            "Wait for one of them, or cancel it.",
        )
        require(len(active) < limits.in_all, f"{len(active)} trainings are under way; try again in a few minutes.")
