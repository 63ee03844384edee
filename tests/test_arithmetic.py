"""Python agrees with the table of cases that the browser is held to as well, see tests/cases/make.py."""

import json
import math
from typing import Any

import pytest

from live.palette import CLASS_COLOURS
from tests.cases.make import FILE, answer, main, random_cases

TABLE: dict[str, Any] = json.loads(FILE.read_text())
TOLERANCE = TABLE["tolerance"]
CASES = [
    pytest.param(group, case, id=f"{group}: {case['about']}")
    for group, cases in TABLE.items() if group != "tolerance" for case in cases
]  # fmt: skip


def agrees(found: Any, given: Any) -> bool:
    """Whether two answers are alike, numbers within the table's tolerance."""
    if isinstance(given, list):
        return len(found) == len(given) and all(map(agrees, found, given))
    if isinstance(given, dict):
        return bool(found.keys() == given.keys()) and all(agrees(found[name], given[name]) for name in given)
    if isinstance(given, str):
        return bool(found == given)
    return math.isfinite(found) and abs(found - given) <= TOLERANCE * max(1.0, abs(given))


@pytest.mark.parametrize(("group", "case"), CASES)
def test_python_agrees(group: str, case: dict[str, Any]) -> None:
    for name, found in answer(group, case).items():
        assert agrees(found, case[name]), (name, found)


def test_the_comparison_can_fail() -> None:
    assert agrees([[1.0, 2.0]], [[1, 2 + 1e-6]])
    for found in ([[1.0, 2.001]], [[1.0]], [[1.0, math.nan]]):
        assert not agrees(found, [[1, 2]])
    assert agrees({"a": [1.0]}, {"a": [1]})
    assert not agrees({"a": [1.0]}, {"a": [2]})
    assert not agrees({"a": 1.0, "b": 1.0}, {"a": 1})
    assert not agrees("#000000", "#ffffff")


def test_every_group_has_known_answers_and_the_random_ones_are_those_of_the_script() -> None:
    assert TABLE.keys() - {"tolerance"} >= random_cases().keys(), "a group without known answers: write them first"
    for group in TABLE.keys() - {"tolerance"}:
        drawn = [case for case in TABLE[group] if "seed" in case]
        assert len(TABLE[group]) - len(drawn) >= 4
        for question, case in zip(random_cases().get(group, []), drawn, strict=True):
            assert all(agrees(value, case[name]) for name, value in question.items())


def test_the_script_leaves_a_table_that_is_current_as_it_is(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = tmp_path / FILE.name
    copy.write_text(FILE.read_text())
    monkeypatch.setattr("tests.cases.make.FILE", copy)
    main()
    table = json.loads(copy.read_text())
    assert table.keys() == TABLE.keys()
    for group in TABLE.keys() - {"tolerance"}:
        assert [case for case in table[group] if "seed" not in case] == [c for c in TABLE[group] if "seed" not in c]
        assert len(table[group]) == len(TABLE[group])


@pytest.mark.parametrize("colour", CLASS_COLOURS)
def test_text_on_a_class_colour_stands_out(colour: str) -> None:
    """4.5:1, which WCAG AA asks for."""

    def luminance(of: str) -> float:
        channels = [int(of[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return sum(map(float.__mul__, (0.2126, 0.7152, 0.0722), linear))

    text = answer("text_on", {"colour": colour})["text"]
    light, dark = sorted((luminance(colour), luminance(text)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5
