"""One training from its plan to its checkpoint in the gallery, resumable at any moment, bit for bit on the CPU.

The worker of the queue (training/train_job.py) and the command line (training/terminal.py) both train by this; they
differ in who gives the commands and who looks on, an `Operator`. What a kill can cost is the time since the last save,
never a bit of the result.
"""

import gc
import logging
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, runtime_checkable

import torch

from datasets.data_set import DataSet
from jobs.job import Command
from models import gallery
from models.checkpoint import Checkpoint
from models.errors import InputError, Reason, require
from models.run import Change
from training.chain import Start
from training.commands import KEEP_EPOCH
from training.device import pick_device
from training.epochs import EpochStore, start_film
from training.evaluate import Abandoned, codes
from training.finish import finish
from training.held_out import with_held_out
from training.loop import EpochDone, Stopped, steps_per_epoch, train
from training.meter import NotFiniteError, Progress
from training.pacing import Pacing
from training.plans import Plan, with_changes
from training.state import TrainState, load_state
from training.unfinished import discard

SMALLEST_BATCH = 8
NO_EFFECT = -1  # the step of a command that was refused
logger = logging.getLogger(__name__)


@runtime_checkable
class Operator(Protocol):
    """Who gives a training its commands and looks on."""

    def begin(self, state: TrainState, data: DataSet, film: EpochStore, notes: tuple[Reason, ...]) -> None:
        """The training starts or goes on; once more after the batch was halved."""

    def should_stop(self) -> bool:
        """Called between two batches: whether to save and stop; may wait."""

    def should_abandon(self) -> bool:
        """Called within a long computation: whether to drop what can be done again."""

    def commands(self) -> tuple[Command, ...]:
        """Commands that did not take effect yet."""

    def took_effect(self, command: Command, step: int) -> None:
        """From which step a command holds; `NO_EFFECT` where it was refused."""

    def history(self) -> tuple[Command, ...]:
        """What took effect before the run was interrupted, in order."""

    def progress(self, event: Progress) -> None:
        """A few times a second."""

    def epoch_done(self, event: EpochDone) -> None:
        """After each epoch."""

    def changed(self, refusal: Reason | None = None) -> None:
        """A command took effect, or was refused for this reason."""

    def saved(self) -> None:
        """The state is on disk, and the film with it."""

    def finishing(self) -> None:
        """All epochs are done; the final tests begin."""


@dataclass(frozen=True)
class Task:
    """What is to be trained. `filmed`: whether it keeps its epochs; `replace`: whether a model may lose its place.

    `start`: the model whose weights it begins with.
    """

    plan: Plan
    run_id: str
    folder: Path
    filmed: bool = True
    replace: bool = False
    start: Start | None = None

    @property
    def state_path(self) -> Path:
        """Where its state lies until it is finished."""
        return gallery.unfinished_path(self.run_id, self.folder)


