"""The record of a training: its bounds, and what must fit together."""

import json
from dataclasses import replace
from typing import Any

import pytest

from models import strict_json
from models.checkpoint import Checkpoint
from models.config import ModelConfig
from models.errors import InputError
from models.objectives import Weights
from models.run import DataRecord, Metrics, Run, TrainingConfig, require_run_id, require_trainable

NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(("changes", "sentence"), [
    ({"objective": "gan"}, "objective must be one of elbo, .*; got 'gan'"),
    ({"optimizer": "sgd"}, "optimizer must be one of adam, adamw, rmsprop; got 'sgd'"),
    ({"schedule": "step"}, "schedule must be one of constant, cosine; got 'step'"),
    ({"precision": "float16"}, "precision must be one of float32, bfloat16; got 'float16'"),
    ({"weights": Weights(likelihood="laplace")}, "likelihood must be one of bernoulli, gaussian; got 'laplace'"),
    ({"weights": Weights(bandwidth="wide")}, "bandwidth must be one of .*; got 'wide'"),
    ({"epochs": 0}, "epochs must be from 1 to 500; got 0"),
    ({"epochs": 501}, "epochs must be from 1 to 500; got 501"),
    ({"batch_size": 7}, "batch_size must be from 8 to 1024; got 7"),
    ({"batch_size": 1025}, "batch_size must be from 8 to 1024; got 1025"),
    ({"learning_rate": 0.0}, "learning_rate must be from 1e-07 to 1; got 0"),
    ({"learning_rate": -1e-3}, "learning_rate must be from 1e-07 to 1; got -0.001"),
    ({"learning_rate": NAN}, "learning_rate must be from 1e-07 to 1; got nan"),
    ({"learning_rate": INF}, "learning_rate must be from 1e-07 to 1; got inf"),
    ({"optimizer_eps": 0.0}, "optimizer_eps must be"),
    ({"weight_decay": -0.1}, "weight_decay must be"),
    ({"warmup": 0.91}, "warmup must be from 0 to 0.9; got 0.91"),
    ({"weights": Weights(beta=-1.0)}, "beta must be from 0 to 1000; got -1"),
    ({"weights": Weights(beta=NAN)}, "beta must be from 0 to 1000; got nan"),
    ({"weights": Weights(mmd_weight=INF)}, "mmd_weight must be"),
    ({"weights": Weights(capacity=-1.0)}, "capacity must be"),
    ({"weights": Weights(gamma=-1.0)}, "gamma must be"),
    ({"weights": Weights(pixel_std=0.0)}, "pixel_std must be"),
    ({"beta_warmup": -1}, "beta_warmup must be"),
    ({"capacity_epochs": 501}, "capacity_epochs must be"),
    ({"seed": -1}, "seed must be"),
    ({"seed": 2**31}, "seed must be"),
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
    with pytest.raises(InputError, match="run_id must be 1 to 80 of a-z"):
        require_run_id(name)


@pytest.mark.parametrize("objective", ["elbo", "elbo-monte-carlo", "beta-elbo", "capacity-elbo", "kl"])
def test_a_point_encoder_cant_train_with_a_kl(objective: str) -> None:
    point = ModelConfig(family="mmd-vae", stochastic=False)
    with pytest.raises(InputError, match="needs a stochastic encoder; this MMD-VAE has a deterministic one"):
        require_trainable(point, TrainingConfig(objective=objective))
    require_trainable(ModelConfig(), TrainingConfig(objective=objective))


@pytest.mark.parametrize("objective", ["mmd", "reconstruction"])
def test_a_point_encoder_can_train_without(objective: str) -> None:
    require_trainable(ModelConfig(family="autoencoder", stochastic=False), TrainingConfig(objective=objective))


@pytest.mark.parametrize(("changes", "sentence"), [
    ({"class_names": ("x",) * 65}, "at most 64 classes"),
    ({"class_names": ("",)}, "1 to 40 characters each"),
    ({"class_names": ("x" * 41,)}, "1 to 40 characters each"),
    ({"title": ""}, "data.title"),
    ({"title": "x" * 81}, "data.title"),
    ({"train_count": -1}, "at least 0"),
    ({"test_count": -1}, "at least 0"),
])  # fmt: skip
def test_a_data_record_out_of_bounds_is_refused(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        replace(DataRecord("digits", "Digits", ("0", "1"), 10, 10), **changes)


@pytest.mark.parametrize(("changes", "sentence"), [
    ({"format": 2}, "format must be 1; got 2"),
    ({"run_id": "../x"}, r"run_id must be .*; got '\.\./x'"),
    ({"title": ""}, "title: 1 to 80 characters"),
    ({"title": "x" * 81}, "title: 1 to 80 characters"),
    ({"data": DataRecord("digits", "Digits", ("0",), 10, 10)}, "class_count is 10, but data names 1 classes"),
    ({"test": Metrics(-1.0, -3.0, (1.0,), None)}, "metrics.kl must have 2 numbers; found 1"),
    ({"train": Metrics(-1.0, -3.0, (1.0, 1.0, 1.0), None)}, "metrics.kl must have 2 numbers; found 3"),
    ({"test": Metrics(-1.0, None, None, None)}, "metrics.kl must have 2 numbers; found none"),
    ({"test": Metrics(-1.0, None, (1.0, 1.0), None)}, "metrics.elbo must go with metrics.kl"),
    ({"epochs_done": -1}, "at least 0"),
    ({"seconds": -1.0}, "at least 0"),
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
    with pytest.raises(InputError, match=r"metrics.kl must have no numbers; found 2"):
        replace(tiny_checkpoint.run, model=model, training=training)


@pytest.mark.parametrize(("changes", "sentence"), [
    ({"made": "yesterday"}, "made must be a date and time such as .*; got 'yesterday'"),
    ({"made": "x" * 5000}, "made must be a date and time such as .*; got 'x{40}'"),
    ({"program": "Book's MLP"}, "program must be 1 to 80 of a-z"),
    ({"program": ""}, "program must be 1 to 80 of a-z"),
])  # fmt: skip
def test_a_record_takes_no_free_text_for_a_date_or_a_name(
    changes: dict[str, Any], sentence: str, tiny_checkpoint: Checkpoint
) -> None:
    with pytest.raises(InputError, match=f"{sentence}"):
        replace(tiny_checkpoint.run, **changes)


@pytest.mark.parametrize("name", ["../../etc", "", "Mine", "x" * 81, "programs."])
def test_the_name_of_a_data_set_is_as_plain_as_a_runs(name: str, tiny_checkpoint: Checkpoint) -> None:
    with pytest.raises(InputError, match=r"data\.name must be 1 to 80 of a-z"):
        replace(tiny_checkpoint.run, data=replace(tiny_checkpoint.run.data, name=name))


def test_a_record_of_an_older_version_is_of_no_program(tiny_checkpoint: Checkpoint) -> None:
    older = json.loads(strict_json.write(tiny_checkpoint.run))
    del older["program"]
    assert strict_json.read(Run, json.dumps(older), "run.json") == tiny_checkpoint.run
