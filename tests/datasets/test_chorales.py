"""Chorales: keys, bars and rolls worked out by hand, what a wrong file says, and the real pieces where they are."""

import json
from pathlib import Path

import numpy as np
import pytest

from datasets.catalogue import SOURCES, is_here, load
from datasets.chorales import STEPS, bars, in_c, key_of, pitches_of, rolls
from models.errors import InputError
from tests.needs import missing

FILE = SOURCES["chorales"].file
C_MAJOR = [60, 62, 64, 65, 67, 69, 71, 72]


def piece(scale: list[int], length: int = 32) -> list[list[int]]:
    """Four voices that run up a scale in octaves, a note a beat, and end on its first note."""
    return [
        [scale[(step // 4) % len(scale)] + 12 * voice for voice in (1, 0, -1, -2)] for step in range(length - 4)
    ] + [[scale[0] + 12 * voice for voice in (1, 0, -1, -2)]] * 4


@pytest.mark.parametrize("move", [-5, -1, 0, 3, 6])
def test_a_key_is_known_wherever_it_lies(move: int) -> None:
    notes = np.array(piece(C_MAJOR)) + move
    assert key_of(notes) == (move % 12, False)
    moved, minor = in_c(notes)
    assert not minor
    assert np.array_equal(moved, piece(C_MAJOR))


def test_a_minor_piece_goes_to_a() -> None:
    harmonic = [62, 64, 65, 67, 69, 70, 73, 74]  # D minor
    moved, minor = in_c(np.array(piece(harmonic)))
    assert minor
    assert moved[0, 0] % 12 == 9


def test_bars_begin_on_every_beat_and_hold_eighths() -> None:
    notes = np.arange(24)[:, None] + 10 * np.arange(4)
    found = bars(notes)
    assert found.shape == (3, 4, STEPS)
    assert found[0, 0].tolist() == [0, 2, 4, 6, 8, 10, 12, 14]
    assert found[2, 3].tolist() == [38, 40, 42, 44, 46, 48, 50, 52]


def test_a_roll_has_one_row_a_column_and_is_read_back() -> None:
    pitches = np.random.default_rng(0).integers(36, 84, (5, 4, STEPS))
    images = rolls(pitches)
    assert images.shape == (5, 1, 48, 32)
    assert (images.sum(axis=2) == 255).all()
    assert np.array_equal(pitches_of(images), pitches)
    assert images[0, 0, 83 - pitches[0, 1, 3], STEPS + 3] == 255, "the highest pitch is on top, the alto second"
    assert np.array_equal(pitches_of(rolls(np.full((1, 4, STEPS), 20))), np.full((1, 4, STEPS), 36)), "to the edge"


def write(folder: Path, content: bytes) -> None:
    (folder / FILE).parent.mkdir(parents=True, exist_ok=True)
    (folder / FILE).write_bytes(content)


def test_a_rest_holds_the_note_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_DATA", str(tmp_path))
    notes = piece(C_MAJOR)
    silent = [row[:] for row in notes]
    for step in range(4, 8):
        silent[step][2] = -1
    held = [row[:] for row in notes]
    for step in range(4, 8):
        held[step][2] = notes[3][2]
    write(tmp_path, json.dumps({"train": [silent], "test": [held]}).encode())
    data = load("chorales")
    assert np.array_equal(data.train_x, data.test_x)
    assert data.class_names == ("major", "minor")
    assert data.train_y is not None and data.train_y.tolist() == [0] * len(data.train_x)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "data.not_there"),
        (b"", "data.not_as_expected"),
        (b"[" * 100_000, "data.not_as_expected"),
        (b'{"train": []}', "data.not_as_expected"),
        (b'{"train": [], "test": []}', "data.not_as_expected"),
        (b'{"train": [[[60, 60, 60]]], "test": [1]}', "data.not_as_expected"),
        (b'{"train": [[[60, 60, 60, "x"]]], "test": []}', "data.not_as_expected"),
        (json.dumps({"train": [[[60, 60, 60, 400]] * 32], "test": []}).encode(), "data.not_as_expected"),
        (json.dumps({"train": [[[60, 60, 60, -1]] * 32], "test": []}).encode(), "data.not_as_expected"),
        (json.dumps({"train": [[[60, 60, 60, 40.5]] * 32], "test": []}).encode(), "data.not_as_expected"),
        (json.dumps({"train": [[[60, 60, 60, 40]] * 15], "test": []}).encode(), "data.not_as_expected"),
    ],
)
def test_a_wrong_file_is_one_sentence(
    content: bytes | None, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LATENT_DATA", str(tmp_path))
    if content is not None:
        write(tmp_path, content)
    assert is_here("chorales") == (content is not None)
    with pytest.raises(InputError, match=rf"data\.file_unusable: .*{says}"):
        load("chorales")


def test_the_real_pieces() -> None:
    """Numbers of whoever measured this data set before: windows, the share of minor, of white keys and of held notes."""
    if not is_here("chorales"):
        missing("the JSB chorales are not here", "LATENT_DATA_EXPECTED")
    data = load("chorales")
    assert (len(data.train_x), len(data.test_x)) == (SOURCES["chorales"].train_count, 4_494)
    assert data.train_y is not None
    assert float(data.train_y.mean()) == pytest.approx(0.47, abs=0.01)
    pitches = pitches_of(data.test_x)
    assert np.isin(pitches % 12, (0, 2, 4, 5, 7, 9, 11)).mean() == pytest.approx(0.937, abs=0.001)
    assert pitches[0, :, 0].tolist() == [60, 55, 52, 48]
