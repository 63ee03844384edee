"""The one thread that works jobs off, and the line before it. Knows nothing of VAEs, torch or Streamlit.

After the write thread of simonw/datasette: a queue, a flag that ends the thread, and a failing job never does.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from typing import Any

from models.errors import InputError
from training.board import Board
from training.context import POLL_SECONDS, Context, Work
from training.job import CANCELLED, DONE, FAILED, INTERRUPTED, PAUSED, QUEUED, RUNNING
from training.line import Line

THREAD_NAME = "training-worker"
REASONS = {
    CANCELLED: "Cancelled.",
    INTERRUPTED: "The server ended; it goes on at the next start.",
    PAUSED: "Paused; others may train meanwhile.",
}
logger = logging.getLogger(__name__)


class Worker:
    """A named thread, not a daemon: it ends when it is told to, or when the main thread has died.

    `seconds`: the longest turn of a job. `poll` is called a few times a second, under the board's lock. `discard` is
    called with the spec of a job that will never go on.
    """

    def __init__(
        self,
        board: Board,
        work: Work,
        discard: Callable[[Mapping[str, Any]], None],
        seconds: float,
        poll: Callable[[], None],
    ) -> None:
        self.board, self.stopping = board, False
        self.running: str | None = None
        self._work, self._discard, self._seconds, self._poll = work, discard, seconds, poll
        self._changed, self._line = board.changed, Line()
        self._thread = threading.Thread(target=self._run, name=THREAD_NAME, daemon=False)

    def start(self) -> None:
        """Begins with the first of the line."""
        self._thread.start()

    def stop(self, timeout: float | None) -> bool:
        """Ends the running job at a batch boundary, then the thread; returns whether it did in `timeout` seconds."""
        with self._changed:
            self.stopping = True
            self._changed.notify_all()
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def poll(self) -> None:
        """Looks for wishes; also notices that nobody is left to tell this thread to end."""
        with self._changed:
            self.stopping = self.stopping or not threading.main_thread().is_alive()
            self._poll()

    def others_wait(self) -> bool:
        """Whether another job could run now."""
        return bool(self._line)

    def position(self, job_id: str) -> int | None:
        """How many jobs come before this one; None if it does not wait."""
        with self._changed:
            order = list(self._line)
            return order.index(job_id) + (self.running is not None) if job_id in order else None

    # Under the lock

    def enqueue(self, job_id: str, reason: str) -> None:
        """Puts a job at the end of its session's line."""
        self.board.reopen(job_id)
        self.board.move(job_id, QUEUED, reason)
        self._line.join(self.board.snapshot(job_id).session, job_id)
        self._changed.notify_all()

    def seek_turn(self, context: Context, reason: str) -> None:
        """Puts a job into the line that is nowhere: paused without the worker, failed, interrupted."""
        nowhere = context.job_id != self.running and context.job_id not in self._line
        if nowhere and self.board.snapshot(context.job_id).status not in (DONE, CANCELLED):
            self.enqueue(context.job_id, reason)

    def cancel(self, context: Context) -> None:
        """Ends a job: at once where it does not run, otherwise with its batch."""
        context.cancel()
        job = self.board.snapshot(context.job_id)
        if job.job_id != self.running and job.status not in (DONE, CANCELLED):
            self._line.leave(job.session, job.job_id)
            self._leave(context, CANCELLED, REASONS[CANCELLED])

    # In the thread

    def _run(self) -> None:
        while (context := self._next()) is not None:
            self.board.move(context.job_id, RUNNING, "It has the worker.")
            status, reason = self._outcome(context)
            with self._changed:
                self.running = None
                if status != DONE and context.cancelled.is_set():
                    status, reason = CANCELLED, REASONS[CANCELLED]
                self._leave(context, status, reason)

    def _next(self) -> Context | None:
        with self._changed:
            while True:
                self.poll()
                if self.stopping:
                    return None
                self.running = self._line.take()
                if self.running is not None:
                    context = self.board.contexts[self.running]
                    context.start(self._seconds)
                    return context
                self._changed.wait(POLL_SECONDS)

    def _outcome(self, context: Context) -> tuple[str, str]:
        try:
            sentence = self._work(context)
        except InputError as error:
            return FAILED, str(error)
        except BaseException as error:  # whatever a job does, the next one runs
            logger.exception("job %s", context.job_id)
            return FAILED, f"a fault of the program ended it ({type(error).__name__}: {str(error)[:200]})."
        if sentence is not None:
            return DONE, sentence
        if context.stop_reason == FAILED:
            minutes = self._seconds / 60
            return FAILED, f"the limit of {minutes:g} minutes is reached; what it learnt is kept: resume it to go on."
        status = context.stop_reason or INTERRUPTED
        return status, REASONS[status]

    def _leave(self, context: Context, status: str, reason: str) -> None:
        if status == PAUSED:
            self.board.move(context.job_id, PAUSED, reason)
            if context.wants_turn and not self.stopping:
                self.enqueue(context.job_id, "Goes on.")
            return
        if status == CANCELLED:
            self._throw_away(context.spec)
        self.board.end(context.job_id, status, reason)

    def _throw_away(self, spec: Mapping[str, Any]) -> None:
        try:
            self._discard(spec)
        except Exception:  # a file that can't be removed does not end the worker
            logger.exception("discarding %s", spec)
