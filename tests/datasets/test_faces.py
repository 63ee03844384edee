"""Drawn faces: the same bytes everywhere, and every factor is what is seen."""

import hashlib

import numpy as np
import pytest

from datasets.catalogue import SOURCES, is_here, load
from datasets.faces import HAIR, ORDERED, SIDE, drawn_faces, sample_factors, skin

PLAIN = {"hue": 0.3, "smile": 0.8, "eyes": 0.5, "tilt": 0.0, "hair": 0.0, "glasses": 0.0}


def face(**changes: float) -> np.ndarray:
    """One face `[3 32 32]`, 0..255, as signed numbers."""
    return drawn_faces(np.array([list((PLAIN | changes).values())], np.float32))[0].astype(int)


def changed(**changes: float) -> np.ndarray:
    """Which pixels `[32 32]` one factor changes by more than 20 levels."""
    return np.abs(face(**changes) - face()).max(axis=0) > 20


def test_the_same_seed_gives_the_same_bytes_on_every_computer() -> None:
    drawn = drawn_faces(sample_factors(300, 7))
    assert drawn.shape == (300, 3, 32, 32)
    assert hashlib.sha256(drawn.tobytes()).hexdigest()[:16] == DIGEST
    assert not np.array_equal(drawn, drawn_faces(sample_factors(300, 8)))
    assert np.array_equal(drawn[100:], drawn_faces(sample_factors(300, 7)[100:])), "the block does not matter"


DIGEST = "85c1a252d8e9261a"


def test_the_factors_are_uniform_and_independent() -> None:
    factors = sample_factors(20_000, 0)
    assert np.allclose(factors.min(axis=0), [0, -1, 0, -1, 0, 0], atol=0.01)
    assert np.allclose(factors.max(axis=0), [1, 1, 1, 1, 3, 1], atol=0.01)
    assert np.abs(np.corrcoef(factors.T) - np.eye(6)).max() < 0.03


@pytest.mark.parametrize("hue", [0.0, 0.25, 0.5, 1.0])
def test_the_cheek_has_the_colour_of_the_hue(hue: float) -> None:
    cheek = face(hue=hue)[:, 19, 16]  # between eyes and mouth
    assert np.abs(cheek - 255 * skin(np.array([hue], np.float32))[0]).max() <= 1


def test_a_smile_moves_the_mouth_alone() -> None:
    moved = changed(smile=-0.8)
    assert moved[20:28].any()
    assert not moved[:18].any()
    mouth = face()[1, 18:] < 100  # dark in green
    low = [np.flatnonzero(column).max() for column in mouth.T if column.any()]
    assert low[len(low) // 2] > low[0], "its middle hangs where it smiles"


def test_open_eyes_and_glasses_change_the_eyes_alone() -> None:
    for moved in (changed(eyes=0.0), changed(glasses=1.0)):
        rows = np.flatnonzero(moved.any(axis=1))
        assert len(rows) > 0
        assert rows.min() >= 8
        assert rows.max() <= 20


def test_a_tilt_turns_the_head_and_its_opposite_mirrors_it() -> None:
    assert changed(tilt=1.0).sum() > 40
    assert np.array_equal(face(tilt=1.0), face(tilt=-1.0)[:, :, ::-1])


@pytest.mark.parametrize("hair", range(1, len(HAIR)))
def test_hair_and_hat_leave_mouth_and_eyes(hair: int) -> None:
    moved = changed(hair=hair)
    assert moved[:10].any()
    assert not moved[10:26, 11:21].any()


def test_the_data_set_has_its_factors_and_needs_no_download(no_network: list[str]) -> None:
    assert is_here("faces")
    data = load("faces", download=False)
    assert data.image == SOURCES["faces"].image == (3, SIDE, SIDE)
    assert (len(data.train_x), len(data.test_x)) == (SOURCES["faces"].train_count, 2_000)
    assert data.factors is not None
    assert tuple(data.factors) == SOURCES["faces"].factors == tuple(ORDERED)
    glasses = data.factors["glasses"] > 0
    assert 900 < glasses.sum() < 1100
    assert no_network == []
