"""Scores of a model that was trained a moment ago: those of its training again, and refused for other images."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from trainings import spec

from analysis.command import main
from analysis.score import score
from datasets.data_set import DataSet
from models import gallery
from models.checkpoint import Checkpoint, load_scores
from models.errors import InputError
from training.finish import finish
from training.loop import train
from training.spec import plan_of
from training.state import TrainState


def _trained(data: DataSet, family: str = "vae") -> Checkpoint:
    plan = plan_of(spec(epochs=1, family=family))
    state = TrainState("small", plan.title, plan.model, plan.training, data.record(), torch.device("cpu"))
    for _ in train(state, data):
        pass
    return finish(state, data)


@pytest.mark.parametrize("family", ["vae", "autoencoder", "vampprior"])
def test_the_command_finds_what_the_training_wrote(family: str, digits: DataSet) -> None:
    made = _trained(digits, family)
    found = score(made, digits.test_x)
    assert made.scores is not None
    assert found.draws == made.scores.draws == (1 if family == "autoencoder" else 8)
    np.testing.assert_allclose(found.log_likelihood, made.scores.log_likelihood, rtol=1.3e-6, atol=1e-5)
    assert float(found.log_likelihood.astype(np.float64).mean()) == pytest.approx(
        made.run.test.log_likelihood, abs=1e-4
    )


def test_other_images_are_refused(digits: DataSet) -> None:
    made = _trained(digits)
    with pytest.raises(InputError, match=r"score\.other_test_set: name=small"):
        score(made, 255 - digits.test_x)
    with pytest.raises(InputError, match=r"measure\.images_and_codes: .*got=20"):
        score(made, digits.test_x[:20])


def test_the_command_line(digits: DataSet, checkpoint_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gallery.add(replace(_trained(digits), scores=None))
    assert main(["score"]) == 0
    assert "small: " in capsys.readouterr().out
    found = load_scores(checkpoint_folder / "small")
    assert found is not None
    assert len(found.log_likelihood) == 360
    assert main(["score", "nobody", "small"]) == 2  # the rest goes on
    captured = capsys.readouterr()
    assert "nobody" in captured.err
    assert "small: " in captured.out
