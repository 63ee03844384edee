"""The queue of jobs: who may submit how many, and what commands a job takes. Knows nothing of VAEs or Streamlit.

A job is a dict of JSON; its work is a function of `Controls` (jobs/controls.py) that returns a reason when it is done,
or None when it stopped because `should_stop` said so. A thread for each place (jobs/places.py) works jobs off
(jobs/worker.py) in the order of jobs/turns.py, fairly between sessions. What was acknowledged is in the journal
(jobs/journal.py).
"""

import logging
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from jobs.controls import Work
from jobs.job import (
    CANCEL,
    CANCELLED,
    PAUSE,
    QUEUED,
    RESUME,
    SLOW,
    STEP,
    Command,
    Job,
    Limits,
)
from jobs.journal import Journal
from jobs.places import Here, Places
from jobs.recovery import past_undo, recover
from jobs.table import KEPT_ENDED, JobTable
from jobs.turns import Turns
from jobs.worker import Workers
from models.errors import InputError, Reason, require

MAX_REST_SECONDS = 5.0
WATCH_NAME, WATCH_SECONDS = "journal-watch", 0.25  # how soon another process's command is seen
logger = logging.getLogger(__name__)


class JobQueue:
    """Jobs by name. Its threads work until `stop`; every method is safe among threads.

    `discard` is called with the spec of a job that will never go on. `go_on`: whether jobs that an earlier process
    left behind go on by themselves. `places`: where jobs are worked off instead of here, by `work`.
    """

    def __init__(
        self,
        journal: Journal,
        work: Work,
        discard: Callable[[Mapping[str, Any]], None] = lambda _: None,
        limits: Limits | None = None,
        go_on: bool = True,
        places: Places | None = None,
    ) -> None:
        self._journal, self._limits, self._discard = journal, limits or Limits(), discard
        self._table = JobTable(journal)
        self._turns = Turns(self._table, self._limits)
        self._workers = Workers(self._turns, places or Here(work))
        self._changed, self._ended = self._table.changed, threading.Event()
        self._watcher = threading.Thread(target=self._watch, name=WATCH_NAME, daemon=False)
        self._seen = max((command.number for command in journal.commands()), default=0)
        self._recover(go_on)
        self._workers.fill()
        self._watcher.start()

    def submit(self, session: str, key: str, spec: Mapping[str, Any]) -> str:
        """The name of the job that this key stands for, queued now or before; it is on disk when this returns.

        Raises InputError where the session, or all together, have too many.
        """
        with self._changed:
            known = [job for job in self._table.jobs() if (job.session, job.key) == (session, key)]
            if known:
                return known[0].job_id
            self._require_room(session)
            try:
                job = self._journal.add(session, key, _new_name(), spec)
            except sqlite3.Error as error:
                raise InputError("journal.not_queued", problem=str(error)) from None
            self._table.add(job)
            if job.status == QUEUED:
                self._turns.enqueue(job.job_id, job.reason)
            return job.job_id

    def submit_all(self, session: str, sweep: str, specs: Sequence[Mapping[str, Any]]) -> list[str]:
        """The names of the jobs of a sweep, all of them queued now and on disk when this returns, or none.

        Raises InputError where they are too many, or the sweep's name is taken.
        """
        with self._changed:
            self._require_room_for(sweep, len(specs))
            by_key = {f"{sweep}/{number}": (_new_name(), spec) for number, spec in enumerate(specs)}
            try:
                jobs = self._journal.add_all(session, by_key)
            except sqlite3.Error as error:
                raise InputError("journal.not_queued", problem=str(error)) from None
            for job in jobs:
                self._table.add(job)
                self._turns.enqueue(job.job_id, job.reason)
            return [job.job_id for job in jobs]

    def remove_sweep(self, sweep: str) -> None:
        """Forgets a sweep and what its jobs have left unfinished; raises InputError while one of them is under way."""
        with self._changed:
            jobs = [job for job in self._table.jobs() if job.sweep == sweep]
            require(bool(jobs), "sweep.unknown", name=sweep[:60])
            active = sum(job.active for job in jobs)
            require(not active, "sweep.under_way", name=sweep, count=active)
            self._table.remove(job.job_id for job in jobs)
        for job in jobs:
            self._throw_away(job)

    def snapshot(self, job_id: str) -> Job:
        """The job as it is now; waits for nobody. Raises InputError for a name that is not there."""
        return self._table.snapshot(job_id)

    def wait(self, job_id: str, timeout: float | None = None) -> Job:
        """The job once it has ended; raises TimeoutError when that takes longer than `timeout` seconds."""
        return self._table.wait(job_id, timeout)

    def jobs(self, session: str | None = None) -> tuple[Job, ...]:
        """All jobs, or a session's, in the order of their submission; waits for nobody."""
        return tuple(job for job in self._table.jobs() if session in (None, job.session))

    def position(self, job_id: str) -> int | None:
        """How many jobs come before this one; None if it does not wait."""
        return self._turns.position(job_id)

    def command(self, job_id: str, name: str, value: float = 0.0) -> None:
        """Carries a command out; raises InputError where the job can't take it.

        `pause`: the job waits at the end of its batch, others have the worker meanwhile. `step`: one more batch, then
        it waits. `slow`: a rest of `value` seconds after every batch. `resume`: one that is paused, failed, was
        interrupted or cancelled goes on. `cancel`: it ends within one batch, wherever it is; what it has done is kept
        for a while. Any other name is for the work, and on disk when this returns.
        """
        job = self.snapshot(job_id)
        if name in (PAUSE, STEP, SLOW):
            self._command_now(job_id, name, value)
            return
        if name != CANCEL:
            require(not job.ended_for_good, "jobs.ended")
            require(name == RESUME or job.status != CANCELLED, "jobs.cancelled")
        if name == RESUME and not job.active:
            self._require_room(job.session)
        self._write_command(job_id, name, value)

    def stop(self, timeout: float | None = None) -> bool:
        """Ends the workers, running jobs at a batch boundary, journaled; returns whether they did in `timeout` s."""
        self._turns.stop()
        self._ended.set()
        self._watcher.join(timeout)  # first, for it is who starts workers
        return self._workers.join(timeout) and not self._watcher.is_alive()

    def _recover(self, go_on: bool) -> None:
        for old in self._journal.forget(KEPT_ENDED):
            self._throw_away(old)
        with self._changed:
            for recovered in recover(self._journal, self._limits):
                job = recovered.job
                self._table.add(job, recovered.commands)
                if job.status == CANCELLED and job.ended_for_good:
                    self._throw_away(job)
                if recovered.goes_on and go_on:
                    self._turns.enqueue(job.job_id, Reason("queued.restarted"))

    def _command_now(self, job_id: str, name: str, value: float) -> None:
        require(name != SLOW or 0 <= value <= MAX_REST_SECONDS, "jobs.rest", most=MAX_REST_SECONDS, got=value)
        with self._changed:
            job, controls = self.snapshot(job_id), self._table.controls[job_id]
            require(job.active, "jobs.not_under_way")
            if name == SLOW:
                controls.slow(value)
                self._table.slowed(job_id, value)
            elif name == PAUSE:
                controls.pause()
            else:
                controls.step()
                self._turns.seek(job_id, Reason("queued.step"))

    def _write_command(self, job_id: str, name: str, value: float) -> None:
        """Journals a command; commands are carried out in the journal's order, by whoever reads them first."""
        try:
            self._journal.command(job_id, name, value)
        except sqlite3.Error as error:
            require(name == CANCEL, "journal.command_lost", command=name, problem=str(error))
            self._carry_out(Command(0, job_id, name, value))
        self._read_commands()

    def _read_commands(self) -> None:
        with self._changed:
            try:
                for command in self._journal.commands(self._seen):
                    self._seen = command.number
                    self._carry_out(command)
            except sqlite3.Error as error:
                logger.warning("the journal can't be used: %s", error)

    def _carry_out(self, command: Command) -> None:
        with self._changed:
            if command.job_id not in self._table.controls:
                self._adopt()
            controls = self._table.controls.get(command.job_id)
            if controls is None:
                return
            if command.name == CANCEL:
                self._turns.cancel(command.job_id)
            elif command.name == RESUME:
                controls.resume()
                self._turns.seek(command.job_id, Reason("queued.resumed"))
                self._journal.settle(command.job_id, command.number)
            else:
                controls.add(command)

    def _adopt(self) -> None:
        """Takes in what another process has put into the journal: the jobs that wait, in their order."""
        for job in self._journal.jobs():
            if job.status == QUEUED and job.job_id not in self._table.controls:
                self._table.add(job)

    def _watch(self) -> None:
        """In a thread: commands of other processes, what to clear, and whether anybody is left to call `stop`."""
        while not self._ended.wait(WATCH_SECONDS):
            if not threading.main_thread().is_alive():
                self._turns.stop()
                return
            self._read_commands()
            self._clear_cancelled()
            self._workers.fill()

    def _clear_cancelled(self) -> None:
        with self._changed:
            for job in past_undo(self._table.jobs(), self._limits, time.time()):
                self._table.move(job.job_id, CANCELLED, Reason("cancelled.cleared"))
                self._throw_away(job)

    def _throw_away(self, job: Job) -> None:
        try:
            self._discard(job.spec)
        except Exception:  # a file that can't be removed does not end the queue
            logger.exception("discarding %s", job.spec)

    def _require_room(self, session: str) -> None:
        active = [job for job in self._table.jobs() if job.active and not job.sweep]
        own, limits = sum(job.session == session for job in active), self._limits
        require(own < limits.per_session, "jobs.too_many_of_yours", count=own, waiting=limits.per_session - 1)
        require(len(active) < limits.in_all, "jobs.too_many", count=len(active))

    def _require_room_for(self, sweep: str, count: int) -> None:
        limits, known = self._limits, {job.sweep for job in self._table.jobs() if job.sweep}
        require(0 < count <= limits.sweep, "sweep.size", most=limits.sweep, got=count)
        require(sweep not in known, "sweep.name_taken", name=sweep)
        require(len(known) < limits.sweeps, "sweep.too_many", most=limits.sweeps)


def _new_name() -> str:
    return uuid.uuid4().hex[:12]
