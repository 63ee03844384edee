"""The work of a training job: from a spec to a checkpoint in the folder, resumable at any moment, bit for bit on the CPU.

Knows everything in training/ but the queue; a `Context` steers it, and it shows `TrainingView`s. What a kill can cost
is the time since the last save, never a bit of the result.
"""  # noqa: E501

import gc
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from models import checkpoint as checkpoints
from models.errors import InputError, require
from models.run import Change, Run
from training import epochs, store
from training.context import Context
from training.data import DataSet
from training.data import load as load_data
from training.device import job_threads, pick_device, use_threads
from training.epochs import film_path, start_film
from training.evaluate import Left
from training.finish import finish
from training.job import CANCELLED, Request
from training.loop import EpochDone, NotFiniteError, Progress, Stopped, steps_per_epoch, train
from training.plans import Plan
from training.spec import plan_of, run_id_of
from training.state import TrainState, load_state
from training.view import FINISHING, Viewer

SAVE_SHARE = 0.01  # saving takes at most this share of the time
SAVE_SECONDS = 30.0  # an epoch that takes longer is saved in between
MAP_SHARE = 0.01  # encoding the test set within an epoch too
FIRST_MAP_SECONDS = 0.5
KEEP_EPOCH = "keep_epoch"
SMALLEST_BATCH = 8
REFUSED = -1  # the step of a request that was not applied


