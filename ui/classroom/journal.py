"""What of the classes is on disk, so that a server that was killed goes on with them: one small file each.

Beside the journal of trainings, written whole or not at all. No token and no key is in it, only what tells them apart
from others. Knows files; knows nothing of who is connected.
"""

import logging
import re
import time
from pathlib import Path

from models import gallery, strict_json
from models.atomic import write_file
from models.errors import InputError
from ui.classroom.room import CODE_LENGTH, LETTERS, RefusedError, Room
from ui.limits import CLASS_SECONDS

logger = logging.getLogger(__name__)
MOST_BYTES = 4 * 2**20
_NAME = re.compile(rf"class-([{LETTERS}]{{{CODE_LENGTH}}})\.json")


def folder() -> Path:
    """Where they lie."""
    return gallery.checkpoint_folder() / gallery.UNFINISHED


def write(where: Path, code: str, text: str) -> None:
    """Puts a class on disk; OSError where the disk refuses."""
    where.mkdir(parents=True, exist_ok=True)
    write_file(_path(where, code), text.encode())


def remove(where: Path, code: str) -> None:
    """Takes a class off the disk."""
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
            path.unlink(missing_ok=True)
        else:
            rooms[code] = room
    return rooms, damaged


def _path(where: Path, code: str) -> Path:
    return where / f"class-{code}.json"


def _read(path: Path) -> Room:
    if path.stat().st_size > MOST_BYTES:
        raise RefusedError("message")
    room = strict_json.read(Room, path.read_bytes(), path.name)
    if _path(path.parent, room.code) != path:
        raise RefusedError("message")
    return room
