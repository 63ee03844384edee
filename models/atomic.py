"""Files and folders that appear on disk whole or not at all, whenever the power goes.

Temp, fsync, rename, fsync of the folder (the facts are in GUIDE.md under "Safe files"). Knows nothing of models.
"""

import contextlib
import os
import shutil
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows, which can neither lock nor sync a folder
    fcntl = None  # type: ignore[assignment]

TEMP_MARK, OLD_MARK = ".writing-", ".replaced-"


def write_file(path: Path, content: bytes) -> None:
    """Puts the content at `path`, replacing what was there in one step. OSError leaves the old file whole."""
    temp = path.parent / f"{TEMP_MARK}{path.name}-{uuid.uuid4().hex[:8]}"
    with _locked(path.parent, shared=True):
        try:
            _write_synced(temp, content)
            os.replace(temp, path)
        except BaseException:
            temp.unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)


def create_file(path: Path, content: bytes) -> bool:
    """Puts a file that only its owner may read at `path`, unless one is there; whether it did. Of two at once one does.

    Raises OSError also where the file system knows no hard links.
    """
    temp = path.parent / f"{TEMP_MARK}{path.name}-{uuid.uuid4().hex[:8]}"
    with _locked(path.parent, shared=True):
        try:
            temp.touch(mode=0o600, exist_ok=False)
            _write_synced(temp, content, "wb")
            os.link(temp, path)
        except FileExistsError:
            return False
        finally:
            temp.unlink(missing_ok=True)
        _sync_folder(path.parent)
    return True


def write_folder(path: Path, files: Mapping[str, bytes]) -> None:
    """Puts a folder of files at `path`. A folder that was there stays whole until the new one is complete.

    A crash between the two renames of a replacement leaves the old folder under another name; `sweep` puts it back.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temp = path.parent / f"{TEMP_MARK}{path.name}-{uuid.uuid4().hex[:8]}"
    with _locked(path.parent, shared=True):
        try:
            temp.mkdir()
            for name, content in files.items():
                _write_synced(temp / name, content)
            _sync_folder(temp)
            _move_into_place(temp, path)
        except BaseException:
            shutil.rmtree(temp, ignore_errors=True)
            raise


def remove_folder(path: Path) -> None:
    """Takes a folder off the disk: its name is gone at once, and of a crash in between `sweep` clears the rest."""
    with _locked(path.parent, shared=True):
        temp = path.parent / f"{TEMP_MARK}{path.name}-{uuid.uuid4().hex[:8]}"
        path.rename(temp)
        _sync_folder(path.parent)
        shutil.rmtree(temp)


def sweep(folder: Path) -> None:
    """Clears what a kill left behind: half-written files go, a folder caught in mid-replacement comes back.

    Call it once, when a process that writes to the folder starts; it waits until no other process is writing there.
    """
    if not folder.is_dir():
        return
    with _locked(folder, shared=False):
        for stray in folder.glob(f"{OLD_MARK}*"):
            original = folder / stray.name.removeprefix(OLD_MARK).rsplit("-", 1)[0]
            if original.exists():
                _remove(stray)
            else:
                stray.rename(original)
        for stray in folder.glob(f"{TEMP_MARK}*"):
            _remove(stray)


@contextlib.contextmanager
def _locked(folder: Path, shared: bool) -> Iterator[None]:
    """Inside, writers (shared) and a sweep keep apart; the kernel ends the lock of a process that dies."""
    if fcntl is None:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # a file system without locks
            fcntl.flock(handle, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _move_into_place(temp: Path, path: Path) -> None:
    if not path.exists():
        temp.rename(path)
        _sync_folder(path.parent)
        return
    old = path.parent / f"{OLD_MARK}{path.name}-{uuid.uuid4().hex[:8]}"
    path.rename(old)
    try:
        temp.rename(path)
    except BaseException:
        old.rename(path)
        raise
    _sync_folder(path.parent)
    shutil.rmtree(old, ignore_errors=True)


def _write_synced(path: Path, content: bytes, mode: str = "xb") -> None:
    with path.open(mode) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    if fcntl is None:
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
