"""Training for the pages and the command line: one queue, one worker, one journal for a checkpoint folder.

Made once a process, in `app.py`'s lifespan, and stopped there:

    service = open_service(folder)            # jobs that a dead process left behind go on
    job_id = service.submit(session, key, spec)   # a double click has the same key and is one job; spec: training/spec.py
    job = service.snapshot(job_id)            # a frozen `Job`: status, reason, payload (a `TrainingSnapshot`, or None)
    service.jobs(session), service.position(job_id), service.wait(job_id, seconds)
    service.command(job_id, "pause")          # or another of `COMMANDS`; "slow" takes the seconds of rest
    service.change(job_id, "learning_rate", 1e-4)
    service.stop(seconds)                     # at a batch boundary; True if it ended in time

Every refusal is an InputError. Snapshots wait for nobody. The model of a job that is done is in the folder under
`job.spec["run_id"]`. Where the folder can't be written, or another process trains with it, `refusal` says so, and only
the jobs can be seen, until that process ends: then this one takes over.
"""  # noqa: E501

import functools
import math
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from datasets.catalogue import is_here, require_known
from datasets.catalogue import load as load_data
from datasets.data_set import DataSet
from jobs.controls import Controls, Work
from jobs.job import Job, Limits
from jobs.journal import Journal
from jobs.places import Nowhere, Places
from jobs.queue import JobQueue
from models import gallery
from models.errors import InputError, Reason, require
from models.late import load_torch
from models.run import ADJUSTABLE, Change, TrainingConfig
from training.chain import models_of
from training.commands import COMMANDS, KEEP_EPOCH
from training.heap import keep_heap, one_heap
from training.pacing import Pacing
from training.plans import new_run_id
from training.several.where import asked_for
from training.spec import CHAIN, plan_of
from training.sweep import Sweep, submitted
from training.unfinished import discard

Load = Callable[..., DataSet]
STOP_SECONDS = 4.5
RETRY_SECONDS = 2.0  # between two looks whether the other process has ended
WEIGHED_BY = {"beta": ("beta-elbo", "elbo-monte-carlo", "beta-tcvae"), "mmd_weight": ("mmd", "infovae")}


