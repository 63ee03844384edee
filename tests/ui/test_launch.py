"""The installed program: what the wheel holds, where models are laid, which port and address, and what ends it."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tomllib
import urllib.request
from pathlib import Path

import pytest

from benchmarks.serving import free_port as any_port
from models.errors import InputError
from tests.waiting import until
from ui import launch

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.usefixtures("no_fsync")


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """A folder with two models, one of which was trained there, and what is nobody's business."""
    folder = tmp_path / "shipped"
    for name in ("a", "b", ".unfinished"):
        (folder / name).mkdir(parents=True)
        (folder / name / "run.json").write_text(name)
    (folder / "shipped.txt").write_text("a\nb\n")
    (folder / "measured.json").write_text("{}")
    return folder


def test_models_are_laid_into_the_folder_once_and_what_is_there_stays(shipped: Path, tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "mine"
    launch.lay_out(shipped, folder)
    assert sorted(path.name for path in folder.iterdir()) == ["a", "b", "measured.json", "shipped.txt"]
    (folder / "a" / "run.json").write_text("mine")
    shutil.rmtree(folder / "b")
    launch.lay_out(shipped, folder)
    assert [(folder / name / "run.json").read_text() for name in ("a", "b")] == ["mine", "b"]


def test_the_folder_of_the_installation_is_left_as_it_is(shipped: Path) -> None:
    before = sorted(shipped.rglob("*"))
    launch.lay_out(shipped, shipped)
    assert sorted(shipped.rglob("*")) == before


def test_a_full_disk_is_said_and_leaves_no_half_model(
    shipped: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = shutil.copytree

    def full(source: Path, target: Path) -> None:
        copy(source, target)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(launch.shutil, "copytree", full)
    with pytest.raises(InputError, match="No space left on device"):
        launch.lay_out(shipped, tmp_path / "mine")
    assert list((tmp_path / "mine").iterdir()) == []


def test_a_folder_that_is_a_file_ends_the_program_with_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    assert launch.main([str(tmp_path / "file")]) == 2
    assert "can't be used for models" in capsys.readouterr().err


def test_a_port_that_is_taken_is_left_to_whoever_has_it() -> None:
    with socket.socket() as listener:
        listener.bind((launch.HERE, 0))
        listener.listen()
        taken = listener.getsockname()[1]
        assert launch.free_port(taken) != taken
    wanted = any_port()
    assert launch.free_port(wanted) == wanted


def test_it_is_headless_asks_nobody_outside_and_only_a_class_comes_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launch, "own_address", lambda: "192.0.2.7")
    for to_class, listens, shown in ((False, launch.HERE, launch.HERE), (True, launch.EVERYWHERE, "192.0.2.7")):
        words = launch.command(8501, to_class)
        first = words.index("--server.headless")
        told = dict(zip(words[first::2], words[first + 1 :: 2], strict=True))
        assert told["--server.headless"] == "true"
        assert told["--server.address"] == listens
        assert told["--browser.serverAddress"] == shown


def test_this_computers_address_is_one_in_numbers() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+\.\d+", launch.own_address())


def test_the_package_needs_what_the_app_needs_and_holds_every_room_of_it() -> None:
    package = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wheel = package["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert package["tool"]["hatch"]["metadata"]["hooks"]["requirements_txt"]["files"] == ["requirements.txt"]
    checked = {f"/{room}" for room in package["tool"]["mypy"]["packages"]} - {"/benchmarks"}
    assert checked <= set(wheel["include"])
    assert {"/app.py", "/checkpoints", "/.streamlit"} <= set(wheel["include"])
    where = package["project"]["scripts"]["latent-playground"]
    assert where == f"{wheel['sources']['']}.{launch.__name__}:{launch.main.__name__}"


@pytest.mark.skipif(sys.platform == "win32", reason="ends a process as POSIX does")
def test_it_starts_from_another_folder_and_ends_when_it_is_told_to(shipped: Path, tmp_path: Path) -> None:
    port = any_port()
    folder = tmp_path / "mine"
    folder.mkdir()
    for name in ("shipped.txt", "measured.json"):
        shutil.copyfile(ROOT / "checkpoints" / name, folder / name)
    for model in (ROOT / "checkpoints").iterdir():  # empty: nothing is copied, and the gallery says so
        if model.is_dir() and not model.name.startswith("."):
            (folder / model.name).mkdir()
    command = [sys.executable, str(ROOT / "ui" / "launch.py"), str(folder), "--port", str(port), "--no-browser"]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=tmp_path, stdout=log, env=os.environ | {"PYTHONPATH": ""})
        try:
            until(lambda: b"Latent Playground is at" in (tmp_path / "log").read_bytes(), 120)
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/library") as page:
                assert b"Latent Playground" in page.read()
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0
