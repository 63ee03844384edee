"""What is asked for becomes a plan, or a sentence that says what is wrong with it."""

from typing import Any

import pytest

from models.errors import InputError
from training.plans import make_plan
from training.spec import plan_of, run_id_of


def test_a_spec_becomes_the_plan_of_the_command_line() -> None:
    assert plan_of({"family": "vae", "data": "digits"}) == make_plan("vae", "digits")
    asked = {"family": "beta-cvae", "data": "digits", "model": {"latent_dim": 5, "widths": [16, 8], "activation": "relu"},
             "training": {"epochs": 3, "learning_rate": 1, "seed": 7}, "weights": {"beta": 9}}  # fmt: skip
    plan = plan_of(asked)
    assert (plan.model.latent_dim, plan.model.widths, plan.model.activation) == (5, (16, 8), "relu")
    assert (plan.training.epochs, plan.training.learning_rate, plan.training.seed) == (3, 1.0, 7)
    assert plan.training.weights.beta == 9.0
    assert plan.title == "beta-CVAE on Digits 8x8, 5 latents"
    assert plan_of({**asked, "title": " Mine "}).title == "Mine"


def test_whose_settings_they_are_is_passed_on() -> None:
    assert plan_of({"family": "vae", "data": "digits"}).program is None
    assert plan_of({"family": "vae", "data": "digits", "program": "book-mlp"}).program == "book-mlp"


def test_a_network_brings_its_own_widths() -> None:
    plan = plan_of({"family": "vae", "data": "mnist", "model": {"network": "book-cnn"}})
    assert (plan.model.network, plan.model.widths, plan.model.activation) == ("book-cnn", (), "relu")


@pytest.mark.parametrize(("asked", "sentence"), [
    ({"family": "gan"}, "family must be one of .*; got 'gan'"),
    ({"family": 3}, "family must be a text; got 3"),
    ({"family": ["vae"]}, r"family must be a text; got \['vae'\]"),
    ({"data": "imagenet"}, "data set must be one of .*; got 'imagenet'"),
    ({"preset": "book-mlp"}, "asked for by an older version of the app; start it again"),
    ({"program": "../book"}, "program must be 1 to 80 of a-z"),
    ({"program": 3}, "program must be a text; got 3"),
    ({"epochs": 3}, r"unknown setting \['epochs'\]; known are"),
    ({"model": {"image": [1, 9, 9]}}, r"model: unknown setting \['image'\]; known are latent_dim"),
    ({"training": {"data": "mnist"}}, r"training: unknown setting \['data'\]"),
    ({"training": {"changes": []}}, r"training: unknown setting \['changes'\]"),
    ({"training": [1]}, r"training must be a table of settings; got \[1\]"),
    ({"model": {"latent_dim": "2"}}, "model: latent_dim: Input should be a valid integer; found '2'"),
    ({"model": {"latent_dim": 2.5}}, "model: latent_dim: Input should be a valid integer"),
    ({"model": {"latent_dim": True}}, "model: latent_dim: Input should be a valid integer"),
    ({"model": {"latent_dim": 129}}, "model: latent_dim must be a whole number from 1 to 128; got 129"),
    ({"model": {"latent_dim": 10**400}}, "model: "),
    ({"model": {"network": 7}}, "network must be a text; got 7"),
    ({"model": {"widths": [4096] * 8}}, "the network: .* parameters; at most 20,000,000"),
    ({"model": {"widths": "512"}}, "model: widths: Input should be a valid array; found '512'"),
    ({"model": {"stochastic": False}}, "a VAE needs a stochastic encoder"),
    ({"training": {"epochs": 501}}, "training: epochs must be from 1 to 500; got 501"),
    ({"training": {"batch_size": 4}}, "training: batch_size must be from 8 to 1024; got 4"),
    ({"training": {"learning_rate": float("nan")}}, "training: learning_rate must be a finite number; got nan"),
    ({"training": {"learning_rate": {1, 2}}}, "training: Object of type set is not JSON serializable"),
    ({"training": {"precision": "float16"}}, "training: precision must be one of"),
    ({"weights": {"beta": -1}}, "training: beta must be from 0 to 1000; got -1"),
    ({"weights": {"beta": None}}, "training: weights.beta: Input should be a valid number"),
    ({"title": "x" * 81}, "title: at most 80 characters; got 81"),
    ({"family": "autoencoder", "training": {"objective": "elbo"}}, "the objective 'elbo' has a KL divergence"),
])  # fmt: skip
def test_what_is_wrong_is_said(asked: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence) as caught:
        plan_of(asked)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 700


@pytest.mark.parametrize("run_id", [None, 3, "", "../x", "A", "x" * 81])
def test_a_run_needs_a_safe_name(run_id: object) -> None:
    with pytest.raises(InputError, match="run_id must be"):
        run_id_of({"run_id": run_id})
    assert run_id_of({"run_id": "digits-vae-1"}) == "digits-vae-1"
