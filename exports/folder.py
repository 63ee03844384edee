"""A tree of files, or one file, that appears whole or not at all. Knows files; knows nothing of what they hold."""

import os
import shutil
import uuid
from collections.abc import Callable, Iterable
from pathlib import Path

from models.atomic import write_file
from models.errors import InputError, require

WRITING, REPLACED = ".writing-", ".replaced-"


def write_tree(folder: Path, files: Iterable[tuple[str, bytes]], force: bool = False) -> int:
    """Writes files by their relative paths into `folder`, which was not there or empty; returns the bytes written.

    With `force` what was there is replaced, once all is written. Raises InputError in words; then nothing half-written
    stays, and what was there before is still there.
    """
    require(not folder.exists() or folder.is_dir(), "export.is_file", folder=str(folder))
    filled = folder.is_dir() and any(folder.iterdir())
    require(force or not filled, "export.not_empty", folder=str(folder))
    beside = folder.absolute().parent
    temp = beside / f"{WRITING}{folder.name}-{uuid.uuid4().hex[:8]}"
    try:
        size = _write(temp, files)
        _move(temp, folder.absolute())
    except OSError as error:
        raise _unwritten(folder, error) from None
    finally:
        shutil.rmtree(temp, ignore_errors=True)
    return size


def write_one(path: Path, make: Callable[[], bytes], force: bool = False) -> int:
    """Writes what `make` gives to a path where no file was, or with `force` in its place; returns the bytes written.

    Raises InputError in words; then nothing half-written stays.
    """
    require(not path.is_dir(), "export.is_folder", file=str(path))
    require(force or not path.exists(), "export.is_there", file=str(path))
    content = make()
    try:
        write_file(path.absolute(), content)
    except OSError as error:
        raise _unwritten(path, error) from None
    return len(content)


def _unwritten(path: Path, error: OSError) -> InputError:
    return InputError("export.unwritable", file=str(path), problem=error.strerror)


def _write(temp: Path, files: Iterable[tuple[str, bytes]]) -> int:
    size = 0
    for name, content in files:
        path = temp / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        size += len(content)
    return size


def _move(temp: Path, folder: Path) -> None:
    old = folder.parent / f"{REPLACED}{folder.name}-{uuid.uuid4().hex[:8]}"
    if folder.exists():
        os.replace(folder, old)
    try:
        os.replace(temp, folder)
    except OSError:
        if old.exists():
            os.replace(old, folder)
        raise
    shutil.rmtree(old, ignore_errors=True)
