"""What the page of a dial is told and fetches: the gates, the plain network at the origin, the codes of every value."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from datasets.data_set import DataSet
from live.library import OpenModel, open_model
from models import checkpoint as checkpoints
from models import gallery
from models.checkpoint import Checkpoint
from models.errors import InputError
from models.fold import folded
from training.alone import Reached, summary
from training.finish import finish
from training.loop import train
from training.plans import as_dial, make_plan
from training.state import TrainState
from ui.assets import MODEL_ASSETS
from ui.dial_data import dial_data


@pytest.fixture
def made(few_digits: DataSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkpoint:
    """A small dial, trained for a moment, in a gallery of its own."""
    monkeypatch.setenv("LATENT_CHECKPOINTS", str(tmp_path))
    settings = {"epochs": 2, "batch_size": 32, "learning_rate": 1e-2}
    plan = as_dial(make_plan("vae", "digits", 2, {"widths": (8,)}, settings), "beta")
    state = TrainState("a-dial", plan.title, plan.model, plan.training, few_digits.record(), torch.device("cpu"))
    list(train(state, few_digits))
    checkpoint = finish(state, few_digits)
    assert checkpoint.dial is not None
    alone = summary([Reached(4.0, 0, 8, 2.0, 30.0), Reached(4.0, 1, 8, 4.0, 27.0)])
    checkpoint = replace(checkpoint, dial=replace(checkpoint.dial, alone=alone))
    gallery.add(checkpoint)
    return checkpoint


@pytest.fixture
def opened(made: Checkpoint) -> OpenModel:
    return open_model(made.run.run_id)


def _body(opened: OpenModel, name: str) -> bytes:
    return MODEL_ASSETS[name](opened, name).body


@pytest.mark.parametrize("part", ["decoder", "encoder"])
def test_the_gates_go_over_beside_the_plain_network(opened: OpenModel, part: str) -> None:
    plain, gated = (json.loads(_body(opened, f"{name}{part}.json")) for name in ("", "dial-"))
    assert [layer["op"] for layer in plain["layers"] if layer["op"] != "reshape"] == ["linear", "gelu", "linear"]
    (gate,) = (layer for layer in gated["layers"] if layer["op"] == "gate")
    assert (gate["units"], gate["origin"], gate["weight"]["shape"], gate["bias"]["shape"]) == (8, 1.0, [8], [8])
    assert len(_body(opened, f"dial-{part}.bin")) == 2 * gated["count"] == 2 * (plain["count"] + 16)
    assert len(_body(opened, f"{part}.bin")) == 4 * plain["count"], "float16 would round the products"


def test_the_plain_network_is_the_dial_at_its_origin(opened: OpenModel) -> None:
    checkpoint = opened.checkpoint
    prefix = "decoder."
    weights = {
        name[len(prefix) :]: t.astype(np.float32) for name, t in checkpoint.weights.items() if name.startswith(prefix)
    }
    _, tensors = folded(checkpoint.model.decoder.layers, weights, 1.0)
    expected = np.concatenate([tensor.ravel() for tensor in tensors.values()])
    assert np.array_equal(np.frombuffer(_body(opened, "decoder.bin"), "<f4"), expected)


def test_the_codes_of_every_value_go_over_and_the_labels(opened: OpenModel, made: Checkpoint) -> None:
    series, body = made.dial, _body(opened, "series.bin")
    assert series is not None and series.log_var is not None
    steps, images, latent = series.mu.shape
    numbers = np.frombuffer(body[: 4 * steps * images * latent], "<f2").reshape(2, steps, images, latent)
    assert np.array_equal(numbers[0], series.mu)
    assert np.array_equal(numbers[1], series.log_var)
    assert body[4 * steps * images * latent :] == made.latents.class_of_each()[:images].tobytes()


def test_the_steps_add_up(opened: OpenModel) -> None:
    data = dial_data(opened)
    assert (data["axis"], data["oneNetwork"], data["origin"], data["widths"]) == ("beta", True, 1.0, True)
    assert data["images"] == opened.checkpoint.run.data.test_count
    values = [step["value"] for step in data["steps"]]
    assert values == sorted(values)
    assert (values[0], values[-1], len(values)) == (0.1, 50.0, 17)
    for step in data["steps"]:
        assert step["elbo"] == pytest.approx(-step["distortion"] - sum(step["kl"]))
    assert data["alone"] == [{
        "value": 4.0, "rate": 3.0, "rateError": 1.0, "distortion": 28.5, "distortionError": 1.5, "objectiveError": 2.5,
        "seeds": 2.0, "epochs": 8.0,
    }]  # fmt: skip
    json.dumps(data, allow_nan=False)


def test_a_dial_without_its_values_is_a_sentence_and_the_rest_works(opened: OpenModel) -> None:
    folder = gallery.checkpoint_folder() / "a-dial"
    (folder / checkpoints.DIAL).write_bytes(b"torso")
    for ask in (lambda: dial_data(opened), lambda: _body(opened, "series.bin")):
        with pytest.raises(InputError, match=r"tensors\.too_short: source=a-dial: dial\.safetensors, size=5"):
            ask()
    (folder / checkpoints.DIAL).unlink()
    with pytest.raises(InputError, match=r"model\.no_dial_values"):
        dial_data(open_model("a-dial"))
    assert _body(open_model("a-dial"), "decoder.bin")


def test_a_model_that_is_no_dial_has_no_gates(tiny_checkpoint: Checkpoint, made: Checkpoint) -> None:
    gallery.add(tiny_checkpoint)
    plain = open_model("tiny-vae")
    with pytest.raises(InputError, match=r"asset\.no_dial"):
        _body(plain, "dial-decoder.json")
    with pytest.raises(InputError, match=r"model\.no_dial_values"):
        dial_data(plain)
    assert made.run.model.dial is not None
