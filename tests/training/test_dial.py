"""A dial's training: what it draws, that it resumes bit for bit, and what is measured at its end."""

import itertools
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch

from datasets.data_set import DataSet
from live.words import refusal
from models import checkpoint as checkpoints
from models.aims import Weights
from models.checkpoint import DIAL, load, load_dial, save
from models.dial import Dial
from models.errors import InputError
from models.objectives import Pass, beta_elbo, elbo, elbo_monte_carlo
from models.posterior import Posterior
from models.run import Run, require_trainable
from training.device import on
from training.dial import LEAST_IMAGES, SERIES_BYTES, STEPS, drawn_values, even_values, images_kept, measure_dial
from training.evaluate import Abandoned, evaluate
from training.finish import finish
from training.loop import train
from training.plans import Plan, as_dial, make_plan, new_run_id
from training.state import TrainState, load_state

CPU = torch.device("cpu")
BETA, LAMBDA = Dial("beta", 0.1, 50.0, 1.0), Dial("lambda", 0.01, 1e4, 1000.0)


def _plan(axis: str = "beta", width: int = 16, **training: object) -> Plan:
    family = "mmd-vae" if axis == "lambda" else "vae"
    settings = {"epochs": 2, "batch_size": 32, "learning_rate": 3e-3} | training
    return as_dial(make_plan(family, "digits", 2, {"widths": (width,)}, settings), axis)


def _state(data: DataSet, plan: Plan) -> TrainState:
    return TrainState("tiny", plan.title, plan.model, plan.training, data.record(), CPU)


# What is drawn


def test_values_are_log_uniform_over_the_range_and_a_function_of_seed_and_step() -> None:
    logs = torch.log(torch.cat([drawn_values(BETA, 0, step, 200, CPU) for step in range(100)])).double()
    low, high = math.log(0.1), math.log(50)
    assert low <= float(logs.min()) < low + 0.01
    assert high - 0.01 < float(logs.max()) <= high + 1e-6
    expected = torch.linspace(low, high, len(logs), dtype=torch.float64)
    assert float((logs.sort().values - expected).abs().max()) < 0.07  # Kolmogorov and Smirnov: 0.011 of the range
    assert np.array_equal(drawn_values(BETA, 0, 7, 50, CPU), drawn_values(BETA, 0, 7, 50, CPU))
    assert not np.array_equal(drawn_values(BETA, 0, 7, 50, CPU), drawn_values(BETA, 0, 8, 50, CPU))
    assert not np.array_equal(drawn_values(BETA, 0, 7, 50, CPU), drawn_values(BETA, 1, 7, 50, CPU))


def test_lambda_is_drawn_once_a_batch() -> None:
    drawn = torch.cat([drawn_values(LAMBDA, 0, step, 64, CPU) for step in range(50)])
    assert len(drawn) == 50
    assert 0.01 <= float(drawn.min()) < 1 < 1000 < float(drawn.max()) <= 1e4


def test_drawing_moves_no_other_noise(few_digits: DataSet) -> None:
    """The order of the images and the noise of the codes are those of the same training without a dial."""
    plan = _plan()
    plain = replace(plan, model=replace(plan.model, dial=None))
    states = [_state(few_digits, plan), _state(few_digits, plain)]
    for state in states:
        list(train(state, few_digits))
    assert np.array_equal(states[0].generator.get_state(), states[1].generator.get_state())


# The objective


def _passed(beta: torch.Tensor | None) -> Pass:
    draws = torch.Generator().manual_seed(0)
    mu, log_var, logits, z = (torch.randn(shape, generator=draws) for shape in ((4, 2), (4, 2), (4, 1, 2, 3), (4, 2)))
    return Pass(torch.rand(4, 1, 2, 3, generator=draws), Posterior(mu, log_var), z, logits, z, beta)


@pytest.mark.parametrize("objective", [beta_elbo, elbo_monte_carlo])
def test_each_example_has_its_own_beta(objective: type[beta_elbo]) -> None:  # type: ignore[valid-type]
    betas = [0.1, 1.0, 4.0, 50.0]
    together = objective(_passed(torch.tensor(betas)), Weights(beta=99.0)).objective
    for row, beta in enumerate(betas):
        assert together[row] == objective(_passed(None), Weights(beta=beta)).objective[row]


def test_the_elbo_has_beta_1_whatever_is_drawn() -> None:
    drawn, plain = elbo(_passed(torch.full((4,), 7.0)), Weights()), elbo(_passed(None), Weights(beta=3.0))
    assert np.array_equal(drawn.objective, plain.objective)


