"""From model to model: known moves, known neighbours, and what can't be set side by side."""

import math
from pathlib import Path

import numpy as np
import pytest

from analysis.command import main
from analysis.steps import steps
from models.checkpoint import Checkpoint, save
from models.errors import InputError

CODES = np.random.default_rng(0).standard_normal((400, 2))


def test_a_map_that_is_shifted_moves_by_that_and_keeps_all_neighbours() -> None:
    (same, shifted) = steps([CODES, CODES, CODES + np.array([0.3, 0.4])])
    assert (same.moved, same.kept) == (0.0, 1.0)
    assert shifted.moved == pytest.approx(0.5)
    assert shifted.turned == pytest.approx(0.0, abs=1e-12)
    assert shifted.kept == 1.0


def test_a_map_that_is_turned_and_mirrored_lies_as_before_once_it_is_turned_back() -> None:
    c, s = math.cos(2.0), math.sin(2.0)
    (step,) = steps([CODES, CODES @ np.array([[c, s], [s, -c]])])
    assert step.moved > 1.0
    assert (step.turned, step.kept) == (pytest.approx(0.0, abs=1e-12), 1.0)


def test_unrelated_maps_keep_as_many_neighbours_as_chance_gives() -> None:
    (step,) = steps([CODES, np.random.default_rng(1).standard_normal((400, 2))])
    assert step.kept == pytest.approx(10 / 399, abs=0.01)
    assert step.moved == pytest.approx(math.sqrt(math.pi), abs=0.1)  # of two Gaussian points: Rayleigh, sigma sqrt(2)


def test_other_images_or_latents_are_refused() -> None:
    with pytest.raises(InputError, match=r"steps\.shape: shape=\[400, 3\], first=\[400, 2\]"):
        steps([CODES, np.zeros((400, 3))])
    with pytest.raises(InputError, match=r"neighbours\.count_of_others"):
        steps([CODES[:10], CODES[:10]])


def test_the_command(tiny_checkpoint: Checkpoint, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = tiny_checkpoint.run.run_id
    save(tmp_path / name, tiny_checkpoint)
    assert main(["steps", name, name, "--folder", str(tmp_path)]) == 0
    assert capsys.readouterr().out.endswith(f"| {name} | {name} | 0.00 | 0.00 | 1.00 |\n")
    assert main(["steps", name, "gone", "--folder", str(tmp_path)]) == 2
