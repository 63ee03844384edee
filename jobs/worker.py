"""The threads that work jobs off, one for each place. Knows nothing of VAEs, torch or Streamlit.

After the write thread of simonw/datasette: a queue, a flag that ends the thread, and a failing job never does.
"""

import logging
import threading

from jobs.controls import Controls, LostError, Work
from jobs.job import DONE, FAILED, INTERRUPTED, Outcome
from jobs.places import Places
from jobs.turns import Turns
from models.errors import InputError, Reason

THREAD_NAME = "training-worker"
logger = logging.getLogger(__name__)


class Workers:
    """A named thread for each place, not a daemon: it ends with the turns, or with its place."""

    def __init__(self, turns: Turns, places: Places) -> None:
        self._turns, self._places = turns, places
        self._threads: dict[str, threading.Thread] = {}

    def fill(self) -> None:
        """Places that are new begin with the first job that waits; called again and again by one thread."""
        here = self._places.names()
        gone = self._threads.keys() - set(here)
        for place in [name for name, thread in self._threads.items() if not thread.is_alive()]:
            del self._threads[place]
        for place in here:
            if place not in self._threads:
                thread = threading.Thread(target=self._run, args=(place,), name=THREAD_NAME, daemon=False)
                self._threads[place] = thread
                thread.start()
        if gone:
            self._turns.look_again()

    def join(self, timeout: float | None) -> bool:
        """Whether all threads have ended, after at most `timeout` seconds each."""
        for thread in self._threads.values():
            thread.join(timeout)
        return not any(thread.is_alive() for thread in self._threads.values())

    def _run(self, place: str) -> None:
        while (controls := self._turns.take(lambda: place not in self._places.names())) is not None:
            try:
                self._turns.ended(controls.job_id, outcome(lambda found: self._places.work(place, found), controls))
            except LostError as lost:
                logger.warning("job %s: %s", controls.job_id, lost)
                self._turns.lost(controls.job_id, lost.reason, lost.died)


def outcome(work: Work, controls: Controls) -> Outcome:
    """How a job leaves its work, whatever that does; raises LostError alone."""
    try:
        done = work(controls)
    except InputError as error:
        return Outcome(FAILED, error.reason)
    except LostError:
        raise
    except BaseException as error:  # whatever a job does, the next one runs
        logger.exception("job %s", controls.job_id)
        return Outcome(FAILED, Reason("failed.fault", {"kind": type(error).__name__, "text": str(error)[:200]}))
    if done is not None:
        return Outcome(DONE, done)
    return controls.outcome or Outcome(INTERRUPTED, Reason("interrupted"))
