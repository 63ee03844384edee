"""Reasons in English: a sentence for every code that the queue and the trainings give, and no code is lost."""

import ast
import string
from pathlib import Path

import pytest

from jobs import job
from training.reasons import REASONS, failure, reason_text

ROOT = Path(__file__).parent.parent.parent


def _codes() -> set[str]:
    """The codes in the calls `Reason(code)` and `failure(code)` of jobs/ and training/."""
    found = set()
    for path in (*(ROOT / "jobs").glob("*.py"), *(ROOT / "training").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Reason", "failure") and node.args:
                for part in ast.walk(node.args[0]):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str):
                        found.add(part.value)
                    elif isinstance(part, ast.Name) and part.id.isupper():
                        found.add(getattr(job, part.id))
    return found


def test_every_code_has_a_sentence() -> None:
    assert len(_codes()) > 15
    assert _codes() <= set(REASONS)


@pytest.mark.parametrize("code", REASONS)
def test_a_sentence_names_all_its_values(code: str) -> None:
    names = {name for _, name, _, _ in string.Formatter().parse(REASONS[code]) if name is not None}
    sentence = reason_text(code, dict.fromkeys(names, "VALUE"))
    assert sentence.count("VALUE") == len(names)
    assert "{" not in sentence
    assert reason_text(code, {}) == (code if names else sentence)


def test_numbers_are_short_and_one_epoch_is_one() -> None:
    done = {"epochs": 3, "seconds": 12, "nats": -135.0}
    assert reason_text("done.elbo", done) == "Trained 3 epochs in 12 s: test ELBO -135 nats."
    assert reason_text("done.elbo", done | {"epochs": 1}) == "Trained 1 epoch in 12 s: test ELBO -135 nats."
    assert reason_text("failed.time_limit", {"minutes": 15.0}).startswith("the limit of 15 minutes is reached")


def test_what_is_not_known_is_its_code_and_a_sentence_is_not_filled_in() -> None:
    assert reason_text("of.another.version", {"x": 1}) == "of.another.version"
    assert reason_text("refused", {"text": "{text} {0} {batch}"}) == "{text} {0} {batch}"


def test_a_failure_says_its_reason() -> None:
    error = failure("failed.out_of_memory", batch=64, epoch=1)
    assert error.reason == job.Reason("failed.out_of_memory", {"batch": 64, "epoch": 1})
    assert str(error).startswith("the device has no memory left for batches of 64 images (epoch 1).")
