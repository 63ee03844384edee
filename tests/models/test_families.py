"""The table of families: complete rows, formulas that LaTeX can read, and labels that matter only where they should."""

from collections.abc import Callable

import pytest
import torch

from models.aims import NEEDS_DENSITY
from models.checkpoint import Checkpoint
from models.errors import InputError
from models.families import FAMILIES, OF_CLASS, PRIORS, VAMP, explained, family_of
from models.networks import NETWORKS
from models.objectives import OBJECTIVES

CONDITIONAL = {"cvae", "beta-cvae", "mmd-cvae", "conditional-prior"}
BETA = {"beta-elbo": 4.0, "beta-tcvae": 6.0}


def test_the_table_has_the_families_of_the_issue() -> None:
    assert set(FAMILIES) == {
        "autoencoder", "vae", "cvae", "beta-vae", "beta-cvae", "mmd-vae", "mmd-cvae",
        "infovae", "beta-tcvae", "vampprior", "conditional-prior",
    }  # fmt: skip
    assert {name for name, row in FAMILIES.items() if row.conditional} == CONDITIONAL
    assert {name for name, row in FAMILIES.items() if not row.stochastic} == {"autoencoder"}


@pytest.mark.parametrize("name", FAMILIES)
def test_a_row_is_complete(name: str) -> None:
    row = FAMILIES[name]
    assert row.objective in OBJECTIVES
    assert row.stochastic or row.objective not in NEEDS_DENSITY
    assert row.title
    assert row.citation
    assert row.beta == BETA.get(row.objective, 1.0)
    assert row.prior in PRIORS
    assert (row.pseudo_inputs > 0) == (row.prior == VAMP)
    assert row.mmd_weight > 0


@pytest.mark.parametrize("name", FAMILIES)
def test_a_formula_shows_what_its_objective_computes(name: str) -> None:
    formula, row = FAMILIES[name].formula, FAMILIES[name]
    assert r"\log p(x" in formula
    assert formula.count("{") == formula.count("}")
    assert formula.count(r"\big(") == formula.count(r"\big)")
    assert ("KL" in formula) == (row.objective in NEEDS_DENSITY)
    assert ("MMD" in formula) == (row.objective in ("mmd", "infovae"))
    assert (r"\alpha" in formula) == (row.objective == "infovae")
    assert (r"\beta" in formula) == (row.objective in BETA)
    assert ("TC" in formula) == (row.objective == "beta-tcvae")
    assert ("y)" in formula) == row.conditional
    assert (r"p(z|y)" in formula) == (row.prior == OF_CLASS)
    assert (r"u_k" in formula) == (row.prior == VAMP)


def test_an_unknown_family_is_refused_with_the_names() -> None:
    with pytest.raises(
        InputError,
        match=r"model\.family: known=\['autoencoder', 'vae', 'cvae', 'beta-vae', 'beta-cvae', 'mmd-vae', 'mmd-cvae'",
    ):
        family_of("gan")


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("name", FAMILIES)
def test_only_conditional_families_use_the_label(
    name: str, network: str, make_checkpoint: Callable[..., Checkpoint]
) -> None:
    model = make_checkpoint(name, network=network).model
    x, z = torch.rand(4, 1, 8, 8, generator=torch.Generator().manual_seed(0)), torch.zeros(4, 2)
    some, others = torch.tensor([0, 1, 2, 3]), torch.tensor([9, 8, 7, 6])
    code_changes = (model.encode(x, some).mu != model.encode(x, others).mu).any(dim=1)
    image_changes = (model.decode(z, some) != model.decode(z, others)).flatten(1).any(dim=1)
    expected = torch.full((4,), name in CONDITIONAL)
    assert torch.equal(code_changes, expected)
    assert torch.equal(image_changes, expected)


@pytest.mark.parametrize("name", sorted(CONDITIONAL))
def test_a_conditional_model_asks_for_the_label(name: str, make_checkpoint: Callable[..., Checkpoint]) -> None:
    model = make_checkpoint(name).model
    with pytest.raises(ValueError, match="pass the labels y"):
        model.encode(torch.zeros(1, 1, 8, 8), None)
    with pytest.raises(ValueError, match="pass the labels y"):
        model.decode(torch.zeros(1, 2), None)


@pytest.mark.parametrize("name", sorted(set(FAMILIES) - CONDITIONAL))
def test_any_other_model_does_without(name: str, make_checkpoint: Callable[..., Checkpoint]) -> None:
    model = make_checkpoint(name).model
    assert model.decode(model.encode(torch.zeros(1, 1, 8, 8), None).mu, None).shape == (1, 1, 8, 8)


@pytest.mark.parametrize("name", FAMILIES)
def test_a_familys_own_objective_is_explained_by_its_row(name: str) -> None:
    row = FAMILIES[name]
    found = explained(name, row.objective)
    assert (found.formula, found.short_formula) == (row.formula, row.short_formula)
    assert (found.name, found.citation) == (name, row.citation)


@pytest.mark.parametrize(("objective", "has", "lacks"), [
    ("reconstruction", r"\log p(x|z)", "KL"), ("kl", "KL", r"\log p(x|z)"), ("capacity-elbo", "C", r"\beta"),
    ("elbo-monte-carlo", r"\beta", "C"),
])  # fmt: skip
def test_another_objective_is_explained_by_its_own_formula(objective: str, has: str, lacks: str) -> None:
    found = explained("vae", objective)
    for formula in (found.formula, found.short_formula):
        assert has in formula
        assert lacks not in formula
    assert found.name == objective
    assert found.citation


def test_a_conditional_family_is_told_the_class_in_every_formula() -> None:
    for objective in ("reconstruction", "capacity-elbo", "elbo-monte-carlo"):
        assert "z,y" in explained("cvae", objective).formula
        assert "z,y" in explained("cvae", objective).short_formula
