"""Threads, heap and the precision of matrix products."""

import os
from types import SimpleNamespace

import pytest
import torch

from models.config import ModelConfig
from models.errors import InputError
from models.latent_model import LatentModel
from training.device import device_name, pick_device, product_precision, use_threads
from training.heap import give_back, keep_heap

CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def _same_threads_afterwards(monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.delenv("LATENT_THREADS", raising=False)
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def test_threads_are_those_asked_for_or_those_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    use_threads(3)
    assert torch.get_num_threads() == 3
    use_threads(None)
    assert torch.get_num_threads() == 3
    monkeypatch.setenv("LATENT_THREADS", "2")
    use_threads(None)
    assert torch.get_num_threads() == 2
    use_threads(1)
    assert torch.get_num_threads() == 1
    monkeypatch.setenv("LATENT_THREADS", "")
    use_threads(None)
    assert torch.get_num_threads() == 1


@pytest.mark.parametrize("count", [0, -1, 9, 100_000])
def test_too_few_or_too_many_threads_are_refused(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """torch.set_num_threads(100_000) ends in a segmentation fault at the next matrix product."""
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    with pytest.raises(InputError, match=rf"device\.threads: most=8, got={count}"):
        use_threads(count)


@pytest.mark.parametrize("text", ["many", "1.5", "-1", "0", " "])
def test_an_environment_that_is_no_number_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_THREADS", text)
    with pytest.raises(InputError, match=rf"device\.threads: .*got={text}"):
        use_threads(None)


def test_device_name_of_the_cpu() -> None:
    torch.set_num_threads(1)
    assert device_name(CPU) == "CPU, 1 thread"
    torch.set_num_threads(2)
    assert device_name(CPU) == "CPU, 2 threads"


def test_pick_device_is_cuda_where_there_is_one() -> None:
    assert (pick_device().type == "cuda") == torch.cuda.is_available()


def test_keep_heap_without_glibc(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: str) -> None:
        raise OSError

    monkeypatch.setattr("training.heap.ctypes.CDLL", missing)
    assert keep_heap() is False


def test_bfloat16_is_for_wide_products_and_never_for_a_code() -> None:
    model = LatentModel(ModelConfig(widths=(64, 64)))
    seen: dict[str, torch.dtype] = {}
    for name, module in model.named_modules():
        if isinstance(module, torch.nn.Linear):
            module.register_forward_hook(lambda _, __, out, name=name: seen.__setitem__(name, out.dtype))
    x = torch.rand(3, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    for precision, wide in (("float32", torch.float32), ("bfloat16", torch.bfloat16)):
        with product_precision(precision, CPU):
            model.decode(model.encode(x, None).mu, None)
        assert set(seen.values()) == {torch.float32, wide}, precision
        narrow = {name for name, kind in seen.items() if kind == torch.float32}
        if precision == "bfloat16":  # what makes the code, and what reads it
            assert narrow == {"encoder.5", "decoder.0"}
    assert not torch.is_autocast_enabled("cpu")


def test_memory_is_given_back_where_the_c_library_can(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr("training.heap.ctypes.CDLL", lambda _name: SimpleNamespace(malloc_trim=asked.append))
    give_back()
    assert asked == [0]
    monkeypatch.setattr("training.heap.ctypes.CDLL", lambda _name: SimpleNamespace())
    give_back()
    assert asked == [0]
