"""The lines that compute a term, read from the files of the modules that run: what is shown is what ran.

A line is found in its function's syntax tree by a name that it holds, so that it may move and be rewritten; where the
name is gone, asking raises. Nothing is imported for it. Knows functions and their source; knows no page.
"""

import ast
import functools
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.errors import require

ROOT = Path(__file__).parents[2]
OBJECTIVES = "models.objectives"
RETURN = "return"  # in place of a name: the function's last statement


@dataclass(frozen=True)
class Line:
    """A statement of a function, by a name that it holds. `function`: with its module, and its class if it has one."""

    function: str
    holds: str


# a term's name, or name:likelihood
CODE: dict[str, tuple[Line, ...]] = {
    "log_likelihood:bernoulli": (Line(f"{OBJECTIVES}.log_likelihood", "bernoulli_log_likelihood"),),
    "log_likelihood:gaussian": (Line(f"{OBJECTIVES}.log_likelihood", "per_pixel"),),
    "log_likelihood:gaussian-learnt": (
        Line(f"{OBJECTIVES}.log_likelihood", "per_pixel"),
        Line(f"{OBJECTIVES}.with_learnt_std", "least_std"),
    ),
    "log_likelihood:categorical": (Line(f"{OBJECTIVES}.log_likelihood", "logsigmoid"),),
    "kl": (Line("models.posterior.Posterior.kl", "expm1"),),
    "kl_draw": (Line(f"{OBJECTIVES}.elbo_monte_carlo", "log_ratio"),),
    "kl_off_capacity": (Line(f"{OBJECTIVES}.capacity_elbo", "difference"),),
    "mmd": (Line("models.mmd.mmd", RETURN),),
}


def code_of(objective: str, terms: list[str], likelihood: str) -> dict[str, list[dict[str, Any]]]:
    """The excerpts of each term, and of the objective itself under `objective`."""
    keys = {name: f"{name}:{likelihood}" if name == "log_likelihood" else name for name in terms}
    found = {name: [excerpt(line) for line in CODE[key]] for name, key in keys.items()}
    return found | {"objective": [excerpt(Line(function, RETURN)) for function in functions_of(objective)]}


def functions_of(objective: str) -> list[str]:
    """The objective's function, and that which it hands its work to, if it does nothing else."""
    names = _table()
    found = [names[objective]]
    while isinstance(last := _function(f"{OBJECTIVES}.{found[-1]}").body[-1], ast.Return) and isinstance(
        last.value, ast.Call
    ):
        called = last.value.func
        if not isinstance(called, ast.Name) or called.id not in names.values():
            break
        found.append(called.id)
    return [f"{OBJECTIVES}.{name}" for name in found]


def excerpt(line: Line) -> dict[str, Any]:
    """A function without its docstring: file, lines with their numbers, and the numbers of those that are meant."""
    function, path = _function(line.function), _file(line.function)
    last = function.end_lineno or function.lineno
    text = textwrap.dedent("\n".join(path.read_text("utf-8").splitlines()[function.lineno - 1 : last])).splitlines()
    meant = _statement(line)
    docstring = range(0)
    opening = function.body[0]
    if isinstance(opening, ast.Expr) and isinstance(opening.value, ast.Constant):
        docstring = range(opening.lineno, (opening.end_lineno or opening.lineno) + 1)
    numbered = enumerate(text, start=function.lineno)
    return {
        "file": path.relative_to(ROOT).as_posix(),
        "lines": [[number, row] for number, row in numbered if number not in docstring],
        "on": list(range(meant.lineno, (meant.end_lineno or meant.lineno) + 1)),
    }


def _statement(line: Line) -> ast.stmt:
    """The innermost statement that holds the name; raises InputError where there is none."""
    body = _function(line.function).body
    if line.holds == RETURN:
        return body[-1]
    found = [statement for statement in _statements(body) if line.holds in _names(statement)]
    name = line.function.rpartition(".")[2]
    require(bool(found), "numbers.no_line", objective=name, line=line.holds)
    return found[0]


def _file(function: str) -> Path:
    room, module, *_ = function.split(".")
    return ROOT / room / f"{module}.py"


@functools.cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def _function(name: str) -> ast.FunctionDef:
    """The syntax tree of a function, or of a method in its class."""
    _room, _module, *parts = name.split(".")
    found: ast.AST = _tree(_file(name))
    for part in parts:
        inner: list[ast.stmt] = getattr(found, "body", [])
        found = next(node for node in inner if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == part)
    assert isinstance(found, ast.FunctionDef)
    return found


def _table() -> dict[str, str]:
    """The functions' names of the table of objectives, by those of the objectives."""
    for node in _tree(_file(f"{OBJECTIVES}.OBJECTIVES")).body:
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "OBJECTIVES":
            assert isinstance(node.value, ast.Dict)
            rows = zip(node.value.keys, node.value.values, strict=True)
            return {ast.literal_eval(key): ast.unparse(value) for key, value in rows if key}
    raise LookupError(OBJECTIVES)


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
