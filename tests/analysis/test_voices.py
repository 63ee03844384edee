"""Shares of bars worked out by hand: scales, chords, crossings, held notes."""

import numpy as np
import pytest

from analysis.metrics.voices import cross_faded, crossings, held, triads, white_keys

# soprano to bass, four steps: C major; the same; D minor without its third; A minor with the tenor over the alto
BAR = np.array([[[72, 72, 74, 72], [67, 67, 69, 64], [64, 64, 62, 69], [48, 48, 50, 45]]])


def test_shares_of_one_bar() -> None:
    assert white_keys(BAR).tolist() == [1.0]
    assert triads(BAR).tolist() == [0.75]
    assert crossings(BAR).tolist() == [0.25]
    assert held(BAR).tolist() == [pytest.approx(4 / 12)]


def test_black_keys_are_not_of_the_scale_and_every_bar_counts_for_itself() -> None:
    bars = np.concatenate([BAR, BAR + 1])  # a semitone higher E alone is white, for F: three of the sixteen notes
    assert white_keys(bars).tolist() == [1.0, 3 / 16]
    assert triads(bars).tolist() == [0.75, 0.75]


def test_a_cross_fade_has_notes_of_both_and_no_others() -> None:
    other = BAR + 5
    mixed = cross_faded(BAR, other, seed=0)
    assert ((mixed == BAR) | (mixed == other)).all()
    assert 0 < (mixed == BAR).mean() < 1
    assert np.array_equal(cross_faded(BAR, other, seed=0), mixed)
