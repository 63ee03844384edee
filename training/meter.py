"""What a running training measures of itself: means of its terms, its speed, and whether its numbers are finite.

Knows a run's state and the clock; knows nothing of data.
"""

import math
import time
from dataclasses import dataclass

import torch

from models.errors import InputError
from models.objectives import Terms
from training.evaluate import StopCheck
from training.schedules import in_force
from training.state import TrainState


@dataclass(frozen=True)
class Progress:
    """A few times a second. `loss` and `terms` are means over the steps since the last report, nats an image."""

    step: int
    steps: int
    epoch: int
    loss: float
    log_likelihood: float
    kl: float | None
    images_per_second: float
    seconds_left: float


class NotFiniteError(InputError):
    """The loss, or a test metric, is NaN or infinite: the weights are lost."""

    def __init__(self, epoch: int, batch: int, learning_rate: float) -> None:
        super().__init__("training.not_finite", epoch=epoch, batch=batch, learning_rate=learning_rate)


class Meter:
    """Sums the terms on the device and reads them only when something is reported, so that a GPU never waits."""

    def __init__(self, state: TrainState, steps: int, batch_size: int, report_seconds: float) -> None:
        self.state, self.steps, self.batch_size, self.report_seconds = state, steps, batch_size, report_seconds
        self.reported = state.sums.clone()
        self.reported_batches = state.batch
        self.resume()

    def resume(self) -> None:
        """The clock runs: an epoch begins."""
        self.started = self.last_report = time.perf_counter()
        self.reported = self.state.sums.clone()
        self.reported_batches = self.state.batch

    def pause(self) -> None:
        """The clock stops: what was taken so far is training time."""
        self.state.seconds += time.perf_counter() - self.started
        self.started = time.perf_counter()

    def uncounted(self, check: StopCheck) -> bool:
        """The answer; the time it took is neither training time nor part of the speed."""
        before = time.perf_counter()
        answer = check()
        waited = time.perf_counter() - before
        self.started += waited
        self.last_report += waited
        return answer

    def add(self, terms: Terms) -> None:
        """One batch more."""
        with torch.no_grad():
            parts = [-terms.objective.mean()[None], terms.log_likelihood.mean()[None]]
            if terms.kl is not None:
                parts.append(terms.kl.mean(dim=0))
            self.state.sums += torch.cat(parts).double()

    def due(self) -> bool:
        """Whether it is time for a report."""
        return time.perf_counter() - self.last_report >= self.report_seconds

    def require_finite(self, *tested: float) -> None:
        """Raise NotFiniteError unless all sums, and these numbers of the test, are finite."""
        if not (bool(torch.isfinite(self.state.sums).all()) and all(map(math.isfinite, tested))):
            rate = in_force(self.state.training, self.state.step).learning_rate
            raise NotFiniteError(self.state.epoch + 1, self.state.batch, rate)

    def report(self) -> Progress:
        """The means since the last report, the speed, and how long it will take."""
        now, state = time.perf_counter(), self.state
        batches = max(1, state.batch - self.reported_batches)
        means = ((state.sums - self.reported) / batches).tolist()
        rate = batches * self.batch_size / max(now - self.last_report, 1e-9)
        seconds = state.seconds + now - self.started
        left = seconds / max(1, state.step) * (self.steps - state.step)
        self.last_report, self.reported, self.reported_batches = now, state.sums.clone(), state.batch
        kl = sum(means[2:]) if len(means) > 2 else None
        return Progress(state.step, self.steps, state.epoch + 1, means[0], means[1], kl, rate, left)