class TrainingService:
    """See the module. `work`: of a job, train_job.work for this folder. `note`: of a damaged journal.

    `places`: where jobs are worked on instead of here, see training/several/; None where they are not, or not yet.
    """

    def __init__(
        self, folder: Path, work: Work, limits: Limits | None = None, go_on: bool = True,
        open_places: Callable[[], Places | None] = lambda: None,
    ) -> None:  # fmt: skip
        self.folder, self._open_places = folder, open_places
        self.places: Places | None = None
        self._work, self._limits, self._go_on = work, limits, go_on
        self._opening, self._retry_at, self._stopped = threading.Lock(), 0.0, False
        self.note: Reason | None = None
        self._refusal: Reason | None = None
        self._journal: Journal | None = None
        self._queue: JobQueue | None = None
        one_heap()
        self._own()

    @property
    def refusal(self) -> Reason | None:
        """Why nothing can be trained here; None where it can."""
        self._own()
        return self._refusal

    def _own(self) -> JobQueue | None:
        """The queue, once this process owns the journal; looks now and then whether it can."""
        if self._queue is None and time.monotonic() >= self._retry_at:
            with self._opening:
                if not self._queue and not self._stopped:
                    self._open()
                    self._retry_at = time.monotonic() + RETRY_SECONDS
        return self._queue

    def _open(self) -> None:
        try:
            self._journal = self._journal or Journal(self.folder / gallery.UNFINISHED)
        except InputError as error:
            self._refusal = error.reason
            return
        self.note = self._journal.note
        if not self._journal.own():
            self._refusal = Reason("training.other_process")
            return
        self.places = self._open_places()
        self._queue = JobQueue(self._journal, self._work, self._discard, self._limits, self._go_on, self.places)
        self._refusal = None

    def _discard(self, spec: Mapping[str, Any]) -> None:
        for name in models_of(spec):
            discard(self.folder, name)

    def _require_queue(self) -> JobQueue:
        queue = self._own()
        if queue is None:
            raise InputError("training.not_possible", why=self._refusal)
        return queue

    def submit(self, session: str, key: str, spec: Mapping[str, Any]) -> str:
        """The name of the job for this key; raises InputError for a spec that can't be trained, or too many jobs."""
        queue, plan = self._require_queue(), plan_of(spec)
        data = plan.training.data
        source = require_known(data)
        require(is_here(data), "training.to_fetch", data=source.title, megabytes=source.megabytes)
        run_id = f"{new_run_id(plan)}-{uuid.uuid4().hex[:4]}"
        return queue.submit(session, key, {**spec, "title": plan.title, "run_id": run_id})

    def submit_sweep(self, session: str, sweep: Sweep) -> list[str]:
        """The names of a sweep's jobs, all of them queued or none; raises InputError as `submit` does."""
        return self._require_queue().submit_all(session, sweep.name, submitted(sweep))

    def remove_sweep(self, name: str) -> None:
        """Forgets a sweep whose trainings have ended, and what they left unfinished; models stay. Raises InputError."""
        self._require_queue().remove_sweep(name)

    def snapshot(self, job_id: str) -> Job:
        """The job as it is now; raises InputError for a name that is not there."""
        if queue := self._own():
            return queue.snapshot(job_id)
        for job in self.jobs():
            if job.job_id == job_id:
                return job
        raise InputError("jobs.unknown", name=job_id[:60])

    def jobs(self, session: str | None = None) -> tuple[Job, ...]:
        """All jobs, or a session's, in the order of their submission."""
        if queue := self._own():
            return queue.jobs(session)
        with self._opening:
            jobs = self._journal.jobs() if self._journal else []
        return tuple(job for job in jobs if session in (None, job.session))

    def position(self, job_id: str) -> int | None:
        """How many jobs come before this one; None if it does not wait, or waits for another process."""
        queue = self._own()
        return queue.position(job_id) if queue else None

    def wait(self, job_id: str, timeout: float | None = None) -> Job:
        """The job once it has ended; raises TimeoutError when that takes longer than `timeout` seconds."""
        return self._require_queue().wait(job_id, timeout)

    def command(self, job_id: str, name: str, value: float = 0.0) -> None:
        """Gives a job one of the `COMMANDS`, see `JobQueue.command`; raises InputError where it can't take it.

        `keep_epoch`: the epoch that was done last stays in the film, whatever is thinned.
        """
        require(name in COMMANDS, "training.command", known=list(COMMANDS), got=str(name)[:20])
        queue = self._require_queue()
        if name == KEEP_EPOCH:
            self._require_single(queue.snapshot(job_id))
        queue.command(job_id, name, value)

    def change(self, job_id: str, name: str, value: float) -> None:
        """Changes a setting, a row of `ADJUSTABLE`, from the next batch on; InputError where that has no effect."""
        require(name in ADJUSTABLE, "training.not_adjustable", known=list(ADJUSTABLE), got=name[:40])
        number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        require(number, "training.no_number", name=name, got=str(value)[:40])
        Change(0, name, float(value))
        queue = self._require_queue()
        job = queue.snapshot(job_id)
        self._require_single(job)
        plan = plan_of(job.spec)
        require_effect(name, plan.training)
        turned = plan.model.dial is not None and name in WEIGHED_BY
        require(not turned, "training.dial_weight", name=name)
        queue.command(job_id, name, float(value))

    def _require_single(self, job: Job) -> None:
        """Raise InputError for a chain: what is changed at a step of one link would hold in all that follow."""
        require(CHAIN not in job.spec, "training.chain_as_begun")

    def stop(self, timeout: float = STOP_SECONDS) -> bool:
        """Ends the worker at a batch boundary, its job saved; returns whether that took less than `timeout` seconds."""
        self._stopped = True
        ended = self._queue.stop(timeout) if self._queue else True
        if self.places:
            self.places.close()
        if ended and self._journal:
            self._journal.close()
        return ended


def open_service(
    folder: Path | None = None,
    limits: Limits | None = None,
    go_on: bool = True,
    load: Load = load_data,
    pacing: Pacing | None = None,
    filmed: bool = True,
) -> TrainingService:
    """The service for a folder of models, by default the app's; never raises, see `refusal`.

    `go_on`: whether jobs that an earlier process left behind go on by themselves. `load`: where data sets come from;
    `pacing`: how often a training is saved and shown; `filmed`: whether its epochs are kept.
    """
    folder = folder or gallery.checkpoint_folder()
    work = functools.partial(_work, folder, load=load, pacing=pacing, filmed=filmed)
    open_places = functools.partial(several_places, folder, load, pacing or Pacing(), filmed)
    return TrainingService(folder, work, limits, go_on, open_places)


def several_places(folder: Path, load: Load, pacing: Pacing, filmed: bool) -> Places | None:
    """The machines that the environment names; None where jobs are worked off in this process."""
    try:
        where = asked_for()
    except InputError as error:
        return Nowhere(error.reason)
    if where is None:
        return None
    load_torch()
    from training.several.machines import Machines

    return Machines(where, folder, load, pacing, filmed)


def _work(folder: Path, controls: Controls, **how: Any) -> Reason | None:
    """See `train_job.work`: the worker's thread imports torch for its first training."""
    keep_heap()
    load_torch()
    from training import train_job

    return train_job.work(folder, controls, **how)


def require_effect(name: str, training: TrainingConfig) -> None:
    """Raise InputError where the objective does not contain the setting."""
    objectives = WEIGHED_BY.get(name, (training.objective,))
    require(
        training.objective in objectives,
        "training.no_effect",
        name=name,
        objective=training.objective,
        objectives=list(objectives),
    )
