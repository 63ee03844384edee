"""What tests share: small checkpoints without training, a folder for them, scikit-learn's digits, and real data."""

import os
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from datasets.catalogue import load as load_data
from datasets.data_set import DataSet
from datasets.source import data_folder
from live.library import OpenModel, open_model
from live.words.refusals import sentence
from models import gallery
from models.aims import Weights
from models.checkpoint import Checkpoint, Latents
from models.config import ModelConfig
from models.errors import InputError
from models.families import family_of
from models.latent_model import LatentModel
from models.networks import NETWORKS, ONE_OF_ROWS
from models.run import DataRecord, EpochRecord, Metrics, Run, TrainingConfig
from models.series import Series
from tests.needs import missing

LONGEST = ("browser/", "training/test_train_job", "training/test_command", "published/", "models/test_atomic")
DIGIT_NAMES = tuple("0123456789")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the files that take longest first, so that no worker is alone with one of them in the end.

    A browser that has to share two cores may stand still for a second in the middle of a gesture: a test in it may be
    tried twice, and the summary names it. One that fails twice has failed.
    """
    items.sort(key=lambda item: next((n for n, name in enumerate(LONGEST) if name in item.nodeid), len(LONGEST)))
    for item in items:
        if "browser/" in item.nodeid:
            item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One more than there are cores, so that none is idle while a test waits; with two more all of them are slower."""
    del config
    return (os.cpu_count() or 1) + 1


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="session", autouse=True)
def _every_refusal_can_be_said() -> Iterator[None]:
    """A refusal without a sentence, or with a value that its sentence can't hold, is a defect wherever it is met."""
    plain = InputError.__init__

    def checked(self: InputError, code: str, /, **values: Any) -> None:
        plain(self, code, **values)
        sentence(self.reason)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(InputError, "__init__", checked)
        yield


@pytest.fixture
def make_checkpoint() -> Callable[..., Checkpoint]:
    """A function that makes an untrained checkpoint of 8x8 images: `make_checkpoint(family="cvae", latent_dim=3)`."""
    return _make_checkpoint


@pytest.fixture
def with_film() -> Callable[..., Checkpoint]:
    """A function that adds kept epochs to a checkpoint: `with_film(checkpoint, (0, 1, 4))`.

    Weights and means of epoch `n` of the last `m` are `n / m` of the checkpoint's own.
    """
    return _with_film


@pytest.fixture
def tiny_checkpoint() -> Checkpoint:
    """An untrained VAE of 8x8 images with one hidden layer of 16, 2 latents and a test set of 20."""
    return _make_checkpoint()


@pytest.fixture
def checkpoint_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, named by LATENT_CHECKPOINTS."""
    folder = tmp_path / "checkpoints"
    folder.mkdir()
    monkeypatch.setenv("LATENT_CHECKPOINTS", str(folder))
    return folder


@pytest.fixture(scope="session")
def digits() -> DataSet:
    """scikit-learn's 8x8 digits: 1,437 to train on, 360 to test."""
    return load_data("digits")


@pytest.fixture(scope="session")
def few_digits(digits: DataSet) -> DataSet:
    """The first 128 training and 40 test images of the digits: 4 steps an epoch at batch 32."""
    return DataSet(
        digits.name, digits.title, digits.class_names,
        digits.train_x[:128], digits.train_y[:128], digits.test_x[:40], digits.test_y[:40],
    )  # fmt: skip


@pytest.fixture
def own_shapes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_fsync: None) -> str:
    """The name of a set of own pictures, 25 boxes and 25 circles of 28x28, in a folder named by LATENT_DATA."""
    from datasets.own import shelf
    from datasets.own.picture import Look
    from datasets.own.upload import read
    from tests.datasets.own_files import two_kinds, zipped

    monkeypatch.setenv("LATENT_DATA", str(tmp_path / "own-data"))
    return shelf.save(read(zipped(two_kinds(25)), Look()).inverted(), "My shapes", {})


@pytest.fixture
def real_data() -> Path:
    """The folder that holds MNIST; without it the test is skipped, but fails where LATENT_DATA_EXPECTED=true."""
    folder = data_folder()
    if not list((folder / "MNIST" / "raw").glob("train-images-idx3-ubyte*")):
        reason = f"needs real MNIST in {(folder / 'MNIST' / 'raw').absolute()} (or LATENT_DATA)"
        missing(reason, expected="LATENT_DATA_EXPECTED")
    return folder


