"""What a watcher is told: whether there is room for a pupil, for a model and for a training; and it costs nothing."""

import asyncio
import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from starlette.requests import Request
from starlette.testclient import TestClient

from live import library
from models.errors import Reason
from ui import disk, jobs, limits
from ui.server import descriptors, health
from ui.server.health import Healthz, look
from ui.server.throttle import ALL


class Disk(NamedTuple):
    total: int
    used: int
    free: int


def asked(healthz: Healthz) -> tuple[int, dict[str, Any]]:
    answer = asyncio.run(healthz(Request({"type": "http", "headers": []})))
    return answer.status_code, json.loads(bytes(answer.body))


@pytest.fixture(autouse=True)
def _models(checkpoint_folder: Path) -> None:
    del checkpoint_folder


def test_a_server_that_lacks_nothing_is_well() -> None:
    assert asked(Healthz()) == (200, {"status": "ok", "models": 0, "troubles": {}})


def test_it_is_at_its_address(client: TestClient) -> None:
    health.healthz = Healthz()
    assert client.get("/healthz").json()["status"] == "ok"


def test_a_disk_that_is_nearly_full_is_said_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk.shutil, "disk_usage", lambda _folder: Disk(10**12, 10**12, 150 * limits.MB))
    status, said = asked(Healthz())
    assert (status, said["status"], list(said["troubles"])) == (503, "ill", ["folder"])
    assert "150 MB are left" in said["troubles"]["folder"]


def test_a_folder_that_is_closed_is_said_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk.os, "access", lambda _folder, _mode: False)
    assert set(look().troubles) == {"folder"}


def test_a_server_that_has_no_room_for_a_pupil_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(descriptors, "left", lambda: descriptors.PER_PUPIL - 1)
    assert set(look().troubles) == {"pupils"}
    monkeypatch.setattr(descriptors, "left", lambda: descriptors.PER_PUPIL)
    assert not look().troubles
    monkeypatch.setitem(health.SOCKETS, ALL, limits.ALL_SOCKETS)
    assert set(look().troubles) == {"pupils"}


def test_a_journal_that_cannot_be_kept_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(jobs.service()), "refusal", property(lambda _service: Reason("disk.closed")))
    assert look().troubles == {"trainings": "The folder of models can't be written, so nothing can be kept here."}


def test_what_is_asked_again_at_once_is_not_looked_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    healthz = Healthz(lambda: now)
    assert asked(healthz)[0] == 200
    runs = library.all_runs
    monkeypatch.setattr(health, "all_runs", lambda: pytest.fail("looked again"))
    assert asked(healthz)[0] == 200
    monkeypatch.setattr(health, "all_runs", runs)
    monkeypatch.setattr(descriptors, "left", lambda: 0)
    assert asked(healthz)[0] == 200  # not yet
    now += health.SECONDS + 1
    assert asked(healthz)[0] == 503


def test_the_limit_of_descriptors_is_raised_and_a_low_one_is_said(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    if descriptors.resource is None:
        pytest.skip("this system has no such limit")
    kept: list[tuple[int, int]] = [(256, 1_000)]
    monkeypatch.setattr(descriptors.resource, "getrlimit", lambda _what: kept[-1])
    monkeypatch.setattr(descriptors.resource, "setrlimit", lambda _what, pair: kept.append(pair))
    descriptors.raise_limit()
    assert kept[-1] == (1_000, 1_000)
    assert "200 pupils" in caplog.text  # (1,000 - 200) / 4
    caplog.clear()
    kept.append((256, descriptors.resource.RLIM_INFINITY))
    descriptors.raise_limit()
    assert kept[-1][0] == limits.DESCRIPTORS
    assert caplog.text == ""


def test_what_is_left_of_them_falls_as_files_are_opened(tmp_path: Path) -> None:
    before = descriptors.left()
    if before is None:
        pytest.skip("this system does not say")
    with (tmp_path / "a").open("w"), (tmp_path / "b").open("w"):
        left = descriptors.left()
        assert left is not None
        assert left <= before - 2


def test_the_share_of_the_folder_of_models_is_kept(monkeypatch: pytest.MonkeyPatch, checkpoint_folder: Path) -> None:
    (checkpoint_folder / "a").mkdir()
    (checkpoint_folder / "a" / "weights").write_bytes(b"x" * 5_000)
    (checkpoint_folder / ".trash").mkdir()
    (checkpoint_folder / ".trash" / "b").write_bytes(b"x" * 1_000)
    assert disk.bytes_in(checkpoint_folder) == 6_000
    monkeypatch.setattr(limits, "FOLDER_BYTES", 6_000)
    disk.require_room()
    monkeypatch.setattr(limits, "FOLDER_BYTES", 5_999)
    with pytest.raises(ValueError, match="disk.share"):
        disk.require_room()


def test_a_folder_that_is_not_there_yet_is_asked_of_the_one_that_will_hold_it(tmp_path: Path) -> None:
    disk.require_writable(tmp_path / "not" / "yet")
    assert not (tmp_path / "not").exists()
