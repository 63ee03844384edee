"""What is asked for becomes a plan, or a sentence that says what is wrong with it."""

from typing import Any

import pytest

from live.words import refusal
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
    ({"family": "gan"}, r"model\.family: known=\['autoencoder', 'vae', 'cvae', 'beta-vae', 'beta-cvae', 'mmd-vae', 'mmd-cvae'"),
    ({"family": 3}, r"plan\.no_text: name=family, got=3"),
    ({"family": ["vae"]}, r"plan\.no_text: name=family"),
    ({"data": "imagenet"}, r"data\.unknown: .*got=imagenet"),
    ({"preset": "book-mlp"}, r"plan\.of_older_app"),
    ({"program": "../book"}, r"run\.plain_name: field=program, got=\.\./book"),
    ({"program": 3}, r"plan\.no_text: name=program, got=3"),
    ({"epochs": 3}, r"plan\.unknown_setting: unknown=\['epochs'\]"),
    ({"model": {"image": [1, 9, 9]}}, r"plan\.unknown_setting_in: name=model, unknown=\['image'\], known=\('latent_dim'"),
    ({"training": {"data": "mnist"}}, r"plan\.unknown_setting_in: name=training, unknown=\['data'\]"),
    ({"training": {"changes": []}}, r"plan\.unknown_setting_in: name=training, unknown=\['changes'\]"),
    ({"training": [1]}, r"plan\.no_table: name=training"),
    ({"model": {"latent_dim": "2"}}, r"record\.wrong: where=model: latent_dim, problem=Input should be a valid integer, found='2'"),
    ({"model": {"latent_dim": 2.5}}, r"record\.wrong: where=model: latent_dim, problem=Input should be a valid integer"),
    ({"model": {"latent_dim": True}}, r"record\.wrong: where=model: latent_dim, problem=Input should be a valid integer"),
    ({"model": {"latent_dim": 129}}, r"model\.whole_number: .*got=129"),
    ({"model": {"latent_dim": 10**400}}, r"model\.whole_number: name=latent_dim"),
    ({"model": {"network": 7}}, r"plan\.no_text: name=network, got=7"),
    ({"model": {"widths": [4096] * 8}}, r"checkpoint\.too_many_weights"),
    ({"model": {"widths": "512"}}, r"record\.wrong: where=model: widths, problem=Input should be a valid array, found='512'"),
    ({"model": {"stochastic": False}}, r"record\.refused: where=model, why=\(model\.needs_stochastic: family=VAE\)"),
    ({"training": {"epochs": 501}}, r"run\.between: .*got=501"),
    ({"training": {"batch_size": 4}}, r"run\.between: .*got=4"),
    ({"training": {"learning_rate": float("nan")}}, r"plan\.not_finite"),
    ({"training": {"learning_rate": {1, 2}}}, r"plan\.no_json: where=training, problem=Object of type set"),
    ({"training": {"precision": "float16"}}, r"record\.refused: where=training, why=\(run\.one_of: name=precision, known=\('float32', 'bfloat16'\)"),
    ({"weights": {"beta": -1}}, r"run\.between: .*got=-1"),
    ({"weights": {"beta": None}}, r"record\.wrong: where=training: weights\.beta, problem=Input should be a valid number"),
    ({"title": "x" * 81}, r"plan\.title: .*got=81"),
    ({"family": "autoencoder", "training": {"objective": "elbo"}}, r"run\.needs_stochastic: objective=elbo|model\.needs_stochastic"),
])  # fmt: skip
def test_what_is_wrong_is_said(asked: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence) as caught:
        plan_of(asked)
    assert "\n" not in refusal(caught.value)
    assert len(refusal(caught.value)) < 700


@pytest.mark.parametrize("run_id", [None, 3, "", "../x", "A", "x" * 81])
def test_a_run_needs_a_safe_name(run_id: object) -> None:
    with pytest.raises(InputError, match=r"plan\.no_text: name=run_id|run\.plain_name: field=run_id"):
        run_id_of({"run_id": run_id})
    assert run_id_of({"run_id": "digits-vae-1"}) == "digits-vae-1"
