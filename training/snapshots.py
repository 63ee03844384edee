"""Follows a training and makes its snapshots (training/snapshot.py), each from the one before.

Knows state, events and data; knows nothing of threads, files or screens.
"""

from collections import deque
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray

from datasets.data_set import DataSet
from models.errors import Reason
from models.moments import moments
from training.evaluate import Abandoned, StopCheck, codes, never_stop
from training.health import findings, mean_image_log_likelihood
from training.loop import EpochDone
from training.meter import Progress
from training.snapshot import TRAINING, Pictures, Recent, TrainingSnapshot
from training.state import TrainState

RECENT, NOTES, SAMPLES, SAMPLE_SEED = 300, 8, 16, 7


class Snapshots:
    """Follows one training and makes its snapshots, each from the one before."""

    def __init__(
        self,
        state: TrainState,
        data: DataSet,
        steps: int,
        notes: tuple[Reason, ...] = (),
        kept: tuple[float, ...] = (),
    ) -> None:
        self.state, self._data = state, data
        self._recent: deque[Recent] = deque(maxlen=RECENT)
        self._mean_image = mean_image_log_likelihood(data.train_x, data.test_x, state.training.weights)
        self._sums, self._batch = state.sums.clone(), state.batch
        draws = torch.Generator().manual_seed(SAMPLE_SEED)
        self._eps = torch.randn(SAMPLES, state.model.config.latent_dim, generator=draws).to(state.device)
        classes = max(1, state.model.config.class_count)
        self._y = (torch.arange(SAMPLES) % classes).to(state.device)
        settings = state.training
        self.last = TrainingSnapshot(
            state.run_id, state.title, TRAINING, state.epoch, settings.epochs, state.step, steps, settings.batch_size,
            settings.learning_rate, settings.weights.beta, settings.weights.mmd_weight, data.test_classes,
            history=tuple(state.history), changes=settings.changes, notes=notes, kept=kept,
            images=data.test_x,
        )  # fmt: skip
        self._read_changes()

    def progress(self, event: Progress) -> TrainingSnapshot:
        """The snapshot after a report of the loop."""
        self._note(Recent(event.step, event.loss, event.log_likelihood, event.kl))
        self._sums, self._batch = self.state.sums.clone(), self.state.batch
        return self._show(images_per_second=event.images_per_second, seconds_left=event.seconds_left)

    def epoch(self, event: EpochDone, kept: tuple[float, ...]) -> TrainingSnapshot:
        """The snapshot after an epoch."""
        self._sums, self._batch = self.state.sums.clone(), 0
        history = tuple(self.state.history)
        model, training, latents = self.state.model.config, self.state.training, event.evaluation.latents
        steps, cloud = self.state.step, moments(latents.mu, latents.log_var)
        health = findings(history, model, training, steps, self._mean_image, cloud)
        return self._show(history=history, pictures=self._pictures(latents.mu), health=health, kept=kept)

    def batch(self, should_abandon: StopCheck = never_stop) -> TrainingSnapshot:
        """The snapshot after a single batch that somebody watches; the test set is encoded for it."""
        state = self.state
        if state.batch > self._batch:
            loss, likelihood, *kl = ((state.sums - self._sums) / (state.batch - self._batch)).tolist()
            self._note(Recent(state.step, loss, likelihood, sum(kl) if kl else None))
            self._sums, self._batch = state.sums.clone(), state.batch
        if self.last.pictures is not None and self.last.pictures.step == state.step:
            return self._show()
        try:
            return self._show(pictures=self._pictures(self._codes(should_abandon)))
        except Abandoned:
            return self._show()

    def changed(self, kept: tuple[float, ...]) -> TrainingSnapshot:
        """The snapshot after a command took effect."""
        self._read_changes()
        return self._show(kept=kept)

    def phase(self, phase: str) -> TrainingSnapshot:
        """The snapshot in another phase."""
        return self._show(phase=phase)

    def note(self, reason: Reason) -> TrainingSnapshot:
        """The snapshot with one more note."""
        return self._show(notes=(*self.last.notes, reason)[-NOTES:])

    def _codes(self, should_abandon: StopCheck) -> NDArray[np.float32]:
        state, data = self.state, self._data
        images, classes = data.test_x, data.test_classes
        return codes(state.model, images, classes, state.device, should_abandon)

    @torch.no_grad()
    def _pictures(self, mu: NDArray[np.float32]) -> Pictures:
        model = self.state.model
        z = model.prior(self._y).draw(self._eps, torch.Generator().manual_seed(SAMPLE_SEED))
        x_mean = torch.sigmoid(model.decode(z, self._y))
        samples = (x_mean.nan_to_num() * 255).round().to("cpu", torch.uint8).numpy()
        networks = {
            name: tensor.detach().to("cpu", torch.float32, copy=True).numpy()
            for name, tensor in self.state.model.state_dict().items()
            if name.startswith(("encoder.", "decoder."))
        }
        return Pictures(self.state.epoch, self.state.step, mu, samples, networks)

    def _read_changes(self) -> None:
        settings = self.state.training
        values = {"learning_rate": settings.learning_rate, "beta": settings.weights.beta,
                  "mmd_weight": settings.weights.mmd_weight}  # fmt: skip
        values |= {change.name: change.value for change in settings.changes}
        self.last = replace(self.last, **values, changes=settings.changes)  # type: ignore[arg-type]

    def _note(self, recent: Recent) -> None:
        if not self._recent or self._recent[-1].step < recent.step:
            self._recent.append(recent)

    def _show(self, **news: object) -> TrainingSnapshot:
        recent = tuple(self._recent)
        self.last = replace(
            self.last,
            epoch=self.state.epoch,
            step=self.state.step,
            recent=recent,
            **news,  # type: ignore[arg-type]
        )
        return self.last
