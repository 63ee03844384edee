"""What is switched off on this server: kept on disk, refused with a sentence, turned at its own computer only."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from models import gallery
from models.errors import InputError
from ui import jobs, switches
from ui.switches import SWITCHES


@pytest.fixture(autouse=True)
def _models(checkpoint_folder: Path) -> None:
    del checkpoint_folder


def test_everything_is_on_until_it_is_switched_off_and_a_switch_outlives_the_process() -> None:
    assert all(switches.is_on(switch) for switch in SWITCHES)
    switches.turn("uploads", False)
    switches.turn("downloads", False)
    assert [switch for switch in SWITCHES if switches.is_on(switch)] == ["trainings"]
    switches.turn("uploads", True)
    assert [switch for switch in SWITCHES if not switches.is_on(switch)] == ["downloads"]
    with pytest.raises(InputError, match="switch.downloads_off"):
        switches.require_on("downloads")


@pytest.mark.parametrize("content", [b"", b"{", b"5", b'{"uploads": false}', b'["doors", 7, null]', b"\xff"])
def test_a_damaged_file_switches_nothing_off(content: bytes) -> None:
    switches.turn("uploads", False)
    (gallery.checkpoint_folder() / gallery.UNFINISHED / switches.FILE).write_bytes(content)
    assert all(switches.is_on(switch) for switch in SWITCHES)


def test_a_switch_that_cannot_be_kept_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(switches, "write_file", full)
    with pytest.raises(InputError, match="No space left"):
        switches.turn("uploads", False)
    assert switches.is_on("uploads")


@pytest.mark.parametrize(
    ("address", "headers", "sits_here"),
    [
        (None, {}, True), ("127.0.0.1", {}, True), ("::1", {}, True), ("192.168.1.20", {}, False),
        (None, {"X-Forwarded-For": "203.0.113.7"}, False), ("127.0.0.1", {"X-Real-Ip": "203.0.113.7"}, False),
        ("127.0.0.1", {"Forwarded": "for=203.0.113.7"}, False),
    ],
)  # fmt: skip
def test_only_who_sits_at_the_servers_own_computer_turns_them(
    monkeypatch: pytest.MonkeyPatch, address: str | None, headers: dict[str, str], sits_here: bool
) -> None:
    monkeypatch.setattr(switches.st, "context", SimpleNamespace(ip_address=address, headers=headers))
    assert switches.is_operator() is sits_here


def test_trainings_that_are_switched_off_are_refused_before_they_are_asked_for() -> None:
    assert jobs.closed() is None
    switches.turn("trainings", False)
    assert jobs.closed() == switches.OFF["trainings"]
    with pytest.raises(InputError, match="switch.trainings_off"):
        jobs.submit({}, "key")
