"""Writing whole or not at all: killed or failing at every I/O call in turn, on a full disk, beside another writer."""

import errno
import json
import os
import resource
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from models import atomic

ROOT = Path(__file__).parent.parent.parent
OLD, NEW = {"a": b"old a", "b": b"old b" * 100}, {"a": b"new a" * 50, "c": b"new c"}


def _tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def kills() -> list[dict[str, object]]:
    """What lay on the disk after each of the kills and failures that tests/models/kill_points.py makes."""
    script = Path(__file__).parent / "kill_points.py"
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, cwd=ROOT, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    results: list[dict[str, object]] = json.loads(done.stdout)
    return results


def test_every_scenario_was_interrupted_many_times(kills: list[dict[str, object]]) -> None:
    for scenario in ("new file", "replaced file", "new folder", "replaced folder", "sweep"):
        for how in ("kill", "fail"):
            points = [row for row in kills if (row["scenario"], row["how"]) == (scenario, how)]
            assert len(points) >= (6 if "file" in scenario or scenario == "sweep" else 12)
            # the last one is the run that was not interrupted any more
            assert [row["interrupted"] for row in points] == [True] * (len(points) - 1) + [False]


def test_old_or_new_is_whole_after_every_kill_and_failure(kills: list[dict[str, object]]) -> None:
    for row in kills:
        assert row["after_sweep"] in row["allowed"], row  # type: ignore[operator]


def test_interrupted_early_is_old_and_uninterrupted_is_new(kills: list[dict[str, object]]) -> None:
    for scenario in ("new file", "replaced file", "new folder", "replaced folder"):
        for how in ("kill", "fail"):
            points = [row for row in kills if (row["scenario"], row["how"]) == (scenario, how)]
            # one failure changes nothing: that to make the parent folder, which is there
            first = next(row for row in points if how == "kill" or row["raised"])
            assert first["after_sweep"] == "old"
            assert points[-1]["after_sweep"] == "new"


def test_nothing_stray_is_left_after_a_sweep(kills: list[dict[str, object]]) -> None:
    assert [row for row in kills if row["strays"]] == []


def test_a_failure_leaves_old_or_new_and_no_half_file_without_a_sweep(kills: list[dict[str, object]]) -> None:
    failures = [row for row in kills if row["how"] == "fail" and row["scenario"] != "sweep"]
    assert {row["before_sweep"] for row in failures} == {"old", "new"}
    left = [row for row in kills if row["how"] == "fail" and row["scenario"] != "sweep" and row["half_files"]]
    assert left == []


def test_a_failure_is_raised_not_swallowed(kills: list[dict[str, object]]) -> None:
    """Save where it does no harm: a parent that is there already, and the clearing of what was replaced."""
    for row in kills:
        if row["how"] == "fail" and row["scenario"] != "sweep" and row["interrupted"] and not row["raised"]:
            assert row["after_sweep"] == "new", row


def test_files_are_synced_before_the_rename_and_the_folder_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    fsync, rename, replace = os.fsync, os.rename, os.replace

    def kind(handle: int) -> str:
        return "sync folder" if os.path.isdir(f"/proc/self/fd/{handle}") else "sync file"

    monkeypatch.setattr(os, "fsync", lambda handle: (calls.append(kind(handle)), fsync(handle)))
    monkeypatch.setattr(os, "rename", lambda a, b: (calls.append("rename"), rename(a, b)))
    monkeypatch.setattr(os, "replace", lambda a, b: (calls.append("rename"), replace(a, b)))
    atomic.write_file(tmp_path / "file", b"x")
    assert calls == ["sync file", "rename", "sync folder"]
    calls.clear()
    atomic.write_folder(tmp_path / "folder", NEW)
    assert calls == ["sync file", "sync file", "sync folder", "rename", "sync folder"]
    calls.clear()
    atomic.write_folder(tmp_path / "folder", OLD)
    assert calls == ["sync file", "sync file", "sync folder", "rename", "rename", "sync folder"]


def test_a_folder_is_replaced_as_a_whole(tmp_path: Path) -> None:
    atomic.write_folder(tmp_path / "deep" / "run", OLD)
    atomic.write_folder(tmp_path / "deep" / "run", NEW)
    assert _tree(tmp_path) == {f"deep/run/{name}": content for name, content in NEW.items()}


def test_a_file_is_replaced(tmp_path: Path) -> None:
    atomic.write_file(tmp_path / "file", b"one")
    atomic.write_file(tmp_path / "file", b"two")
    assert _tree(tmp_path) == {"file": b"two"}


def test_a_new_file_is_its_owners_and_an_old_one_is_left(tmp_path: Path) -> None:
    path = tmp_path / "key"
    assert atomic.create_file(path, b"first")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not atomic.create_file(path, b"second")
    assert path.read_bytes() == b"first"
    assert [found.name for found in tmp_path.iterdir()] == ["key"]


def test_a_new_file_that_cannot_be_linked_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", refuse)
    with pytest.raises(OSError, match="not permitted"):
        atomic.create_file(tmp_path / "key", b"content")
    assert list(tmp_path.iterdir()) == []


