"""What looks wrong in a training is said, and what is healthy is not talked about."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch.distributions import Bernoulli, Normal

from live.words import job_reason
from models.aims import Weights
from models.config import ModelConfig
from models.moments import Moments
from models.run import EpochRecord, Metrics, TrainingConfig
from training.health import EARLY_STEPS, mean_image_log_likelihood
from training.health import findings as found_in

MODEL, TRAINING = ModelConfig(), TrainingConfig()


def moments(mean: tuple[float, ...], std: tuple[float, ...]) -> Moments:
    return Moments(np.array(mean, np.float32), np.array(std, np.float32))


GOOD = moments((0.0, 0.1), (1.0, 0.9))
LATE = 5000  # steps


def record(epoch: int, likelihood: float = -140.0, kl: tuple[float, ...] | None = (3.0, 2.0), train: float = 1.0,
           mmd: float = 0.001, beta: float = 1.0) -> EpochRecord:  # fmt: skip
    """An epoch whose training images do `train` nats better than the test images."""
    test = Metrics(likelihood, likelihood - sum(kl) if kl else None, kl, mmd)
    seen = Metrics(likelihood + train, likelihood + train - sum(kl) if kl else None, kl, None)
    return EpochRecord(epoch, 1.0, 1e-3, beta, 145.0, seen, test)


def history(last: EpochRecord, epochs: int = 5) -> list[EpochRecord]:
    """An even history that ends with the record."""
    return [replace(last, epoch=number) for number in range(1, epochs + 1)]


def findings(*facts: Any) -> tuple[str, ...]:
    """What is found, as a person reads it."""
    return tuple(map(job_reason, found_in(*facts)))


def test_a_healthy_run_has_no_findings() -> None:
    assert findings(history(record(5)), MODEL, TRAINING, LATE, -206.0, GOOD) == ()
    assert findings([], MODEL, TRAINING, LATE, -206.0, GOOD) == ()
    assert findings(history(record(5)), MODEL, TRAINING, LATE) == ()


@pytest.mark.parametrize(("kl", "beta", "sentence"), [
    ((0.003, 4.0), 4.0, "z₁ carries 0.003 nats: it has collapsed; beta is high for this data (4)."),
    ((3.0, 0.009), 1.0, "z₂ carries 0.009 nats: it has collapsed; fewer latents would do."),
    ((0.0, 0.001), 1.0, "z₁, z₂ carry at most 0.001 nats each: they have collapsed; the decoder ignores its "
                        "code; lower beta or the learning rate."),
    ((0.0, 3.0, 0.002, 0.0), 9.0, "z₁, z₃, z₄ carry at most 0.002 nats each: they have collapsed; beta is "
                                  "high for this data (9)."),
])  # fmt: skip
def test_dead_dimensions_are_named(kl: tuple[float, ...], beta: float, sentence: str) -> None:
    training = replace(TRAINING, objective="beta-elbo")
    dead = history(record(5, kl=kl, beta=beta))
    assert findings(dead, MODEL, training, LATE) == (sentence,)
    assert findings(dead, MODEL, training, EARLY_STEPS - 1) == ()  # too early to tell
    assert findings(dead[:1], MODEL, training, EARLY_STEPS) == (sentence,)  # an epoch of 500 steps
    assert findings(dead, MODEL, replace(training, objective="mmd"), LATE) == ()  # the KL is not what it is trained for


def test_a_small_set_is_given_as_many_steps_as_a_large_one() -> None:
    """Digits have 45 steps an epoch: after 4 epochs a dimension sleeps that carries 0.8 nats at the end."""
    asleep = history(record(4, kl=(0.006, 2.0)), epochs=4)
    assert findings(asleep, MODEL, TRAINING, 4 * 45, None, moments((0.9, 0.0), (1.0, 1.0))) == ()
    assert len(findings(history(record(12, kl=(0.006, 2.0)), 12), MODEL, TRAINING, 12 * 45)) == 1


@pytest.mark.parametrize("warmup", [{"beta_warmup": 5}, {"capacity_epochs": 5}])
def test_nothing_is_called_dead_while_the_weight_of_the_kl_rises(warmup: dict[str, int]) -> None:
    training = replace(TRAINING, objective="capacity-elbo" if "capacity_epochs" in warmup else "beta-elbo", **warmup)
    dead = record(5, kl=(0.003, 4.0))
    assert findings(history(dead, 5), MODEL, training, LATE) == ()
    assert len(findings(history(dead, 6), MODEL, training, LATE)) == 1


def test_worse_than_the_mean_image() -> None:
    bad = history(record(5, likelihood=-210.3))
    (sentence,) = findings(bad, MODEL, TRAINING, LATE, -206.1, GOOD)
    assert sentence.startswith("Reconstructions are worse than the mean image (−210.3 against −206.1 nats)")
    assert findings(history(record(5, likelihood=-206.0)), MODEL, TRAINING, LATE, -206.1, GOOD) == ()


@pytest.mark.parametrize(("codes", "mmd", "found"), [
    (moments((0.0, -1.2), (1.0, 1.0)), 0.001, "their mean is up to 1.20 from 0 and a standard deviation is 1.00"),
    (moments((0.0, 0.0), (3.81, 1.0)), 0.001, "their mean is up to 0.00 from 0 and a standard deviation is 3.81"),
    (moments((0.0, 0.0), (1.0, 0.3)), 0.001, "a standard deviation is 0.30"),
    (GOOD, 0.2, "their MMD to it is 0.200"),
])  # fmt: skip
def test_codes_that_drift_from_the_prior(codes: Moments, mmd: float, found: str) -> None:
    (sentence,) = findings(history(record(5, mmd=mmd)), MODEL, TRAINING, LATE, None, codes)
    assert sentence.startswith("The codes drift from the prior: ")
    assert found in sentence
    assert "beta" in sentence
    far = history(record(5, kl=None, mmd=mmd))
    plain = ModelConfig(family="mmd-vae", stochastic=False)
    assert "a heavier MMD pulls" in findings(far, plain, replace(TRAINING, objective="mmd"), LATE, None, codes)[0]
    assert findings(far, plain, replace(TRAINING, objective="reconstruction"), LATE, None, codes) == ()
    assert findings(far, MODEL, TRAINING, EARLY_STEPS - 1, None, codes) == ()


def test_overfitting_is_a_gap_or_a_fall() -> None:
    (gap,) = findings(history(record(5, train=12.0)), MODEL, TRAINING, LATE)
    assert gap.startswith("The training images do 12.0 nats better than the test images")
    falls = [record(number, likelihood=-130.0 - abs(number - 3)) for number in range(1, 7)]
    (fall,) = findings(falls, MODEL, TRAINING, LATE)
    assert fall.startswith("The test ELBO was best in epoch 3 (−135.0 nats) and is −138.0 now")
    assert fall.endswith("Stop earlier, or make it smaller.")
    (fall,) = findings(falls, MODEL, replace(TRAINING, held_out=0.1), LATE)
    assert fall.endswith("will be kept."), "nobody needs to stop it"
    plain = ModelConfig(family="autoencoder", stochastic=False)
    bare = [replace(one, test=Metrics(one.test.log_likelihood, None, None, 0.0),
                    train=Metrics(one.train.log_likelihood, None, None, None)) for one in falls]  # fmt: skip
    (fall,) = findings(bare, plain, replace(TRAINING, objective="reconstruction"), LATE)
    assert fall.startswith("The test log-likelihood was best in epoch 3 (−130.0 nats) and is −133.0 now")


@pytest.mark.parametrize("likelihood", ["bernoulli", "gaussian"])
def test_the_mean_image_is_the_best_constant_answer(likelihood: str) -> None:
    generator = torch.Generator().manual_seed(0)
    train = torch.randint(0, 256, (50, 1, 4, 4), generator=generator, dtype=torch.uint8)
    test = train[:7]
    weights = Weights(likelihood=likelihood)
    x, mean = test.double() / 255, train.double().mean(0) / 255
    if likelihood == "bernoulli":
        expected = Bernoulli(mean, validate_args=False).log_prob(x).sum((1, 2, 3)).mean()
    else:
        expected = Normal(mean, weights.pixel_std).log_prob(x).sum((1, 2, 3)).mean()
    found = mean_image_log_likelihood(train.numpy(), test.numpy(), weights, block=3)
    assert found == pytest.approx(float(expected), rel=1e-5)


def test_a_pixel_that_is_always_dark_does_no_harm() -> None:
    dark, bright = np.zeros((3, 1, 2, 2), np.uint8), np.full((2, 1, 2, 2), 255, np.uint8)
    assert mean_image_log_likelihood(dark, dark, Weights()) == pytest.approx(-4e-4, rel=0.01)
    assert mean_image_log_likelihood(dark, bright, Weights()) == pytest.approx(-4 * 9.21, rel=0.01)
