"""The training loop: it learns, stops, resumes bit for bit, refuses to go on with NaN, and its records add up."""

import hashlib
import json
import math
import random
from collections.abc import Callable, Iterable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from datasets.data_set import DataSet
from live.words import refusal
from models.aims import Weights
from models.errors import InputError
from models.objectives import OBJECTIVES
from models.posterior import Posterior
from models.run import OPTIMIZERS, TrainingConfig
from training import loop
from training.device import on
from training.evaluate import evaluate, fitted
from training.finish import finish
from training.loop import (
    EpochDone,
    Event,
    Finished,
    Stopped,
    epoch_order,
    steps_per_epoch,
    train,
)
from training.meter import Progress
from training.plans import make_plan
from training.schedules import current_weights, learning_rate
from training.state import TrainState, load_state

CPU = torch.device("cpu")


def _state(
    data: DataSet, family: str = "vae", network: str = "mlp", model: dict[str, Any] | None = None, **training: Any
) -> TrainState:
    settings = {"epochs": 2, "batch_size": 32, "precision": "float32"} | training
    shape = {"network": network, **({"widths": (16,)} if network == "mlp" else {}), **(model or {})}
    plan = make_plan(family, "digits", 2, shape, settings)
    return TrainState("tiny", plan.title, plan.model, plan.training, data.record(), CPU)


def _digest(state: TrainState) -> str:
    """SHA-256 of weights, moments, noise, sums and history; of all but the seconds, which no two runs share."""
    content = state.to_bytes()
    length = int.from_bytes(content[:8], "little")
    place = json.loads(json.loads(content[8 : 8 + length])["__metadata__"]["place"])
    del place["seconds"]
    for record in place["history"]:
        del record["seconds"]
    return hashlib.sha256(json.dumps(place).encode() + content[8 + length :]).hexdigest()


def _until(state: TrainState, step: int) -> Callable[[], bool]:
    return lambda: state.step >= step


def _epochs(events: Iterable[Event]) -> list[EpochDone]:
    return [event for event in events if isinstance(event, EpochDone)]


# It learns


@pytest.mark.parametrize("family", ["vae", "cvae", "mmd-vae", "autoencoder"])
def test_training_on_digits_lowers_the_loss(family: str, digits: DataSet) -> None:
    state = _state(digits, family, model={"widths": (64,)}, epochs=6, learning_rate=3e-3)
    records = [event.record for event in _epochs(train(state, digits))]
    assert records[-1].loss < records[0].loss - 3
    # both are log likelihoods of unseen images: better than the best constant image's
    mean = (torch.from_numpy(digits.train_x).float().mean(dim=0) / 255).clamp(1e-4, 1 - 1e-4)
    pixels = torch.distributions.Bernoulli(mean, validate_args=False).log_prob(
        torch.from_numpy(digits.test_x).float() / 255
    )
    constant = float(pixels.flatten(1).sum(dim=1).mean())
    assert records[-1].test.log_likelihood > constant
    assert records[-1].test.log_likelihood > records[0].test.log_likelihood


def test_weights_change_at_every_step(few_digits: DataSet) -> None:
    state = _state(few_digits, epochs=1)
    seen = set()
    for _ in range(4):
        for _ in train(state, few_digits, _until(state, state.step + 1)):
            pass
        seen.add(_digest(state))
    assert len(seen) == 4


def test_fused_adam_is_plain_adam_also_with_channels_last(few_digits: DataSet) -> None:
    """The fused kernel reads memory in order, so gradients of another layout would end in the wrong weights."""
    fused, plain = (_state(few_digits, network="post-cnn") for _ in range(2))
    plain.optimizers = (
        torch.optim.Adam(
            plain.model.parameters(),
            plain.training.learning_rate,
            (0.9, _beta2(fused)),
            plain.training.optimizer_eps,
            fused=False,
        ),
    )
    for state in (fused, plain):
        for _ in train(state, few_digits):
            pass
    for one, other in zip(fused.model.parameters(), plain.model.parameters(), strict=True):
        torch.testing.assert_close(one, other, atol=2e-5, rtol=1e-3)


