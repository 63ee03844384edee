"""Torch agrees with the table of cases that the browser's trainer is held to as well, see tests/cases/training.py."""

import json
from typing import Any

import pytest

from tests.cases.training import ANSWERS, FILE, questions
from tests.test_arithmetic import agrees

TABLE: dict[str, list[dict[str, Any]]] = json.loads(FILE.read_text())
CASES = [pytest.param(group, case, id=f"{group}: {case['about']}") for group, rows in TABLE.items() for case in rows]


@pytest.mark.parametrize(("group", "case"), CASES)
def test_torch_gives_what_the_table_says(group: str, case: dict[str, Any]) -> None:
    for name, found in ANSWERS[group](case).items():
        assert _agrees(found, case[name]), name


def _agrees(found: Any, given: Any) -> bool:
    if isinstance(given, dict):
        return found.keys() == given.keys() and all(_agrees(found[name], given[name]) for name in given)
    if isinstance(given, list) and any(isinstance(part, dict) for part in given):
        return len(found) == len(given) and all(map(_agrees, found, given))
    return found is None if given is None else agrees(found, given)


def test_the_table_holds_the_cases_of_the_script() -> None:
    for group, rows in questions().items():
        for question, case in zip(json.loads(json.dumps(rows)), TABLE[group], strict=True):
            assert question == {name: case[name] for name in question}
