"""Coverage of the prior: 1 for its own draws, near 0 for a point, and the expectation of the paper between."""

import math

import pytest
import torch
from jaxtyping import TypeCheckError

from analysis.metrics.aggregate import drawn_codes
from analysis.metrics.coverage import coverage, prior_draws, share_within
from models.errors import InputError
from models.posterior import Posterior


def test_codes_that_are_the_draws_cover_all_of_the_prior():
    prior = prior_draws(500, 3)
    assert coverage(prior, prior).mean == 1
    assert share_within(prior, prior, 0.0).mean == 1
    assert coverage(prior, prior).error == 0


@pytest.mark.parametrize("neighbours", [1, 3, 5])
@pytest.mark.parametrize("latent", [1, 8])
def test_other_draws_cover_what_the_papers_lemma_says(neighbours, latent):
    # Naeem et al. 2020, lemma 2: 1 - prod_{i=1..k} (N - i) / (M + N - i), here M = N; near 1 - 2^-k
    count = 1500
    expected = 1 - math.prod((count - i) / (2 * count - i) for i in range(1, neighbours + 1))
    found = coverage(prior_draws(count, latent, seed=1), prior_draws(count, latent, seed=2), neighbours)
    assert expected == pytest.approx(1 - 2**-neighbours, abs=0.01)
    assert found.mean == pytest.approx(expected, abs=0.05)


def test_a_point_mass_covers_almost_nothing():
    prior = prior_draws(1000, 2)
    assert coverage(torch.zeros(1000, 2), prior).mean < 0.03
    assert coverage(torch.full((1000, 2), 50.0), prior).mean == 0


def test_codes_of_half_the_plane_cover_half():
    codes, prior = prior_draws(4000, 2, seed=1), prior_draws(4000, 2, seed=2)
    half = codes[codes[:, 0] > 0]
    assert coverage(half, prior).mean == pytest.approx(0.5, abs=0.06)  # draws beside the border see across it
    # within the radius: the right half, and a strip of P(-0.25 < z < 0) = 0.0987 on the left
    assert share_within(half, prior, 0.25).mean == pytest.approx(0.5987, abs=0.05)


def test_a_collapsed_posteriors_codes_are_not_the_draws():
    collapsed = Posterior(torch.zeros(800, 2), torch.zeros(800, 2))
    assert coverage(drawn_codes(collapsed, 7), prior_draws(800, 2, 7)).mean == pytest.approx(1 - 2**-5, abs=0.03)
    assert coverage(drawn_codes(collapsed, 7), prior_draws(800, 2, 7)).mean < 1


def test_the_share_within_a_radius_is_that_of_the_chi_square():
    # one code at the origin: P(|z| <= r) = 1 - exp(-r^2 / 2) in two dimensions
    found = share_within(torch.zeros(1, 2), prior_draws(5000, 2), 1.0)
    assert abs(found.mean - (1 - math.exp(-0.5))) < 4 * found.error


def test_the_rim_is_within():
    assert share_within(torch.zeros(1, 2), torch.tensor([[3.0, 4.0], [3.0, 4.1]]), 5.0).mean == 0.5


def test_what_can_not_be_covered_is_refused():
    prior = prior_draws(10, 2)
    for neighbours in (0, 10):
        with pytest.raises(InputError, match=rf"measure\.neighbours_of_draws: draws=10, got={neighbours}"):
            coverage(prior, prior, neighbours)
    with pytest.raises(InputError, match=r"measure\.no_code_or_draw"):
        coverage(prior[:0], prior)
    with pytest.raises((InputError, TypeCheckError)):
        coverage(prior, prior_draws(10, 3))
    with pytest.raises(InputError, match=r"codes\.not_finite"):
        share_within(torch.full((1, 2), math.nan), prior, 1.0)
    with pytest.raises(InputError, match=r"measure\.radius"):
        share_within(prior, prior, -1.0)
