"""Who has a worker, and who waits for one. Knows the table of jobs; knows nothing of threads that work, or of work.

A worker takes its next job from here and says how it left; nobody here calls a worker. All of it happens under the
table's lock.
"""

from collections.abc import Callable

from jobs.controls import Controls
from jobs.fair_queue import FairQueue
from jobs.job import CANCELLED, CANCELLED_KEPT, DONE, FAILED, INTERRUPTED, PAUSED, QUEUED, RUNNING, Limits, Outcome
from jobs.table import JobTable
from models.errors import Reason


class Turns:
    """The turns of the jobs of a table, as long and as many as the limits allow."""

    def __init__(self, table: JobTable, limits: Limits) -> None:
        self._table, self._limits, self._changed = table, limits, table.changed
        self._queue, self._running, self._stopping = FairQueue(), set[str](), False

    def position(self, job_id: str) -> int | None:
        """How many jobs come before this one; None if it does not wait."""
        with self._changed:
            order = list(self._queue)
            return order.index(job_id) + bool(self._running) if job_id in order else None

    # For the queue, which holds the lock

    def enqueue(self, job_id: str, reason: Reason) -> None:
        """Puts a job at the end of its session's queue."""
        self._table.reopen(job_id)
        self._table.move(job_id, QUEUED, reason)
        self._queue.join(self._table.snapshot(job_id).session, job_id)
        self._tell_others_wait()
        self._changed.notify_all()

    def seek(self, job_id: str, reason: Reason) -> None:
        """Puts a job into the queue that is nowhere: paused without the worker, failed, cancelled, interrupted."""
        nowhere = job_id not in self._running and job_id not in self._queue
        if nowhere and not self._table.snapshot(job_id).ended_for_good:
            self.enqueue(job_id, reason)

    def cancel(self, job_id: str) -> None:
        """Ends a job: at once where it does not run, otherwise with its batch."""
        self._table.controls[job_id].cancel()
        job = self._table.snapshot(job_id)
        if job_id not in self._running and job.status not in (DONE, CANCELLED):
            self._queue.leave(job.session, job_id)
            self._tell_others_wait()
            self._table.end(job_id, CANCELLED, Reason(CANCELLED_KEPT))

    def stop(self) -> None:
        """No further turn begins, and those that are end with their batch."""
        with self._changed:
            self._stopping = True
            for job_id in self._running:
                self._table.controls[job_id].stop()
            self._changed.notify_all()

    def look_again(self) -> None:
        """Workers that wait ask once more whether their place is still there."""
        with self._changed:
            self._changed.notify_all()

    # For the workers

    def take(self, is_gone: Callable[[], bool] = lambda: False) -> Controls | None:
        """The controls of the next job, which runs now; waits for one. None: the process ends, or the place is gone."""
        with self._changed:
            self._changed.wait_for(lambda: self._stopping or is_gone() or self._queue)
            job_id = None if self._stopping or is_gone() else self._queue.take()
            if job_id is None:
                return None
            self._running.add(job_id)
            controls = self._table.controls[job_id]
            controls.start(self._limits.seconds, bool(self._queue), self._table.begin(job_id))
            self._table.move(job_id, RUNNING, Reason("running"))
            return controls

    def ended(self, job_id: str, outcome: Outcome) -> None:
        """How a job that ran has left its worker."""
        with self._changed:
            controls = self._table.controls[job_id]
            self._running.discard(job_id)
            if outcome.status != DONE and controls.cancelled:
                outcome = Outcome(CANCELLED, Reason(CANCELLED_KEPT))
            if outcome.status != PAUSED:
                self._table.end(job_id, outcome.status, outcome.reason)
                return
            self._table.move(job_id, PAUSED, outcome.reason)
            if controls.ready and not self._stopping:
                self.enqueue(job_id, Reason("queued.resumed"))

    def lost(self, job_id: str, reason: Reason, died: bool) -> None:
        """The place of a job is gone: it goes on elsewhere before any other of its session, but not for ever.

        `died`: whether the place broke down under it.
        """
        with self._changed:
            controls, job = self._table.controls[job_id], self._table.snapshot(job_id)
            self._running.discard(job_id)
            if controls.cancelled:
                self._table.end(job_id, CANCELLED, Reason(CANCELLED_KEPT))
            elif self._stopping:
                self._table.end(job_id, INTERRUPTED, reason)
            elif died and job.crashes + 1 >= self._limits.crashes:
                crashes = {"crashes": job.crashes + 1}
                self._table.end(job_id, FAILED, Reason("failed.crashes", crashes), crashed=True)
            else:
                self._table.move(job_id, QUEUED, reason, crashed=died)
                self._queue.join(job.session, job_id, first=True)
                self._changed.notify_all()

    def _tell_others_wait(self) -> None:
        for job_id in self._running:
            self._table.controls[job_id].crowd(bool(self._queue))
