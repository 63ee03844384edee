"""The lines that compute a term, read from the running modules: what is shown is what ran.

A line is found in its function's syntax tree by a name that it holds, so that it may move and be rewritten; where the
name is gone, asking raises. Knows functions and their source; knows no page.
"""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models import mmd as mmd_module
from models import objectives
from models.errors import require
from models.objectives import OBJECTIVES
from models.posterior import Posterior

ROOT = Path(__file__).parents[2]
RETURN = "return"  # in place of a name: the function's last statement


@dataclass(frozen=True)
class Line:
    """A statement of a function, by a name that it holds."""

    function: Callable[..., Any]
    holds: str


# a term's name, or name:likelihood
CODE: dict[str, tuple[Line, ...]] = {
    "log_likelihood:bernoulli": (Line(objectives.log_likelihood, "bernoulli_log_likelihood"),),
    "log_likelihood:gaussian": (Line(objectives.log_likelihood, "per_pixel"),),
    "log_likelihood:categorical": (Line(objectives.log_likelihood, "logsigmoid"),),
    "kl": (Line(Posterior.kl, "expm1"),),
    "kl_draw": (Line(objectives.elbo_monte_carlo, "log_ratio"),),
    "kl_off_capacity": (Line(objectives.capacity_elbo, "difference"),),
    "mmd": (Line(mmd_module.mmd, RETURN),),
}


def code_of(objective: str, terms: list[str], likelihood: str) -> dict[str, list[dict[str, Any]]]:
    """The excerpts of each term, and of the objective itself under `objective`."""
    keys = {name: f"{name}:{likelihood}" if name == "log_likelihood" else name for name in terms}
    found = {name: [excerpt(line) for line in CODE[key]] for name, key in keys.items()}
    return found | {"objective": [excerpt(Line(function, RETURN)) for function in functions_of(objective)]}


def functions_of(objective: str) -> list[Callable[..., Any]]:
    """The objective's function, and that which it hands its work to, if it does nothing else."""
    by_name = {function.__name__: function for function in OBJECTIVES.values()}
    found = [OBJECTIVES[objective]]
    while isinstance(last := _body(found[-1])[-1], ast.Return) and isinstance(last.value, ast.Call):
        called = last.value.func
        if not isinstance(called, ast.Name) or called.id not in by_name:
            break
        found.append(by_name[called.id])
    return found


def excerpt(line: Line) -> dict[str, Any]:
    """A function without its docstring: file, lines with their numbers, and the numbers of those that are meant."""
    source, first = inspect.getsourcelines(line.function)
    text = textwrap.dedent("".join(source)).splitlines()
    meant = _statement(line)
    docstring = range(0)
    opening = _tree(line.function).body[0]
    if isinstance(opening, ast.Expr) and isinstance(opening.value, ast.Constant):
        docstring = range(opening.lineno, (opening.end_lineno or opening.lineno) + 1)
    return {
        "file": Path(inspect.getsourcefile(inspect.unwrap(line.function)) or "").resolve().relative_to(ROOT).as_posix(),
        "lines": [[first + n - 1, row] for n, row in enumerate(text, start=1) if n not in docstring],
        "on": [first + n - 1 for n in range(meant.lineno, (meant.end_lineno or meant.lineno) + 1)],
    }


def _statement(line: Line) -> ast.stmt:
    """The innermost statement that holds the name; raises InputError where there is none."""
    body = _body(line.function)
    if line.holds == RETURN:
        return body[-1]
    found = [statement for statement in _statements(body) if line.holds in _names(statement)]
    name = line.function.__qualname__
    require(bool(found), "numbers.no_line", objective=name, line=line.holds)
    return found[0]


def _tree(function: Callable[..., Any]) -> ast.FunctionDef:
    tree = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    assert isinstance(tree, ast.FunctionDef)
    return tree


def _body(function: Callable[..., Any]) -> list[ast.stmt]:
    return _tree(function).body


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Simple statements in their order, those of blocks in place of the block."""
    for statement in body:
        inner = [*getattr(statement, "body", []), *getattr(statement, "orelse", [])]
        if inner:
            yield from _statements(inner)
        else:
            yield statement


def _names(statement: ast.stmt) -> set[str]:
    nodes = list(ast.walk(statement))
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    return names | {node.attr for node in nodes if isinstance(node, ast.Attribute)}