def _beta2(state: TrainState) -> float:
    return float(state.optimizers[0].param_groups[0]["betas"][1])


# Events


def test_the_events_of_a_training(few_digits: DataSet) -> None:
    state = _state(few_digits, epochs=3)
    events = list(train(state, few_digits, report_seconds=0.0))
    kinds = [type(event).__name__ for event in events]
    assert kinds == ["Progress", "EpochDone"] * 2 + ["Progress", "Progress", "EpochDone", "Finished"]
    progress = [event for event in events if isinstance(event, Progress)]
    assert [event.step for event in progress] == [4, 8, 10, 12]  # at the ends of epochs and every 10 steps
    assert [event.epoch for event in progress] == [1, 2, 3, 3]
    for event in progress:
        assert event.steps == 12
        assert event.images_per_second > 0
        assert event.seconds_left >= 0
        assert event.kl is not None
        assert event.loss == pytest.approx(event.kl - event.log_likelihood)
    assert progress[-1].seconds_left == 0
    assert isinstance(events[-1], Finished)
    assert events[-1].images_per_second == pytest.approx(12 * 32 / events[-1].seconds)


def test_progress_adds_up_to_the_epochs_loss(few_digits: DataSet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "CHECK_EVERY", 1)
    state = _state(few_digits, epochs=1)
    events = list(train(state, few_digits, report_seconds=0.0))
    losses = [event.loss for event in events if isinstance(event, Progress)]
    assert len(losses) == 4
    assert _epochs(events)[0].record.loss == pytest.approx(sum(losses) / 4)


def test_reports_come_a_few_times_a_second(digits: DataSet) -> None:
    state = _state(digits, epochs=2)
    progress = [event for event in train(state, digits) if isinstance(event, Progress)]
    assert len(progress) <= state.seconds / loop.REPORT_SECONDS + 2


@pytest.mark.parametrize(
    "objective", ["elbo", "elbo-monte-carlo", "beta-elbo", "capacity-elbo", "mmd", "reconstruction", "kl"]
)
def test_an_epochs_record_adds_up(objective: str, few_digits: DataSet) -> None:
    state = _state(
        few_digits, "beta-vae", objective=objective, weights=Weights(beta=2.0, capacity=1.0, mmd_weight=10.0)
    )
    events = _epochs(train(state, few_digits))
    assert [event.record.epoch for event in events] == [1, 2]
    assert state.history == [event.record for event in events]
    for event in events:
        record = event.record
        for metrics in (record.train, record.test):
            assert metrics.kl is not None
            assert len(metrics.kl) == 2
            assert min(metrics.kl) >= 0
            assert metrics.elbo == pytest.approx(metrics.log_likelihood - sum(metrics.kl))
        assert record.seconds > 0
        assert record.beta == 2.0
        assert math.isfinite(record.loss)
        assert event.evaluation.metrics == record.test
        assert event.evaluation.latents.mu.shape == (40, 2)
    train_metrics = events[0].record.train
    assert train_metrics.kl is not None
    kl, likelihood = sum(train_metrics.kl), train_metrics.log_likelihood
    expected = {"elbo": kl - likelihood, "beta-elbo": 2 * kl - likelihood, "reconstruction": -likelihood, "kl": kl}
    if objective in expected:
        assert events[0].record.loss == pytest.approx(expected[objective])
    assert sum(event.record.seconds for event in events) == pytest.approx(state.seconds)


def test_a_deterministic_record_has_no_kl(few_digits: DataSet) -> None:
    for event in _epochs(train(_state(few_digits, "autoencoder"), few_digits)):
        assert event.record.train.kl is None
        assert event.record.train.elbo is None
        assert event.record.test.elbo is None
        assert event.record.loss == pytest.approx(-event.record.train.log_likelihood)


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_both_precisions_train(precision: str, few_digits: DataSet) -> None:
    state = _state(few_digits, precision=precision, epochs=3)
    records = [event.record for event in _epochs(train(state, few_digits))]
    assert records[-1].loss < records[0].loss
    assert all(parameter.dtype == torch.float32 for parameter in state.model.parameters())