def test_a_real_lack_of_room_leaves_the_old_one(tmp_path: Path) -> None:
    """RLIMIT_FSIZE stops the kernel's write half-way, as a full disk does."""
    atomic.write_folder(tmp_path / "run", OLD)
    atomic.write_file(tmp_path / "file", b"old")
    before, limits = _tree(tmp_path), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        with pytest.raises(OSError, match="File too large") as caught:
            atomic.write_folder(tmp_path / "run", {"a": b"x", "big": b"y" * 5000})
        assert caught.value.errno == errno.EFBIG
        with pytest.raises(OSError, match="File too large"):
            atomic.write_file(tmp_path / "file", b"y" * 5000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert _tree(tmp_path) == before


def test_a_read_only_folder_is_an_os_error_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    atomic.write_folder(tmp_path / "run", OLD)
    before = _tree(tmp_path)

    def refuse(*_: object, **__: object) -> None:  # root passes every permission, so the kernel's answer is played
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    with monkeypatch.context() as patched:
        patched.setattr(os, "mkdir", refuse)
        with pytest.raises(OSError, match="Read-only file system"):
            atomic.write_folder(tmp_path / "run", NEW)
    with monkeypatch.context() as patched:
        patched.setattr("models.atomic.Path.open", refuse)
        with pytest.raises(OSError, match="Read-only file system"):
            atomic.write_file(tmp_path / "file", b"x")
    assert _tree(tmp_path) == before


def test_sweep_of_a_folder_that_is_not_there_or_is_clean(tmp_path: Path) -> None:
    atomic.sweep(tmp_path / "nowhere")
    atomic.write_folder(tmp_path / "run", OLD)
    (tmp_path / ".gitkeep").touch()
    before = _tree(tmp_path)
    atomic.sweep(tmp_path)
    assert _tree(tmp_path) == before


def test_sweep_restores_a_name_with_dashes(tmp_path: Path) -> None:
    (tmp_path / ".replaced-mnist-vae-10d-0a1b2c3d").mkdir()
    (tmp_path / ".replaced-mnist-vae-10d-0a1b2c3d" / "a").write_bytes(b"old")
    atomic.sweep(tmp_path)
    assert _tree(tmp_path) == {"mnist-vae-10d/a": b"old"}


def test_sweep_waits_for_another_writer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line may start while the app is in the midst of a replacement."""
    atomic.write_folder(tmp_path / "run", OLD)
    rename, between, go_on = os.rename, threading.Event(), threading.Event()

    def slow_rename(source: Path, target: Path) -> None:
        if str(source).rsplit("/", 1)[-1].startswith(atomic.TEMP_MARK):
            between.set()
            assert go_on.wait(20)
        rename(source, target)

    monkeypatch.setattr(os, "rename", slow_rename)
    writer = threading.Thread(target=atomic.write_folder, args=(tmp_path / "run", NEW))
    sweeper = threading.Thread(target=atomic.sweep, args=(tmp_path,))
    writer.start()
    assert between.wait(20)
    assert not (tmp_path / "run").exists()
    sweeper.start()
    time.sleep(0.2)
    assert not (tmp_path / "run").exists(), "the sweep did not wait"
    go_on.set()
    for thread in (writer, sweeper):
        thread.join(20)
        assert not thread.is_alive()
    assert _tree(tmp_path) == {f"run/{name}": content for name, content in NEW.items()}


def test_without_locks_and_folder_handles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows, where `fcntl` is missing and a folder can't be opened."""
    real_open = os.open

    def no_folders(path: str, *arguments: object, **options: object) -> int:
        if os.path.isdir(path):
            raise PermissionError(errno.EACCES, "Permission denied")
        return real_open(path, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(atomic, "fcntl", None)
    with monkeypatch.context() as patched:
        patched.setattr(os, "open", no_folders)
        atomic.write_folder(tmp_path / "run", OLD)
        atomic.write_file(tmp_path / "file", b"x")
        atomic.sweep(tmp_path)
    assert _tree(tmp_path) == {"file": b"x"} | {f"run/{name}": content for name, content in OLD.items()}


def test_two_writers_do_not_wait_for_each_other(tmp_path: Path) -> None:
    with atomic._locked(tmp_path, shared=True):
        thread = threading.Thread(target=atomic.write_file, args=(tmp_path / "file", b"x"))
        thread.start()
        thread.join(20)
        assert not thread.is_alive()
    assert _tree(tmp_path) == {"file": b"x"}


def test_a_folder_is_removed_and_a_kill_in_between_is_cleared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("one", "two"):
        atomic.write_folder(tmp_path / name, OLD)
    atomic.remove_folder(tmp_path / "one")
    monkeypatch.setattr(atomic.shutil, "rmtree", lambda path: None)
    atomic.remove_folder(tmp_path / "two")
    monkeypatch.undo()
    assert not (tmp_path / "two").exists()
    assert len(list(tmp_path.iterdir())) == 1
    atomic.sweep(tmp_path)
    assert list(tmp_path.iterdir()) == []
