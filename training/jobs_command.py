"""`python -m training jobs`: lists, cancels and resumes the jobs of the checkpoint folder, beside a server or without.

While a server runs, a wish goes to it through the journal; otherwise this process does the work itself, with the same
queue. Knows the service and the terminal.
"""

import argparse
import contextlib
import signal
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from models.errors import require
from training import store
from training.job import CANCELLED, DONE, Job
from training.journal import Journal
from training.recovery import CANCEL, RESUME
from training.service import TrainingService, open_service
from training.view import TrainingView

SHOWN, PATIENCE, LOOK_SECONDS = 30, 10.0, 0.1
EXIT_FAILED, EXIT_INTERRUPTED = 1, 130


def main(arguments: Sequence[str]) -> int:
    """Runs the command line after `jobs` and returns its exit code; raises InputError for a name that is not there."""
    options = make_parser().parse_args(arguments)
    folder = store.checkpoint_folder()
    if options.action == "list":
        return _list(folder)
    job = _find(folder, options.job or "")
    if options.action == "cancel":
        require(job.status not in (DONE, CANCELLED), f"{job.job_id} is {job.status} already.")
        return _cancel(folder, job)
    require(job.status not in (DONE, CANCELLED), f"{job.job_id} is {job.status}; there is nothing to resume.")
    return _resume(folder, job)


def make_parser() -> argparse.ArgumentParser:
    """The options."""
    parser = argparse.ArgumentParser(
        prog="python -m training jobs", description="The trainings that were asked for in the app."
    )
    parser.add_argument("action", nargs="?", default="list", choices=("list", "cancel", "resume"))
    parser.add_argument("job", nargs="?", metavar="ID", help="a job's name, its beginning, or its run's name")
    return parser


def _list(folder: Path) -> int:
    with _journal(folder) as journal:
        jobs, served = journal.jobs(), not journal.owner
    for job in jobs[-SHOWN:]:
        made = time.strftime("%Y-%m-%d %H:%M", time.localtime(job.submitted))
        print(f"{job.job_id}  {job.status:<11}  {made}  {job.spec.get('run_id', '')}\n    {job.reason}")
    more = f", {len(jobs) - SHOWN} older ones" if len(jobs) > SHOWN else ""
    print(f"{min(len(jobs), SHOWN)} jobs{more}. {'A server runs them.' if served else 'No server runs.'}")
    return 0


def _find(folder: Path, name: str) -> Job:
    with _journal(folder) as journal:
        jobs = journal.jobs()
    found = [job for job in jobs if name and (job.job_id.startswith(name) or job.spec.get("run_id") == name)]
    known = ", ".join(job.job_id for job in jobs if job.status not in (DONE, CANCELLED)) or "none"
    require(len(found) == 1, f"{len(found)} jobs are called {name[:60]!r}. Under way or resumable: {known}.")
    return found[0]


def _cancel(folder: Path, job: Job) -> int:
    with _journal(folder) as journal:
        if not journal.owner:
            return _ask_server(journal, job, CANCEL)
    with _service(folder) as service:
        service.cancel(job.job_id)
    print(f"{job.job_id} is cancelled.")
    return 0


def _resume(folder: Path, job: Job) -> int:
    with _journal(folder) as journal:
        if not journal.owner:
            return _ask_server(journal, job, RESUME)
    stopped: list[int] = []
    before = {
        number: signal.signal(number, lambda got, _: stopped.append(got)) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        with _service(folder) as service:
            service.resume(job.job_id)
            job = _watch(service, job, stopped)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if stopped:
        print(f"Stopped. Go on with: python -m training jobs resume {job.job_id}")
        return EXIT_INTERRUPTED
    print(f"{job.job_id} is {job.status}. {job.reason}")
    return 0 if job.status == DONE else EXIT_FAILED


def _watch(service: TrainingService, job: Job, stopped: list[int]) -> Job:
    shown = -1
    while (job := service.snapshot(job.job_id)).active and not stopped:
        view = job.payload
        if isinstance(view, TrainingView) and view.epoch > shown:
            shown = view.epoch
            print(f"{view.run_id}: epoch {view.epoch}/{view.epochs}", flush=True)
        time.sleep(LOOK_SECONDS)
    return job


def _ask_server(journal: Journal, job: Job, wish: str) -> int:
    journal.ask(job.job_id, wish)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        (now,) = (one for one in journal.jobs() if one.job_id == job.job_id)
        if now.changed != job.changed:
            print(f"{job.job_id} is {now.status}. {now.reason}")
            return 0
        time.sleep(LOOK_SECONDS)
    print(f"The running server was asked to {wish} {job.job_id}; it has not done it yet.")
    return EXIT_FAILED


@contextlib.contextmanager
def _journal(folder: Path) -> Iterator[Journal]:
    journal = Journal(folder / store.UNFINISHED)
    try:
        yield journal
    finally:
        journal.close()


@contextlib.contextmanager
def _service(folder: Path) -> Iterator[TrainingService]:
    service = open_service(folder, go_on=False)
    try:
        require(not service.refusal, service.refusal)
        yield service
    finally:
        service.stop()
