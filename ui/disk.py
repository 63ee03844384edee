"""Whether there is room for another model: what the folder of models may take, and what its disk must keep.

Knows folders and the limits; knows no page.
"""

import os
import shutil
from pathlib import Path

from models import gallery
from models.errors import InputError, require
from ui import limits


def require_room() -> None:
    """Raises InputError where the folder of models has taken its share, or its disk is nearly full."""
    folder = gallery.checkpoint_folder()
    used = bytes_in(folder)
    require(used <= limits.FOLDER_BYTES, "disk.share", used=used / limits.GB, most=limits.FOLDER_BYTES / limits.GB)
    require_writable(folder)


def require_writable(folder: Path) -> None:
    """Raises InputError where nothing can be written into a folder, or its disk has too little left."""
    there = next((place for place in (folder, *folder.absolute().parents) if place.is_dir()), folder)
    if not os.access(there, os.W_OK):
        raise InputError("disk.closed")
    try:
        free = shutil.disk_usage(there).free
    except OSError as error:
        raise InputError("disk.closed") from error
    require(free >= limits.FREE_BYTES, "disk.full", free=free // limits.MB)


def bytes_in(folder: Path) -> int:
    """What all files of a folder and its folders take; a file that goes meanwhile counts nothing."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(place, name)).st_size
            except OSError:
                continue
    return total
