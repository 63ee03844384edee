"""The state of an unfinished run: through bytes and back, and every damage refused."""

import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.torch
import torch
from torch import Tensor

from datasets.data_set import DataSet
from live.words import refusal
from models.errors import InputError
from models.run import OPTIMIZERS, EpochRecord, Metrics
from training.loop import train
from training.plans import Plan, make_plan
from training.state import TrainState, load_state

CPU = torch.device("cpu")


def _plan(network: str = "mlp", latent: int = 2, **training: Any) -> Plan:
    widths = {"widths": (16,)} if network == "mlp" else {}
    return make_plan(
        "vae", "digits", latent, {"network": network, **widths}, {"epochs": 2, "batch_size": 32, **training}
    )


def _state(data: DataSet, plan: Plan | None = None) -> TrainState:
    plan = plan or _plan()
    return TrainState("tiny", plan.title, plan.model, plan.training, data.record(), CPU)


def _after(steps: int, data: DataSet, plan: Plan | None = None) -> TrainState:
    state = _state(data, plan)
    for _ in train(state, data, lambda: state.step >= steps):
        pass
    return state


@pytest.fixture
def content(few_digits: DataSet) -> bytes:
    return _after(6, few_digits).to_bytes()


def _file(path: Path, content: bytes) -> Path:
    (path / "tiny.safetensors").write_bytes(content)
    return path / "tiny.safetensors"


def _refused(path: Path, content: bytes, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence) as caught:
        load_state(_file(path, content), CPU)
    assert refusal(caught.value).startswith("tiny.safetensors: ")
    assert "\n" not in refusal(caught.value)


def _parts(content: bytes) -> tuple[dict[str, Tensor], dict[str, Any]]:
    header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    return safetensors.torch.load(content), json.loads(header["__metadata__"]["place"])


def _bytes(tensors: dict[str, Tensor], place: object) -> bytes:
    return safetensors.torch.save(tensors, {"place": json.dumps(place)})


def test_the_state_comes_back_to_the_last_bit(few_digits: DataSet, tmp_path: Path) -> None:
    state = _after(6, few_digits)
    back = load_state(_file(tmp_path, state.to_bytes()), CPU)
    assert back.to_bytes() == state.to_bytes()
    assert (back.epoch, back.batch, back.step) == (1, 2, 6)
    assert back.history == state.history
    assert len(back.history) == 1
    assert np.array_equal(back.generator.get_state(), state.generator.get_state())


def test_a_state_before_its_first_step_comes_back(few_digits: DataSet, tmp_path: Path) -> None:
    state = _state(few_digits)
    assert load_state(_file(tmp_path, state.to_bytes()), CPU).to_bytes() == state.to_bytes()


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_optimizer_moments_lie_in_memory_as_the_weights_do(optimizer: str, few_digits: DataSet, tmp_path: Path) -> None:
    """Fused Adam walks through both in memory order, whatever their shapes say."""
    plan = _plan("post-cnn", optimizer=optimizer)
    back = load_state(_file(tmp_path, _after(3, few_digits, plan).to_bytes()), CPU)
    swapped = 0
    for parameter in back.model.parameters():
        moments = [tensor for tensor in back.optimizers[0].state[parameter].values() if tensor.dim() > 0]
        assert moments
        assert all(moment.stride() == parameter.stride() for moment in moments)
        swapped += not parameter.is_contiguous()
    assert swapped > 0  # the test means something only where the layouts can differ


def test_save_replaces_and_makes_the_folder(few_digits: DataSet, tmp_path: Path) -> None:
    path = tmp_path / ".unfinished" / "tiny.safetensors"
    _state(few_digits).save(path)
    later = _after(3, few_digits)
    later.save(path)
    assert load_state(path, CPU).step == 3
    assert [file.name for file in path.parent.iterdir()] == ["tiny.safetensors"]


