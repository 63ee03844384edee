"""The visitor's cookie: the same browser for a year, on this server alone, and nobody else by any other text."""

import stat
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.cookies import Morsel, SimpleCookie
from pathlib import Path

import pytest

from ui import visitors


@pytest.fixture(autouse=True)
def _fresh_process(checkpoint_folder: Path) -> Iterator[None]:
    """Each test is a process of its own on a folder of its own."""
    assert checkpoint_folder.is_dir()
    visitors._key.cache_clear()
    yield
    visitors._key.cache_clear()


def morsel(cookie: str) -> Morsel[str]:
    (found,) = SimpleCookie(cookie).values()
    return found


def sent_back(cookie: str) -> dict[str, str]:
    """What the browser sends that got this `Set-Cookie`."""
    return {morsel(cookie).key: morsel(cookie).value}


def test_a_browser_is_known_by_its_cookie_also_after_a_restart_of_the_server() -> None:
    cookies = sent_back(visitors.new_cookie(secure=False))
    name = visitors.known(cookies)
    assert name is not None
    assert len(name) == 32
    visitors._key.cache_clear()
    assert visitors.known(cookies) == name


def test_every_browser_is_another_one() -> None:
    assert len({visitors.known(sent_back(visitors.new_cookie(secure=False))) for _ in range(50)}) == 50


@pytest.mark.parametrize("secure", [True, False])
def test_lasts_a_year_and_no_script_and_no_other_page_gets_it(secure: bool) -> None:
    found = morsel(visitors.new_cookie(secure))
    assert (found["max-age"], found["path"], found["samesite"]) == (str(365 * 86_400), "/", "Lax")
    assert found["httponly"] is True
    assert bool(found["secure"]) is secure
    assert found["domain"] == ""


@pytest.mark.parametrize(
    "value",
    ["", ".", "x", "0" * 32, "0" * 32 + ".", "." + "A" * 43, "0" * 32 + "." + "A" * 43, "x" * 100_000, "\ud800", "\u0661.\u0661", "\x00"],
)  # fmt: skip
def test_whatever_we_did_not_sign_is_nobodys(value: str) -> None:
    name = morsel(visitors.new_cookie(secure=False)).key
    assert visitors.known({name: value}) is None


def test_a_changed_name_or_signature_is_nobodys() -> None:
    ((key, value),) = sent_back(visitors.new_cookie(secure=False)).items()
    for place in range(len(value) - 1):  # the last letter of base64 has bits that mean nothing
        changed = value[:place] + ("0" if value[place] != "0" else "1") + value[place + 1 :]
        assert visitors.known({key: changed}) is None, place


def test_another_servers_cookie_is_nobodys_and_does_not_push_ours_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = sent_back(visitors.new_cookie(secure=False))
    here = visitors.known(ours)
    monkeypatch.setenv("LATENT_CHECKPOINTS", str(tmp_path / "other"))
    assert visitors.known(ours) is None
    theirs = sent_back(visitors.new_cookie(secure=False))
    both = ours | theirs  # on one computer, at two ports, a browser sends both
    assert visitors.known(both) not in (None, here)
    (name,) = theirs
    assert visitors.known({name: next(iter(ours.values()))}) is None


def test_nobody_without_a_cookie() -> None:
    assert visitors.known({}) is None


def test_only_the_servers_user_reads_the_key(checkpoint_folder: Path) -> None:
    visitors.new_cookie(secure=False)
    path = checkpoint_folder / ".unfinished" / visitors.KEY
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(path.read_bytes()) == 32


def test_two_processes_that_start_together_have_one_key(checkpoint_folder: Path) -> None:
    together = threading.Barrier(4)

    def start() -> bytes:
        together.wait()
        return visitors._key.__wrapped__(checkpoint_folder)

    with ThreadPoolExecutor(4) as pool:
        assert len({future.result() for future in [pool.submit(start) for _ in range(4)]}) == 1
    assert [path.name for path in checkpoint_folder.iterdir()] == [visitors.KEY]


@pytest.mark.parametrize("content", [b"", b"short"])
def test_a_key_that_can_be_guessed_signs_nothing(checkpoint_folder: Path, content: bytes) -> None:
    (checkpoint_folder / visitors.KEY).write_bytes(content)
    assert len(visitors._key(checkpoint_folder)) == 32


def test_where_no_key_can_be_kept_visitors_are_known_until_the_server_ends(
    checkpoint_folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def read_only(*_: object) -> bool:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(visitors, "create_file", read_only)
    cookies = sent_back(visitors.new_cookie(secure=False))
    assert visitors.known(cookies) is not None
    assert "until the server ends" in caplog.text
    visitors._key.cache_clear()
    assert visitors.known(cookies) is None
