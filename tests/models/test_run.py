"""The record of a training: its bounds, and what must fit together."""

import json
from dataclasses import replace
from typing import Any

import pytest

from models import strict_json
from models.aims import Weights
from models.checkpoint import Checkpoint
from models.config import ModelConfig
from models.errors import InputError
from models.run import DataRecord, Metrics, Run, TrainingConfig, require_run_id, require_trainable

NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(("changes", "sentence"), [
    ({"objective": "gan"}, r"run\.one_of: name=objective"),
    ({"optimizer": "sgd"}, r"run\.one_of: name=optimizer"),
    ({"schedule": "step"}, r"run\.one_of: name=schedule"),
    ({"precision": "float16"}, r"run\.one_of: name=precision"),
    ({"weights": Weights(likelihood="laplace")}, r"run\.one_of: name=likelihood"),
    ({"weights": Weights(bandwidth="wide")}, r"run\.one_of: name=bandwidth"),
    ({"epochs": 0}, r"run\.between: name=epochs"),
    ({"epochs": 501}, r"run\.between: name=epochs"),
    ({"batch_size": 7}, r"run\.between: name=batch_size"),
    ({"batch_size": 1025}, r"run\.between: name=batch_size"),
    ({"learning_rate": 0.0}, r"run\.between: name=learning_rate"),
    ({"learning_rate": -1e-3}, r"run\.between: name=learning_rate"),
    ({"learning_rate": NAN}, r"run\.between: name=learning_rate"),
    ({"learning_rate": INF}, r"run\.between: name=learning_rate"),
    ({"optimizer_eps": 0.0}, r"run\.between: name=optimizer_eps"),
    ({"weight_decay": -0.1}, r"run\.between: name=weight_decay, low=0\.0, high=1\.0, got=-0\.1"),
    ({"warmup": 0.91}, r"run\.between: name=warmup"),
    ({"weights": Weights(beta=-1.0)}, r"run\.between: name=beta"),
    ({"weights": Weights(beta=NAN)}, r"run\.between: name=beta"),
    ({"weights": Weights(mmd_weight=INF)}, r"run\.between: name=mmd_weight, low=0\.0, high=1000000\.0, got=inf"),
    ({"weights": Weights(capacity=-1.0)}, r"run\.between: name=capacity, low=0\.0, high=1000\.0, got=-1\.0"),
    ({"weights": Weights(gamma=-1.0)}, r"run\.between: name=gamma, low=0\.0, high=1000000\.0, got=-1\.0"),
    ({"weights": Weights(pixel_std=0.0)}, r"run\.between: name=pixel_std, low=0\.001, high=10\.0, got=0\.0"),
    ({"beta_warmup": -1}, r"run\.between: name=beta_warmup, low=0, high=500, got=-1"),
    ({"capacity_epochs": 501}, r"run\.between: name=capacity_epochs"),
    ({"seed": -1}, r"run\.between"),
    ({"seed": 2**31}, r"run\.between"),
])  # fmt: skip
def test_a_training_out_of_bounds_is_refused(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        TrainingConfig(**changes)


def test_the_bounds_themselves_are_allowed() -> None:
    TrainingConfig(epochs=1, batch_size=8, learning_rate=1e-7, warmup=0.0, seed=0)
    TrainingConfig(epochs=200, batch_size=1024, learning_rate=1.0, warmup=0.9, seed=2**31 - 1)


@pytest.mark.parametrize("name", ["a", "0", "mnist-vae", "a" * 80, "x-"])
def test_run_ids_that_are_safe_as_folders_and_in_urls(name: str) -> None:
    require_run_id(name)


@pytest.mark.parametrize("name", [
    "", ".", "..", "../a", "a/b", "a\\b", "-a", "A", "a b", "a_b", "a" * 81, "é", "a\n", "a\x00", ".hidden", "%2e",
])  # fmt: skip
def test_any_other_run_id_is_refused(name: str) -> None:
    with pytest.raises(InputError, match=r"run\.plain_name"):
        require_run_id(name)


@pytest.mark.parametrize("objective", ["elbo", "elbo-monte-carlo", "beta-elbo", "capacity-elbo", "kl"])
def test_a_point_encoder_cant_train_with_a_kl(objective: str) -> None:
    point = ModelConfig(family="mmd-vae", stochastic=False)
    with pytest.raises(InputError, match=r"run\.needs_stochastic"):
        require_trainable(point, TrainingConfig(objective=objective))
    require_trainable(ModelConfig(), TrainingConfig(objective=objective))


@pytest.mark.parametrize("objective", ["mmd", "reconstruction"])
def test_a_point_encoder_can_train_without(objective: str) -> None:
    require_trainable(ModelConfig(family="autoencoder", stochastic=False), TrainingConfig(objective=objective))


@pytest.mark.parametrize(("changes", "sentence"), [
    ({"class_names": ("x",) * 65}, r"run\.data_class_count"),
    ({"class_names": ("",)}, r"run\.data_class_names"),
    ({"class_names": ("x" * 41,)}, r"run\.data_class_names"),
    ({"title": ""}, "data.title"),
    ({"title": "x" * 81}, "data.title"),
    ({"train_count": -1}, r"run\.data_counts"),
    ({"test_count": -1}, r"run\.data_counts"),
])  # fmt: skip
def test_a_data_record_out_of_bounds_is_refused(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        replace(DataRecord("digits", "Digits", ("0", "1"), 10, 10), **changes)


@pytest.mark.parametrize(("changes", "sentence"), [
    ({"format": 2}, r"run\.format: .*got=2"),
    ({"run_id": "../x"}, r"run\.plain_name: field=run_id, got=\.\./x"),
    ({"title": ""}, r"run\.title"),
    ({"title": "x" * 81}, r"run\.title"),
    ({"data": DataRecord("digits", "Digits", ("0",), 10, 10)}, r"run\.class_count"),
    ({"test": Metrics(-1.0, -3.0, (1.0,), None)}, r"run\.kl_count: .*found=1"),
    ({"train": Metrics(-1.0, -3.0, (1.0, 1.0, 1.0), None)}, r"run\.kl_count: .*found=3"),
    ({"test": Metrics(-1.0, None, None, None)}, r"run\.kl_count: .*found=0"),
    ({"test": Metrics(-1.0, None, (1.0, 1.0), None)}, r"run\.elbo_without_kl"),
    ({"epochs_done": -1}, r"run\.counts"),
    ({"seconds": -1.0}, r"run\.counts"),
])  # fmt: skip
def test_a_run_whose_parts_do_not_fit_is_refused(
    changes: dict[str, Any], sentence: str, tiny_checkpoint: Checkpoint
) -> None:
    with pytest.raises(InputError, match=sentence):
        replace(tiny_checkpoint.run, **changes)


def test_a_deterministic_run_has_no_kl(tiny_checkpoint: Checkpoint) -> None:
    model = replace(tiny_checkpoint.run.model, family="autoencoder", stochastic=False)
    training = replace(tiny_checkpoint.run.training, objective="reconstruction")
    without = Metrics(-1.0, None, None, 0.1)
    replace(tiny_checkpoint.run, model=model, training=training, test=without, train=without)
    with pytest.raises(InputError, match=r"run\.kl_count: where=metrics, expected=0, found=2"):
        replace(tiny_checkpoint.run, model=model, training=training)


@pytest.mark.parametrize(("changes", "sentence"), [
    ({"made": "yesterday"}, r"run\.made: .*got=yesterday"),
    ({"made": "x" * 5000}, r"run\.made: .*got=x{40}"),
    ({"program": "Book's MLP"}, r"run\.plain_name"),
    ({"program": ""}, r"run\.plain_name"),
])  # fmt: skip
def test_a_record_takes_no_free_text_for_a_date_or_a_name(
    changes: dict[str, Any], sentence: str, tiny_checkpoint: Checkpoint
) -> None:
    with pytest.raises(InputError, match=f"{sentence}"):
        replace(tiny_checkpoint.run, **changes)


@pytest.mark.parametrize("name", ["../../etc", "", "Mine", "x" * 81, "programs."])
def test_the_name_of_a_data_set_is_as_plain_as_a_runs(name: str, tiny_checkpoint: Checkpoint) -> None:
    with pytest.raises(InputError, match=r"run\.plain_name"):
        replace(tiny_checkpoint.run, data=replace(tiny_checkpoint.run.data, name=name))


def test_a_record_of_an_older_version_is_of_no_program(tiny_checkpoint: Checkpoint) -> None:
    older = json.loads(strict_json.write(tiny_checkpoint.run))
    del older["program"]
    assert strict_json.read(Run, json.dumps(older), "run.json") == tiny_checkpoint.run
