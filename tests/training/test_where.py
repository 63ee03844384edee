"""Where trainings may run: what the environment says, and which addresses are safe."""

import socket
from typing import Any

import pytest

from jobs.places import Nowhere
from models.errors import InputError
from training.command import main
from training.pacing import Pacing
from training.service import several_places
from training.several import where, worker_command
from training.several.machines import difference
from training.several.where import Where, asked_for
from training.several.wire import Build, build


@pytest.fixture
def addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names of this test's own, whatever the network knows."""
    known = {"lab": "192.168.7.2", "public": "8.8.8.8"}

    def look_up(host: str, port: int, **_: Any) -> list[Any]:
        found = known.get(host, host)
        if not found[0].isdigit() and ":" not in found:
            raise socket.gaierror(-2, "Name or service not known")
        return [(0, 0, 0, "", (found, port))]

    monkeypatch.setattr(where.socket, "getaddrinfo", look_up)


def test_without_settings_nothing_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LATENT_WORKERS", raising=False)
    monkeypatch.delenv("LATENT_SCHEDULER", raising=False)
    assert asked_for() is None


@pytest.mark.parametrize(("name", "value", "found"), [
    ("LATENT_WORKERS", "2", Where(workers=2)),
    ("LATENT_SCHEDULER", "tcp://127.0.0.1:8786", Where("tcp://127.0.0.1:8786")),
    ("LATENT_SCHEDULER", "tcp://lab:8786", Where("tcp://lab:8786")),
    ("LATENT_SCHEDULER", "tls://public:8786", Where("tls://public:8786")),
    ("LATENT_SCHEDULER", "tcp://[fe80::1]:8786", Where("tcp://[fe80::1]:8786")),
])  # fmt: skip
def test_what_can_be_done(
    monkeypatch: pytest.MonkeyPatch, addresses: None, name: str, value: str, found: Where
) -> None:
    monkeypatch.setenv(name, value)
    assert asked_for() == found


@pytest.mark.parametrize(("name", "value", "code"), [
    ("LATENT_WORKERS", "two", r"several\.workers: most=64, got=two"),
    ("LATENT_WORKERS", "0", r"several\.workers"),
    ("LATENT_WORKERS", "65", r"several\.workers"),
    ("LATENT_SCHEDULER", "192.168.1.20", r"several\.address"),
    ("LATENT_SCHEDULER", "http://192.168.1.20:80", r"several\.address"),
    ("LATENT_SCHEDULER", "tcp://192.168.1.20", r"several\.address"),
    ("LATENT_SCHEDULER", "tcp://[::1", r"several\.address"),
    ("LATENT_SCHEDULER", "tcp://h:99999", r"several\.address"),
    ("LATENT_SCHEDULER", "tcp://public:8786", r"several\.public: host=public, address=8\.8\.8\.8"),
    ("LATENT_SCHEDULER", "tcp://8.8.8.8:8786", r"several\.public"),
    ("LATENT_SCHEDULER", "tcp://nobody:8786", r"several\.host: host=nobody"),
])  # fmt: skip
def test_what_cant_be_done(monkeypatch: pytest.MonkeyPatch, addresses: None, name: str, value: str, code: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(InputError, match=code):
        asked_for()


def test_without_dask_it_says_so_and_jobs_wait(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setenv("LATENT_WORKERS", "2")
    monkeypatch.setattr(where, "find_spec", lambda _: None)
    places = several_places(tmp_path, lambda *_, **__: None, Pacing(), True)  # type: ignore[arg-type]
    assert isinstance(places, Nowhere)
    assert [note.code for note in places.notes()] == ["several.not_installed"]


OURS = Build("3.11.7", "2.14.0", "abc")


@pytest.mark.parametrize(("theirs", "found"), [
    (OURS, "None"),
    (Build("3.12.1", "2.14.0", "abc"), "several.other_version: name=lab-07, what=Python, here=3.11.7, there=3.12.1"),
    (Build("3.11.7", "2.13.0", "abc"), "several.other_version: name=lab-07, what=torch, here=2.14.0, there=2.13.0"),
    (Build("3.11.7", "2.14.0", "abd"), "several.other_app: name=lab-07"),
])  # fmt: skip
def test_who_has_another_version_is_named(theirs: Build, found: str) -> None:
    assert str(difference("lab-07", OURS, theirs)) == found


def test_a_build_is_the_same_twice_and_knows_its_own_code() -> None:
    assert build() == build.__wrapped__()
    assert len(build().own) == 12


def test_the_worker_is_dasks_own(monkeypatch: pytest.MonkeyPatch) -> None:
    run: list[list[str]] = []
    monkeypatch.setattr(worker_command.os, "execv", lambda _, given: run.append(given))
    monkeypatch.setattr(worker_command.os, "chdir", lambda _: None)
    assert main(["worker", "tcp://127.0.0.1:8786", "--count", "3"]) == 0
    assert run[0][1:6] == ["-m", "distributed.cli.dask_worker", "tcp://127.0.0.1:8786", "--nthreads", "1"]
    assert main(["worker", "tcp://8.8.8.8:8786"]) == 2
    assert main(["worker", "tcp://127.0.0.1:8786", "--count", "0"]) == 2
    assert len(run) == 1