@pytest.mark.parametrize("beta", [0.2, 1.0, 3.0])
def test_the_tangent_of_the_curve_is_minus_beta_at_a_known_gaussian_model(beta: float) -> None:
    """x ~ N(1/2, v), p(x|z) = N(1/2 + w z, s^2): the best w^2 = v - beta s^2 and q(z|x) = N(w (x - 1/2) / v, beta s^2 / v)
    give the rate log(v / (beta s^2)) / 2 (reverse water-filling, Cover and Thomas, 10.3.3) and the distortion beta / 2
    + log(2 pi s^2) / 2, so dD/dR = -beta (Alemi et al. 2018).
    """
    v, s = 0.01, 0.04

    def terms(at: float) -> tuple[float, float, float]:
        w = math.sqrt(v - at * s**2)
        x, eps = _whitened(4000)
        x, log_var = math.sqrt(v) * x, torch.full((4000, 1), math.log(at * s**2 / v), dtype=torch.float64)
        posterior = Posterior(w * x / v, log_var)
        z = posterior.sample(eps)
        logits = torch.logit(0.5 + w * z).reshape(-1, 1, 1, 1)
        passed = Pass(
            0.5 + x.reshape(-1, 1, 1, 1), posterior, z, logits, z, torch.full((4000,), at, dtype=torch.float64)
        )
        found = beta_elbo(passed, Weights(likelihood="gaussian", pixel_std=s))
        assert found.kl is not None
        return float(found.kl.sum(1).mean()), -float(found.log_likelihood.mean()), float(found.objective.mean())

    rate, distortion, objective = terms(beta)
    assert rate == pytest.approx(0.5 * math.log(v / (beta * s**2)), abs=1e-6)
    assert distortion == pytest.approx(beta / 2 + 0.5 * math.log(2 * math.pi * s**2), abs=1e-6)
    assert objective == pytest.approx(-distortion - beta * rate, abs=1e-9)
    (rate_before, before, _), (rate_after, after, _) = terms(beta * 0.999), terms(beta * 1.001)
    assert (after - before) / (rate_after - rate_before) == pytest.approx(-beta, rel=1e-3)


