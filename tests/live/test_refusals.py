"""Refusals and reasons: a code wherever one is raised, in every room; an entry for each code, and a code for each entry."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from jobs import job
from live.words import job_reason, refusal, using
from live.words.catalogue import PLACEHOLDER, TERM_FORMS, Entry, catalogue
from models.errors import InputError, Reason, require

ROOT = Path(__file__).parents[2]
ROOMS = (
    "models",
    "jobs",
    "datasets",
    "training",
    "analysis",
    "published",
    "live",
    "ui",
    "exports",
    "pages",
    "benchmarks",
)
PLACE = {"InputError": 0, "require": 1, "Reason": 0, "__init__": 0}  # where a call has its code
PASS_ON = {
    "models/errors.py",
    "datasets/own/parquet.py",
    "jobs/journal.py",
    "live/words/refusals.py",
}  # a code that somebody else has given
CODE = re.compile(r"[a-z]+(_[a-z]+)*(\.[a-z0-9_]+)*")


class Given(NamedTuple):
    """A code in a call, and the names of the values with it; None where the call does not show them."""

    where: str
    code: str
    names: frozenset[str] | None


def given_in(source: str, where: str) -> Iterator[Given]:
    """Every code that a file gives; "" for one that is no literal."""
    for node in ast.walk(ast.parse(source)):
        name = getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""
        if not isinstance(node, ast.Call) or name not in PLACE or len(node.args) <= PLACE[name]:
            continue
        code = _text(node.args[PLACE[name]])
        if name == "__init__" and (code is None or not node.keywords):  # of some other class
            continue
        yield Given(f"{where}:{node.lineno}", code or "", _names(node, name))


def _text(node: ast.expr) -> str | None:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.Name(id=name) if name.isupper():
            return str(getattr(job, name))
    return None


def _names(call: ast.Call, name: str) -> frozenset[str] | None:
    if name == "Reason":
        match call.args[1:]:
            case []:
                return frozenset()
            case [ast.Dict(keys=keys)]:
                return frozenset(str(key.value) for key in keys if isinstance(key, ast.Constant))
        return None
    return None if any(word.arg is None for word in call.keywords) else frozenset(str(w.arg) for w in call.keywords)


def all_given() -> list[Given]:
    paths = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
    files = {path.relative_to(ROOT).as_posix(): path for path in paths}
    found = [(where, given) for where, path in files.items() for given in given_in(path.read_text(), where)]
    return [given for where, given in found if given.code or where not in PASS_ON]


GIVEN = all_given()


def placeholders(entry: Entry) -> set[str]:
    if isinstance(entry, str):
        return {name for name, form in PLACEHOLDER.findall(entry) if form not in TERM_FORMS}
    return {name for part in entry.values() for name in placeholders(part)}


def entry_of(code: str) -> Entry | None:
    entries = catalogue("en")
    return entries.get(f"refusal.{code}", entries.get(f"reason.{code}"))


def test_a_refusal_is_a_code_in_every_room() -> None:
    assert len(GIVEN) > 300
    assert [given.where for given in GIVEN if not CODE.fullmatch(given.code)] == []


def test_every_code_has_a_sentence_that_names_all_its_values() -> None:
    lost = [given.where for given in GIVEN if entry_of(given.code) is None]
    assert lost == []
    other = [
        (given.where, sorted(given.names ^ placeholders(entry_of(given.code) or "")))
        for given in GIVEN
        if given.names is not None and given.names != placeholders(entry_of(given.code) or "")
    ]
    assert other == []


def test_every_sentence_has_its_code() -> None:
    codes = {given.code for given in GIVEN} | {job.OLD_REFUSAL}
    unused = [
        key for key in catalogue("en")
        if (code := re.sub(r"^(refusal|reason)\.", "", key)) != key and code not in codes
    ]  # fmt: skip
    assert unused == []


def test_no_code_is_a_refusal_and_a_jobs_reason() -> None:
    entries = catalogue("en")
    assert [key for key in entries if key.startswith("reason.") and f"refusal.{key[7:]}" in entries] == []


@pytest.mark.parametrize("line", [
    'raise InputError("there is no such model.")', 'require(x, f"{name} is gone")', 'InputError(text)',
    'require(x, "No")', 'Reason("Waits for its turn.")', 'require(x, "a" + "b")', 'super().__init__("It is full.", n=1)',
])  # fmt: skip
def test_a_planted_sentence_is_found(line: str) -> None:
    (found,) = given_in(line, "models/planted.py")
    assert not CODE.fullmatch(found.code)


def test_values_are_read_from_the_call() -> None:
    (found,) = given_in('require(x, "grid.side", most=3, got=side)', "x.py")
    assert (found.code, found.names) == ("grid.side", {"most", "got"})


class TestReading:
    def test_an_error_is_a_code_for_programs_and_a_sentence_for_people(self) -> None:
        with pytest.raises(InputError) as caught:
            require(False, "model.network", known=["mlp", "book-cnn"], got="resnet")
        assert caught.value.reason == Reason("model.network", {"known": ["mlp", "book-cnn"], "got": "resnet"})
        assert str(caught.value) == "model.network: known=['mlp', 'book-cnn'], got=resnet"
        assert refusal(caught.value) == "network must be one of mlp, book-cnn; got “resnet”."

    def test_nothing_is_raised_where_the_condition_holds(self) -> None:
        require(True, "no.such.code")

    def test_numbers_are_written_as_everywhere(self) -> None:
        error = InputError("run.between", name="learning_rate", low=1e-7, high=1e6, got=-2.5)
        assert refusal(error) == "learning_rate must be from 0.0000001 to 1,000,000; got −2.5."

    @pytest.mark.parametrize("got", [10**400, -(10**400), 1e308, float("nan"), float("inf")])
    def test_a_number_beyond_all_use_is_not_written(self, got: float) -> None:
        assert refusal(InputError("model.whole_number", name="n", low=1, high=2, got=got)).endswith("got —.")

    def test_a_refusal_within_another_keeps_its_code(self) -> None:
        inner = InputError("run.counts")
        error = InputError("record.refused", where="a: run.json", why=inner)
        assert error.reason.values["why"] == inner.reason
        assert str(error) == "record.refused: where=a: run.json, why=(run.counts)"
        assert refusal(error) == f"a: run.json: {refusal(inner)}"

    def test_several_reasons_are_sentences_one_after_the_other_and_nothing_is_none(self) -> None:
        gaps = [Reason("gallery.no_model", {"name": name}) for name in ("a", "b")]
        assert refusal(InputError("series.too_few", file="s.json", gaps=gaps)).endswith(
            "there is no model called a; it may have been removed. there is no model called b; it may have been removed."
        )
        assert refusal(InputError("jobs.not_one", count=0, name="x", known=[])).endswith("resumable: none.")

    def test_what_nobody_sees_is_spelled_out(self) -> None:
        assert "“a\\x1b[2J\\u202eb”" in refusal(InputError("run.plain_name", field="run_id", got="a\x1b[2J\u202eb"))

    def test_the_reader_chooses_the_language(self) -> None:
        error = InputError("moments.no_image")
        with using("en-x-pseudo"):
            said = refusal(error)
        assert said.startswith("[")
        assert said != refusal(error)

    def test_the_code_of_another_version_is_shown_as_it_is(self) -> None:
        assert job_reason(Reason("of.another", {"x": 1})) == "of.another: x=1"
        assert job_reason(Reason("failed.time_limit")) == "failed.time_limit"

    def test_a_job_that_failed_says_the_refusal(self) -> None:
        assert job_reason(Reason("moments.no_image")) == refusal(Reason("moments.no_image"))

    def test_an_old_journal_is_read_and_not_filled_in(self) -> None:
        for code in (job.OLD_SENTENCE, job.OLD_REFUSAL):
            assert job_reason(Reason(code, {"text": "{text} {0} {batch}"})) == "{text} {0} {batch}"
        old = {"epochs": 1, "seconds": 12, "nats": -135.0}
        assert job_reason(Reason("done.elbo", old)) == "Trained 1 epoch in 12 s: test ELBO −135.0 nats."
