"""The test metrics against a plain computation image by image."""

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch.distributions import (
    Bernoulli,
    Categorical,
    Independent,
    MixtureSameFamily,
    Normal,
    kl_divergence,
)  # fmt: skip

from datasets.data_set import DataSet
from models.aims import Weights
from models.checkpoint import Checkpoint
from models.mmd import mmd_to_prior
from models.posterior import Posterior
from training import evaluate as module
from training.device import on
from training.evaluate import EVALUATION_SEED, evaluate, metrics_of, observations

Make = Callable[..., Checkpoint]

CPU = torch.device("cpu")


def test_observations_are_pixels_over_255() -> None:
    images = torch.tensor([0, 51, 255], dtype=torch.uint8).reshape(1, 1, 1, 3)
    assert observations(images).flatten().tolist() == pytest.approx([0.0, 0.2, 1.0])


@pytest.mark.parametrize("samples", [1, 3])
@pytest.mark.parametrize("family", ["vae", "cvae"])
def test_metrics_are_those_of_each_image_alone(
    family: str, samples: int, make_checkpoint: Make, digits: DataSet
) -> None:
    model, (images, labels) = (
        make_checkpoint(family, latent_dim=3).model,
        on(CPU, digits.test_x[:30], digits.test_y[:30]),
    )
    found = evaluate(model, images, labels, Weights(), samples)
    noise = torch.Generator().manual_seed(EVALUATION_SEED)
    draws = [torch.randn(30, 3, generator=noise) for _ in range(samples)]
    likelihood, kl, codes = 0.0, torch.zeros(3, dtype=torch.float64), []
    for i in range(30):
        x, y = images[i : i + 1].float() / 255, labels[i : i + 1].long()
        posterior = model.encode(x, y)
        assert posterior.log_var is not None
        std = torch.exp(0.5 * posterior.log_var)
        kl += kl_divergence(Normal(posterior.mu, std), Normal(0.0, 1.0))[0].double() / 30
        for draw in draws:
            z = posterior.mu + std * draw[i]
            logits = model.decode(z, y)
            likelihood += float(Bernoulli(logits=logits, validate_args=False).log_prob(x).sum()) / 30 / samples
        codes.append(posterior.mu + std * draws[0][i])
        np.testing.assert_allclose(found.latents.mu[i], posterior.mu[0], rtol=1.3e-6, atol=1e-5)
        assert found.latents.log_var is not None
        np.testing.assert_allclose(found.latents.log_var[i], posterior.log_var[0], rtol=1.3e-6, atol=1e-5)
    metrics = found.metrics
    assert metrics.log_likelihood == pytest.approx(likelihood, rel=1e-5)
    assert metrics.kl == pytest.approx(kl.tolist(), rel=1e-4)
    assert metrics.elbo == pytest.approx(likelihood - float(kl.sum()), rel=1e-5)
    assert metrics.mmd == pytest.approx(mmd_to_prior(torch.cat(codes)), abs=1e-5)
    assert np.array_equal(found.latents.labels, labels)
    assert found.scores.draws == samples
    assert float(found.scores.log_likelihood.astype(np.float64).mean()) == pytest.approx(likelihood, rel=1e-5)


def test_log_likelihood_of_each_image_is_the_mean_of_its_draws(make_checkpoint: Make, digits: DataSet) -> None:
    model, (images, labels) = make_checkpoint("vae").model, on(CPU, digits.test_x[:6], digits.test_y[:6])
    found, noise = evaluate(model, images, labels, Weights(), samples=3), torch.Generator().manual_seed(EVALUATION_SEED)
    draws, x = [torch.randn(6, 2, generator=noise) for _ in range(3)], images.float() / 255
    posterior = model.encode(x, labels.long())
    logits = [model.decode(posterior.sample(eps), labels.long()) for eps in draws]
    each = [Bernoulli(logits=seen, validate_args=False).log_prob(x).flatten(1).sum(dim=1) for seen in logits]
    np.testing.assert_allclose(found.scores.log_likelihood, torch.stack(each).mean(dim=0), rtol=1.3e-6, atol=1e-5)


def test_the_kl_to_a_learnt_mixture_is_the_mean_of_the_same_draws(make_checkpoint: Make, digits: DataSet) -> None:
    model, (images, labels) = make_checkpoint("vampprior").model, on(CPU, digits.test_x[:40], digits.test_y[:40])
    found, noise = evaluate(model, images, labels, Weights(), samples=2), torch.Generator().manual_seed(EVALUATION_SEED)
    posterior = model.encode(images.float() / 255, None)
    assert posterior.log_var is not None
    q, prior = Normal(posterior.mu, torch.exp(0.5 * posterior.log_var)), model.prior(None)
    mixture = MixtureSameFamily(
        Categorical(torch.ones(len(prior.mu))),
        Independent(Normal(prior.mu[:, 0], torch.exp(0.5 * prior.log_var[:, 0])), 1),
    )
    zs = [posterior.sample(torch.randn(40, 2, generator=noise)) for _ in range(2)]
    ratios = torch.stack([q.log_prob(z).sum(dim=1) - mixture.log_prob(z) for z in zs])
    assert found.metrics.kl is not None
    assert sum(found.metrics.kl) == pytest.approx(float(ratios.mean()), rel=1e-4, abs=1e-5)