def test_the_longest_history_can_be_resumed(few_digits: DataSet, tmp_path: Path) -> None:
    """199 of 200 epochs with 128 latents: the largest header that a training can write."""
    state = _state(few_digits, _plan(latent=128, epochs=200))
    kl = tuple((0.1 + i) / 3e-5 for i in range(128))
    metrics = Metrics(-123.456789012345678, -321.123456789012345, kl, None)
    state.history = [EpochRecord(i, 1 / 3, 1e-3 / 3, 1 / 3, 1e2 / 3, metrics, metrics) for i in range(1, 200)]
    assert load_state(_file(tmp_path, state.to_bytes()), CPU).history == state.history


def test_the_same_seed_gives_the_same_weights_and_leaves_the_process_alone(few_digits: DataSet) -> None:
    before = torch.get_rng_state()
    one, other = _state(few_digits), _state(few_digits)
    assert np.array_equal(torch.get_rng_state(), before)
    assert one.to_bytes() == other.to_bytes()
    third = _state(few_digits, _plan(seed=1))
    assert not np.array_equal(next(third.model.parameters()), next(one.model.parameters()))


def test_a_network_too_large_to_keep_is_refused_before_it_is_built(few_digits: DataSet) -> None:
    plan = make_plan("vae", "digits", 2, {"widths": (4096,) * 8})
    with pytest.raises(InputError, match=r"checkpoint\.too_many_weights: .*count=235495492"):
        _state(few_digits, plan)


def test_an_objective_that_does_not_fit_is_refused(few_digits: DataSet) -> None:
    plan = make_plan("mmd-vae", "digits", 2, {"widths": (16,), "stochastic": False})
    with pytest.raises(InputError, match=r"run\.needs_stochastic|model\.needs_stochastic"):
        _state(few_digits, replace(plan, training=replace(plan.training, objective="elbo")))


# Damage


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"unfinished\.unreadable: .*No such file"):
        load_state(tmp_path / "nothing.safetensors", CPU)
    with pytest.raises(InputError, match=r"unfinished\.unreadable: .*Is a directory"):
        load_state(tmp_path, CPU)


