"""The estimate before a training: near the truth, quick, and without a trace."""

import shutil
import sys
import time

import pytest
import torch

from datasets.data_set import DataSet
from models.errors import InputError
from training import timing
from training.estimate import Apart, estimate
from training.finish import finish
from training.loop import train
from training.plans import Plan, make_plan, with_changes
from training.state import TrainState


def _plan(epochs: int = 6, **training: object) -> Plan:
    return make_plan("vae", "digits", 2, {"widths": (64,)}, {"epochs": epochs, "precision": "float32", **training})


def test_it_is_near_the_truth(digits: DataSet) -> None:
    plan, ratios = _plan(), [0.0]
    while not 0.6 < ratios[-1] < 1.6:  # other processes come and go: one of twenty quiet moments is enough
        assert len(ratios) <= 20, ratios[1:]
        found = estimate(plan, digits)
        state = TrainState("x", "x", plan.model, plan.training, digits.record(), torch.device("cpu"))
        began = time.perf_counter()
        for _ in train(state, digits):
            pass
        finish(state, digits)
        ratios.append(found.seconds / (time.perf_counter() - began))


def test_it_is_quick_and_counts_what_it_timed(digits: DataSet, monkeypatch: pytest.MonkeyPatch) -> None:
    found = estimate(_plan(200), digits)
    assert 1 <= found.batches <= timing.MOST_BATCHES
    assert found.images_per_second > 100
    assert found.seconds > 200 * found.seconds_per_epoch > 0
    monkeypatch.setattr(timing, "LONGEST_SECONDS", 0.0)
    assert estimate(_plan(200), digits).batches == 1


def test_epochs_of_one_batch_can_be_timed(few_digits: DataSet) -> None:
    for epochs in (1, 40):
        found = estimate(_plan(epochs, batch_size=1024), few_digits)
        assert found.seconds > 0
        assert found.batches >= 1


def test_it_leaves_the_random_state_alone(few_digits: DataSet) -> None:
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    estimate(_plan(1), few_digits)
    assert torch.equal(torch.rand(3), expected)


def test_a_plan_that_cant_be_trained_is_refused(few_digits: DataSet) -> None:
    plan = with_changes(_plan(), {"image": (1, 28, 28)}, {}, {})
    with pytest.raises(InputError, match=r"training\.image_shape"):
        estimate(plan, few_digits)


def test_another_process_measures_one_plan_after_another_and_what_goes_wrong_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    apart = Apart()
    assert apart.estimate(_plan(1)).batches >= 1
    first = apart._process
    assert first
    with pytest.raises(InputError, match=r"training\.not_timed.*image"):
        apart.estimate(with_changes(_plan(), {"image": (1, 28, 28)}, {}, {}))
    assert apart.estimate(_plan(1)).batches >= 1
    assert apart._process is first, "the second choice waits for torch again"
    first.kill()
    with pytest.raises(InputError, match=r"training\.not_timed"):
        apart.estimate(_plan(1))
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    with pytest.raises(InputError, match=r"training\.not_timed"):
        apart.estimate(_plan(1))
    apart.close()
    assert apart._process is None
