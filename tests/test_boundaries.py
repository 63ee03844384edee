"""Who may import whom: floor by floor; Streamlit and Plotly in their places; no pickle."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FLOORS = [
    ["models"],
    ["jobs", "datasets"],
    ["training", "analysis"],
    ["published"],
    ["live"],
    ["ui"],
    ["exports"],
    ["pages", "app.py"],
]
# a room may import what lies on any floor below its own
MAY_IMPORT = {
    room: {below for floor in FLOORS[:number] for below in floor}
    for number, floor in enumerate(FLOORS)
    for room in floor
}
# programs of lower rooms: they are read by people, so they stand above the rooms and may ask the catalogue for its words
PROGRAMS = {
    "training/command.py", "training/jobs_command.py", "training/sweep_command.py", "training/terminal.py", "analysis/command.py",
    "published/reproduce.py", "published/sweep.py", "published/train.py",
}  # fmt: skip
WORDS = "live.words"
OURS = {*(room.removesuffix(".py") for room in MAY_IMPORT), "tests", "benchmarks"}
STREAMLIT_IN, PLOTLY_IN = {"app.py", "pages", "ui"}, {"live"}
UNPICKLERS = {
    "pickle",
    "_pickle",
    "cPickle",
    "cloudpickle",
    "dill",
    "joblib",
    "shelve",
    "marshal",
    "pandas.read_pickle",
}
FORBIDDEN_NAMES = {"weights_only", "allow_pickle", "read_pickle"}


def _files(root: Path) -> Iterator[tuple[str, Path]]:
    """Every Python file of the app with the part that it belongs to."""
    for part in MAY_IMPORT:
        for path in [root / part] if part.endswith(".py") else sorted((root / part).rglob("*.py")):
            if path.exists():
                yield part, path


def _imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and full name of whatever is imported, at the top or within a function, by statement or by call."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from ((node.lineno, alias.name) for alias in names)
            case ast.ImportFrom(module=module, names=names):
                yield from ((node.lineno, f"{module or ''}.{alias.name}") for alias in names)
            case ast.Call(
                func=ast.Name(id="__import__") | ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=str(name)), *_],
            ):
                yield node.lineno, name


def violations(root: Path) -> list[str]:
    """One sentence for each import that goes the wrong way and each use of a pickle."""
    found = []
    for part, path in _files(root):
        tree = ast.parse(path.read_text())
        where = path.relative_to(root)
        for line, name in _imports(tree):
            top = name.split(".")[0]
            asks_for_words = where.as_posix() in PROGRAMS and name.startswith(f"{WORDS}.")
            if top in OURS and top != part and top not in MAY_IMPORT[part] and not asks_for_words:
                found.append(f"{where}:{line}: {part} may not import {top}")
            if any(f"{name}.".startswith(f"{program}.") for program in _modules(PROGRAMS)) and not _is_program(where):
                found.append(f"{where}:{line}: {name} is a program, and stands above the rooms")
            if top == "streamlit" and part not in STREAMLIT_IN:
                found.append(f"{where}:{line}: Streamlit is imported in app.py, pages/ and ui/ only")
            if top == "plotly" and part not in PLOTLY_IN:
                found.append(f"{where}:{line}: Plotly is imported in live/ only")
            if top in UNPICKLERS or name in ("torch.load", "torch.save"):
                found.append(f"{where}:{line}: {name} reads or writes pickles")
        for node in ast.walk(tree):
            match node:
                case ast.keyword(arg="allow_pickle", value=ast.Constant(value=False)):
                    pass  # said to numpy, it refuses pickles
                case ast.Attribute(value=ast.Name(id="torch"), attr="load" | "save"):
                    found.append(f"{where}:{node.lineno}: torch.{node.attr} reads or writes pickles")
                case ast.keyword(arg=str(name)) | ast.Name(id=name) | ast.Attribute(attr=name) if (
                    name in FORBIDDEN_NAMES
                ):
                    found.append(f"{where}:{node.lineno}: {name} has to do with pickles")
    return found


def _modules(files: set[str]) -> set[str]:
    return {file.removesuffix(".py").replace("/", ".") for file in files}


def _is_program(where: Path) -> bool:
    return where.as_posix() in PROGRAMS or where.name == "__main__.py"


def loaded_after_importing(root: Path) -> set[str]:
    """Which of Streamlit and Plotly are in memory once every module of models, training and analysis is imported."""
    script = """
