"""Dataclasses to JSON and back, and everything that is refused on the way."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from live.words import refusal
from models import strict_json
from models.checkpoint import Checkpoint
from models.errors import InputError
from models.run import EpochRecord, Metrics, Run


@pytest.fixture
def text(tiny_checkpoint: Checkpoint) -> str:
    return strict_json.write(tiny_checkpoint.run)


def test_a_run_comes_back_equal(tiny_checkpoint: Checkpoint, text: str) -> None:
    assert strict_json.read(Run, text, "run.json") == tiny_checkpoint.run
    assert strict_json.read(Run, text.encode(), "run.json") == tiny_checkpoint.run


def test_a_line_is_one_line() -> None:
    record = EpochRecord(1, 0.1, 1e-3, 1.0, 3.0, Metrics(-1.0, -2.0, (1.0,), None), Metrics(-1.0, None, None, 0.5))
    line = strict_json.write_line(record)
    assert line.count("\n") == 1
    assert line.endswith("\n")
    assert strict_json.read(EpochRecord, line, "here") == record


def test_floats_keep_every_bit() -> None:
    for value in (0.1, 1 / 3, 1e-300, -123456.789012345678, 5e-324):
        text = strict_json.write(Metrics(value, None, None, None))
        assert strict_json.read(Metrics, text, "x").log_likelihood == value


def _put(path: str, value: object) -> Callable[[dict[str, Any]], None]:
    *folders, last = path.split(".")

    def change(run: dict[str, Any]) -> None:
        for folder in folders:
            run = run[folder]
        run[last] = value

    return change


def _drop(path: str) -> Callable[[dict[str, Any]], None]:
    *folders, last = path.split(".")

    def change(run: dict[str, Any]) -> None:
        for folder in folders:
            run = run[folder]
        del run[last]

    return change


@pytest.mark.parametrize(("change", "sentence"), [
    (_put("surprise", 1), r"record\.wrong: where=run\.json: surprise, problem=Unexpected keyword argument, found=1"),
    (_put("model.surprise", 1), r"record\.wrong: where=run\.json: model\.surprise, problem=Unexpected keyword argument, found=1"),
    (_put("training.weights.surprise", 1), r"record\.wrong: where=run\.json: training\.weights\.surprise, problem=Unexpected keyword argument"),
    (_drop("title"), r"record\.missing: where=run\.json, field=title"),
    (_drop("test.mmd"), r"record\.missing: where=run\.json, field=test\.mmd"),
    # these have defaults in the code, and must be there all the same
    (_drop("format"), r"record\.missing: where=run\.json, field=format"),
    (_drop("model.family"), r"record\.missing: where=run\.json, field=model\.family"),
    (_drop("model.widths"), r"record\.missing: where=run\.json, field=model\.widths"),
    (_drop("training.weights.gamma"), r"record\.missing: where=run\.json, field=training\.weights\.gamma"),
    (_drop("training.precision"), r"record\.missing: where=run\.json, field=training\.precision"),
    (_put("model.latent_dim", 10**9), r"model\.whole_number: .*got=1000000000"),
    (_put("model.latent_dim", "2"), r"record\.wrong: where=run\.json: model\.latent_dim, problem=Input should be a valid integer, found='2'"),
    (_put("model.latent_dim", 2.0), r"record\.wrong: where=run\.json: model\.latent_dim, problem=Input should be a valid integer, found=2.0"),
    (_put("model.latent_dim", True), r"record\.wrong: where=run\.json: model\.latent_dim, problem=Input should be a valid integer, found=True"),
    (_put("model.latent_dim", None), r"record\.wrong: where=run\.json: model\.latent_dim, problem=Input should be a valid integer, found=None"),
    (_put("model.stochastic", 1), r"record\.wrong: where=run\.json: model\.stochastic, problem=Input should be a valid boolean, found=1"),
    (_put("model.image", [1, 8]), r"record\.missing: where=run\.json, field=model\.image\.2"),
    (_put("model.image", [1, 8, 8, 8]), "run.json: model.image"),
    (_put("model.widths", 16), r"record\.wrong: where=run\.json: model\.widths, problem=Input should be a valid array, found=16"),
    (_put("model", []), r"record\.wrong: where=run\.json: model, problem=Input should be"),
    (_put("model.family", "gan"), r"record\.refused: where=run\.json: model, why=\(model\.family: .*got=gan"),
    (_put("training.epochs", 10**30), r"record\.refused: where=run\.json: training, why=\(run\.between: name=epochs"),
    (_put("run_id", "../x"), r"why=\(run\.plain_name: field=run_id, got=\.\./x"),
    (_put("versions", {"torch": 2}), r"record\.wrong: where=run\.json: versions\.torch, problem=Input should be a valid string, found=2"),
    (_put("title", "x" * 500), r"record\.refused: where=run\.json, why=\(run\.title"),
    (_put("seconds", "long" * 100), r"record\.wrong: where=run\.json: seconds, problem=Input should be a valid number, found='longlong.*\.\.\."),
])  # fmt: skip
def test_refusals_name_the_field_and_what_was_found(
    text: str, change: Callable[[dict[str, Any]], None], sentence: str
) -> None:
    run = json.loads(text)
    change(run)
    with pytest.raises(InputError, match=sentence) as caught:
        strict_json.read(Run, json.dumps(run), "run.json")
    assert "\n" not in refusal(caught.value)
    assert len(refusal(caught.value)) < 300


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999", "9" * 400])
def test_numbers_that_are_not_finite_are_refused(text: str, number: str) -> None:
    broken = text.replace('"seconds": 1.0', f'"seconds": {number}')
    assert broken != text
    with pytest.raises(InputError, match=r"record\.wrong"):
        strict_json.read(Run, broken, "run.json")


@pytest.mark.parametrize("raw", [
    b"", b" ", b"{", b"nul", b"\x00", b"\xff\xfe", "{}".encode("utf-16"), b"{'a': 1}", b'{"a": 1,}', b"[" * 100_000,
    b'{"a": "\\ud800"}', b'{"a":' * 100_000, b'{"a": ' + b"9" * 5000 + b"}", b"{} {}",
])  # fmt: skip
def test_what_is_not_json_is_refused(raw: bytes) -> None:
    with pytest.raises(InputError, match=r"record\.no_json"):
        strict_json.read(Run, raw, "run.json")


@pytest.mark.parametrize("raw", [b"[]", b"null", b"1", b'"x"', b"true"])
def test_json_that_is_no_object_is_refused(raw: bytes) -> None:
    with pytest.raises(InputError, match=r"record\.wrong"):
        strict_json.read(Run, raw, "run.json")


def test_several_mistakes_are_counted() -> None:
    with pytest.raises(InputError, match=r"record\.missing: where=here, field=elbo"):
        strict_json.read(Metrics, '{"log_likelihood": 1.0}', "here")


@dataclass(frozen=True)
class _Inner:
    number: int = 3


@dataclass(frozen=True)
class _Outer:
    parts: tuple[_Inner, ...]
    maybe: _Inner | None = None


@pytest.mark.parametrize(("text", "sentence"), [
    ('{"parts": [{"number": 1}, {}], "maybe": null}', r"record\.missing"),
    ('{"parts": [{"number": 1, "more": 2}], "maybe": null}', r"record\.wrong"),
    ('{"parts": [{"number": "1"}], "maybe": null}', r"record\.wrong: where=here: parts\.0\.number, problem=Input should be a valid integer"),
    ('{"parts": [], "maybe": {}}', r"record\.missing"),
    ('{"parts": [], "maybe": {"number": 1.5}}', r"record\.wrong: where=here: maybe\.number, problem=Input should be a valid integer"),
    ('{"parts": []}', r"record\.missing"),
])  # fmt: skip
def test_dataclasses_within_tuples_and_options_are_as_strict(text: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        strict_json.read(_Outer, text, "here")


def test_dataclasses_within_tuples_and_options_come_back_equal() -> None:
    outer = _Outer((_Inner(1), _Inner(2)), _Inner(4))
    assert strict_json.read(_Outer, strict_json.write(outer), "here") == outer


def test_writing_refuses_numbers_that_are_not_finite() -> None:
    for value in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="Out of range float"):
            strict_json.write(Metrics(value, None, None, None))
        with pytest.raises(ValueError, match="Out of range float"):
            strict_json.write_line(Metrics(value, None, None, None))
