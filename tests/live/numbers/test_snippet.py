"""The program to copy: short, whole, and of its own, for every family on every network. Its numbers: tests/js/test_numbers.py."""

import ast
import itertools
import re
from dataclasses import replace
from pathlib import Path

import pytest

from live.numbers.snippet import MOST_LINES, PLACE, batch_of, snippet
from models import checkpoint as checkpoints
from models.aims import Weights
from models.config import ModelConfig
from models.families import FAMILIES, family_of
from models.networks import NETWORKS, ONE_OF_ROWS
from models.run import Metrics, Run

SHIPPED = Path(__file__).parents[3] / "checkpoints"
KNOWN = {"IMAGE", "DRAWS", "PRIOR", "LABEL", "INDEX", "PLACE"}


def run_of(family: str, network: str, **weights: object) -> Run:
    """A record as a training of this kind would leave it."""
    row = family_of(family)
    first = checkpoints.load_run(SHIPPED / "mnist-vae")
    widths = NETWORKS[network].widths
    relu = "leaky_relu" if widths else "relu"
    model = ModelConfig(
        family, network, (1, 28, 28), 3, 10, widths, relu, row.stochastic, pseudo_inputs=row.pseudo_inputs
    )
    metrics = Metrics(-1.0, -1.0 if row.stochastic else None, (0.0,) * 3 if row.stochastic else None, None)
    training = replace(first.training, objective=row.objective, weights=replace(Weights(), **weights))  # type: ignore[arg-type]
    return replace(first, model=model, training=training, test=metrics, train=metrics)


@pytest.mark.parametrize(("family", "network"), list(itertools.product(FAMILIES, NETWORKS)))
def test_it_has_at_most_30_lines_and_imports_nothing_of_ours(family: str, network: str) -> None:
    likelihoods = ("categorical",) if network == ONE_OF_ROWS else ("bernoulli", "gaussian")
    for likelihood, epoch in itertools.product(likelihoods, (None, PLACE)):
        text = snippet(run_of(family, network, likelihood=likelihood), epoch)
        assert len(text.splitlines()) <= MOST_LINES
        assert set(re.findall("<<([A-Z]+)>>", text)) <= KNOWN
        tree = ast.parse(re.sub("<<[A-Z]+>>", "0", text))
        imported = {
            alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
        }
        assert imported == {"base64", "math", "sys", "zipfile", "safetensors", "torch"}
        assert not [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]


def test_it_asks_the_page_for_what_it_needs_and_no_more() -> None:
    asked = {family: set(re.findall("<<([A-Z]+)>>", snippet(run_of(family, "mlp")))) for family in FAMILIES}
    assert asked["autoencoder"] == {"IMAGE"}
    assert asked["vae"] == {"IMAGE", "DRAWS"}
    assert asked["cvae"] == {"IMAGE", "DRAWS", "LABEL"}
    assert asked["vampprior"] == {"IMAGE", "DRAWS"}
    assert asked["infovae"] == {"IMAGE", "DRAWS", "PRIOR", "INDEX"}
    assert asked["mmd-vae"] == {"IMAGE", "DRAWS", "PRIOR", "INDEX"}
    assert "<<PLACE>>" in snippet(run_of("vae", "mlp"), PLACE)


def test_a_batch_is_no_larger_than_the_test_set() -> None:
    run = run_of("mmd-vae", "mlp")
    assert batch_of(run.training, run.data.test_count) == run.training.batch_size
    assert batch_of(run.training, 40) == 40
    assert batch_of(replace(run.training, batch_size=512), 10_000) == 128
