"""What looks wrong in a training is said, and what is healthy is not talked about."""

from dataclasses import replace

import pytest
import torch
from torch.distributions import Bernoulli, Normal

from models.checkpoint import Latents
from models.config import ModelConfig
from models.objectives import Weights
from models.run import EpochRecord, Metrics, TrainingConfig
from training.health import Moments, findings, mean_image_log_likelihood, moments

MODEL, TRAINING = ModelConfig(), TrainingConfig()
GOOD = Moments((0.0, 0.1), (1.0, 0.9))


def record(epoch: int, likelihood: float = -140.0, kl: tuple[float, ...] | None = (3.0, 2.0), train: float = 1.0,
           mmd: float = 0.001, beta: float = 1.0) -> EpochRecord:  # fmt: skip
    """An epoch whose training images do `train` nats better than the test images."""
    test = Metrics(likelihood, likelihood - sum(kl) if kl else None, kl, mmd)
    seen = Metrics(likelihood + train, likelihood + train - sum(kl) if kl else None, kl, None)
    return EpochRecord(epoch, 1.0, 1e-3, beta, 145.0, seen, test)


def history(last: EpochRecord, epochs: int = 5) -> list[EpochRecord]:
    """An even history that ends with the record."""
    return [replace(last, epoch=number) for number in range(1, epochs + 1)]


def test_a_healthy_run_has_no_findings() -> None:
    assert findings(history(record(5)), MODEL, TRAINING, -206.0, GOOD) == ()
    assert findings([], MODEL, TRAINING, -206.0, GOOD) == ()
    assert findings(history(record(5)), MODEL, TRAINING) == ()


@pytest.mark.parametrize(("kl", "beta", "sentence"), [
    ((0.003, 4.0), 4.0, "Dimension 1 carries 0.003 nats: it has collapsed; beta is high for this data (4)."),
    ((3.0, 0.009), 1.0, "Dimension 2 carries 0.009 nats: it has collapsed; fewer latents would do."),
    ((0.0, 0.001), 1.0, "Dimensions 1 and 2 carry at most 0.001 nats each: they have collapsed; the decoder ignores its "
                        "code; lower beta or the learning rate."),
    ((0.0, 3.0, 0.002, 0.0), 9.0, "Dimensions 1, 3 and 4 carry at most 0.002 nats each: they have collapsed; beta is "
                                  "high for this data (9)."),
])  # fmt: skip
def test_dead_dimensions_are_named(kl: tuple[float, ...], beta: float, sentence: str) -> None:
    training = replace(TRAINING, objective="beta-elbo")
    dead = history(record(5, kl=kl, beta=beta))
    assert findings(dead, MODEL, training) == (sentence,)
    assert findings(dead[:2], MODEL, training) == ()  # too early to tell
    assert findings(dead, MODEL, replace(training, objective="mmd")) == ()  # the KL is not what it is trained for


def test_worse_than_the_mean_image() -> None:
    bad = history(record(5, likelihood=-210.3))
    (sentence,) = findings(bad, MODEL, TRAINING, -206.1, GOOD)
    assert sentence.startswith("Reconstructions are worse than the mean image (-210.3 against -206.1 nats)")
    assert findings(history(record(5, likelihood=-206.0)), MODEL, TRAINING, -206.1, GOOD) == ()


@pytest.mark.parametrize(("codes", "mmd", "found"), [
    (Moments((0.0, -1.2), (1.0, 1.0)), 0.001, "their mean is up to 1.20 from 0 and a standard deviation is 1.00"),
    (Moments((0.0, 0.0), (3.81, 1.0)), 0.001, "their mean is up to 0.00 from 0 and a standard deviation is 3.81"),
    (Moments((0.0, 0.0), (1.0, 0.3)), 0.001, "a standard deviation is 0.30"),
    (GOOD, 0.2, "their MMD to it is 0.200"),
])  # fmt: skip
def test_codes_that_drift_from_the_prior(codes: Moments, mmd: float, found: str) -> None:
    (sentence,) = findings(history(record(5, mmd=mmd)), MODEL, TRAINING, None, codes)
    assert sentence.startswith("The codes drift from the prior: ")
    assert found in sentence
    assert "beta" in sentence
    far = history(record(5, kl=None, mmd=mmd))
    plain = ModelConfig(family="mmd-vae", stochastic=False)
    assert "a heavier MMD pulls" in findings(far, plain, replace(TRAINING, objective="mmd"), None, codes)[0]
    assert findings(far, plain, replace(TRAINING, objective="reconstruction"), None, codes) == ()
    assert findings(far[:2], MODEL, TRAINING, None, codes) == ()


def test_overfitting_is_a_gap_or_a_fall() -> None:
    (gap,) = findings(history(record(5, train=12.0)), MODEL, TRAINING)
    assert gap.startswith("The training images do 12.0 nats better than the test images")
    falls = [record(number, likelihood=-130.0 - abs(number - 3)) for number in range(1, 7)]
    (fall,) = findings(falls, MODEL, TRAINING)
    assert fall.startswith("The test ELBO was best in epoch 3 (-135.0 nats) and is -138.0 now")
    plain = ModelConfig(family="autoencoder", stochastic=False)
    bare = [replace(one, test=Metrics(one.test.log_likelihood, None, None, 0.0),
                    train=Metrics(one.train.log_likelihood, None, None, None)) for one in falls]  # fmt: skip
    (fall,) = findings(bare, plain, replace(TRAINING, objective="reconstruction"))
    assert fall.startswith("The test log-likelihood was best in epoch 3 (-130.0 nats) and is -133.0 now")


def test_moments_are_those_of_the_aggregate_posterior() -> None:
    generator = torch.Generator().manual_seed(0)
    mu, log_var = torch.randn(500, 3, generator=generator) * 2 + 1, torch.randn(500, 3, generator=generator)
    found = moments(Latents(mu, log_var, torch.zeros(500, dtype=torch.uint8)))
    draws = Normal(mu, torch.exp(log_var / 2)).sample((2000,)).flatten(0, 1)
    assert torch.tensor(found.mean) == pytest.approx(draws.mean(0), abs=0.02)
    assert torch.tensor(found.std) == pytest.approx(draws.std(0), abs=0.02)
    assert moments(Latents(mu, None, torch.zeros(500, dtype=torch.uint8))).std == pytest.approx(
        mu.double().std(dim=0, unbiased=False).tolist()
    )


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
    assert mean_image_log_likelihood(train, test, weights, block=3) == pytest.approx(float(expected), rel=1e-5)


def test_a_pixel_that_is_always_dark_does_no_harm() -> None:
    dark, bright = torch.zeros(3, 1, 2, 2, dtype=torch.uint8), torch.full((2, 1, 2, 2), 255, dtype=torch.uint8)
    assert mean_image_log_likelihood(dark, dark, Weights()) == pytest.approx(-4e-4, rel=0.01)
    assert mean_image_log_likelihood(dark, bright, Weights()) == pytest.approx(-4 * 9.21, rel=0.01)
