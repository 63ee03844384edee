"""The training loop: a generator of events, resumable at any batch, bit for bit on the CPU.

The command line, the worker and the tests consume the same events. Knows models and data; knows no screen, no thread.
"""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from models.errors import InputError, require
from models.objectives import OBJECTIVES, Pass, Terms, Weights
from models.posterior import Posterior
from models.run import EpochRecord, Metrics, TrainingConfig
from training.data import DataSet, drawn
from training.device import product_precision
from training.evaluate import Asked, Evaluation, Left, evaluate, never, observations
from training.state import TrainState

REPORT_SECONDS = 0.2
CHECK_EVERY = 10


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


@dataclass(frozen=True)
class EpochDone:
    """An epoch is over: its record, and the test set's latents as they are now."""

    record: EpochRecord
    evaluation: Evaluation


@dataclass(frozen=True)
class Stopped:
    """`should_stop` said so; the state goes on from here."""

    step: int


@dataclass(frozen=True)
class Finished:
    """All epochs are done."""

    seconds: float
    images_per_second: float


Event = Progress | EpochDone | Stopped | Finished


class NotFiniteError(InputError):
    """The loss, or a test metric, is NaN or infinite: the weights are lost."""


def train(state: TrainState, data: DataSet, should_stop: Asked = never, should_leave: Asked = never) -> Iterator[Event]:
    """Trains until all epochs are done or `should_stop` says so, at a batch boundary.

    `should_stop` may wait (the time is not counted) and may change `state.training`'s turnable settings.
    `should_leave` is asked while the test set is measured, which is then measured again when the run goes on.
    The state is changed in place and can be saved whenever the generator has yielded. Raises NotFiniteError with advice
    when the loss is no longer a finite number; it is checked every 10 steps.
    """
    config, device = state.training, state.device
    images, labels = data.train_x.to(device), data.train_y.to(device)
    test_x, test_y = data.test_x.to(device), data.test_y.to(device)
    require(
        data.image == state.model.config.image,
        f"the model takes images {state.model.config.image}, but {data.title} has {data.image}.",
    )
    per_epoch = steps_per_epoch(len(images), config.batch_size)
    meter = _Meter(state, config.epochs * per_epoch, config.batch_size)
    while state.epoch < config.epochs:
        order = epoch_order(config.seed, state.epoch, len(images)).to(device)
        while state.batch < per_epoch:
            if meter.uncounted(should_stop):
                meter.pause()
                yield Stopped(state.step)
                return
            chosen = order[state.batch * config.batch_size : (state.batch + 1) * config.batch_size]
            pixels = images.index_select(0, chosen)
            if data.draws:
                pixels = drawn(pixels, state.generator)
            terms = _step(state, pixels, labels.index_select(0, chosen), per_epoch)
            meter.add(terms)
            state.batch += 1
            if state.step % CHECK_EVERY == 0 or state.batch == per_epoch:
                meter.require_finite()
                if meter.due():
                    yield meter.report()
        meter.pause()
        try:
            evaluation = evaluate(state.model, test_x, test_y, config.weights, should_leave=should_leave)
        except Left:
            yield Stopped(state.step)
            return
        meter.require_finite(evaluation.metrics.log_likelihood, *(evaluation.metrics.kl or ()))
        state.epoch, state.batch = state.epoch + 1, 0
        record = _epoch_record(state, evaluation.metrics, per_epoch)
        state.history.append(record)
        state.start_epoch()
        yield EpochDone(record, evaluation)
        meter.resume()
    yield Finished(state.seconds, config.epochs * per_epoch * config.batch_size / max(state.seconds, 1e-9))