@pytest.fixture
def no_fsync(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests of no power cut: waiting for the disk was half of their time."""
    monkeypatch.setattr(os, "fsync", lambda _handle: None)


@pytest.fixture
def ended_trainings() -> Iterator[None]:
    """Ends the worker that a test of pages or assets has started."""
    yield
    from ui import jobs  # costs Streamlit, which most tests do without

    assert jobs.stop()


@pytest.fixture
def opened(checkpoint_folder: Path, make_checkpoint: Callable[..., Checkpoint]) -> Callable[..., OpenModel]:
    """A function that keeps a tiny model and opens it: `opened("cvae", latent_dim=3)`."""
    assert checkpoint_folder.is_dir()

    def make(family: str = "vae", **settings: object) -> OpenModel:
        checkpoint = make_checkpoint(family, **settings)
        gallery.add(checkpoint, replace=True)
        return open_model(checkpoint.run.run_id)

    return make


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Makes every connection to another machine fail, and collects where they wanted to go."""
    wanted: list[str] = []

    def refuse(host: object, *_rest: object, **_more: object) -> object:
        wanted.append(str(host))
        raise OSError("there is no network in this test")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    return wanted


def _with_film(checkpoint: Checkpoint, numbers: tuple[int, ...] = (0, 1, 2)) -> Checkpoint:
    last = numbers[-1]
    shares = np.array([number / last for number in numbers], np.float32)

    def film(array: np.ndarray) -> np.ndarray:
        return (shares.reshape(-1, *[1] * array.ndim) * array.astype(np.float32)).astype(np.float16)

    epochs = Series(
        numbers, {name: film(tensor) for name, tensor in checkpoint.weights.items()}, film(checkpoint.latents.mu)
    )
    history = tuple(replace(checkpoint.history[0], epoch=epoch) for epoch in range(1, last + 1))
    return replace(checkpoint, run=replace(checkpoint.run, epochs_done=last), history=history, epochs=epochs)


def _make_checkpoint(
    family: str = "vae",
    latent_dim: int = 2,
    run_id: str = "",
    network: str = "mlp",
    test_count: int = 20,
    weights_type: type[np.floating] = np.float32,
    stochastic: bool | None = None,
    seed: int = 0,
    program: str | None = None,
) -> Checkpoint:
    row = family_of(family)
    model = ModelConfig(
        family=family,
        network=network,
        image=(1, 8, 8),
        latent_dim=latent_dim,
        class_count=10,
        widths=(16,) if NETWORKS[network].widths else (),
        activation=NETWORKS[network].activation,
        stochastic=row.stochastic if stochastic is None else stochastic,
        pseudo_inputs=row.pseudo_inputs,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network_module = LatentModel(model)
    weights = {name: tensor.numpy().astype(weights_type) for name, tensor in network_module.state_dict().items()}
    generator = torch.Generator().manual_seed(seed)
    mu = torch.randn(test_count, latent_dim, generator=generator).numpy()
    log_var = torch.randn(test_count, latent_dim, generator=generator).numpy() - 3 if model.stochastic else None
    labels = (np.arange(test_count) % 10).astype(np.uint8)
    kl = (1.5,) * latent_dim if model.stochastic else None
    metrics = Metrics(-20.0, -20.0 - sum(kl) if kl else None, kl, 0.01)
    likelihood = "categorical" if network == ONE_OF_ROWS else "bernoulli"
    weighed = Weights(beta=row.beta, mmd_weight=row.mmd_weight, likelihood=likelihood)
    run = Run(
        run_id=run_id or f"tiny-{family}",
        title=f"{row.title} on Digits 8x8, {latent_dim} latents",
        model=model,
        training=TrainingConfig(data="digits", objective=row.objective, weights=weighed, epochs=1),
        data=DataRecord("digits", "Digits 8x8", DIGIT_NAMES, 1437, test_count),
        test=metrics,
        train=metrics,
        epochs_done=1,
        seconds=1.0,
        images_per_second=1437.0,
        device="CPU, 1 thread",
        parameter_count=network_module.parameter_count(),
        made="2026-01-02T03:04:05+00:00",
        versions={"python": "3.11", "torch": "2.14.0"},
        program=program,
    )
    history = (EpochRecord(1, 1.0, 1e-3, row.beta, 23.0, metrics, metrics),)
    return Checkpoint(run, weights, history, Latents(mu, log_var, labels))
