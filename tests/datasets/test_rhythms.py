"""Drum loops: what a style says is heard, what it does not say is silent, and the same seed gives the same loops."""

import numpy as np

from datasets.catalogue import SOURCES, load
from datasets.rhythms import CHANCES, INSTRUMENTS, STEPS, STYLES, loops, tables


def test_every_table_is_a_bar_of_known_marks_and_instruments() -> None:
    for rows in STYLES.values():
        assert set(rows) <= set(INSTRUMENTS)
        for row in rows.values():
            assert len(row) == STEPS
            assert set(row) <= set(CHANCES)
    assert len({str(rows) for rows in STYLES.values()}) == len(STYLES) == 10


def test_strokes_come_as_often_as_the_tables_say() -> None:
    struck, style, factors = loops(20_000, 5)
    plain = (np.abs(factors["busy"]) < 0.1) & (factors["fill"] == 0)
    for number in range(len(STYLES)):
        of_style = struck[plain & (style == number)]
        error = np.sqrt(0.25 / len(of_style))
        assert np.abs(of_style.mean(axis=0) - tables()[number]).max() < 5 * error


def test_what_a_style_does_not_play_is_silent_but_for_fills() -> None:
    struck, style, factors = loops(5_000, 6)
    silent = tables() == 0
    heard = struck & silent[style]
    assert not heard[factors["fill"] == 0].any()
    in_fills = heard[factors["fill"] == 1]
    assert in_fills.any()
    assert not in_fills[:, :, :12].any(), "a fill is over the last beat"


def test_busy_loops_have_more_strokes() -> None:
    struck, _, factors = loops(5_000, 7)
    counts = struck.sum(axis=(1, 2))
    assert counts[factors["busy"] > 0.5].mean() > counts[factors["busy"] < -0.5].mean() + 2


def test_the_data_set_is_a_piano_roll_of_black_and_white() -> None:
    data = load("rhythms")
    assert data.kind == SOURCES["rhythms"].kind == "piano-roll"
    assert data.image == (1, 8, 16)
    assert set(np.unique(data.train_x).tolist()) == {0, 255}
    assert (len(data.train_x), len(data.test_x)) == (12_000, 2_000)
    again, labels, _ = loops(2_000, 1)
    assert np.array_equal(data.test_x[:, 0] > 0, again)
    assert data.test_y is not None
    assert np.array_equal(data.test_y, labels)
