"""What becomes of jobs that a dead process left behind, and of those that were cancelled.

Knows the journal; knows nothing of threads or work.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from jobs.job import (
    ACTIVE,
    CANCEL,
    CANCELLED,
    CANCELLED_KEPT,
    FAILED,
    INTERRUPTED,
    PAUSED,
    QUEUED,
    RESUME,
    RUNNING,
    Command,
    Job,
    Limits,
)
from jobs.journal import Journal
from models.errors import Reason


@dataclass(frozen=True)
class Recovered:
    """A job of the journal. `commands`: the work's, with and without effect; `goes_on`: whether it is to be queued."""

    job: Job
    commands: tuple[Command, ...]
    goes_on: bool


def recover(journal: Journal, limits: Limits) -> list[Recovered]:
    """All jobs in the order of their submission, with what the death of a process means for them written down.

    A job that was running is interrupted and goes on, but not for ever; a command to cancel it is still carried out.
    """
    commands = journal.commands()
    return [_judged(journal, job, [c for c in commands if c.job_id == job.job_id], limits) for job in journal.jobs()]


def past_undo(jobs: Iterable[Job], limits: Limits, now: float) -> list[Job]:
    """The cancelled jobs whose work is kept no longer: all but the last few, and those after a while. Not those of a
    sweep, which keeps it until it is removed.
    """
    kept = [job for job in jobs if (job.status, job.reason.code, job.sweep) == (CANCELLED, CANCELLED_KEPT, "")]
    kept.sort(key=lambda job: job.changed, reverse=True)
    late = [job for job in kept[: limits.undo_jobs] if job.changed < now - limits.undo_seconds]
    return late + kept[limits.undo_jobs :]


def _judged(journal: Journal, job: Job, commands: list[Command], limits: Limits) -> Recovered:
    works = tuple(command for command in commands if command.name not in (CANCEL, RESUME))
    waiting = [command for command in commands if command.name in (CANCEL, RESUME) and command.step is None]
    last = waiting[-1].name if waiting else ""
    if job.status == RUNNING:
        job = _moved(journal, job, INTERRUPTED, Reason("interrupted.died"), crashed=True)
    if last == CANCEL and job.status in (*ACTIVE, INTERRUPTED):
        job = _moved(journal, job, CANCELLED, Reason(CANCELLED_KEPT))
    elif last == RESUME and job.status in (PAUSED, FAILED, CANCELLED) and not job.ended_for_good:
        job = _moved(journal, job, QUEUED, Reason("queued.resumed"))
    if waiting:
        journal.settle(job.job_id, waiting[-1].number)
    if job.status == INTERRUPTED and job.crashes >= limits.crashes:
        job = _moved(journal, job, FAILED, Reason("failed.crashes", {"crashes": job.crashes}))
    return Recovered(job, works, job.status in (QUEUED, INTERRUPTED))


def _moved(journal: Journal, job: Job, status: str, reason: Reason, crashed: bool = False) -> Job:
    journal.move(job.job_id, status, reason, crashed)
    return replace(job, status=status, reason=reason, crashes=job.crashes + crashed)