import importlib, pkgutil, sys
for name in ("models", "training", "analysis"):
    package = importlib.import_module(name)
    for module in pkgutil.walk_packages(package.__path__, name + "."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
print(*sorted({"streamlit", "plotly"} & set(sys.modules)), len([n for n in sys.modules if n.startswith("models.")]))
"""
    done = subprocess.run(
        [sys.executable, "-P", "-c", script], capture_output=True, text=True, cwd=root, timeout=120, check=True,
        env=os.environ | {"PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    *names, modules = done.stdout.split()
    assert int(modules) >= 10, "the modules were not imported"
    return set(names)


def _with(line: str, file: str, folder: Path) -> Path:
    """A folder in which a copy of one of the app's files ends with a line more."""
    target = folder / file
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(f"{(ROOT / file).read_text()}\n{line}\n")
    return folder


def test_imports_run_one_way_and_nothing_is_pickled() -> None:
    assert violations(ROOT) == []


TEXT = {"read_text": 0, "write_text": 1}  # where the encoding stands that each is told


def without_encoding(root: Path) -> list[str]:
    """Where a text file is read or written as the system likes: on Windows, that is no UTF-8."""
    return [
        f"{path.relative_to(root)}:{node.lineno}"
        for _, path in _files(root)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in TEXT
        and len(node.args) <= TEXT[node.func.attr]
        and not any(keyword.arg == "encoding" for keyword in node.keywords)
    ]


def test_every_text_file_is_utf_8_on_every_system(tmp_path: Path) -> None:
    assert without_encoding(ROOT) == []
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "run.py").write_text("path.read_text()\npath.write_text(a)\npath.write_text(a, 'utf-8')\n")
    assert without_encoding(tmp_path) == ["models/run.py:1", "models/run.py:2"]


def test_every_part_was_looked_at() -> None:
    assert {part for part, _ in _files(ROOT)} == set(MAY_IMPORT)
    assert len(list(_files(ROOT))) > 40


def test_models_training_and_analysis_run_without_streamlit_and_plotly() -> None:
    assert loaded_after_importing(ROOT) == set()


@pytest.mark.parametrize(("file", "line", "sentence"), [
    ("models/layers.py", "import training", "models/layers.py:{n}: models may not import training"),
    ("models/layers.py", "from training.loop import train", "models/layers.py:{n}: models may not import training"),
    ("models/atomic.py", "def f():\n    import ui.page", "models/atomic.py:{n}: models may not import ui"),
    ("models/atomic.py", "import importlib\nimportlib.import_module('analysis.grids')", "models may not import analysis"),
    ("models/atomic.py", "__import__('pages')", "models may not import pages"),
    ("training/loop.py", "from analysis import grids", "training/loop.py:{n}: training may not import analysis"),
    ("training/loop.py", "import app", "training may not import app"),
    ("training/loop.py", "from live.words import refusal", "training may not import live"),
    ("training/command.py", "from live.library import all_runs", "training may not import live"),
    ("training/loop.py", "from training.command import main", "training.command.main is a program, and stands above"),
    ("training/loop.py", "import tests.conftest", "training may not import tests"),
    ("analysis/grids.py", "import training.loop as d", "analysis/grids.py:{n}: analysis may not import training"),
    ("ui/state.py", "from pages import main", "ui/state.py:{n}: ui may not import pages"),
    ("models/run.py", "import streamlit as st", "models/run.py:{n}: Streamlit is imported in"),
    ("training/loop.py", "def f():\n    from streamlit.testing import v1", "Streamlit is imported in"),
    ("pages/main.py", "import plotly.graph_objects as go", "pages/main.py:{n}: Plotly is imported in live/ only"),
    ("analysis/grids.py", "from plotly import express", "analysis/grids.py:{n}: Plotly is imported in live/ only"),
    ("models/run.py", "import pickle", "models/run.py:{n}: pickle reads or writes pickles"),
    ("ui/state.py", "from joblib import load", "joblib.load reads or writes pickles"),
    ("ui/state.py", "import torch\ntorch.load('x')", "torch.load reads or writes pickles"),
    ("pages/main.py", "from torch import load", "torch.load reads or writes pickles"),
    ("app.py", "dict(weights_only=True)", "weights_only has to do with pickles"),
    ("app.py", "import numpy as np\nnp.load('x', allow_pickle=True)", "allow_pickle has to do with pickles"),
    ("app.py", "import numpy as np\nnp.load('x', allow_pickle=0)", "allow_pickle has to do with pickles"),
    ("app.py", "no = True\nimport numpy as np\nnp.load('x', allow_pickle=no)", "allow_pickle has to do with pickles"),
    ("app.py", "allow_pickle = False", "allow_pickle has to do with pickles"),
])  # fmt: skip
def test_a_planted_violation_is_found(file: str, line: str, sentence: str, tmp_path: Path) -> None:
    number = len((ROOT / file).read_text().splitlines()) + 1 + len(line.splitlines())
    found = violations(_with(line, file, tmp_path))
    assert len(found) >= 1
    assert all(text.startswith(file) for text in found)
    assert any(sentence.format(n=number) in text for text in found)


def test_refusing_pickles_in_words_is_allowed(tmp_path: Path) -> None:
    allowed = "import numpy as np\nnp.load('x', allow_pickle=False)"
    assert violations(_with(allowed, "datasets/catalogue.py", tmp_path)) == []
