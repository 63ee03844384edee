"""The one thread that works jobs off. Knows nothing of VAEs, torch or Streamlit.

After the write thread of simonw/datasette: a queue, a flag that ends the thread, and a failing job never does.
"""

import logging
import threading

from jobs.controls import Controls, Work
from jobs.job import DONE, FAILED, INTERRUPTED, Outcome
from jobs.turns import Turns
from models.errors import InputError, Reason

THREAD_NAME = "training-worker"
logger = logging.getLogger(__name__)


class Worker:
    """A named thread, not a daemon: it ends with the turns."""

    def __init__(self, turns: Turns, work: Work) -> None:
        self._turns, self._work = turns, work
        self._thread = threading.Thread(target=self._run, name=THREAD_NAME, daemon=False)

    def start(self) -> None:
        """Begins with the first that waits."""
        self._thread.start()

    def join(self, timeout: float | None) -> bool:
        """Whether the thread has ended, after at most `timeout` seconds."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while (controls := self._turns.take()) is not None:
            self._turns.ended(controls.job_id, _outcome(self._work, controls))


def _outcome(work: Work, controls: Controls) -> Outcome:
    try:
        done = work(controls)
    except InputError as error:
        return Outcome(FAILED, error.reason)
    except BaseException as error:  # whatever a job does, the next one runs
        logger.exception("job %s", controls.job_id)
        return Outcome(FAILED, Reason("failed.fault", {"kind": type(error).__name__, "text": str(error)[:200]}))
    if done is not None:
        return Outcome(DONE, done)
    return controls.outcome or Outcome(INTERRUPTED, Reason("interrupted"))
