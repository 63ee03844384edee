"""The training loop: a generator of events, resumable at any batch, bit for bit on the CPU.

The command line, the worker and the tests consume the same events. Knows models and data; knows no screen, no thread.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from datasets.data_set import DataSet
from datasets.drawing import drawn
from models.errors import require
from models.objectives import OBJECTIVES, Pass, Terms, squared_error, with_learnt_std
from models.posterior import Posterior
from models.run import EpochRecord, Metrics
from training.device import on, product_precision
from training.dial import drawn_values, turned
from training.evaluate import Abandoned, Evaluation, StopCheck, evaluate, fitted, never_stop, observations
from training.held_out import DRAWS
from training.meter import Meter, Progress
from training.optimizers import set_rate
from training.schedules import current_weights, in_force, learning_rate
from training.shift import shifted
from training.state import TrainState

REPORT_SECONDS = 0.2
CHECK_EVERY = 10
FITTED = 2_000  # training images, from which a learnt deviation is told after an epoch


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


def train(
    state: TrainState,
    data: DataSet,
    should_stop: StopCheck = never_stop,
    should_abandon: StopCheck = never_stop,
    report_seconds: float = REPORT_SECONDS,
) -> Iterator[Event]:
    """Trains until all epochs are done or `should_stop` says so, at a batch boundary.

    `should_stop` may wait (the time is not counted) and may change `state.training`'s adjustable settings.
    `should_abandon` is called while the test set is measured, which is then measured again when the run goes on.
    The state is changed in place and can be saved whenever the generator has yielded. Raises NotFiniteError with advice
    when the loss is no longer a finite number; it is checked every 10 steps.
    """
    config, device = state.training, state.device
    images, labels = on(device, data.train_x, data.train_classes)
    test_x, test_y = on(device, data.test_x, data.test_classes)
    require(
        data.image == state.model.config.image,
        "training.image_shape",
        wanted=state.model.config.image,
        data=data.title,
        found=data.image,
    )
    per_epoch = steps_per_epoch(len(images), config.batch_size)
    meter = Meter(state, config.epochs * per_epoch, config.batch_size, report_seconds)
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
            if config.shift:
                pixels = shifted(pixels, config.shift, state.generator)
            terms = _step(state, pixels, labels.index_select(0, chosen), per_epoch)
            meter.add(terms)
            state.batch += 1
            if state.step % CHECK_EVERY == 0 or state.batch == per_epoch:
                meter.require_finite()
                if meter.due():
                    yield meter.report()
        meter.pause()
        weights = fitted(config.weights, state.model, images[:FITTED], labels[:FITTED])
        state.training = replace(state.training, weights=replace(state.training.weights, pixel_std=weights.pixel_std))
        try:
            evaluation = evaluate(state.model, test_x, test_y, weights, should_abandon=should_abandon)
            held = None
            if data.held_x is not None:
                apart = on(device, data.held_x, data.held_classes)
                held = evaluate(state.model, *apart, weights, DRAWS, 0, should_abandon).metrics
        except Abandoned:
            yield Stopped(state.step)
            return
        meter.require_finite(evaluation.metrics.log_likelihood, *(evaluation.metrics.kl or ()))
        state.epoch, state.batch = state.epoch + 1, 0
        if held:
            state.keep_best(held)
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


def _step(state: TrainState, pixels: Tensor, labels: Tensor, per_epoch: int) -> Terms:
    step, model = state.step, state.model
    config = in_force(state.training, step)
    rate = learning_rate(config, (step + 1) / (config.epochs * per_epoch))
    set_rate(state.optimizers, rate)
    x, y = observations(pixels), labels.long()
    dial = model.config.dial
    at = drawn_values(dial, config.seed, step, len(x), state.device) if dial else None
    eps, prior_eps = state.noise((2, len(x), model.config.latent_dim))
    with product_precision(config.precision, state.device):
        coded = model.encode(x, y, at)
        posterior = Posterior(coded.mu.float(), None if coded.log_var is None else coded.log_var.float())
        z = posterior.sample(eps)
        logits = model.decode(z, y, at).float()
        prior = model.prior(y)
    prior_sample = prior.draw(prior_eps, state.generator)
    passed, weights = (
        Pass(x, posterior, z, logits, prior_sample, prior=prior),
        current_weights(config, step / per_epoch),
    )
    if weights.learns_std:
        weights = with_learnt_std(weights, squared_error(passed))
    if dial and at is not None:
        passed, weights = turned(passed, weights, dial, at)
    terms = OBJECTIVES[config.objective](passed, weights)
    loss = -terms.objective.mean()
    state.model.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    if config.clip_norm:
        _clip(state, config.clip_norm)
    for optimizer in state.optimizers:
        optimizer.step()
    state.step += 1
    return terms


def _clip(state: TrainState, limit: float) -> None:
    """Scales the gradients to the norm `limit` where theirs is greater."""
    grads = [parameter.grad for parameter in state.model.parameters() if parameter.grad is not None]
    norm = torch.nn.utils.get_total_norm(grads)
    # a CPU knows the norm at once, and most steps need no pass over the gradients; a GPU would have to wait for it
    if state.device.type != "cpu" or norm > limit:
        torch.nn.utils.clip_grads_with_norm_(state.model.parameters(), limit, norm)


def _epoch_record(state: TrainState, test: Metrics, per_epoch: int) -> EpochRecord:
    loss, likelihood, *kl = (state.sums / per_epoch).tolist()
    elbo = likelihood - sum(kl) if kl else None
    seconds = state.seconds - sum(record.seconds for record in state.history)
    config = in_force(state.training, state.step - 1)  # of its last step: what is changed now holds from the next
    return EpochRecord(
        epoch=state.epoch,
        seconds=seconds,
        learning_rate=learning_rate(config, state.epoch / config.epochs),
        beta=current_weights(config, state.epoch).beta,
        loss=loss,
        train=Metrics(likelihood, elbo, tuple(kl) if kl else None, None),
        test=test,
    )
