"""One turn of a job on one machine, as the queue's process sees it: it asks for news, and alone writes files.

It writes only for the turn that the journal knows: whoever has an older one has lost the job to another. Knows controls
and files; knows nothing of Dask, which is the `Road` to a machine.
"""

import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from jobs.controls import Controls, LostError, Report
from jobs.job import DONE, FAILED, INTERRUPTED, RUNNING, Command, Job, Outcome
from models import checkpoint as checkpoints
from models import gallery
from models.atomic import write_file
from models.errors import InputError, Reason
from training.chain import Start, links_of, models_of, start_of
from training.pacing import Pacing
from training.plans import Plan
from training.several import guest
from training.several.wire import Errand, Key, Left, News, Question, Written
from training.snapshot import Pictures, TrainingSnapshot
from training.spec import plan_of
from training.train_job import done, is_made
from training.unfinished import discard, film_path

EXCHANGE_SECONDS = 0.2  # how often a machine is asked for news; orders go at once
BEGIN_SECONDS = 20.0  # until a machine has begun what it was sent
PATIENCE_SECONDS = guest.LEASE_SECONDS + 2.0  # with a machine that is silent; by then it has stopped by itself
OF_THE_MACHINE = ("failed.disk", "failed.fault", "failed.out_of_memory", "failed.out_of_memory_later")
logger = logging.getLogger(__name__)


@runtime_checkable
class Road(Protocol):
    """The way to one machine."""

    @property
    def name(self) -> str:
        """What people call it."""

    def call(self, function: Callable[..., Any], *values: Any) -> Any:
        """What a function says in the machine's process; OSError or TimeoutError where it does not answer."""

    def begin(self, key: Key, data: str) -> Any:
        """Starts the work of an errand that the machine expects; a future of what is `Left`."""

    def is_open(self) -> bool:
        """Whether anybody at the other end can be asked."""

    def is_gone(self) -> bool:
        """Whether it is known that the machine is not there any more."""


@dataclass(frozen=True)
class Home:
    """Where models and unfinished runs lie, whose errands they are, and how each is to be trained."""

    folder: Path
    owner: str
    pacing: Pacing
    filmed: bool


def visit(home: Home, road: Road, controls: Controls) -> Reason | None:
    """Trains on a machine; see `Places.work`."""
    names = models_of(controls.spec)
    for number, link in enumerate(links_of(controls.spec)):
        if is_made(home.folder, names[number]):
            continue
        start = start_of(names, number, home.folder)
        if not _Visit(home, road, controls, plan_of(link), names[number], start).work():
            return None
    return done(checkpoints.load_run(home.folder / names[-1]))


