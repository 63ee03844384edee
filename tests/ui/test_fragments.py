"""A fragment runs again alone, perhaps in another thread: each enters its page, or it would speak another layer of words."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def fragments() -> dict[str, ast.FunctionDef]:
    """Every function that Streamlit may run alone, by file and name."""
    found = {}
    for path in sorted([*ROOT.glob("pages/*.py"), *ROOT.glob("ui/**/*.py")]):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and any("fragment" in ast.unparse(d) for d in node.decorator_list):
                found[f"{path.relative_to(ROOT)}:{node.name}"] = node
    return found


def test_there_are_some() -> None:
    assert len(fragments()) >= 4


@pytest.mark.parametrize("name", fragments())
def test_each_enters_its_page_first(name: str) -> None:
    _, first, *_ = fragments()[name].body  # after its docstring
    assert ast.unparse(first).startswith("state.enter(")
