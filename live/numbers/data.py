"""The file `code-….json` of a model: what the drawer "Numbers and code" needs beside the network.

live/engine/numbers.js names the types. Knows runs and published programs; knows no page.
"""

import math
from typing import Any

from live.numbers.code_lines import code_of
from live.numbers.snippet import PLACE, batch_of, snippet
from live.numbers.terms import TERMS, objective_json
from models.run import Run
from published.programs import PIXELS, PROGRAMS, Program, program_of

WITHOUT_DENSITY = {"log_likelihood", "mmd"}  # the terms that a deterministic encoder has


def numbers_data(run: Run) -> dict[str, Any]:
    """Everything as JSON. `batch`: over how many codes the MMD is taken. `gates`: a dial, whose
    networks are run with their gates: folded into float16 they would be off by 0.01 nats.
    `snippet`, `film`: the programs to copy."""
    training = run.training
    objective = objective_json(training.objective, training.weights, run.model.latent_dim, run.model.learns_prior)
    terms = [term["name"] for term in objective["terms"] or ()]
    return {
        "objective": objective,
        "code": code_of(training.objective, terms, training.weights.likelihood),
        "programs": _programs(run),
        "batch": batch_of(run),
        "gates": run.model.dial is not None,
        "snippet": snippet(run),
        "film": snippet(run, PLACE),
    }


def _programs(run: Run) -> list[dict[str, Any]]:
    """One row a form of loss that this model's numbers fill in; its own program's first.

    All are of 28 x 28 pixels and of N(0, I).
    """
    if math.prod(run.model.image) != PIXELS or run.model.learns_prior:
        return []
    rows: dict[str, list[Program]] = {}
    for program in PROGRAMS.values():
        if program.form and (run.model.stochastic or _terms(program) <= WITHOUT_DENSITY):
            rows.setdefault(program.form, []).append(program)
    own = program_of(run)
    found = [_row(run, form, programs, own in programs) for form, programs in rows.items()]
    return sorted(found, key=lambda row: not row["own"])


def _terms(program: Program) -> set[str]:
    return {term.name for term in TERMS[program.plan().training.objective]}


def _row(run: Run, form: str, programs: list[Program], own: bool) -> dict[str, Any]:
    first = programs[0]
    training = first.plan().training
    return {
        "titles": list(dict.fromkeys(program.title for program in programs)),
        "form": form,
        "scale": first.scale,
        "dropped": first.dropped(PIXELS),
        "own": own,
    } | objective_json(training.objective, training.weights, run.model.latent_dim)
