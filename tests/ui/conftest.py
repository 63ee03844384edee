"""What the tests of ui/ share: a folder with some tiny models, and a network that must not be used."""

import socket
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette

from models.checkpoint import Checkpoint
from training import store
from ui import assets, job_assets
from ui.library import OpenModel, open_model

with warnings.catch_warnings():  # starlette asks for httpx2; httpx does the same
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient


@pytest.fixture(autouse=True)
def _without_disk_and_worker(no_fsync: None, ended_trainings: None) -> None:
    """Nothing here waits for the disk, and no worker outlives its test."""


@pytest.fixture
def opened(checkpoint_folder: Path, make_checkpoint: Callable[..., Checkpoint]) -> Callable[..., OpenModel]:
    """A function that keeps a tiny model and opens it: `opened("cvae", latent_dim=3)`."""
    assert checkpoint_folder.is_dir()

    def make(family: str = "vae", **settings: object) -> OpenModel:
        checkpoint = make_checkpoint(family, **settings)
        store.keep(checkpoint, replace=True)
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


@pytest.fixture
def client() -> Iterator[TestClient]:
    """A browser without a page: asks the routes of the app at 127.0.0.1:8501."""
    routes = [*assets.ROUTES, *job_assets.ROUTES]
    with TestClient(Starlette(routes=routes), base_url="http://127.0.0.1:8501") as client:
        yield client
