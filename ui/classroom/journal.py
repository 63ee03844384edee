"""What of the classes is on disk, so that a server that was killed goes on with them: one small file each.

Beside the journal of trainings, written whole or not at all; drawings join a file of their own line by line. No token
and no key is in them, only what tells them apart from others. Knows files; knows nothing of who is connected.
"""

import logging
import os
import re
import time
from collections.abc import Sequence
from pathlib import Path

from jobs.lock import try_lock
from models import gallery, strict_json
from models.atomic import write_file
from models.errors import InputError
from ui.classroom.drawings import Drawings, Entry, Line
from ui.classroom.room import CODE_LENGTH, LETTERS, RefusedError, Room
from ui.limits import CLASS_DRAWINGS, CLASS_SECONDS

logger = logging.getLogger(__name__)
MOST_BYTES = 4 * 2**20
MOST_DRAWN_BYTES = 2 * CLASS_DRAWINGS * 3_000  # each drawing given and taken away
LOCK = "open-classes.lock"
_NAME = re.compile(rf"class-([{LETTERS}]{{{CODE_LENGTH}}})\.json")


def folder() -> Path:
    """Where they lie."""
    return gallery.checkpoint_folder() / gallery.UNFINISHED


def own(where: Path) -> int | None:
    """Makes the classes of a folder this process's alone, until the handle is closed; None where another process has
    them, -1 where nothing can be written: classes live in memory then.
    """
    try:
        where.mkdir(parents=True, exist_ok=True)
        handle = os.open(where / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError:
        return -1
    if try_lock(handle):
        return handle
    os.close(handle)
    return None


def write(where: Path, code: str, text: str) -> None:
    """Puts a class on disk; OSError where the disk refuses."""
    where.mkdir(parents=True, exist_ok=True)
    write_file(_path(where, code), text.encode())


def append(where: Path, code: str, entries: Sequence[Entry]) -> None:
    """Adds to the drawings of a class, all of these or none; OSError where the disk refuses."""
    if not entries:
        return
    where.mkdir(parents=True, exist_ok=True)
    with _drawn(where, code).open("ab") as file:
        before = file.tell()
        try:
            file.write("".join(strict_json.write_line(Line(entry)) for entry in entries).encode())
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            file.truncate(before)
            raise


def drawings(where: Path, code: str) -> Drawings:
    """The drawings of a class, up to the first that a kill has cut: nobody was told of that."""
    path = _drawn(where, code)
    if not path.is_file() or path.stat().st_size > MOST_DRAWN_BYTES:
        return Drawings()
    entries: list[Entry] = []
    whole = 0
    for line in path.read_bytes().splitlines(keepends=True):
        try:
            entries.append(strict_json.read(Line, line if line.endswith(b"\n") else b"", path.name).entry)
        except InputError as error:
            logger.warning("The drawings of class %s end after %d: %s", code, len(entries), error)
            os.truncate(path, whole)
            break
        whole += len(line)
    return Drawings(entries)


def remove(where: Path, code: str) -> None:
    """Takes a class off the disk."""
    _drawn(where, code).unlink(missing_ok=True)
    _path(where, code).unlink(missing_ok=True)


def load(where: Path, now: float) -> tuple[dict[str, Room], set[str]]:
    """The classes that go on, and the codes of those whose file is damaged, which is set aside.

    Those that are older than a day are removed. `now`: seconds since 1970; of a class from the future, because a clock
    was set, the day begins now.
    """
    rooms, damaged = {}, set()
    for path in sorted(where.glob("class-*.json")) if where.is_dir() else []:
        if not (found := _NAME.fullmatch(path.name)):
            continue
        code = found[1]
        try:
            room = _read(path)
        except (InputError, RefusedError, OSError) as error:
            aside = path.with_name(f"{path.name}.damaged-{time.strftime('%Y%m%d-%H%M%S')}")
            path.replace(aside)
            logger.warning("The journal of class %s was damaged (%s); it is kept as %s.", code, error, aside.name)
            damaged.add(code)
            continue
        room.opened = min(room.opened, now)
        if now - room.opened > CLASS_SECONDS:
            remove(where, code)
        else:
            rooms[code] = room
    return rooms, damaged


def _path(where: Path, code: str) -> Path:
    return where / f"class-{code}.json"


def _drawn(where: Path, code: str) -> Path:
    return where / f"class-{code}.drawings.jsonl"


def _read(path: Path) -> Room:
    if path.stat().st_size > MOST_BYTES:
        raise RefusedError("message")
    room = strict_json.read(Room, path.read_bytes(), path.name)
    if _path(path.parent, room.code) != path:
        raise RefusedError("message")
    return room