def train_to_checkpoint(task: Task, data: DataSet, operator: Operator, pacing: Pacing) -> Checkpoint | None:
    """The checkpoint, in the gallery when this returns; None when stopped, its state saved.

    An unfinished run of that name goes on. Raises InputError with advice. Out of memory, the batch is halved once, as
    long as no epoch is done.
    """
    plan, wanted = task.plan, task.plan.training.batch_size
    while True:
        state = _state(plan, task, data)
        apart = with_held_out(data, state.training.held_out)  # as the run was begun, perhaps by an older plan
        batch = state.training.batch_size
        halved = batch != wanted  # just now, or before the run was interrupted
        notes = (Reason("note.batch_halved", {"batch": batch, "wanted": wanted}),) if halved else ()
        try:
            return _Drive(task, state, apart, operator, pacing).run(notes)
        except (torch.OutOfMemoryError, MemoryError, RuntimeError) as error:
            if not _out_of_memory(error):
                raise
        # outside of the except clause, so that no traceback holds on to the tensors
        done = state.epoch
        del state
        _free()
        if halved or done or batch < SMALLEST_BATCH * 2:
            if done:
                raise InputError("failed.out_of_memory_later", batch=batch, epoch=done + 1)
            raise InputError("failed.out_of_memory", batch=batch, epoch=done + 1)
        discard(task.folder, task.run_id)
        plan = with_changes(plan, {}, {"batch_size": batch // 2}, {})


class _Drive:
    """One go of a training: consumes the loop's events, carries commands out, and saves."""

    def __init__(self, task: Task, state: TrainState, data: DataSet, operator: Operator, pacing: Pacing) -> None:
        self.task, self.state, self.data, self.operator, self.pacing = task, state, data, operator, pacing
        self.per_epoch = steps_per_epoch(len(data.train_x), state.training.batch_size)
        self.film = start_film(task.state_path, state, data, task.filmed)
        self.saved_at = self.save_again = time.monotonic()
        self._repeat(operator.history())

    def run(self, notes: tuple[Reason, ...]) -> Checkpoint | None:
        """The rest of the training and its checkpoint."""
        self.operator.begin(self.state, self.data, self.film, notes)
        try:
            return self._finish() if self._consume() else None
        except NotFiniteError as error:
            if not self.task.state_path.exists():
                raise
            raise InputError("failed.not_finite", why=error) from None

    def _consume(self) -> bool:
        """All epochs; returns whether they are done."""
        operator, pacing = self.operator, self.pacing
        events = train(self.state, self.data, self._should_stop, operator.should_abandon, pacing.report_seconds)
        for event in events:
            match event:
                case Progress():
                    operator.progress(event)
                    self._save_if(time.monotonic() - self.saved_at > pacing.save_seconds)
                case EpochDone():
                    self.film.add(self.state.epoch, self.state.model, event.evaluation.latents.mu)
                    operator.epoch_done(event)
                    self._save_if(True)
                case Stopped():
                    self._save()
                    return False
        return True

    def _finish(self) -> Checkpoint | None:
        task = self.task
        self._save_if(True)
        self.operator.finishing()
        try:
            checkpoint = finish(self.state, self.data, should_abandon=self.operator.should_abandon)
            run = replace(checkpoint.run, begun_from=task.start.run_id if task.start else None)
            checkpoint = replace(checkpoint, run=run, epochs=self.film.collect())
            gallery.add(checkpoint, task.folder, task.replace)
        except Abandoned:
            self._save()
            return None
        except BaseException:  # also a Ctrl-C: until its checkpoint is written, the run can be resumed
            self._save()
            raise
        discard(task.folder, task.run_id)
        return checkpoint

    def _should_stop(self) -> bool:
        try:
            self._film_part()
        except Abandoned:
            return True
        if self.operator.should_stop():
            return True
        for command in self.operator.commands():
            self._carry_out(command)
        return False

    def _film_part(self) -> None:
        """Keeps a part of an epoch that is over, if it is due; the test set is encoded for it."""
        state, data = self.state, self.data
        number = self.film.due(state.epoch, state.batch)
        if number is not None:
            abandon = self.operator.should_abandon
            self.film.add(
                number, state.model, codes(state.model, data.test_x, data.test_classes, state.device, abandon)
            )

    def _carry_out(self, command: Command) -> None:
        """A change holds from the next step on; first it is written down, so that a resumed run repeats it."""
        state, step = self.state, self.state.step
        try:
            if command.name == KEEP_EPOCH:
                self.film.pin(state.epoch)
                self.operator.took_effect(command, step)
            else:
                change = Change(step, command.name, command.value)
                training = replace(state.training, changes=(*state.training.changes, change))
                self.operator.took_effect(command, step)
                state.training = training
        except InputError as error:
            self.operator.took_effect(command, NO_EFFECT)
            self.operator.changed(error.reason)
            return
        self.operator.changed()

    def _repeat(self, history: tuple[Command, ...]) -> None:
        """What took effect before the run was interrupted, at the same steps."""
        held = [(command, command.step) for command in history if command.step is not None and command.step >= 0]
        self.film.pinned.update(step // self.per_epoch for command, step in held if command.name == KEEP_EPOCH)
        changes = [Change(step, command.name, command.value) for command, step in held if command.name != KEEP_EPOCH]
        if changes:
            changes.sort(key=lambda change: change.step)
            self.state.training = replace(self.state.training, changes=tuple(changes))

    def _save_if(self, wanted: bool) -> None:
        if wanted and time.monotonic() >= self.save_again:
            self._save()

    def _save(self) -> None:
        began = time.monotonic()
        if not _finite(self.state):
            return  # the last good state stays
        path = self.task.state_path
        try:
            self.film.flush()
            self.state.save(path)
        except OSError as error:
            logger.warning("%s: %s", path, error)
            raise InputError("failed.disk", problem=str(error.strerror)) from None
        self.operator.saved()
        self.saved_at = time.monotonic()
        self.save_again = self.saved_at + (self.saved_at - began) / self.pacing.save_share


def _state(plan: Plan, task: Task, data: DataSet) -> TrainState:
    path, record = task.state_path, data.record()
    if not path.exists():
        fresh = TrainState(task.run_id, plan.title, plan.model, plan.training, record, pick_device(), plan.program)
        if task.start:
            fresh.begin_with(task.start.weights)
        return fresh
    state = load_state(path, pick_device())
    require(
        record.same_data(state.data),
        "training.other_data",
        name=task.run_id,
        count=state.data.train_count,
        data=state.data.title,
        now=len(data.train_x),
    )
    return state


def _finite(state: TrainState) -> bool:
    return all(bool(torch.isfinite(tensor).all()) for tensor in (state.sums, *state.model.parameters()))


def _out_of_memory(error: BaseException) -> bool:
    return isinstance(error, torch.OutOfMemoryError | MemoryError) or "can't allocate memory" in str(error)


def _free() -> None:
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
