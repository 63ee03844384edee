"""`python -m benchmarks`: every name that it lists can be run and says what for."""

import importlib

import pytest

from benchmarks.__main__ import main, module_of, names


@pytest.mark.parametrize("name", names())
def test_every_benchmark_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    module = importlib.import_module(f"benchmarks.{module_of(name)}")
    with pytest.raises(SystemExit) as ended:
        module.main(["--help"])
    assert ended.value.code == 0
    assert f"python -m benchmarks {name}" in capsys.readouterr().out


def test_an_unknown_name_is_refused_with_the_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nothing"]) == 2
    assert "engine" in capsys.readouterr().err