class _Visit:
    """The errand of one model, the questions until the work has left, and what it brings home."""

    def __init__(
        self, home: Home, road: Road, controls: Controls, plan: Plan, run_id: str, start: Start | None
    ) -> None:
        self.home, self.road, self.controls = home, road, controls
        self.plan, self.run_id, self.start = plan, run_id, start
        self.turn, self.key = controls.turn, (run_id, controls.turn)
        self.state, self.began = gallery.unfinished_path(run_id, home.folder), False
        self.pictures: Pictures | None = None

    def work(self) -> Reason | None:
        """Sends the errand, asks for news until the work has left, and brings home what it has made."""
        errand, question = self._errand(), Question(0)
        self._ask(guest.expect, errand)
        future = self._begin(errand.plan.training.data)
        begins = time.monotonic() + BEGIN_SECONDS
        try:
            while not future.done():
                orders = self.controls.orders(EXCHANGE_SECONDS)
                question = Question(question.number + 1, orders, question.written)
                news = self._ask(guest.exchange, self.key, question)
                question = Question(question.number, written=self._take_in(news) if news else ())
                if news and not news.begun and time.monotonic() > begins:  # the scheduler has lost it
                    raise self._silent()
            return self._bring_home(self._left(future))
        except InputError:  # the work there is no good any more: a full disk here, or another has the turn
            self._ask(guest.dismiss, self.key)
            raise
        finally:
            future.release()

    def _begin(self, data: str) -> Any:
        try:
            future = self.road.begin(self.key, data)
        except (OSError, TimeoutError) as error:
            logger.warning("%s: %s", self.road.name, error)
            raise self._silent() from None
        self.began = True
        return future

    def _errand(self) -> Errand:
        controls, home = self.controls, self.home
        job = Job(controls.job_id, "", "", controls.spec, RUNNING, Reason("running"), 0.0, 0.0)
        film = film_path(self.state)
        saved = [self.state, *film.glob("[0-9]*.safetensors")] if self.state.exists() else []
        files = {path.relative_to(self.state.parent).as_posix(): path.read_bytes() for path in saved}
        orders, commands = controls.standing()
        return Errand(
            home.owner, job, self.turn, self.plan, self.run_id, commands, orders, controls.seconds,
            files, home.pacing, home.filmed, self.start,
        )  # fmt: skip

    def _ask(self, function: Callable[..., Any], *values: Any) -> Any:
        """What the machine says; raises LostError once it is gone, or was silent for too long."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return self.road.call(function, *values)
            except (OSError, TimeoutError) as error:
                logger.warning("%s: %s", self.road.name, error)
                if self.road.is_gone():
                    raise self._lost() from None
                if not self.road.is_open() or time.monotonic() > deadline:
                    raise self._silent() from None

    def _silent(self) -> LostError:
        return LostError(Reason("queued.silent", {"machine": self.road.name}), died=False)

    def _lost(self) -> LostError:
        return LostError(Reason("queued.lost", {"machine": self.road.name}), died=self.began)

    def _left(self, future: Any) -> Left:
        try:
            left: Left = future.result(timeout=PATIENCE_SECONDS)
        except CancelledError as error:  # nobody knows of it any more: the way to the scheduler was cut
            logger.warning("%s: %s", self.road.name, error)
            raise self._silent() from None
        except Exception as error:  # what the work itself does wrong is an outcome; this is Dask's word for a machine
            logger.warning("%s: %s", self.road.name, error)
            raise self._lost() from None
        return left

    def _take_in(self, news: News) -> Written:
        """Writes down what a machine has to say; returns the receipts for its commands."""
        self.controls.require_turn(self.turn)
        if news.report:
            self.controls.pass_on(self._whole(news.report, news.seen))
        for moved in news.moved:
            self.controls.pass_on(moved)
        self._write(news.files)
        return tuple((command.number, self._effect(command)) for command in news.effects)

    def _whole(self, report: Report, seen: bool) -> Report:
        """The report with the pictures that were sent before."""
        payload = report.payload
        if not isinstance(payload, TrainingSnapshot):
            return report
        if seen:
            return Report(report.job_id, replace(payload, pictures=self.pictures))
        self.pictures = payload.pictures
        return report

    def _effect(self, command: Command) -> Reason | None:
        try:
            self.controls.took_effect(replace(command, step=None), command.step or 0)
        except InputError as error:
            return error.reason
        return None

    def _write(self, files: Mapping[str, bytes | None]) -> None:
        """The film first, then the state: a state never knows of epochs that are not there."""
        film = film_path(self.state)
        try:
            for name in sorted(files, key=lambda name: name == self.state.name):
                path = self.state if name == self.state.name else film / Path(name).name
                content = files[name]
                if content is None:
                    path.unlink(missing_ok=True)
                else:
                    path.parent.mkdir(parents=True, exist_ok=True)
                    write_file(path, content)
        except OSError as error:
            logger.warning("%s: %s", self.state, error)
            raise InputError("failed.disk", problem=str(error.strerror)) from None

    def _bring_home(self, left: Left) -> Reason | None:
        self._take_in(left.news)
        found = left.outcome
        if found.status == DONE:
            made = checkpoints.from_files(left.checkpoint, self.run_id)
            run = replace(made.run, made=_now())  # by the clock of this computer
            gallery.add(replace(made, run=run), self.home.folder)
            discard(self.home.folder, self.run_id)
            return found.reason
        if found.status == INTERRUPTED and not self.controls.stopping:  # it was not asked for longer than its lease
            raise self._silent()
        if found.status == FAILED and found.reason.code in OF_THE_MACHINE:
            found = Outcome(FAILED, Reason("failed.on_machine", {"machine": self.road.name, "why": found.reason}))
        self.controls.came_back(left.steps, found)
        return None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
