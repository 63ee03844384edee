"""What becomes of the jobs that an earlier process left behind. Knows the journal; knows nothing of threads or work."""

from dataclasses import dataclass, replace

from training.job import ACTIVE, CANCELLED, FAILED, INTERRUPTED, PAUSED, QUEUED, RUNNING, Job, Limits, Request
from training.journal import Journal

CANCEL, RESUME = "cancel", "resume"  # wishes that the queue itself grants; all others are the work's


@dataclass(frozen=True)
class Found:
    """A job of the journal. `requests`: settings that were turned; `goes_on`: whether it waits for another turn."""

    job: Job
    requests: tuple[Request, ...]
    goes_on: bool


def recover(journal: Journal, limits: Limits) -> list[Found]:
    """All jobs in the order of their submission, with what the death of a process means for them written down.

    A job that was running is interrupted and goes on, but not for ever; a wish to cancel it is still granted.
    """
    requests = journal.requests()
    return [_judged(journal, job, [r for r in requests if r.job_id == job.job_id], limits) for job in journal.jobs()]


def _judged(journal: Journal, job: Job, wishes: list[Request], limits: Limits) -> Found:
    settings = tuple(wish for wish in wishes if wish.name not in (CANCEL, RESUME))
    if job.status == RUNNING:
        job = _moved(journal, job, INTERRUPTED, "The server died while it ran.", crashed=True)
    if job.status in (*ACTIVE, INTERRUPTED) and any(wish.name == CANCEL for wish in wishes):
        return Found(_moved(journal, job, CANCELLED, "Cancelled."), settings, False)
    if job.status == INTERRUPTED and job.crashes >= limits.crashes:
        reason = f"The server died {job.crashes} times while it ran: it does not go on by itself, but can be resumed."
        return Found(_moved(journal, job, FAILED, reason), settings, False)
    resumed = [wish for wish in wishes if wish.name == RESUME and wish.step is None]
    if resumed and job.status in (PAUSED, FAILED):
        job = _moved(journal, job, QUEUED, "Goes on.")
    for wish in resumed:
        journal.apply(wish.number, 0)
    return Found(job, settings, job.status in (QUEUED, INTERRUPTED))


def _moved(journal: Journal, job: Job, status: str, reason: str, crashed: bool = False) -> Job:
    journal.move(job.job_id, status, reason, crashed)
    return replace(job, status=status, reason=reason, crashes=job.crashes + crashed)
