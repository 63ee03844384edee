"""`python -m training sweep`: starts, lists, resumes, stops, removes sweeps, and writes what they gave as CSV.

While a server runs, it does the work, told through the journal; otherwise this process does, with the same queue.
Knows the service and the terminal.
"""

import argparse
import sys
import time
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from datasets.catalogue import load as load_data
from jobs.job import CANCEL, DONE, RESUME, Job, Limits
from jobs.journal import Journal
from live.words import duration, job_reason, refusal, t
from models import gallery
from models.errors import require
from training.chain import links_of
from training.estimate import estimate
from training.evaluate import StopCheck
from training.jobs_command import EXIT_FAILED, EXIT_INTERRUPTED, open_journal, training_service
from training.pacing import Pacing
from training.plans import Plan
from training.recipes import RECIPES
from training.service import TrainingService, several_places
from training.sweep import SETTINGS, TEXTS, Sweep, bill, numbers, submitted, sweeps_of, to_csv
from training.terminal import stop_signals

LOOK_SECONDS, FIRST_LOOK_SECONDS = 0.2, 20.0
SESSION = "terminal"
ACTIONS = ("list", "start", "resume", "stop", "remove", "csv")


def main(arguments: Sequence[str], base: Mapping[str, Any] | None = None) -> int:
    """Runs the command line after `sweep` and returns its exit code; raises InputError for bad input.

    `base`: what the settings change, a published program's spec.
    """
    options = make_parser().parse_args(arguments)
    folder = gallery.checkpoint_folder()
    if options.action == "list":
        return _list(folder)
    require(bool(options.name), "sweep.name_lacks", action=options.action)
    if options.action == "start":
        sweep = sweep_of(options, base)
        return _show(sweep) if options.dry_run else _start(sweep, folder)
    jobs = _jobs(folder, options.name)
    if options.action == "csv":
        sys.stdout.write(to_csv(jobs, folder))
        return 0
    return {"resume": _resume, "stop": _stop, "remove": _remove}[options.action](folder, options.name, jobs)


def make_parser() -> argparse.ArgumentParser:
    """The options."""
    parser = argparse.ArgumentParser(
        prog="python -m training sweep",
        description="A sweep trains every combination of some settings, each as a job that can be resumed. "
        "`csv` writes what came of it to the terminal.",
    )
    parser.add_argument("action", choices=ACTIONS, nargs="?", default="list")
    parser.add_argument("name", nargs="?", help="of the sweep")
    for name in SETTINGS:
        parser.add_argument(f"--{name}", metavar="A,B,..", help="values, joined by commas")
    parser.add_argument("--recipe", choices=RECIPES, default="quick", help="network and schedule (default: quick)")
    parser.add_argument("--epochs", type=int, help="of each training (default: the recipe's)")
    parser.add_argument(
        "--chain",
        action="store_true",
        help="beta or lambda from the largest value down, each model begun with the one before; one job a chain",
    )
    parser.add_argument("--dry-run", action="store_true", help="only print what it costs and what lacks")
    return parser


def sweep_of(options: argparse.Namespace, base: Mapping[str, Any] | None = None) -> Sweep:
    """The sweep that the options describe; raises InputError for values that are none."""
    given = {name: getattr(options, name).split(",") for name in SETTINGS if getattr(options, name)}
    settings = {name: values if name in TEXTS else numbers(name, values) for name, values in given.items()}
    return Sweep(options.name, settings, options.recipe, options.chain, base, options.epochs)


def _show(sweep: Sweep) -> int:
    places, notes = _places()
    cost = bill(sweep, _seconds_of, places)
    for spec in sweep.specs():
        for link in links_of(spec):
            print(f"  {link['title']}")
    where = f"{duration(cost.seconds)} where {places} train at once"
    print(f"{cost.models} trainings, {duration(cost.cpu_seconds)} of one core, {where}.")
    if stops := cost.stops(Limits().seconds):
        print(t("sweep.stops", count=stops, longest=duration(cost.longest), most=duration(Limits().seconds)))
    for title in cost.to_fetch:
        print(f"Lacks: the data set {title}. Fetch it on the page Train, or by training on it once.")
    for note in notes:
        print(note)
    return EXIT_FAILED if cost.to_fetch else 0


def _seconds_of(plan: Plan) -> float:
    return estimate(plan, load_data(plan.training.data, download=False)).seconds


