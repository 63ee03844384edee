"""The file `code-….json` of a model: what the drawer "Numbers and code" needs beside the network.

live/engine/numbers.js names the types. Knows runs, trainings and published programs; knows no page.
"""

import math
from typing import Any

from live.numbers.code_lines import code_of
from live.numbers.snippet import PLACE, batch_of, snippet
from live.numbers.terms import TERMS, objective_json
from models.config import ModelConfig
from models.run import Run, TrainingConfig
from published.programs import PIXELS, PROGRAMS, Program

WITHOUT_DENSITY = {"log_likelihood", "mmd"}  # the terms that a deterministic encoder has


def numbers_data(run: Run) -> dict[str, Any]:
    """Everything of a trained model as JSON: see `training_data`. `gates`: a dial, whose networks are run with their
    gates: folded into float16 they would be off by 0.01 nats. `snippet`, `film`: the programs to copy."""
    return training_data(run.model, run.training, run.data.test_count, run.program) | {
        "gates": run.model.dial is not None,
        "snippet": snippet(run),
        "film": snippet(run, PLACE),
    }


def training_data(model: ModelConfig, training: TrainingConfig, test_count: int, program: str | None) -> dict[str, Any]:
    """What is known before it is trained, as JSON: no program to copy. `batch`: how many codes the MMD takes."""
    objective = objective_json(training.objective, training.weights, model.latent_dim, model.learns_prior)
    terms = [term["name"] for term in objective["terms"] or ()]
    return {
        "objective": objective,
        "code": code_of(training.objective, terms, training.weights.likelihood),
        "programs": _programs(model, program),
        "batch": batch_of(training, test_count),
        "gates": False,
        "snippet": "",
        "film": "",
    }


def _programs(model: ModelConfig, program: str | None) -> list[dict[str, Any]]:
    """One row a form of loss that this model's numbers fill in; its own program's first.

    All are of 28 x 28 pixels and of N(0, I).
    """
    if math.prod(model.image) != PIXELS or model.learns_prior:
        return []
    rows: dict[str, list[Program]] = {}
    for row in PROGRAMS.values():
        if row.form and (model.stochastic or _terms(row) <= WITHOUT_DENSITY):
            rows.setdefault(row.form, []).append(row)
    own = PROGRAMS.get(program or "")
    found = [_row(model.latent_dim, form, programs, own in programs) for form, programs in rows.items()]
    return sorted(found, key=lambda row: not row["own"])


def _terms(program: Program) -> set[str]:
    return {term.name for term in TERMS[program.plan().training.objective]}


def _row(latent_dim: int, form: str, programs: list[Program], own: bool) -> dict[str, Any]:
    first = programs[0]
    training = first.plan().training
    return {
        "titles": list(dict.fromkeys(program.title for program in programs)),
        "form": form,
        "scale": first.scale,
        "dropped": first.dropped(PIXELS),
        "own": own,
    } | objective_json(training.objective, training.weights, latent_dim)
