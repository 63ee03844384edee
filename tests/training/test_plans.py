"""Plans and presets: every one can be built, and changes reach the field they name."""

import math
from typing import Any

import pytest
import torch

from models.errors import InputError
from models.families import FAMILIES
from models.latent_model import LatentModel
from models.networks import NETWORKS
from models.run import DataRecord
from training.data import SOURCES
from training.plans import PRESETS, data_matches, make_plan, preset_plan, with_changes
from training.shipped import FILMED, SHIPPED


@pytest.mark.parametrize("data", SOURCES)
@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_has_a_plan_for_every_data_set(family: str, data: str) -> None:
    plan = make_plan(family, data, 3)
    assert plan.model.family == family
    assert plan.model.latent_dim == 3
    assert plan.model.class_count == len(SOURCES[data].class_names)
    assert plan.model.image == ((1, 8, 8) if data == "digits" else (1, 28, 28))
    assert plan.training.data == data
    assert plan.training.objective == FAMILIES[family].objective
    assert plan.training.weights.beta == FAMILIES[family].beta
    assert plan.title == f"{FAMILIES[family].title} on {SOURCES[data].title}, 3 latents"


@pytest.mark.parametrize("network", NETWORKS)
def test_every_network_has_a_plan(network: str) -> None:
    plan = make_plan("cvae", "mnist", 2, {"network": network})
    with torch.device("meta"):
        assert LatentModel(plan.model).parameter_count() > 10_000
    assert plan.model.widths == NETWORKS[network].widths


