"""What runs on a machine: one training for the queue of another process, which asks now and then what is new.

The machine keeps nothing: it works in a temporary folder, and what it has saved goes to who asks. When nobody has asked
for a while it stops by itself, for then the job goes on elsewhere. Knows the driver; knows nothing of Dask.
"""

import logging
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from datasets.data_set import DataSet
from jobs.controls import Controls, Effect, Moved, Report
from jobs.job import DONE, Command
from jobs.worker import outcome
from models import checkpoint as checkpoints
from models import gallery
from models.errors import InputError, Reason
from training.device import use_threads
from training.drive import Task, train_to_checkpoint
from training.heap import keep_heap
from training.several.wire import Build, Errand, Key, Left, News, Question, build
from training.snapshot import Pictures, TrainingSnapshot
from training.train_job import JobOperator, done
from training.unfinished import film_path

LEASE_SECONDS = 30.0  # without a question, after which the work stops by itself
_visits: dict[Key, "Visit"] = {}


def greet(owner: str) -> Build:
    """Who is here; work for the same owner that is still under way is not wanted any more."""
    logging.getLogger("distributed.worker").setLevel(logging.WARNING)  # it writes a line for every question
    for key, visit in list(_visits.items()):
        if visit.errand.owner == owner and visit.begun:
            visit.controls.stop()
        elif visit.errand.owner == owner:
            del _visits[key]
    return build()


def dismiss(key: Key) -> None:
    """The work of an errand is not wanted any more."""
    if key in _visits:
        _visits[key].controls.stop()


def expect(errand: Errand) -> None:
    """The errand is here; its work begins with `run`."""
    _visits[errand.key] = Visit(errand)


def exchange(key: Key, question: Question) -> News | None:
    """Orders and receipts go in, news come out; None where the errand is not here any more."""
    visit = _visits.get(key)
    return visit.exchange(question) if visit else None


def run(key: Key, data: DataSet) -> Left:
    """Trains what was expected, to its end or until an order stops it."""
    visit = _visits[key]
    watch = threading.Thread(target=visit.watch, name="lease-watch", daemon=True)
    watch.start()
    try:
        use_threads(1)  # the same number everywhere, for the same bits
        keep_heap()
        return visit.work(data)
    finally:
        visit.ended.set()
        del _visits[key]


class Visit:
    """One errand on its machine: controls that follow those of the queue, and what they have to say."""

    def __init__(self, errand: Errand) -> None:
        self.errand, self.ended = errand, threading.Event()
        self.controls = Controls(errand.job, self._send, errand.commands)
        self.controls.start(errand.seconds, crowded=False, turn=errand.turn)
        for order in errand.orders:
            self.controls.follow(order)
        self._changed, self._news = threading.Condition(), News()
        self._receipts: dict[int, Reason | None] = {}
        self.begun, self._answered, self._answer = False, 0, News()
        self._shown: Pictures | None = None
        self._heard = time.monotonic()

    def work(self, data: DataSet) -> Left:
        """Trains in a folder that is gone afterwards."""
        errand, made = self.errand, dict[str, bytes]()
        self.begun = True

        def train(controls: Controls) -> Reason | None:
            with tempfile.TemporaryDirectory(prefix="latent-") as name:
                folder = Path(name)
                _unpack(folder / gallery.UNFINISHED, errand.files)
                operator = GuestOperator(controls, errand, folder, self._keep)
                task = Task(errand.plan, errand.run_id, folder, errand.filmed, start=errand.start)
                checkpoint = train_to_checkpoint(task, data, operator, errand.pacing)
                if checkpoint:
                    made.update(checkpoints.to_files(checkpoint))
                return done(checkpoint.run) if checkpoint else None

        left = outcome(train, self.controls)
        return Left(left, self._taken(), self.controls.steps, made if left.status == DONE else {})

    def exchange(self, question: Question) -> News:
        """See the module's `exchange`."""
        self._heard = time.monotonic()
        if question.number != self._answered:
            for order in question.orders:
                self.controls.follow(order)
            with self._changed:
                self._receipts |= dict(question.written)
                self._changed.notify_all()
            self._answered, self._answer = question.number, self._taken()
        return self._answer

    def watch(self) -> None:
        """In a thread: stops the work when nobody asks any more."""
        while not self.ended.wait(1.0):
            if self._is_alone():
                self.controls.stop()

    def _is_alone(self) -> bool:
        return time.monotonic() - self._heard > LEASE_SECONDS

    def _taken(self) -> News:
        with self._changed:
            news, self._news = replace(self._news, begun=self.begun), News()
        payload = news.report.payload if news.report else None
        if not isinstance(payload, TrainingSnapshot) or payload.pictures is None:
            return news
        if payload.pictures is self._shown:
            return replace(news, report=Report(self.controls.job_id, replace(payload, pictures=None)), seen=True)
        self._shown = payload.pictures
        return news

    def _send(self, news: Report | Moved | Effect) -> None:
        with self._changed:
            held = self._news
            match news:
                case Report():
                    self._news = replace(held, report=news)
                case Moved():
                    self._news = replace(held, moved=(*held.moved, news))
                case Effect(command):
                    self._news = replace(held, effects=(*held.effects, command))
                    self._wait_for_receipt(command)

    def _wait_for_receipt(self, command: Command) -> None:
        while not self._changed.wait_for(lambda: command.number in self._receipts, 1.0):
            if self._is_alone():
                raise InputError("several.nobody_asks")
        refused = self._receipts.pop(command.number)
        if refused:
            raise InputError.of(refused)

    def _keep(self, files: Mapping[str, bytes | None]) -> None:
        with self._changed:
            self._news = replace(self._news, files={**self._news.files, **files})


class GuestOperator(JobOperator):
    """A job's operator on another machine: what is saved is kept for who asks."""

    def __init__(
        self, controls: Controls, errand: Errand, folder: Path, keep: Callable[[Mapping[str, bytes | None]], None]
    ) -> None:
        super().__init__(controls, errand.pacing)
        self._state, self._keep = gallery.unfinished_path(errand.run_id, folder), keep
        self._told = {name for name in errand.files if name != self._state.name}

    def saved(self) -> None:
        """What is new since the last time; the film's files never change once they are there."""
        film = film_path(self._state)
        here = {f"{film.name}/{path.name}": path for path in film.glob("[0-9]*.safetensors")}
        files: dict[str, bytes | None] = {name: here[name].read_bytes() for name in here.keys() - self._told}
        files |= dict.fromkeys(self._told - here.keys())
        self._told = set(here)
        self._keep(files | {self._state.name: self._state.read_bytes()})


def _unpack(folder: Path, files: Mapping[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
