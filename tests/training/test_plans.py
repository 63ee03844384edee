"""Plans: every one can be built, and changes reach the field they name."""

import math
from dataclasses import replace
from typing import Any

import pytest
import torch

from datasets.catalogue import SOURCES
from models import gallery
from models.errors import InputError
from models.families import FAMILIES
from models.latent_model import LatentModel
from models.networks import NETWORKS
from training.plans import make_plan, new_run_id, with_changes
from training.shipped import FILMED, SERIES_NETWORK, SHIPPED


@pytest.mark.parametrize("data", SOURCES)
@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_has_a_plan_for_every_data_set(family: str, data: str) -> None:
    plan = make_plan(family, data, 3)
    assert plan.model.family == family
    assert plan.model.latent_dim == 3
    assert plan.model.class_count == len(SOURCES[data].class_names)
    assert plan.model.image == SOURCES[data].image
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
    (("gan", "mnist"), r"model\.family: .*got=gan"),
    (("vae", "cifar"), r"data\.unknown: .*got=cifar"),
    (("vae", "mnist", 0), r"model\.whole_number: name=latent_dim, low=1, high=128, got=0"),
    (("vae", "mnist", 2, {"network": "resnet"}), r"model\.network: .*got=resnet"),
    (("vae", "mnist", 2, {}, {"epochs": 0}), r"run\.between: name=epochs"),
])  # fmt: skip
def test_plans_that_are_refused(arguments: tuple[Any, ...], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        make_plan(*arguments)


def test_changes_reach_their_fields_and_no_other() -> None:
    plan = make_plan("beta-vae", "mnist")
    changed = with_changes(plan, {"latent_dim": 5}, {"epochs": 7}, {"beta": 2.0})
    assert (changed.model.latent_dim, changed.training.epochs, changed.training.weights.beta) == (5, 7, 2.0)
    assert changed.model.widths == plan.model.widths
    assert changed.training.learning_rate == plan.training.learning_rate
    assert changed.training.weights.mmd_weight == plan.training.weights.mmd_weight
    assert with_changes(plan, {}, {}, {}) == plan


@pytest.mark.parametrize(("changes", "sentence"), [
    (({"depth": 3}, {}, {}), r"record\.wrong: where=model: depth, problem=Unexpected"),
    (({}, {"speed": 3}, {}), r"record\.wrong: where=training: speed"),
    (({}, {}, {"zeta": 3}), r"record\.wrong: where=training: weights\.zeta"),
    (({}, {}, {"alpha": 3.0}), r"run\.between: name=alpha"),
    (({"pseudo_inputs": 5}, {}, {}), r"model\.whole_number: name=pseudo_inputs"),
    (({"latent_dim": 0}, {}, {}), r"model\.whole_number: name=latent_dim"),
    (({"latent_dim": "2"}, {}, {}), r"record\.wrong: where=model: latent_dim, problem=Input should be a valid integer, found='2'"),
    (({}, {"learning_rate": math.inf}, {}), r"plan\.not_finite: where=training, name=learning_rate"),
    (({}, {}, {"beta": math.nan}), r"plan\.not_finite: where=training, name=beta"),
])  # fmt: skip
def test_changes_that_are_refused(changes: tuple[dict[str, Any], ...], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        with_changes(make_plan("vae", "mnist"), *changes)


def test_changed_settings_are_no_programs_any_more() -> None:
    plan = replace(make_plan("beta-vae", "mnist"), program="book-beta-9")
    assert with_changes(plan, {"latent_dim": 2}, {"epochs": 30}, {}) == plan
    for changes in ({"latent_dim": 3}, {}, {}), ({}, {"epochs": 31}, {}), ({}, {}, {"beta": 2.0}):
        assert with_changes(plan, *changes).program is None


def test_the_shipped_models_are_those_of_the_issue() -> None:
    found = {(plan.model.family, plan.training.data, plan.model.latent_dim) for plan in SHIPPED.values()}
    for data in ("mnist", "fashion-mnist"):
        for family in ("autoencoder", "vae", "cvae", "beta-vae", "mmd-vae"):
            assert (family, data, 2) in found
    assert {("beta-vae", "mnist", 10), ("cvae", "mnist", 8), ("vae", "digits", 2)} <= found
    for family in ("infovae", "beta-tcvae", "vampprior", "conditional-prior"):
        assert (family, "mnist", 2) in found
    assert [SHIPPED[name].training.seed for name in ("mnist-vae", "mnist-vae-seed-1", "mnist-vae-seed-2")] == [0, 1, 2]
    faces = {
        plan.model.latent_dim: plan.training.weights.beta for plan in SHIPPED.values() if plan.training.data == "faces"
    }
    assert faces == {2: 50, 10: 8}
    assert [SHIPPED[f"chorales{end}"].training.weights.beta for end in ("", "-map", "-cvae")] == [0.25, 1, 1]
    for plan in SHIPPED.values():
        if plan.training.data not in ("faces", "chorales", "dsprites"):
            assert plan.training.weights.beta == (1 if plan.model.dial else FAMILIES[plan.model.family].beta)
    dials = {(p.training.data, p.model.latent_dim, p.model.dial.axis) for p in SHIPPED.values() if p.model.dial}
    of_beta = {("mnist", 2, "beta"), ("fashion-mnist", 2, "beta"), ("mnist", 10, "beta")}
    assert dials == of_beta | {("mnist", 2, "lambda")}


@pytest.mark.parametrize("data", ["mnist", "fashion-mnist"])
def test_shipped_peers_with_2_latents_are_trained_as_hard(data: str) -> None:
    plans = [SHIPPED[name] for name in SHIPPED if name not in FILMED]  # which are small for the sake of their films
    # which are small too, for the sake of their page
    plans = [plan for plan in plans if not plan.model.dial and plan.model.widths != SERIES_NETWORK["widths"]]
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


def test_a_new_run_id_says_what_it_is() -> None:
    name = new_run_id(make_plan("beta-vae", "fashion-mnist", 10))
    assert name.startswith("fashion-mnist-beta-vae-10d-20")
    gallery.unfinished_path(name)


def test_a_data_set_says_how_likely_its_pixels_are() -> None:
    faces, digits = (make_plan("vae", data).training.weights for data in ("faces", "digits"))
    assert (faces.likelihood, faces.pixel_std) == ("gaussian", SOURCES["faces"].pixel_std)
    assert digits.likelihood == "bernoulli"
