"""A tree of files that appears whole or not at all. Knows files; knows nothing of what they hold."""

import os
import shutil
import uuid
from collections.abc import Iterable
from pathlib import Path

from models.errors import InputError, require

WRITING, REPLACED = ".writing-", ".replaced-"


def write_tree(folder: Path, files: Iterable[tuple[str, bytes]], force: bool = False) -> int:
    """Writes files by their relative paths into `folder`, which was not there or empty; returns the bytes written.

    With `force` what was there is replaced, once all is written. Raises InputError in words; then nothing half-written
    stays, and what was there before is still there.
    """
    require(not folder.exists() or folder.is_dir(), f"{folder} is a file; name a folder.")
    filled = folder.is_dir() and any(folder.iterdir())
    require(
        force or not filled, f"{folder} is not empty. Name another folder, or say --force to replace what is in it."
    )
    beside = folder.absolute().parent
    temp = beside / f"{WRITING}{folder.name}-{uuid.uuid4().hex[:8]}"
    try:
        size = _write(temp, files)
        _move(temp, folder.absolute())
    except OSError as error:
        raise InputError(
            f"{folder} can't be written: {error.strerror}. Free some space, or name another folder."
        ) from None
    finally:
        shutil.rmtree(temp, ignore_errors=True)
    return size


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
