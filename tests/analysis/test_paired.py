"""Paired differences: known means and errors, shared noise that cancels, and what does not compare."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch

from analysis.paired import Paired, Standing, differences, kl_of_images, paired, standing, too_close
from models.checkpoint import Checkpoint
from models.errors import InputError
from models.posterior import Posterior
from models.scores import Scores

Make = Callable[..., Checkpoint]


def _scores(count: int = 20, seed: int = 0) -> Scores:
    return Scores(torch.randn(count, generator=torch.Generator().manual_seed(seed)).numpy() * 30 - 100, 8)


def test_mean_and_error_of_known_differences() -> None:
    found = paired(np.array([1.0, 2.0, 6.0], np.float32), np.array([0.0, 0.0, 0.0], np.float32))
    assert found.mean == pytest.approx(3)
    assert found.error == pytest.approx(math.sqrt(7) / math.sqrt(3))  # the variance of 1, 2, 6 is 7
    assert found.images == 3


def test_what_makes_an_image_hard_for_both_cancels() -> None:
    hard = torch.randn(1000, generator=torch.Generator().manual_seed(0)).numpy() * 30
    found = paired(hard + 0.5, hard)
    assert found.mean == pytest.approx(0.5, abs=1e-5)
    assert found.error < 1e-5  # unpaired it would be 1.3
    assert found.standing is Standing.MORE


@pytest.mark.parametrize(("difference", "error", "expected"), [
    (1.0, 0.49, Standing.MORE), (1.0, 0.51, Standing.TOO_CLOSE), (-1.0, 0.5, Standing.LESS),
    (0.0, 0.0, Standing.TOO_CLOSE), (0.1, None, Standing.MORE),
])  # fmt: skip
def test_two_standard_errors_decide(difference: float, error: float | None, expected: Standing) -> None:
    assert standing(difference, error) is expected
    assert too_close(difference, error) == (abs(difference) < 2 * (error or 0))


def test_the_order_only_turns_the_sign() -> None:
    ours, theirs = _scores().log_likelihood, _scores(seed=1).log_likelihood
    one, other = paired(ours, theirs), paired(theirs, ours)
    assert (one.mean, one.error) == pytest.approx((-other.mean, other.error))


def test_a_model_differs_from_itself_by_nothing(make_checkpoint: Make) -> None:
    model = make_checkpoint("vae")
    found = differences(model, _scores(), model, _scores())
    assert found.elbo == found.kl == found.log_likelihood == Paired(0.0, 0.0, 20)
    assert found.log_likelihood.standing is Standing.TOO_CLOSE


def test_the_elbos_difference_is_that_of_its_two_terms(make_checkpoint: Make) -> None:
    ours, theirs = make_checkpoint("vae"), make_checkpoint("beta-vae", seed=1)
    found = differences(ours, _scores(), theirs, _scores(seed=1))
    assert found.kl is not None
    assert found.elbo is not None
    assert found.elbo.mean == pytest.approx(found.log_likelihood.mean - found.kl.mean)
    assert ours.latents.log_var is not None
    assert theirs.latents.log_var is not None
    closed = [
        Posterior(*(torch.from_numpy(part) for part in (c.latents.mu, c.latents.log_var))).kl().sum(dim=1)
        for c in (ours, theirs)
    ]
    assert found.kl.mean == pytest.approx(float((closed[0] - closed[1]).mean()), rel=1e-5)


def test_without_a_kl_the_log_likelihoods_still_compare(make_checkpoint: Make) -> None:
    found = differences(make_checkpoint("autoencoder"), _scores(), make_checkpoint("vae"), _scores(seed=1))
    assert found.elbo is None
    assert found.kl is None
    assert found.log_likelihood.images == 20


def test_the_kl_to_a_learnt_mixture_comes_from_draws(make_checkpoint: Make) -> None:
    vamp, plain = make_checkpoint("vampprior", test_count=500), make_checkpoint("vae", test_count=500)
    drawn, closed = kl_of_images(vamp), kl_of_images(plain)
    assert drawn is not None
    assert closed is not None
    assert drawn.shape == closed.shape == (500,)
    again = kl_of_images(vamp)
    assert again is not None
    assert np.array_equal(drawn, again)  # the same draws every time
    assert float(np.abs(drawn - closed).mean()) > 0.1  # another prior, so another KL


def test_a_class_is_held_against_its_own_prior(make_checkpoint: Make) -> None:
    made = make_checkpoint("conditional-prior")
    far = dict(made.weights) | {"learnt_prior.mu": np.full((10, 2), 3.0, np.float32)}
    near, away = kl_of_images(made), kl_of_images(replace(made, weights=far))
    assert near is not None
    assert away is not None
    shift = (np.square(made.latents.mu - 3) - np.square(made.latents.mu)).sum(axis=1) / 2
    np.testing.assert_allclose((away - near).astype(np.float32), shift, rtol=1.3e-6, atol=1e-5)


def test_what_does_not_compare_is_refused(make_checkpoint: Make) -> None:
    model = make_checkpoint("vae")
    other_data = replace(model, run=replace(model.run, data=replace(model.run.data, name="mnist")))
    with pytest.raises(InputError, match=r"paired\.other_images: one=tiny-vae, other=tiny-vae"):
        differences(model, _scores(), other_data, _scores())
    weights = replace(model.run.training.weights, likelihood="gaussian")
    training = replace(model.run.training, weights=weights)
    with pytest.raises(InputError, match=r"paired\.other_likelihood"):
        differences(model, _scores(), replace(model, run=replace(model.run, training=training)), _scores())
    with pytest.raises(InputError, match=r"paired\.images"):
        paired(_scores().log_likelihood, _scores(19).log_likelihood)
    with pytest.raises(InputError, match=r"paired\.too_few: .*got=1"):
        paired(np.zeros(1, np.float32), np.zeros(1, np.float32))
