"""`python -m training jobs`: lists, cancels and resumes the jobs of the checkpoint folder, beside a server or without.

While a server runs, a command goes to it through the journal; otherwise this process does the work itself, with
the same queue. Knows the service and the terminal.
"""

import argparse
import contextlib
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from jobs.job import CANCEL, CANCELLED, DONE, RESUME, Job
from jobs.journal import Journal
from live.words import job_reason, t
from models import gallery
from models.errors import InputError, require
from training.evaluate import StopCheck
from training.service import TrainingService, open_service
from training.snapshot import TrainingSnapshot
from training.terminal import stop_signals

SHOWN, PATIENCE, LOOK_SECONDS = 30, 10.0, 0.1
EXIT_FAILED, EXIT_INTERRUPTED = 1, 130


def main(arguments: Sequence[str]) -> int:
    """Runs the command line after `jobs` and returns its exit code; raises InputError for a name that is not there."""
    options = make_parser().parse_args(arguments)
    folder = gallery.checkpoint_folder()
    if options.action == "list":
        return _list(folder)
    job = _find(folder, options.job or "")
    if options.action == "cancel":
        require(job.status not in (DONE, CANCELLED), "jobs.ended_already", job=job.job_id)
        return _cancel(folder, job)
    require(not job.ended_for_good, "jobs.nothing_to_resume", job=job.job_id)
    return _resume(folder, job)


def make_parser() -> argparse.ArgumentParser:
    """The options."""
    parser = argparse.ArgumentParser(
        prog="python -m training jobs", description="The trainings that were begun in the app."
    )
    parser.add_argument("action", nargs="?", default="list", choices=("list", "cancel", "resume"))
    parser.add_argument("job", nargs="?", metavar="ID", help="a job's name, its beginning, or its run's name")
    return parser


def _list(folder: Path) -> int:
    with open_journal(folder) as journal:
        jobs, served = journal.jobs(), not journal.owner
    for job in jobs[-SHOWN:]:
        made = time.strftime("%Y-%m-%d %H:%M", time.localtime(job.submitted))
        print(f"{job.job_id}  {job.status:<11}  {made}  {job.spec.get('run_id', '')}\n    {_words(job)}")
    older = [t("terminal.jobs.older", count=len(jobs) - SHOWN)] if len(jobs) > SHOWN else []
    server = t("terminal.jobs.served") if served else t("terminal.jobs.alone")
    print(" ".join([t("terminal.jobs", count=min(len(jobs), SHOWN)), *older, server]))
    return 0


def _find(folder: Path, name: str) -> Job:
    with open_journal(folder) as journal:
        jobs = journal.jobs()
    found = [job for job in jobs if name and (job.job_id.startswith(name) or job.spec.get("run_id") == name)]
    known = [job.job_id for job in jobs if not job.ended_for_good]
    require(len(found) == 1, "jobs.not_one", count=len(found), name=name[:60], known=known)
    return found[0]


def _cancel(folder: Path, job: Job) -> int:
    with open_journal(folder) as journal:
        if not journal.owner:
            return _tell_server(journal, job, CANCEL)
    with training_service(folder) as service:
        service.command(job.job_id, CANCEL)
    print(t("terminal.job.cancelled", job=job.job_id))
    return 0


def _resume(folder: Path, job: Job) -> int:
    with open_journal(folder) as journal:
        if not journal.owner:
            return _tell_server(journal, job, RESUME)
    with stop_signals() as stopped, training_service(folder) as service:
        service.command(job.job_id, RESUME)
        job = _watch(service, job, stopped)
    if job.active:
        print(t("terminal.job.stopped", job=job.job_id))
        return EXIT_INTERRUPTED
    print(_status(job))
    return 0 if job.status == DONE else EXIT_FAILED


def _watch(service: TrainingService, job: Job, stopped: StopCheck) -> Job:
    shown = -1
    while (job := service.snapshot(job.job_id)).active and not stopped():
        last = job.payload
        if isinstance(last, TrainingSnapshot) and last.epoch > shown:
            shown = last.epoch
            print(t("terminal.job.epoch", name=last.run_id, epoch=shown, epochs=last.epochs), flush=True)
        time.sleep(LOOK_SECONDS)
    return job


def _tell_server(journal: Journal, job: Job, command: str) -> int:
    journal.command(job.job_id, command)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        (now,) = (one for one in journal.jobs() if one.job_id == job.job_id)
        if now.changed != job.changed:
            print(_status(now))
            return 0
        time.sleep(LOOK_SECONDS)
    print(t("terminal.job.told", command=command, job=job.job_id))
    return EXIT_FAILED


def _status(job: Job) -> str:
    return t("terminal.job", job=job.job_id, status=job.status, reason=_words(job))


def _words(job: Job) -> str:
    return job_reason(job.reason)


@contextlib.contextmanager
def open_journal(folder: Path) -> Iterator[Journal]:
    """The journal of a folder of models, for a moment."""
    journal = Journal(folder / gallery.UNFINISHED)
    try:
        yield journal
    finally:
        journal.close()


@contextlib.contextmanager
def training_service(folder: Path) -> Iterator[TrainingService]:
    """The service of this process, in which old jobs do not go on by themselves; InputError where another trains."""
    service = open_service(folder, go_on=False)
    try:
        if service.refusal:
            raise InputError("training.not_possible", why=service.refusal)
        yield service
    finally:
        service.stop()
