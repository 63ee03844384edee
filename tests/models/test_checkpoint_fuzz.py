"""10,000 mutated checkpoints load or are refused with a sentence, within a second each, and nothing is executed."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parent / "fuzz_checkpoints.py"
COUNT = 10_000


def _run(*arguments: str) -> dict[str, Any]:
    command = [sys.executable, SCRIPT, *arguments]
    root, tests = SCRIPT.parents[2], SCRIPT.parents[1]
    environment = os.environ | {"PYTHONPATH": f"{root}{os.pathsep}{tests}"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=280, check=False)
    assert done.returncode == 0, f"the process died with {done.returncode}: {done.stderr[-2000:]}"
    result: dict[str, Any] = json.loads(done.stdout)
    return result


@pytest.fixture(scope="module")
def fuzzed() -> dict[str, Any]:
    return _run(str(COUNT), os.environ.get("FUZZ_SEED", "0"))


def test_every_one_loads_or_is_refused_with_a_sentence(fuzzed: dict[str, Any]) -> None:
    assert fuzzed["strange"] == []
    assert set(fuzzed["outcome"]) == {"loaded", "refused"}
    assert sum(fuzzed["outcome"].values()) == COUNT


def test_the_mutations_are_neither_harmless_nor_all_fatal(fuzzed: dict[str, Any]) -> None:
    assert 0.5 * COUNT < fuzzed["outcome"]["refused"] < 0.95 * COUNT
    assert fuzzed["ways"] == {"memory": 0.96 * COUNT, "zip": 0.02 * COUNT, "folder": 0.02 * COUNT}


def test_none_takes_a_second_or_much_memory(fuzzed: dict[str, Any]) -> None:
    assert fuzzed["slowest"] < 1.0
    assert fuzzed["grown_mb"] < 256


def test_nothing_is_executed_imported_or_written(fuzzed: dict[str, Any]) -> None:
    assert fuzzed["executed"] == {}


def test_the_watch_would_see_a_pickle() -> None:
    seen = " ".join(_run("prove"))
    assert "pickle.find_class" in seen
    assert "os.system" in seen