def steps_per_epoch(images: int, batch_size: int) -> int:
    """Whole batches in an epoch; the rest, a different one each time, waits for the next. At least 1."""
    return max(1, images // batch_size)


def epoch_order(seed: int, epoch: int, images: int) -> Tensor:
    """The order of the images in an epoch, `[images]`: a function of seed and epoch alone."""
    return torch.randperm(images, generator=torch.Generator().manual_seed(seed * 1_000_003 + epoch))


def in_force(config: TrainingConfig, step: int) -> TrainingConfig:
    """The settings that hold at a step: of each that was turned, the last value at or before it."""
    if not config.changes:
        return config
    turned = {change.name: change.value for change in config.changes if change.step <= step}
    rate = turned.pop("learning_rate", config.learning_rate)
    beta, mmd_weight = (turned.get(name, getattr(config.weights, name)) for name in ("beta", "mmd_weight"))
    return replace(config, learning_rate=rate, weights=replace(config.weights, beta=beta, mmd_weight=mmd_weight))


def learning_rate(config: TrainingConfig, done: float) -> float:
    """The learning rate when the share `done` (0 to 1) of all steps is over: warm-up, then cosine or constant."""
    if done < config.warmup:
        return config.learning_rate * (done / config.warmup if done else 0.0)
    if config.schedule == "constant":
        return config.learning_rate
    fall = (done - config.warmup) / (1 - config.warmup)
    return config.learning_rate * 0.5 * (1 + math.cos(math.pi * fall))


def current_weights(config: TrainingConfig, epochs: float) -> Weights:
    """The objective's weights after `epochs`, a fraction: beta in its warm-up, the capacity C on its way up."""
    weights = config.weights
    if config.beta_warmup:
        weights = replace(weights, beta=weights.beta * min(1.0, epochs / config.beta_warmup))
    if config.capacity_epochs:
        weights = replace(weights, capacity=weights.capacity * min(1.0, epochs / config.capacity_epochs))
    return weights


def _step(state: TrainState, pixels: Tensor, labels: Tensor, per_epoch: int) -> Terms:
    step, model = state.step, state.model
    config = in_force(state.training, step)
    rate = learning_rate(config, (step + 1) / (config.epochs * per_epoch))
    for group in state.optimizer.param_groups:
        group["lr"] = rate
    x, y = observations(pixels), labels.long()
    eps, prior_sample = state.noise((2, len(x), model.config.latent_dim))
    with product_precision(config.precision, state.device):
        coded = model.encode(x, y)
        posterior = Posterior(coded.mu.float(), None if coded.log_var is None else coded.log_var.float())
        z = posterior.sample(eps)
        logits = model.decode(z, y).float()
    passed = Pass(x, posterior, z, logits, prior_sample)
    terms = OBJECTIVES[config.objective](passed, current_weights(config, step / per_epoch))
    loss = -terms.objective.mean()
    state.optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    if config.clip_norm:
        _clip(state, config.clip_norm)
    state.optimizer.step()
    return terms


def _clip(state: TrainState, limit: float) -> None:
    """Scales the gradients to the norm `limit` where theirs is greater."""
    grads = [parameter.grad for parameter in state.model.parameters() if parameter.grad is not None]
    norm = torch.nn.utils.get_total_norm(grads)
    # a CPU knows the norm at once, and most steps need no pass over the gradients; a GPU would have to wait for it
    if state.device.type != "cpu" or norm > limit:
        torch.nn.utils.clip_grads_with_norm_(state.model.parameters(), limit, norm)


class _Meter:
    """Sums the terms on the device and reads them only when something is reported, so that a GPU never waits."""

    def __init__(self, state: TrainState, steps: int, batch_size: int) -> None:
        self.state, self.steps, self.batch_size = state, steps, batch_size
        self.reported = state.sums.clone()
        self.reported_batches = state.batch
        self.resume()

    def resume(self) -> None:
        self.started = self.last_report = time.perf_counter()
        self.reported = self.state.sums.clone()
        self.reported_batches = self.state.batch

    def pause(self) -> None:
        self.state.seconds += time.perf_counter() - self.started
        self.started = time.perf_counter()

    def uncounted(self, ask: Asked) -> bool:
        """The answer; the time it took is neither training time nor part of the speed."""
        before = time.perf_counter()
        answer = ask()
        waited = time.perf_counter() - before
        self.started += waited
        self.last_report += waited
        return answer

    def add(self, terms: Terms) -> None:
        with torch.no_grad():
            parts = [-terms.objective.mean()[None], terms.log_likelihood.mean()[None]]
            if terms.kl is not None:
                parts.append(terms.kl.mean(dim=0))
            self.state.sums += torch.cat(parts).double()

    def due(self) -> bool:
        return time.perf_counter() - self.last_report >= REPORT_SECONDS

    def require_finite(self, *tested: float) -> None:
        if not (bool(torch.isfinite(self.state.sums).all()) and all(map(math.isfinite, tested))):
            raise NotFiniteError(
                f"the loss is not a finite number any more (epoch {self.state.epoch + 1}, batch {self.state.batch}). "
                f"Lower the learning rate (it was {self._learning_rate():g}) and train again."
            )

    def _learning_rate(self) -> float:
        return in_force(self.state.training, self.state.step).learning_rate

    def report(self) -> Progress:
        now, state = time.perf_counter(), self.state
        batches = max(1, state.batch - self.reported_batches)
        means = ((state.sums - self.reported) / batches).tolist()
        rate = batches * self.batch_size / max(now - self.last_report, 1e-9)
        seconds = state.seconds + now - self.started
        left = seconds / max(1, state.step) * (self.steps - state.step)
        self.last_report, self.reported, self.reported_batches = now, state.sums.clone(), state.batch
        kl = sum(means[2:]) if len(means) > 2 else None
        return Progress(state.step, self.steps, state.epoch + 1, means[0], means[1], kl, rate, left)


def _epoch_record(state: TrainState, test: Metrics, per_epoch: int) -> EpochRecord:
    loss, likelihood, *kl = (state.sums / per_epoch).tolist()
    elbo = likelihood - sum(kl) if kl else None
    seconds = state.seconds - sum(record.seconds for record in state.history)
    config = in_force(state.training, state.step - 1)  # of its last step: what is turned now holds from the next
    return EpochRecord(
        epoch=state.epoch,
        seconds=seconds,
        learning_rate=learning_rate(config, state.epoch / config.epochs),
        beta=current_weights(config, state.epoch).beta,
        loss=loss,
        train=Metrics(likelihood, elbo, tuple(kl) if kl else None, None),
        test=test,
    )