def _places() -> tuple[int, list[str]]:
    """How many trainings can run at once, and what is wrong with the places."""
    places = several_places(gallery.checkpoint_folder(), load_data, Pacing(), True)
    if places is None:
        return 1, []
    try:
        deadline = time.monotonic() + FIRST_LOOK_SECONDS
        while not places.names() and time.monotonic() < deadline:
            time.sleep(LOOK_SECONDS)
        return max(1, len(places.names())), [refusal(note) for note in places.notes()]
    finally:
        places.close()


def _start(sweep: Sweep, folder: Path) -> int:
    with open_journal(folder) as journal:
        if not journal.owner:
            return _give_server(sweep, journal)
    with stop_signals() as stopped, training_service(folder) as service:
        service.submit_sweep(SESSION, sweep)
        return _watch(service, sweep.name, stopped)


def _give_server(sweep: Sweep, journal: Journal) -> int:
    known, most = sweeps_of(journal.jobs()), Limits().sweeps
    require(sweep.name not in known, "sweep.name_taken", name=sweep.name)
    require(len(known) < most, "sweep.too_many", most=most)
    specs = submitted(sweep)
    jobs = {f"{sweep.name}/{number}": (uuid.uuid4().hex[:12], spec) for number, spec in enumerate(specs)}
    journal.add_all(SESSION, jobs, RESUME)
    print(f"The running server trains the {sum(len(links_of(spec)) for spec in specs)} models of {sweep.name}.")
    return 0


def _watch(service: TrainingService, name: str, stopped: StopCheck) -> int:
    shown = ""
    while True:
        jobs = sweeps_of(service.jobs())[name]
        counts = ", ".join(f"{count} {status}" for status, count in Counter(job.status for job in jobs).items())
        notes = " ".join(refusal(note) for note in (service.places.notes() if service.places else ()))
        if (line := f"{name}: {counts}. {notes}") != shown:
            shown = line
            print(line, flush=True)
        if not any(job.active for job in jobs):
            return 0 if all(job.status == DONE for job in jobs) else EXIT_FAILED
        if stopped():
            print(f"Stopped. Go on with: python -m training sweep resume {name}")
            return EXIT_INTERRUPTED
        time.sleep(LOOK_SECONDS)


def _list(folder: Path) -> int:
    with open_journal(folder) as journal:
        found, served = sweeps_of(journal.jobs()), not journal.owner
    for name, jobs in found.items():
        done = sum(job.status == DONE for job in jobs)
        print(f"{name}  {done} of {len(jobs)} done")
        for job in jobs:
            print(f"    {job.job_id}  {job.status:<11}  {job.spec['title']}. {job_reason(job.reason)}")
    print(f"{len(found)} sweeps. {'A server runs them.' if served else 'No server runs.'}")
    return 0


def _jobs(folder: Path, name: str) -> list[Job]:
    with open_journal(folder) as journal:
        found = sweeps_of(journal.jobs())
    require(name in found, "sweep.unknown", name=name[:60])
    return found[name]


def _command(folder: Path, jobs: Sequence[Job], command: str) -> bool:
    """Tells a running server; False where there is none."""
    with open_journal(folder) as journal:
        if journal.owner:
            return False
        for job in jobs:
            journal.command(job.job_id, command)
    print(f"The running server was told to {command} {len(jobs)} trainings.")
    return True


def _resume(folder: Path, name: str, jobs: Sequence[Job]) -> int:
    waiting = [job for job in jobs if not job.ended_for_good]
    require(bool(waiting), "sweep.nothing_to_resume", name=name)
    if _command(folder, waiting, RESUME):
        return 0
    with stop_signals() as stopped, training_service(folder) as service:
        for job in waiting:
            service.command(job.job_id, RESUME)
        return _watch(service, name, stopped)


def _stop(folder: Path, name: str, jobs: Sequence[Job]) -> int:
    going = [job for job in jobs if not job.ended_for_good]
    if not _command(folder, going, CANCEL):
        with training_service(folder) as service:
            for job in going:
                service.command(job.job_id, CANCEL)
        print(f"{name} is stopped. Go on with: python -m training sweep resume {name}")
    return 0


def _remove(folder: Path, name: str, jobs: Sequence[Job]) -> int:
    with open_journal(folder) as journal:
        require(journal.owner, "sweep.server_has_it", name=name)
    with training_service(folder) as service:
        for job in jobs:
            if job.active:
                service.command(job.job_id, CANCEL)
        service.remove_sweep(name)
    print(f"{name} is removed; the {sum(job.status == DONE for job in jobs)} models that it gave stay.")
    return 0
