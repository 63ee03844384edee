"""Who has the worker, and who waits for it. Knows the table of jobs; knows nothing of threads that work, or of work.

The worker takes its next job from here and says how it left; nobody here calls the worker. All of it happens under
the table's lock.
"""

from jobs.controls import Controls
from jobs.fair_queue import FairQueue
from jobs.job import CANCELLED, CANCELLED_KEPT, DONE, PAUSED, QUEUED, RUNNING, Outcome
from jobs.table import JobTable
from models.errors import Reason


class Turns:
    """The turns of the jobs of a table. `seconds`: of work, the longest turn of a job."""

    def __init__(self, table: JobTable, seconds: float) -> None:
        self._table, self._seconds, self._changed = table, seconds, table.changed
        self._queue, self._running, self._stopping = FairQueue(), "", False

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
        nowhere = job_id != self._running and job_id not in self._queue
        if nowhere and not self._table.snapshot(job_id).ended_for_good:
            self.enqueue(job_id, reason)

    def cancel(self, job_id: str) -> None:
        """Ends a job: at once where it does not run, otherwise with its batch."""
        self._table.controls[job_id].cancel()
        job = self._table.snapshot(job_id)
        if job_id != self._running and job.status not in (DONE, CANCELLED):
            self._queue.leave(job.session, job_id)
            self._tell_others_wait()
            self._table.end(job_id, CANCELLED, Reason(CANCELLED_KEPT))

    def stop(self) -> None:
        """No further turn begins, and the present one ends with its batch."""
        with self._changed:
            self._stopping = True
            if self._running:
                self._table.controls[self._running].stop()
            self._changed.notify_all()

    # For the worker

    def take(self) -> Controls | None:
        """The controls of the next job, which runs now; waits for one. None: the process ends."""
        with self._changed:
            self._changed.wait_for(lambda: self._stopping or self._queue)
            job_id = None if self._stopping else self._queue.take()
            if job_id is None:
                return None
            self._running, controls = job_id, self._table.controls[job_id]
            controls.start(self._seconds, crowded=bool(self._queue))
            self._table.move(job_id, RUNNING, Reason("running"))
            return controls

    def ended(self, job_id: str, outcome: Outcome) -> None:
        """How the job that ran has left the worker."""
        with self._changed:
            controls, self._running = self._table.controls[job_id], ""
            if outcome.status != DONE and controls.cancelled:
                outcome = Outcome(CANCELLED, Reason(CANCELLED_KEPT))
            if outcome.status != PAUSED:
                self._table.end(job_id, outcome.status, outcome.reason)
                return
            self._table.move(job_id, PAUSED, outcome.reason)
            if controls.ready and not self._stopping:
                self.enqueue(job_id, Reason("queued.resumed"))

    def _tell_others_wait(self) -> None:
        if self._running:
            self._table.controls[self._running].crowd(bool(self._queue))