def test_a_deterministic_model_has_neither_elbo_nor_kl(make_checkpoint: Make, digits: DataSet) -> None:
    model = make_checkpoint("autoencoder").model
    one, eight = (evaluate(model, *on(CPU, digits.test_x, digits.test_y), Weights(), samples) for samples in (1, 8))
    assert one.metrics.elbo is None
    assert one.metrics.kl is None
    assert one.latents.log_var is None
    assert one.metrics == eight.metrics  # a point needs no second draw


def test_the_blocks_do_not_matter(make_checkpoint: Make, digits: DataSet, monkeypatch: pytest.MonkeyPatch) -> None:
    for family in ("autoencoder", "vae"):
        model = make_checkpoint(family).model
        whole = evaluate(model, *on(CPU, digits.test_x[:50], digits.test_y[:50]), Weights())
        with monkeypatch.context() as patched:
            patched.setattr(module, "BLOCK", 7)
            parts = evaluate(model, *on(CPU, digits.test_x[:50], digits.test_y[:50]), Weights())
        np.testing.assert_allclose(whole.latents.mu, parts.latents.mu, rtol=1.3e-6, atol=1e-5)
        assert np.array_equal(whole.latents.labels, parts.latents.labels)
        # other blocks are other draws, so only the autoencoder's is the same to the last digits
        tolerance = 1e-5 if family == "autoencoder" else 0.02
        assert whole.metrics.log_likelihood == pytest.approx(parts.metrics.log_likelihood, rel=tolerance)


def test_the_same_noise_every_time(tiny_checkpoint: Checkpoint, digits: DataSet) -> None:
    torch.manual_seed(1)
    one = evaluate(tiny_checkpoint.model, *on(CPU, digits.test_x, digits.test_y), Weights())
    torch.manual_seed(2)
    state = torch.get_rng_state()
    other = evaluate(tiny_checkpoint.model, *on(CPU, digits.test_x, digits.test_y), Weights())
    assert one.metrics == other.metrics
    assert torch.equal(torch.get_rng_state(), state)  # and the process's own noise is left alone


def test_the_likelihood_is_that_of_the_training(tiny_checkpoint: Checkpoint, digits: DataSet) -> None:
    weights = Weights(likelihood="gaussian", pixel_std=0.5)
    gauss = evaluate(tiny_checkpoint.model, *on(CPU, digits.test_x, digits.test_y), weights).metrics
    bernoulli = evaluate(tiny_checkpoint.model, *on(CPU, digits.test_x, digits.test_y), Weights()).metrics
    constant = -64 * (0.5 * math.log(2 * math.pi) + math.log(0.5))
    assert gauss.log_likelihood < constant
    assert gauss.log_likelihood != pytest.approx(bernoulli.log_likelihood, rel=0.01)
    assert gauss.kl == bernoulli.kl


def test_how_many_codes_enter_the_mmd(tiny_checkpoint: Checkpoint, digits: DataSet) -> None:
    model = tiny_checkpoint.model
    none, few, all_ = (
        evaluate(model, *on(CPU, digits.test_x, digits.test_y), Weights(), mmd_codes=n).metrics.mmd for n in (0, 9, 999)
    )
    assert none is None
    assert few is not None
    assert all_ is not None
    assert few != all_


def test_the_codes_in_the_mmd_are_a_sample_of_the_whole_set(make_checkpoint: Make) -> None:
    """A set whose first half is black and whose other half is white: its first half does not stand for it."""
    model = make_checkpoint("autoencoder").model
    images = torch.cat([torch.zeros(60, 1, 8, 8), torch.full((60, 1, 8, 8), 255)]).to(torch.uint8)
    labels = torch.zeros(120, dtype=torch.uint8)
    half, again, all_ = (evaluate(model, images, labels, Weights(), mmd_codes=n).metrics.mmd for n in (60, 60, 120))
    first = evaluate(model, images[:60], labels[:60], Weights(), mmd_codes=60).metrics.mmd
    assert half is not None and all_ is not None and first is not None
    assert half == again
    assert abs(half - all_) < 0.2 * abs(first - all_)


def test_evaluation_records_no_gradient(tiny_checkpoint: Checkpoint, few_digits: DataSet) -> None:
    model = tiny_checkpoint.model
    model.requires_grad_(True)
    found = evaluate(model, *on(CPU, few_digits.test_x, few_digits.test_y), Weights())
    assert isinstance(found.latents.mu, np.ndarray)


def test_metrics_of_a_known_posterior() -> None:
    posterior = Posterior(torch.tensor([[1.0, 0.0], [3.0, 0.0]]), torch.zeros(2, 2))
    metrics = metrics_of(-10.0, posterior.kl().mean(dim=0), 0.5)
    assert metrics.kl == (2.5, 0.0)  # mean of 1/2 and 9/2
    assert metrics.elbo == -12.5
    assert metrics.mmd == 0.5