def test_a_file_cut_off_is_refused(content: bytes, tmp_path: Path) -> None:
    for length in (*range(12), len(content) // 4, len(content) // 2, len(content) - 1):
        _refused(
            tmp_path,
            content[:length],
            r"(unfinished\.cut_off|tensors\.unreadable): source=tiny\.safetensors",
        )


@pytest.mark.parametrize("raw", [b"\0" * 8, b"\x02" + b"\0" * 7 + b"{}", b"\x02" + b"\0" * 7 + b"[]", b"\xff" * 100])
def test_a_file_that_is_no_state_is_refused(raw: bytes, tmp_path: Path) -> None:
    _refused(tmp_path, raw, r"unfinished\.(cut_off|other_file)")


def test_a_checkpoints_weights_are_no_state(content: bytes, tmp_path: Path) -> None:
    tensors, place = _parts(content)
    _refused(tmp_path, safetensors.torch.save(tensors), r"unfinished\.other_file: source=tiny\.safetensors")
    _refused(tmp_path, safetensors.torch.save(tensors, {"place": "5"}), "Input should be an object")
    weights = {name.removeprefix("model."): t for name, t in tensors.items() if name.startswith("model.")}
    _refused(tmp_path, _bytes(weights, place), r"tensors\.missing")


def _with(place: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    *folders, last = path.split(".")
    changed = json.loads(json.dumps(place))
    inner = changed
    for folder in folders:
        inner = inner[int(folder)] if isinstance(inner, list) else inner[folder]
    inner[last] = value
    return changed


@pytest.mark.parametrize(("path", "value", "sentence"), [
    ("run_id", "../../x", r"record\.refused: where=tiny\.safetensors, why=\(run\.plain_name: field=run_id, got=\.\./\.\./x\)"),
    ("model.latent_dim", 3, r"tensors\.shape: source=tiny\.safetensors"),
    ("model.latent_dim", 10**9, r"model\.whole_number: name=latent_dim"),
    ("model.widths", [4096] * 8, r"checkpoint\.too_many_weights"),
    ("training.epochs", 0, r"run\.between: name=epochs"),
    ("training.optimizer", "rmsprop", r"tensors\.(unknown|missing)"),
    ("training.surprise", 1, r"record\.wrong: where=tiny\.safetensors: training\.surprise, problem=Unexpected keyword argument"),
    ("history.0.surprise", 1, r"record\.wrong: where=tiny\.safetensors: history\.0\.surprise, problem=Unexpected keyword argument"),
    ("history.0.loss", "x", r"record\.wrong: where=tiny\.safetensors: history\.0\.loss, problem=Input should be a valid number"),
    ("epoch", -1, r"unfinished\.counts"),
    ("epoch", 3, r"unfinished\.epoch: .*got=3"),
    ("batch", -1, r"unfinished\.counts"),
    ("step_count", -1, r"unfinished\.counts"),
    ("epoch", "1", r"record\.wrong: where=tiny\.safetensors: epoch, problem=Input should be a valid integer"),
])  # fmt: skip
def test_a_place_that_lies_is_refused(path: str, value: object, sentence: str, content: bytes, tmp_path: Path) -> None:
    tensors, place = _parts(content)
    _refused(tmp_path, _bytes(tensors, _with(place, path, value)), sentence)


@pytest.mark.parametrize(("name", "change", "sentence"), [
    ("noise", lambda t: torch.zeros_like(t), r"unfinished\.noise"),
    ("noise", lambda t: t[:16].clone(), r"tensors\.shape"),
    ("noise", lambda t: t.float(), r"unfinished\.type: .*name=noise, wanted=uint8, found=float32"),
    ("sums", lambda t: t.float(), r"unfinished\.type: .*name=sums, wanted=float64, found=float32"),
    ("sums", lambda t: t * torch.nan, r"tensors\.not_finite"),
    ("model.decoder.0.weight", lambda t: t.double(), r"unfinished\.type: .*name=model.decoder.0.weight, wanted=float32, found=float64"),
    ("model.decoder.0.weight", lambda t: t * torch.inf, r"tensors\.not_finite"),
    ("optimizer.0.exp_avg", lambda t: t.to(torch.uint8), r"unfinished\.type: .*name=optimizer.0.exp_avg, wanted=float32, found=uint8"),
    ("optimizer.0.exp_avg", lambda t: t.half(), r"tensors\.type: .*name=optimizer.0.exp_avg, .*found='F16'"),
    ("optimizer.0.exp_avg", lambda t: t.T.contiguous(), r"tensors\.shape: .*name=optimizer.0.exp_avg"),
])  # fmt: skip
def test_tensors_that_do_not_fit_are_refused(
    name: str, change: Callable[[Tensor], Tensor], sentence: str, content: bytes, tmp_path: Path
) -> None:
    tensors, place = _parts(content)
    _refused(tmp_path, _bytes(tensors | {name: change(tensors[name])}, place), sentence)


def test_mutated_states_load_or_are_refused(content: bytes, tmp_path: Path) -> None:
    """300 with bits flipped, most of them in the header, or bytes left out."""
    outcome = {"loaded": 0, "refused": 0}
    length = int.from_bytes(content[:8], "little")
    for number in range(300):
        rng = random.Random(number)
        changed = bytearray(content)
        end = rng.choice([8, 8 + length, 8 + length, len(content)])
        match rng.randrange(3):
            case 0 | 1:
                for _ in range(rng.choice([1, 1, 4])):
                    changed[rng.randrange(end)] ^= 1 << rng.randrange(8)
            case 2:
                del changed[(at := rng.randrange(end)) : at + rng.choice([1, 8, 100])]
        try:
            load_state(_file(tmp_path, bytes(changed)), CPU)
            outcome["loaded"] += 1
        except InputError:
            outcome["refused"] += 1
    assert outcome["loaded"] > 15
    assert outcome["refused"] > 150


def test_keras_initialisation_is_glorots_and_the_bias_is_zero(few_digits: DataSet) -> None:
    state = _state(few_digits, _plan(initialisation="keras"))
    for name, parameter in state.model.named_parameters():
        if name.endswith("bias"):
            assert not parameter.any()
        else:
            bound = (6 / sum(parameter.shape)) ** 0.5  # Glorot and Bengio 2010, eq. 16
            assert parameter.abs().max() <= bound
            assert parameter.abs().max() > 0.9 * bound