@pytest.mark.parametrize(("arguments", "sentence"), [
    (("gan", "mnist"), "family must be one of .*; got 'gan'"),
    (("vae", "cifar"), "data set must be one of .*; got 'cifar'"),
    (("vae", "mnist", 0), "latent_dim must be .*; got 0"),
    (("vae", "mnist", 2, {"network": "resnet"}), "network must be one of .*; got 'resnet'"),
    (("vae", "mnist", 2, {}, {"epochs": 0}), "epochs must be from 1 to 500; got 0"),
])  # fmt: skip
def test_plans_that_are_refused(arguments: tuple[Any, ...], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        make_plan(*arguments)


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_can_be_built(name: str) -> None:
    plan, preset = preset_plan(name), PRESETS[name]
    assert plan.title == preset.title
    assert plan.model.family == preset.family
    assert plan.training.data == preset.data
    assert plan.training.initialisation == "keras"
    assert (plan.training.schedule == "constant") == (name != "burda-vae")  # whose note says so
    assert preset.citation
    assert preset.note.endswith(".")
    with torch.device("meta"):
        LatentModel(plan.model)


def test_presets_are_the_published_programs() -> None:
    """references.md, line by line."""
    mlp, cnn, cvae, beta = (preset_plan(f"book-{name}") for name in ("mlp", "cnn", "cvae", "beta-9"))
    assert (mlp.model.network, mlp.model.widths, mlp.model.activation) == ("mlp", (512,), "relu")
    assert (mlp.training.epochs, mlp.training.batch_size, mlp.training.optimizer) == (50, 128, "adam")
    for plan in (cnn, cvae, beta):
        assert plan.model.network == "book-cnn"
        assert (plan.training.epochs, plan.training.batch_size, plan.training.optimizer) == (30, 128, "rmsprop")
        assert (plan.training.learning_rate, plan.training.optimizer_eps) == (1e-3, 1e-7)
    for plan in (mlp, cnn, cvae, beta):
        assert plan.training.weights.likelihood == "gaussian"
        assert plan.training.weights.pixel_std == pytest.approx(math.sqrt(0.5))
    assert cvae.model.conditional
    assert beta.model.conditional
    assert beta.training.weights.beta == 9
    post, mmd = preset_plan("post-vae"), preset_plan("post-mmd-vae")
    for plan in (post, mmd):
        assert plan.model.network == "post-cnn"
        assert not plan.model.conditional
        assert plan.training.data == "fashion-mnist"
        assert (plan.training.epochs, plan.training.batch_size, plan.training.learning_rate) == (50, 100, 1e-4)
    assert (post.training.objective, post.training.weights.beta) == ("elbo-monte-carlo", 0.01)
    assert not mmd.model.stochastic
    assert (mmd.training.weights.mmd_weight, mmd.training.weights.bandwidth) == (784, "dim-squared")
    zhao, stochastic = preset_plan("zhao-mmd-vae"), preset_plan("zhao-eval")
    assert zhao.training.epochs * 60_000 // zhao.training.batch_size == pytest.approx(10_000, rel=0.02)
    assert (zhao.model.latent_dim, zhao.training.batch_size, zhao.training.learning_rate) == (20, 200, 1e-3)
    assert (stochastic.model.latent_dim, stochastic.training.batch_size, stochastic.training.learning_rate) == (
        5, 400, 1e-4,
    )  # fmt: skip
    assert (zhao.model.stochastic, stochastic.model.stochastic) == (False, True)


@pytest.mark.parametrize(("name", "scale"), [("post-mmd-vae", 1 / 784), ("zhao-mmd-vae", 1 / 784), ("post-vae", 100)])
def test_tensorflows_epsilon_is_that_of_the_scripts_own_loss(name: str, scale: float) -> None:
    """Adam divides by the gradient's size + epsilon: a loss of another scale needs an epsilon of that scale."""
    assert preset_plan(name).training.optimizer_eps * scale == pytest.approx(1e-8)


def test_an_unknown_preset_is_refused() -> None:
    with pytest.raises(InputError, match="preset must be one of book-mlp, .*; got 'nothing'"):
        preset_plan("nothing")


def test_changes_reach_their_fields_and_no_other() -> None:
    plan = make_plan("beta-vae", "mnist")
    changed = with_changes(plan, {"latent_dim": 5}, {"epochs": 7}, {"beta": 2.0})
    assert (changed.model.latent_dim, changed.training.epochs, changed.training.weights.beta) == (5, 7, 2.0)
    assert changed.model.widths == plan.model.widths
    assert changed.training.learning_rate == plan.training.learning_rate
    assert changed.training.weights.mmd_weight == plan.training.weights.mmd_weight
    assert with_changes(plan, {}, {}, {}) == plan


@pytest.mark.parametrize("changes", [({"depth": 3}, {}, {}), ({}, {"speed": 3}, {}), ({}, {}, {"alpha": 3})])
def test_unknown_changes_are_refused(changes: tuple[dict[str, int], ...]) -> None:
    with pytest.raises(InputError, match="unknown setting"):
        with_changes(make_plan("vae", "mnist"), *changes)


def test_changes_out_of_bounds_are_refused() -> None:
    with pytest.raises(InputError, match="latent_dim must be"):
        with_changes(make_plan("vae", "mnist"), {"latent_dim": 0}, {}, {})


def test_data_matches() -> None:
    plan = make_plan("vae", "digits")
    record = DataRecord("digits", "Digits", tuple("0123456789"), 10, 10)
    assert data_matches(record, plan)
    assert not data_matches(DataRecord("mnist", "MNIST", tuple("0123456789"), 10, 10), plan)
    assert not data_matches(DataRecord("digits", "Digits", tuple("01"), 10, 10), plan)


def test_the_shipped_models_are_those_of_the_issue() -> None:
    found = {(plan.model.family, plan.training.data, plan.model.latent_dim) for plan in SHIPPED.values()}
    for data in ("mnist", "fashion-mnist"):
        for family in ("autoencoder", "vae", "cvae", "beta-vae", "mmd-vae"):
            assert (family, data, 2) in found
    assert {("beta-vae", "mnist", 10), ("cvae", "mnist", 8), ("vae", "digits", 2)} <= found
    for plan in SHIPPED.values():
        assert plan.training.weights.beta == (4 if plan.model.family == "beta-vae" else 1)


@pytest.mark.parametrize("data", ["mnist", "fashion-mnist"])
def test_shipped_peers_with_2_latents_are_trained_as_hard(data: str) -> None:
    plans = [SHIPPED[name] for name in SHIPPED if name not in FILMED]  # which are small for the sake of their films
    peers = [plan for plan in plans if plan.training.data == data and plan.model.latent_dim == 2]
    settings = {
        (
            plan.model.network,
            plan.model.widths,
            plan.training.epochs,
            plan.training.batch_size,
        )
        for plan in peers
    }
    assert len(settings) == 1
    # all but the autoencoder, which has no beta and diverges at its peers' rate, also share the learning rate
    assert len({plan.training.learning_rate for plan in peers if plan.model.family != "autoencoder"}) == 1
