"""The rows of terms add up to what the objective's own function gives."""

from typing import Any

import pytest
import torch
from torch import Tensor

from live.numbers.terms import TERMS, objective_json
from models.aims import KERNEL_WIDTHS, NEEDS_DENSITY, Weights
from models.objectives import OBJECTIVES, Pass, Terms, log_likelihood
from models.posterior import Posterior, prior_log_prob

WEIGHTS = Weights(beta=0.7, capacity=3.0, gamma=11.0, mmd_weight=5.0, alpha=0.3)
LATENT = 3


def passed(seed: int) -> Pass:
    """One image: the sign of a capacity and the share of an MMD are its own."""
    draw = torch.Generator().manual_seed(seed)
    noise = [torch.randn(1, LATENT, generator=draw, dtype=torch.float64) for _ in range(4)]
    posterior = Posterior(noise[0], noise[1])
    x = torch.rand(1, 1, 4, 5, generator=draw, dtype=torch.float64)
    return Pass(x, posterior, posterior.sample(noise[2]), x * 3 - 1, noise[3])


def values(one: Pass, terms: Terms) -> dict[str, Tensor]:
    ratio = one.posterior.log_prob(one.z) - prior_log_prob(one.z)
    kl = one.posterior.kl().sum(dim=1)
    mmd = torch.zeros(1) if terms.mmd is None else terms.mmd
    return {"log_likelihood": log_likelihood(one, WEIGHTS), "kl": kl, "kl_draw": ratio,
            "kl_off_capacity": (kl - WEIGHTS.capacity).abs(), "mmd": mmd}  # fmt: skip


@pytest.mark.parametrize("objective", TERMS)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_terms_add_up_to_the_objective(objective: str, seed: int) -> None:
    one = passed(seed)
    terms = OBJECTIVES[objective](one, WEIGHTS)
    rows: list[dict[str, Any]] = objective_json(objective, WEIGHTS, LATENT)["terms"]
    found = values(one, terms)
    total = sum(float(row["sign"] * row["weight"] * found[row["name"]]) for row in rows)
    assert total == pytest.approx(float(terms.objective), abs=1e-9)


def test_rows_are_of_objectives_and_an_objective_without_a_row_has_no_terms() -> None:
    assert TERMS.keys() <= OBJECTIVES.keys()
    assert objective_json("an objective to come", WEIGHTS, LATENT)["terms"] is None


def test_of_a_learnt_prior_there_are_none() -> None:
    """The page's KL is to N(0, I); of another prior it says that it works none out."""
    found = objective_json("elbo", WEIGHTS, LATENT, learnt=True)
    assert (found["terms"], found["learnt"]) == (None, True)


def test_a_row_with_a_kl_belongs_to_an_objective_that_needs_a_density() -> None:
    for objective, row in TERMS.items():
        assert any(term.name.startswith("kl") for term in row) is (objective in NEEDS_DENSITY), objective


def test_the_kernel_is_that_of_the_bandwidth() -> None:
    for name, width in KERNEL_WIDTHS.items():
        assert objective_json("mmd", Weights(bandwidth=name), 5)["kernel"] == width(5)