def test_the_objective_is_computed_in_float32(few_digits: DataSet, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under CUDA's autocast the networks' outputs are bfloat16: a KL of 3 digits would be no KL."""
    state = _state(few_digits, "mmd-vae", model={"stochastic": True}, precision="bfloat16")
    seen = []
    elbo, encode, decode = OBJECTIVES["mmd"], type(state.model).encode, type(state.model).decode

    def half(posterior: Posterior) -> Posterior:
        assert posterior.log_var is not None
        return Posterior(posterior.mu.bfloat16(), posterior.log_var.bfloat16())

    def watched(passed: Any, weights: Weights) -> Any:
        switch = torch.backends.mkldnn.matmul.fp32_precision  # type: ignore[attr-defined]
        seen.append(
            (passed.posterior.mu.dtype, passed.posterior.log_var.dtype, passed.z.dtype, passed.logits.dtype, switch)
        )
        return elbo(passed, weights)

    monkeypatch.setitem(OBJECTIVES, "mmd", watched)
    monkeypatch.setattr(type(state.model), "encode", lambda *args: half(encode(*args)))
    monkeypatch.setattr(type(state.model), "decode", lambda *args: decode(*args).bfloat16())
    for _ in train(state, few_digits, _until(state, 1)):
        pass
    outside = torch.backends.mkldnn.matmul.fp32_precision  # type: ignore[attr-defined]
    assert seen == [(torch.float32,) * 4 + (outside,)]


def test_the_images_must_fit_the_model(few_digits: DataSet) -> None:
    state = _state(few_digits, model={"image": (1, 28, 28)})
    with pytest.raises(
        InputError, match=r"training\.image_shape: wanted=\(1, 28, 28\), data=Digits 8x8, found=\(1, 8, 8\)"
    ):
        next(train(state, few_digits))


def test_a_set_smaller_than_a_batch(few_digits: DataSet) -> None:
    small = replace(few_digits, train_x=few_digits.train_x[:5], train_y=few_digits.train_y[:5])
    state = _state(small, batch_size=8)
    list(train(state, small))
    assert state.step == 2


# Stopping and resuming


def test_stop_comes_within_one_batch(few_digits: DataSet) -> None:
    for steps in (0, 1, 3, 4, 5, 7):
        state = _state(few_digits)
        events = list(train(state, few_digits, _until(state, steps)))
        assert events[-1] == Stopped(steps)
        assert state.step == steps
        assert (state.epoch, state.batch) == (steps // 4, steps % 4)


def test_a_finished_run_has_nothing_left_to_do(few_digits: DataSet) -> None:
    state = _state(few_digits)
    list(train(state, few_digits))
    before = _digest(state)
    assert [type(event) for event in train(state, few_digits)] == [Finished]
    assert _digest(state) == before


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("network", ["mlp", "book-cnn", "post-cnn"])
def test_a_resumed_run_is_bit_for_bit_the_uninterrupted_one(
    network: str, optimizer: str, few_digits: DataSet, tmp_path: Path
) -> None:
    """Through a file, at random batches of 3 epochs of 4, some of them twice; the ends of epochs among them."""
    options: dict[str, Any] = {"optimizer": optimizer, "epochs": 3, "beta_warmup": 2, "precision": "bfloat16"}
    whole = _state(few_digits, "beta-cvae", network, **options)
    list(train(whole, few_digits))
    rng = random.Random(f"{network} {optimizer}")
    for stops in ([4], [rng.randrange(1, 4)], [rng.randrange(5, 8), 8], sorted(rng.sample(range(1, 12), 3))):
        state = _state(few_digits, "beta-cvae", network, **options)
        for stop in stops:
            list(train(state, few_digits, _until(state, stop)))
            state.save(tmp_path / "tiny.safetensors")
            torch.manual_seed(rng.randrange(1000))  # whatever else the process draws must not matter
            state = load_state(tmp_path / "tiny.safetensors", CPU)
            assert state.step == stop
        list(train(state, few_digits))
        assert _digest(state) == _digest(whole), stops
        assert [asdict(r) | {"seconds": 0} for r in state.history] == [
            asdict(r) | {"seconds": 0} for r in whole.history
        ]


@pytest.mark.parametrize("family", ["vampprior", "conditional-prior", "infovae", "beta-tcvae"])
def test_a_resumed_run_with_a_prior_of_its_own_is_bit_for_bit_the_same(
    family: str, few_digits: DataSet, tmp_path: Path
) -> None:
    """The components that a mixture's draws come from follow the same stream of random numbers."""
    whole = _state(few_digits, family)
    begun = {name: tensor.clone() for name, tensor in whole.model.state_dict().items()}
    list(train(whole, few_digits))
    learnt = [name for name in begun if name.startswith("learnt_prior")]
    assert all(bool((whole.model.state_dict()[name] != begun[name]).any()) for name in learnt)
    assert bool(learnt) == whole.model.config.learns_prior
    state = _state(few_digits, family)
    list(train(state, few_digits, _until(state, 3)))
    state.save(tmp_path / "tiny.safetensors")
    state = load_state(tmp_path / "tiny.safetensors", CPU)
    list(train(state, few_digits))
    assert _digest(state) == _digest(whole)


def test_a_learnt_deviation_is_that_of_training_images_and_goes_on_where_it_was(
    few_digits: DataSet, tmp_path: Path
) -> None:
    learnt = Weights(likelihood="gaussian-learnt", least_std=0.01)
    whole = _state(few_digits, weights=learnt)
    shown = [event.record.test.log_likelihood for event in _epochs(train(whole, few_digits))]
    weights = whole.training.weights
    assert 0.01 < weights.pixel_std < math.sqrt(0.5), "it stayed where it began"
    assert fitted(weights, whole.model, *on(CPU, few_digits.train_x, few_digits.train_classes)) == weights
    test = on(CPU, few_digits.test_x, few_digits.test_classes)
    found = evaluate(whole.model, *test, replace(weights, likelihood="gaussian")).metrics
    assert found.log_likelihood == shown[-1]
    state = _state(few_digits, weights=learnt)
    list(train(state, few_digits, _until(state, 3)))
    state.save(tmp_path / "tiny.safetensors")
    state = load_state(tmp_path / "tiny.safetensors", CPU)
    list(train(state, few_digits))
    assert _digest(state) == _digest(whole)
    run = finish(whole, few_digits).run
    assert run.training.weights.pixel_std == pytest.approx(weights.pixel_std, rel=1e-3), "as float16 has it"
    floored = _state(few_digits, weights=replace(learnt, least_std=0.5), epochs=1)
    list(train(floored, few_digits))
    assert floored.training.weights.pixel_std == 0.5


def test_a_state_saved_at_any_event_resumes_to_the_same_end(
    few_digits: DataSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also between an epoch's last batch and its evaluation, where a report is due."""
    monkeypatch.setattr(loop, "CHECK_EVERY", 1)
    whole, saved = _state(few_digits), []
    for _ in train(whole, few_digits, report_seconds=0.0):
        saved.append(whole.to_bytes())
    assert len(saved) == 4 * 2 + 2 + 1
    for content in saved:
        (tmp_path / "tiny.safetensors").write_bytes(content)
        state = load_state(tmp_path / "tiny.safetensors", CPU)
        list(train(state, few_digits))
        assert _digest(state) == _digest(whole)


def test_the_digest_sees_a_single_bit(few_digits: DataSet) -> None:
    state = _state(few_digits)
    before = _digest(state)
    with torch.no_grad():
        weight = state.model.decoder.get_submodule("0").bias
        weight[0] = torch.nextafter(weight[0], torch.tensor(math.inf))  # type: ignore[index, operator]
    assert _digest(state) != before


def test_runs_differ_by_seed_alone(few_digits: DataSet) -> None:
    digests = []
    for seed in (0, 0, 1):
        state = _state(few_digits, seed=seed)
        list(train(state, few_digits))
        content = state.to_bytes()
        digests.append(content[8 + int.from_bytes(content[:8], "little") :])
    assert digests[0] == digests[1] != digests[2]


# Numbers that are not finite


@pytest.mark.parametrize("bad", [math.nan, math.inf])
@pytest.mark.parametrize("place", ["first", "middle"])
def test_a_weight_that_is_not_finite_stops_the_training_within_10_steps(
    bad: float, place: str, digits: DataSet
) -> None:
    state = _state(digits, epochs=200)
    if place == "middle":
        list(train(state, digits, _until(state, 13)))
    with torch.no_grad():
        next(state.model.decoder.parameters()).fill_(bad)
    start = state.step
    with pytest.raises(InputError, match=r"training\.not_finite: epoch=1, batch=\d+, learning_rate=") as e:
        list(train(state, digits))
    assert state.step - start <= 10
    assert e.value.reason.values["learning_rate"] == 0.001


def test_a_gradient_that_is_not_finite_stops_the_training_within_10_steps(digits: DataSet) -> None:
    state = _state(digits, epochs=200)
    next(state.model.decoder.parameters()).register_hook(lambda gradient: gradient * math.nan)
    with pytest.raises(InputError, match=r"training\.not_finite"):
        list(train(state, digits))
    assert state.step <= 11  # the first loss is still finite


def test_weights_that_break_in_the_very_last_step_are_no_result(few_digits: DataSet) -> None:
    """No later loss would show them: without a look at the metrics the run would end as a checkpoint full of NaN."""
    state = _state(few_digits)

    def spoil(*_: object) -> None:
        if state.step == 7:  # within the eighth step
            with torch.no_grad():
                next(state.model.decoder.parameters()).fill_(math.nan)

    state.optimizers[0].register_step_post_hook(spoil)
    events = []
    with pytest.raises(InputError, match=r"training\.not_finite"):
        events.extend(train(state, few_digits))
    assert len(state.history) == 1
    assert not any(isinstance(event, Finished) for event in events)


def test_a_learning_rate_that_is_far_too_high_ends_in_advice_or_in_numbers(few_digits: DataSet) -> None:
    state = _state(
        few_digits, learning_rate=1.0, epochs=10, optimizer="rmsprop", objective="elbo-monte-carlo", warmup=0.0
    )
    try:
        list(train(state, few_digits))
    except InputError as error:
        assert "Lower the learning rate (it was 1)" in refusal(error)
    for record in state.history:
        assert math.isfinite(record.loss)
        assert math.isfinite(record.test.log_likelihood)


# Schedules


def test_steps_per_epoch() -> None:
    assert steps_per_epoch(60_000, 128) == 468
    assert steps_per_epoch(128, 128) == 1
    assert steps_per_epoch(5, 128) == 1


def test_every_epoch_has_its_own_order() -> None:
    orders = [epoch_order(seed, epoch, 50) for seed in (0, 1) for epoch in (0, 1, 2)]
    assert all(sorted(order.tolist()) == list(range(50)) for order in orders)
    assert len({tuple(order.tolist()) for order in orders}) == 6
    assert torch.equal(epoch_order(3, 4, 50), epoch_order(3, 4, 50))


def test_the_cosine_rises_and_falls_to_0() -> None:
    config = TrainingConfig(learning_rate=2e-3, schedule="cosine", warmup=0.1)
    assert learning_rate(config, 0.0) == 0
    assert learning_rate(config, 0.05) == pytest.approx(1e-3)
    assert learning_rate(config, 0.1) == pytest.approx(2e-3)
    assert learning_rate(config, 0.55) == pytest.approx(1e-3)
    assert learning_rate(config, 1.0) == pytest.approx(0, abs=1e-12)
    rates = [learning_rate(config, i / 100) for i in range(101)]
    assert rates[:11] == sorted(rates[:11])
    assert rates[10:] == sorted(rates[10:], reverse=True)


def test_the_constant_schedule_warms_up_too() -> None:
    config = TrainingConfig(learning_rate=2e-3, schedule="constant", warmup=0.1)
    assert learning_rate(config, 0.05) == pytest.approx(1e-3)
    assert [learning_rate(config, done) for done in (0.1, 0.5, 1.0)] == [2e-3] * 3
    none = replace(config, warmup=0.0)
    assert learning_rate(none, 0.0) == learning_rate(none, 1.0) == 2e-3
    assert learning_rate(replace(none, schedule="cosine"), 0.0) == 2e-3


def test_the_optimizer_follows_the_schedule(few_digits: DataSet) -> None:
    state = _state(few_digits, warmup=0.25)
    rates: list[float] = []
    state.optimizers[0].register_step_pre_hook(lambda optimizer, *_: rates.append(optimizer.param_groups[0]["lr"]))
    records = [event.record for event in _epochs(train(state, few_digits))]
    assert rates == [learning_rate(state.training, (i + 1) / 8) for i in range(8)]
    assert rates[1] == state.training.learning_rate
    assert rates[-1] == pytest.approx(0, abs=1e-12)
    assert [record.learning_rate for record in records] == [learning_rate(state.training, done) for done in (0.5, 1.0)]


def test_beta_and_capacity_rise_from_0() -> None:
    config = TrainingConfig(weights=Weights(beta=4.0, capacity=10.0), beta_warmup=4, capacity_epochs=5)
    found = [(current_weights(config, e).beta, current_weights(config, e).capacity) for e in (0, 1, 2.5, 4, 5, 100)]
    assert found == [(0, 0), (1, 2), (2.5, 5), (4, 8), (4, 10), (4, 10)]
    without = TrainingConfig(weights=Weights(beta=4.0, capacity=10.0))
    assert current_weights(without, 0) == without.weights


def test_the_record_says_which_beta_was_reached(few_digits: DataSet) -> None:
    state = _state(few_digits, "beta-vae", beta_warmup=4)
    assert [event.record.beta for event in _epochs(train(state, few_digits))] == [1.0, 2.0]


def test_the_first_step_of_a_warm_up_ignores_the_kl(few_digits: DataSet) -> None:
    state = _state(few_digits, "beta-vae", beta_warmup=4, weights=Weights(beta=1000.0))
    list(train(state, few_digits, _until(state, 1)))
    loss, likelihood, *kl = state.sums.tolist()
    assert loss == pytest.approx(-likelihood)
    assert sum(kl) > 0


# Pixels that are drawn


def test_a_set_of_chances_is_drawn_anew_each_time_and_the_same_after_a_resume(
    few_digits: DataSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chances = replace(few_digits, draws=True)
    step, seen = loop._step, list[Tensor]()

    def note(state: TrainState, pixels: Tensor, *rest: object) -> object:
        seen.append(pixels)
        return step(state, pixels, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(loop, "_step", note)
    whole = _state(chances, epochs=2, batch_size=128)
    list(train(whole, chances))
    assert all(set(pixels.unique().tolist()) == {0, 255} for pixels in seen)
    first, second = (pixels.flatten(1).double().mean(dim=0) for pixels in seen)
    assert not torch.equal(first, second)  # all images, in another order: only the draws differ
    stopped = _state(chances, epochs=2, batch_size=128)
    list(train(stopped, chances, _until(stopped, 1)))
    stopped.save(tmp_path / "state.safetensors")
    resumed = load_state(tmp_path / "state.safetensors", stopped.device)
    list(train(resumed, chances))
    assert torch.equal(seen[-1], seen[1])
    for name, tensor in whole.model.state_dict().items():
        assert torch.equal(tensor, resumed.model.state_dict()[name]), name


# Clipping


def test_the_gradients_norm_is_cut(few_digits: DataSet) -> None:
    norms = {}
    for clip in (0.0, 0.5):
        state = _state(few_digits, clip_norm=clip)
        found: list[float] = []

        def note(*_: object, state: TrainState = state, found: list[float] = found) -> None:
            found.append(
                math.sqrt(sum(float(p.grad.square().sum()) for p in state.model.parameters() if p.grad is not None))
            )

        state.optimizers[0].register_step_pre_hook(note)
        list(train(state, few_digits, _until(state, 2)))
        norms[clip] = found
    assert min(norms[0.0]) > 1
    assert norms[0.5] == pytest.approx([0.5, 0.5], rel=1e-3)
