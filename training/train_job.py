"""The work of a training job: the queue's controls give the commands, and everybody who looks on gets snapshots.

Knows the driver and a job's `Controls`; knows nothing of the queue behind them.
"""

import time
from collections.abc import Callable
from pathlib import Path

from datasets.catalogue import load as load_data
from datasets.data_set import DataSet
from jobs.controls import Controls
from models import checkpoint as checkpoints
from models.errors import Reason
from models.run import Run
from training.chain import links_of, models_of, start_of
from training.device import job_threads, use_threads
from training.drive import Task, train_to_checkpoint
from training.epochs import EpochStore
from training.loop import EpochDone, steps_per_epoch
from training.meter import Progress
from training.pacing import Pacing
from training.snapshot import FINISHING
from training.snapshots import Snapshots
from training.spec import plan_of
from training.state import TrainState
from training.unfinished import discard

Load = Callable[..., DataSet]


def work(
    folder: Path, controls: Controls, load: Load = load_data, pacing: Pacing | None = None, filmed: bool = True
) -> Reason | None:
    """Trains what `controls.spec` says, the links of a chain one after the other; returns why it is done, its
    checkpoints in `folder`, or None when stopped.

    `load`: where data sets come from; `filmed`: whether epochs are kept. Raises InputError with advice.
    """
    pacing, names = pacing or Pacing(), models_of(controls.spec)
    for number, link in enumerate(links_of(controls.spec)):
        if is_made(folder, names[number]):
            continue
        use_threads(job_threads())
        plan = plan_of(link)
        task = Task(plan, names[number], folder, filmed, start=start_of(names, number, folder))
        data = load(plan.training.data, download=False)
        if not train_to_checkpoint(task, data, JobOperator(controls, pacing), pacing):
            return None
    return done(checkpoints.load_run(folder / names[-1]))


def is_made(folder: Path, run_id: str) -> bool:
    """Whether a model is there already: an earlier link of a chain, or the process died before the journal had it."""
    if not (folder / run_id).is_dir():
        return False
    discard(folder, run_id)
    return True


def done(run: Run) -> Reason:
    """Why a job is done: what was trained, and how well."""
    test, facts = run.test, {"count": run.epochs_done, "seconds": round(run.seconds)}
    if test.elbo is None:
        return Reason("done.log_likelihood", facts | {"nats": round(test.log_likelihood, 1)})
    return Reason("done.elbo", facts | {"nats": round(test.elbo, 1)})


class JobOperator:
    """The queue's controls as a training's operator; what it does is reported as snapshots."""

    def __init__(self, controls: Controls, pacing: Pacing) -> None:
        self._controls, self._pacing = controls, pacing
        self.should_abandon, self.commands = controls.should_abandon, controls.commands
        self.took_effect, self.history = controls.took_effect, controls.history

    def begin(self, state: TrainState, data: DataSet, film: EpochStore, notes: tuple[Reason, ...]) -> None:
        """Shows the model as it is before its next batch."""
        self._film = film
        steps = state.training.epochs * steps_per_epoch(len(data.train_x), state.training.batch_size)
        self._snapshots = Snapshots(state, data, steps, notes, film.numbers)
        self._map_again = time.monotonic() + self._pacing.first_map_seconds
        self._show_batch()

    def should_stop(self) -> bool:
        """Whether to save and stop; where somebody watches every batch, shows it first."""
        if self._controls.watched:
            self._show_batch()
        return self._controls.should_stop()

    def progress(self, event: Progress) -> None:
        """Shows the numbers, and now and then the map: most of it happens in the first epoch."""
        self._controls.report(self._snapshots.progress(event))
        began = time.monotonic()
        if began >= self._map_again:
            self._show_batch()
            now = time.monotonic()
            self._map_again = now + (now - began) / self._pacing.map_share

    def epoch_done(self, event: EpochDone) -> None:
        """Shows the epoch's record, map and kept epochs."""
        self._controls.report(self._snapshots.epoch(event, self._film.numbers))

    def changed(self, refusal: Reason | None = None) -> None:
        """Shows what holds now, and why a command was refused."""
        if refusal:
            self._snapshots.note(refusal)
        self._controls.report(self._snapshots.changed(self._film.numbers))

    def saved(self) -> None:
        """It is where it belongs."""

    def finishing(self) -> None:
        """Shows that the final tests run."""
        self._controls.report(self._snapshots.phase(FINISHING))

    def _show_batch(self) -> None:
        self._controls.report(self._snapshots.batch(self._controls.should_abandon))
