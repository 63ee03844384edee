"""Training for the pages and the command line: one queue, one worker, one journal for a checkpoint folder.

Made once a process, in `app.py`'s lifespan, and stopped there:

    service = open_service(folder)            # jobs that a dead process left behind go on
    job_id = service.submit(session, key, spec)   # a double click has the same key and is one job; spec: training/spec.py
    job = service.snapshot(job_id)            # a frozen `Job`: status, reason, payload (a `TrainingView`, or None)
    service.jobs(session), service.position(job_id), service.wait(job_id, seconds)
    service.pause(job_id), .resume(job_id), .step(job_id), .slow(job_id, seconds), .cancel(job_id)
    service.keep_epoch(job_id), .change(job_id, "learning_rate", 1e-4)
    service.stop(seconds)                     # at a batch boundary; True if it ended in time

Every refusal is an InputError. Snapshots wait for nobody. The model of a job that is done is in the folder under
`job.spec["run_id"]`. Where the folder can't be written, or another process trains with it, `refusal` says so, and only
the jobs can be seen.
"""  # noqa: E501

import functools
import math
import threading
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from models.errors import InputError, require
from models.run import TURNABLE, Change, TrainingConfig
from training import store, train_job
from training.data import SOURCES, is_here
from training.device import keep_heap
from training.job import Job, Limits
from training.jobs import JobQueue
from training.journal import Journal
from training.spec import plan_of

OTHER_PROCESS = (
    "another process trains with this folder of models. Use that one, end it, or name another folder in "
    "LATENT_CHECKPOINTS."
)
STOP_SECONDS = 4.5
WEIGHED_BY = {"beta": ("beta-elbo", "elbo-monte-carlo"), "mmd_weight": ("mmd",)}


class TrainingService:
    """See the module. `refusal`: why nothing can be trained here; empty where it can. `note`: of a damaged journal."""

    def __init__(self, folder: Path, limits: Limits | None = None, go_on: bool = True) -> None:
        self.folder, self.refusal, self.note = folder, "", ""
        self._limits, self._go_on, self._opening = limits, go_on, threading.Lock()
        self._stopped = False
        self._journal: Journal | None = None
        self._queue: JobQueue | None = None
        keep_heap()
        self._open()

    def _open(self) -> None:
        with self._opening:
            if self._queue or self._stopped:
                return
            try:
                if self._journal:
                    self._journal.close()
                self._journal = Journal(self.folder / store.UNFINISHED)
            except InputError as error:
                self._journal, self.refusal = None, str(error)
                return
            self.note, self.refusal = self._journal.note, "" if self._journal.owner else OTHER_PROCESS
            if not self.refusal:
                work = functools.partial(train_job.work, self.folder)
                discard = functools.partial(train_job.discard, self.folder)
                self._queue = JobQueue(self._journal, work, discard, self._limits, self._go_on)

    def submit(self, session: str, key: str, spec: Mapping[str, Any]) -> str:
        """The name of the job for this key; raises InputError for a spec that can't be trained, or too many jobs."""
        queue, plan = self._own(), plan_of(spec)
        data = plan.training.data
        title = SOURCES[data].title
        require(is_here(data), f"{title} is not on this computer yet ({SOURCES[data].megabytes} MB); fetch it first.")
        run_id = f"{store.new_run_id(plan)}-{uuid.uuid4().hex[:4]}"
        return queue.submit(session, key, {**spec, "title": plan.title, "run_id": run_id})

    def snapshot(self, job_id: str) -> Job:
        """The job as it is now; raises InputError for a name that is not there."""
        if self._queue:
            return self._queue.snapshot(job_id)
        for job in self.jobs():
            if job.job_id == job_id:
                return job
        raise InputError(f"there is no training job called {job_id[:60]!r}.")

    def jobs(self, session: str | None = None) -> tuple[Job, ...]:
        """All jobs, or a session's, in the order of their submission."""
        if self._queue:
            return self._queue.jobs(session)
        with self._opening:
            jobs = self._journal.jobs() if self._journal else []
        return tuple(job for job in jobs if session in (None, job.session))

    def position(self, job_id: str) -> int | None:
        """How many jobs come before this one; None if it does not wait."""
        return self._own().position(job_id)

    def wait(self, job_id: str, timeout: float | None = None) -> Job:
        """The job once it has ended; raises TimeoutError when that takes longer than `timeout` seconds."""
        return self._own().wait(job_id, timeout)

    def cancel(self, job_id: str) -> None:
        """Ends the job within one batch and discards what it has learnt."""
        self._own().cancel(job_id)

    def pause(self, job_id: str) -> None:
        """The job waits at the end of its batch; others may train meanwhile."""
        self._own().pause(job_id)

    def resume(self, job_id: str) -> None:
        """A paused job goes on; one that failed goes on from its last good state, where there is one."""
        self._own().resume(job_id)

    def step(self, job_id: str) -> None:
        """One batch, then the job waits."""
        self._own().step(job_id)

    def slow(self, job_id: str, seconds: float) -> None:
        """A rest of 0 to 5 seconds after every batch."""
        self._own().slow(job_id, seconds)

    def keep_epoch(self, job_id: str) -> None:
        """The epoch that was done last stays in the film, whatever is thinned."""
        self._own().ask(job_id, train_job.KEEP_EPOCH, 0.0)

    def change(self, job_id: str, name: str, value: float) -> None:
        """Turns a setting, a row of `TURNABLE`, from the next batch on; raises InputError where it has no effect."""
        require(name in TURNABLE, f"only {', '.join(TURNABLE)} can be turned while it trains; got {name[:40]!r}.")
        number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        require(number, f"{name} must be a number; got {str(value)[:40]!r}.")
        Change(0, name, float(value))
        queue = self._own()
        require_effect(name, plan_of(queue.snapshot(job_id).spec).training)
        queue.ask(job_id, name, float(value))

    def stop(self, timeout: float = STOP_SECONDS) -> bool:
        """Ends the worker at a batch boundary, its job saved; returns whether that took less than `timeout` seconds."""
        self._stopped = True
        ended = self._queue.stop(timeout) if self._queue else True
        if ended and self._journal:
            self._journal.close()
        return ended

    def _own(self) -> JobQueue:
        if self._queue is None:
            self._open()  # the other process may have ended
        if self._queue is None:
            raise InputError(f"no training is possible here: {self.refusal}")
        return self._queue


def open_service(folder: Path | None = None, limits: Limits | None = None, go_on: bool = True) -> TrainingService:
    """The service for a folder of models, by default the app's; never raises, see `refusal`.

    `go_on`: whether jobs that an earlier process left behind go on by themselves.
    """
    return TrainingService(folder or store.checkpoint_folder(), limits, go_on)


def require_effect(name: str, training: TrainingConfig) -> None:
    """Raise InputError where the objective does not contain the setting."""
    objectives = WEIGHED_BY.get(name, (training.objective,))
    require(
        training.objective in objectives,
        f"{name} has no effect on the objective {training.objective!r}; it has on {', '.join(objectives)}.",
    )