def _whitened(count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Two columns of noise with means of 0, variances of 1 and no covariance, all exact."""
    draws = torch.randn(count, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64) * 0.9
    draws = (draws - draws.mean(dim=0)).clamp(-3, 3)
    draws -= draws.mean(dim=0)
    white = draws @ torch.linalg.inv(torch.linalg.cholesky(draws.T @ draws / count)).T
    return white[:, :1], white[:, 1:]


# Resuming


@pytest.mark.parametrize("axis", ["beta", "lambda"])
def test_a_resumed_dial_is_the_same_bit_for_bit(axis: str, few_digits: DataSet, tmp_path: Path) -> None:
    whole = _state(few_digits, _plan(axis))
    list(train(whole, few_digits))
    stopped = _state(few_digits, _plan(axis))
    list(train(stopped, few_digits, lambda: stopped.step >= 5))
    stopped.save(tmp_path / "state.safetensors")
    resumed = load_state(tmp_path / "state.safetensors", CPU)
    assert resumed.model.config.dial == whole.model.config.dial
    list(train(resumed, few_digits))
    for name, tensor in whole.model.state_dict().items():
        assert np.array_equal(tensor, resumed.model.state_dict()[name]), name
    one, other = finish(whole, few_digits).dial, finish(resumed, few_digits).dial
    assert one is not None and other is not None
    assert np.array_equal(one.mu, other.mu)
    assert one.values == other.values


# What is measured


@pytest.fixture(scope="module")
def trained(digits: DataSet) -> TrainState:
    """A dial that has learnt something, in a second or two."""
    state = _state(digits, _plan(width=64, epochs=12, learning_rate=1e-2))
    list(train(state, digits))
    return state


def test_the_rate_falls_and_the_distortion_rises_along_the_dial(trained: TrainState, digits: DataSet) -> None:
    series = finish(trained, digits).dial
    assert series is not None and series.kl is not None and series.distortion is not None
    rate = series.kl.sum(axis=1)
    assert bool((np.diff(rate) < 0.01).all())  # less than a hundredth of a nat where both dimensions are dead
    assert rate[0] > 1.5 > 0.05 > rate[-1]
    assert series.distortion[-1] > series.distortion[0] + 2
    best = int((-series.distortion - rate).argmax())
    assert 0.2 < series.values[best] < 3  # the ELBO is best near beta 1


def test_each_value_is_measured_where_the_dial_stands_there(trained: TrainState, digits: DataSet) -> None:
    weights = trained.training.weights
    series = measure_dial(trained.model, digits, weights, CPU)
    assert len(series.values) == STEPS
    assert (series.values[0], series.values[-1]) == (0.1, 50.0)
    assert 1.0 in series.values
    for place in (0, series.values.index(1.0), STEPS - 1):
        at = torch.tensor([series.values[place]])
        found = evaluate(trained.model, *on(CPU, digits.test_x, digits.test_classes), weights, at=at)
        assert series.kl is not None and series.distortion is not None and series.log_var is not None
        assert found.latents.log_var is not None
        assert np.array_equal(series.mu[place], found.latents.mu.astype(np.float16))
        assert np.array_equal(series.log_var[place], found.latents.log_var.astype(np.float16))
        assert series.kl[place].tolist() == pytest.approx(found.metrics.kl)
        assert float(series.distortion[place]) == pytest.approx(-found.metrics.log_likelihood)
    assert np.array_equal(series.mu[series.values.index(1.0)], _means(trained, digits).astype(np.float16))


def _means(state: TrainState, data: DataSet) -> np.ndarray:
    return evaluate(state.model, *on(CPU, data.test_x, data.test_classes), state.training.weights).latents.mu


def test_values_stand_where_the_codes_move(trained: TrainState, digits: DataSet) -> None:
    values = even_values(trained.model, digits, CPU)
    assert len(values) == STEPS
    assert all(one < other for one, other in itertools.pairwise(values))
    series = measure_dial(trained.model, digits, trained.training.weights, CPU)
    steps = np.linalg.norm(np.diff(series.mu.astype(np.float32), axis=0), axis=2).mean(axis=1)
    even = torch.linspace(math.log(0.1), math.log(50.0), STEPS).exp().tolist()
    mus = np.stack([
        evaluate(trained.model, *on(CPU, digits.test_x, digits.test_classes), Weights(), at=torch.tensor([value])).latents.mu
        for value in even
    ])  # fmt: skip
    assert float(steps.max()) < float(np.linalg.norm(np.diff(mus, axis=0), axis=2).mean(axis=1).max())


def test_a_dial_is_saved_with_its_checkpoint(trained: TrainState, digits: DataSet, tmp_path: Path) -> None:
    checkpoint = finish(trained, digits)
    save(tmp_path / "tiny", checkpoint)
    assert load(tmp_path / "tiny").dial is None  # read on demand
    back = load_dial(tmp_path / "tiny")
    assert back is not None and checkpoint.dial is not None
    assert (back.axis, back.values) == ("beta", checkpoint.dial.values)
    assert np.array_equal(back.mu, checkpoint.dial.mu)
    (tmp_path / "tiny" / DIAL).write_bytes(b"torso")
    with pytest.raises(InputError, match=r"tensors\.too_short: source=tiny: dial\.safetensors, size=5"):
        load_dial(tmp_path / "tiny")
    assert load(tmp_path / "tiny").run == checkpoint.run  # the rest works


def test_a_stop_while_it_is_measured_is_obeyed(trained: TrainState, digits: DataSet) -> None:
    asked = iter([False] * 5)
    with pytest.raises(Abandoned):
        measure_dial(trained.model, digits, Weights(), CPU, lambda: next(asked, True))


@pytest.mark.parametrize(("latent", "stochastic", "expected"), [
    (2, True, (5100, True)), (10, True, (2000, False)), (2, False, (10_000, False)), (128, True, (100, False)),
])  # fmt: skip
def test_a_series_holds_as_many_images_as_fit(latent: int, stochastic: bool, expected: tuple[int, bool]) -> None:
    images, widths = images_kept(STEPS, 10_000, latent, stochastic)
    assert (images, widths) == expected
    assert 2 * STEPS * images * latent * (1 + widths) <= max(SERIES_BYTES, 2 * STEPS * 100 * latent)
    assert images_kept(STEPS, 360, 2, True) == (360, True)
    assert not widths or images >= LEAST_IMAGES


def test_a_deterministic_encoder_has_no_rate(few_digits: DataSet) -> None:
    state = _state(few_digits, _plan("lambda"))
    list(train(state, few_digits))
    series = finish(state, few_digits).dial
    assert series is not None and series.distortion is not None and series.mmd is not None
    assert (series.axis, series.kl, series.log_var) == ("lambda", None, None)
    assert len(series.mmd) == len(series.distortion) == STEPS


# Plans and records


def test_a_vae_becomes_a_dial_whose_origin_is_the_vae() -> None:
    plan = _plan()
    assert (plan.model.family, plan.training.objective) == ("beta-vae", "beta-elbo")
    assert (plan.model.dial, plan.training.weights.beta) == (BETA, 1.0)
    assert plan.title == "Dial over beta on Digits 8x8, 2 latents"
    assert new_run_id(plan).startswith("digits-beta-vae-dial-2d-")
    assert _plan("lambda").model.dial == LAMBDA
    narrow = as_dial(make_plan("beta-cvae", "digits"), "beta", 0.5, 8.0)
    assert narrow.model.dial == Dial("beta", 0.5, 8.0, 1.0)
    assert narrow.model.family == "beta-cvae"


@pytest.mark.parametrize(("family", "axis", "sentence"), [
    ("mmd-vae", "beta", r"run\.dial_axis"),
    ("vae", "lambda", r"run\.dial_axis"),
    ("autoencoder", "beta", r"run\.dial_axis"),
    ("vae", "latent", r"dial\.plan_axis: .*got=latent"),
])  # fmt: skip
def test_a_weight_that_is_not_there_can_not_be_turned(family: str, axis: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        as_dial(make_plan(family, "digits"), axis)


def test_a_dial_has_no_warm_up_and_its_origin_is_what_it_is_trained_for() -> None:
    plan = _plan()
    with pytest.raises(InputError, match=r"run\.dial_warmup"):
        require_trainable(plan.model, replace(plan.training, beta_warmup=3))
    with pytest.raises(InputError, match=r"run\.dial_origin: origin=1\.0, axis=beta, got=4\.0"):
        require_trainable(plan.model, replace(plan.training, weights=Weights(beta=4.0)))


def test_records_from_before_the_dial_still_load(tiny_checkpoint: checkpoints.Checkpoint) -> None:
    text = checkpoints.to_files(tiny_checkpoint)["run.json"].decode()
    assert '"dial": null' in text
    older = text.replace(',\n  "dial": null', "")
    assert older != text
    run = checkpoints.strict_json.read(Run, older, "run.json")
    assert run.model.dial is None
    assert run == tiny_checkpoint.run


# Damaged files


def _files(state: TrainState, data: DataSet) -> dict[str, bytes]:
    return checkpoints.to_files(finish(state, data))


@pytest.mark.parametrize(("name", "tensor", "sentence"), [
    ("beta", None, r"series\.one_axis: .*found=\[\]"),
    ("lambda", torch.ones(17), r"series\.one_axis: .*found=\['beta', 'lambda'\]"),
    ("beta", torch.linspace(50, 0.1, 17), r"series\.rising"),
    ("beta", torch.linspace(0.05, 50, 17), r"series\.rising"),
    ("mu", torch.zeros(17, 0, 2).half(), r"series\.codes_shape"),
    ("mu", torch.zeros(17, 361, 2).half(), r"series\.codes_shape"),
    ("mu", torch.zeros(16, 360, 2).half(), r"tensors\.shape"),
    ("mu", torch.zeros(17, 360, 2), r"series\.type: .*name=mu, wanted=F16"),
    ("kl", torch.full((17, 2), math.nan), r"tensors\.not_finite"),
    ("kl", None, r"tensors\.missing"),
    ("distortion", torch.zeros(17).half(), r"series\.type: .*name=distortion, wanted=F32"),
    ("alone.value", torch.ones(2), r"tensors\.missing"),
    ("weights.x", torch.zeros(17).half(), r"tensors\.unknown"),
])  # fmt: skip
def test_a_damaged_series_is_a_sentence(
    trained: TrainState, digits: DataSet, name: str, tensor: torch.Tensor | None, sentence: str
) -> None:
    files = _files(trained, digits)
    tensors = safetensors.torch.load(files[DIAL]) | {name: tensor}
    content = safetensors.torch.save({key: value for key, value in tensors.items() if value is not None})
    with pytest.raises(InputError, match=sentence) as caught:
        checkpoints.from_files(files | {DIAL: content}, "upload")
    assert refusal(caught.value).startswith(f"upload: {DIAL}")


def test_a_series_of_another_model_or_under_another_name_is_refused(
    trained: TrainState, digits: DataSet, tiny_checkpoint: checkpoints.Checkpoint
) -> None:
    files = _files(trained, digits)
    plain = checkpoints.to_files(tiny_checkpoint)
    with pytest.raises(InputError, match=r"series\.no_such_dial: .*axis=beta"):
        checkpoints.from_files(plain | {DIAL: files[DIAL]}, "upload")
    with pytest.raises(InputError, match=r"checkpoint\.series_misnamed: .*axis=beta"):
        checkpoints.from_files(
            {name: files[name] for name in checkpoints.FILES} | {"epochs.safetensors": files[DIAL]}, "x"
        )
    assert checkpoints.from_files(files, "x").dial is not None