def work(folder: Path, context: Context) -> str | None:
    """Trains what `context.spec` asks for; returns a sentence when its checkpoint is in `folder`, None when stopped.

    Raises InputError with advice. Out of memory, the batch is halved once, as long as no epoch is done.
    """
    plan, run_id = plan_of(context.spec), run_id_of(context.spec)
    if (folder / run_id).is_dir():  # the process died after this was written and before the journal had it
        run = checkpoints.load_run(folder / run_id)
        discard(folder, context.spec)
        return _sentence(run)
    use_threads(job_threads())
    data = load_data(plan.training.data, download=False)
    asked = plan.training.batch_size
    while True:
        state = _state(plan, run_id, data, store.unfinished_path(run_id, folder))
        batch = state.training.batch_size
        halved = batch != asked  # just now, or before the run was interrupted
        notes = (f"The device ran out of memory: the batch is now {batch} images, not {asked}.",) if halved else ()
        try:
            return _Training(state, data, context, folder, notes).run()
        except (torch.OutOfMemoryError, MemoryError, RuntimeError) as error:
            if not _out_of_memory(error):
                raise
        # outside of the except clause, so that no traceback holds on to the tensors
        done = state.epoch
        del state
        _free()
        if halved or done or batch < SMALLEST_BATCH * 2:
            raise InputError(
                f"the device has no memory left for batches of {batch} images (epoch {done + 1}). Choose a smaller "
                "batch or network" + ("; or resume it when the device is free." if done else ".")
            )
        discard(folder, context.spec)
        plan = replace(plan, training=replace(plan.training, batch_size=batch // 2))


def discard(folder: Path, spec: Mapping[str, Any]) -> None:
    """Removes what an unfinished run has left in the folder; a finished model stays."""
    path = store.unfinished_path(run_id_of(spec), folder)
    path.unlink(missing_ok=True)
    epochs.remove(film_path(path))


class _Training:
    """One turn of a job with the device: consumes the loop's events, shows them, and saves."""

    def __init__(
        self, state: TrainState, data: DataSet, context: Context, folder: Path, notes: tuple[str, ...]
    ) -> None:
        self.state, self.data, self.context, self.folder = state, data, context, folder
        self.path = store.unfinished_path(state.run_id, folder)
        self.per_epoch = steps_per_epoch(len(data.train_x), state.training.batch_size)
        self.film = start_film(self.path, state, data)
        self.saved_at = self.save_again = time.monotonic()
        self.map_again = self.saved_at + FIRST_MAP_SECONDS
        self._repeat()
        self.viewer = Viewer(state, data, state.training.epochs * self.per_epoch, notes)

    def run(self) -> str | None:
        """The rest of the training and its checkpoint."""
        self.viewer.kept(self.film.numbers)
        self.context.report(self.viewer.batch())
        try:
            return self._consume()
        except NotFiniteError as error:
            if not self.path.exists():
                raise
            raise InputError(f"{error} Or lower it and resume: the last good state is kept.") from None

    def _consume(self) -> str | None:
        context = self.context
        for event in train(self.state, self.data, self._boundary, context.should_leave):
            match event:
                case Progress():
                    context.report(self.viewer.progress(event))
                    self._show_map()
                    self._save_if(time.monotonic() - self.saved_at > SAVE_SECONDS)
                case EpochDone():
                    self.film.add(self.state.epoch, self.state.model, event.evaluation.latents.mu)
                    context.report(self.viewer.epoch(event, self.film.numbers))
                    self._save_if(True)
                case Stopped():
                    if context.stop_reason != CANCELLED:
                        self._save()
                    return None
        return self._finish()

    def _show_map(self) -> None:
        """The map within an epoch, now and then: most of it happens in the first one."""
        began = time.monotonic()
        if began >= self.map_again:
            self.context.report(self.viewer.batch(self.context.should_leave))
            now = time.monotonic()
            self.map_again = now + (now - began) / MAP_SHARE

    def _finish(self) -> str | None:
        self._save_if(True)
        self.context.report(self.viewer.phase(FINISHING))
        try:
            checkpoint = finish(self.state, self.data, should_leave=self.context.should_leave)
        except Left:
            if self.context.stop_reason != CANCELLED:
                self._save()
            return None
        store.keep(replace(checkpoint, epochs=self.film.collect()), self.folder)
        discard(self.folder, self.context.spec)
        return _sentence(checkpoint.run)

    def _boundary(self) -> bool:
        if self.context.watched:
            self.context.report(self.viewer.batch(self.context.should_leave))
        if self.context.should_stop():
            return True
        for request in self.context.requests():
            self._apply(request)
        return False

    def _apply(self, request: Request) -> None:
        """A turned setting holds from the next step on; first it is journaled, so that a resumed run repeats it."""
        state, step = self.state, self.state.step
        try:
            if request.name == KEEP_EPOCH:
                self.film.pin(state.epoch)
                self.context.apply(request, step)
            else:
                change = Change(step, request.name, request.value)
                training = replace(state.training, changes=(*state.training.changes, change))
                self.context.apply(request, step)
                state.training = training
        except InputError as error:
            self.viewer.note(str(error))
            self.context.apply(request, REFUSED)
        self.viewer.kept(self.film.numbers)
        self.context.report(self.viewer.turned())

    def _repeat(self) -> None:
        """What was applied before the run was interrupted, at the same steps."""
        applied = [request for request in self.context.history() if request.step is not None and request.step >= 0]
        pinned = [request for request in applied if request.name == KEEP_EPOCH]
        self.film.pinned.update((request.step or 0) // self.per_epoch for request in pinned)
        changes = [Change(r.step or 0, r.name, r.value) for r in applied if r.name != KEEP_EPOCH]
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
        try:
            self.film.flush()
            self.state.save(self.path)
        except OSError as error:
            raise InputError(
                f"the disk can't take the unfinished run ({error.strerror}): {self.path.parent}. All models that were "
                "there are untouched. Free some space, then resume it."
            ) from None
        self.saved_at = time.monotonic()
        self.save_again = self.saved_at + (self.saved_at - began) / SAVE_SHARE


def _state(plan: Plan, run_id: str, data: DataSet, path: Path) -> TrainState:
    if not path.exists():
        return TrainState(run_id, plan.title, plan.model, plan.training, data.record(), pick_device())
    state = load_state(path, pick_device())
    require(
        data.record() == state.data,
        f"{run_id} was started on {state.data.train_count:,} images of {state.data.title}, but the data set now has "
        f"{len(data.train_x):,}. Put the old data back, or train anew.",
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


def _sentence(run: Run) -> str:
    test = run.test
    quality = f"log-likelihood {test.log_likelihood:.1f}" if test.elbo is None else f"ELBO {test.elbo:.1f}"
    count = f"{run.epochs_done} epoch{'s' if run.epochs_done != 1 else ''}"
    return f"Trained {count} in {run.seconds:.0f} s: test {quality} nats."
