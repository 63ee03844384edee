"""What the tests of ui/ share: a folder with some tiny models, and a network that must not be used."""

import warnings
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette

from ui import assets, job_assets
from ui.server import health

with warnings.catch_warnings():  # starlette asks for httpx2; httpx does the same
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient


@pytest.fixture(autouse=True)
def _without_disk_and_worker(no_fsync: None, ended_trainings: None) -> None:
    """Nothing here waits for the disk, and no worker outlives its test."""


@pytest.fixture
def client() -> Iterator[TestClient]:
    """A browser without a page: asks the routes of the app at 127.0.0.1:8501."""
    routes = [*assets.ROUTES, *job_assets.ROUTES, *health.ROUTES]
    with TestClient(Starlette(routes=routes), base_url="http://127.0.0.1:8501") as client:
        yield client
