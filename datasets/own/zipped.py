"""A zip of images: `train/<label>/1.png`, `<label>/1.png`, or all in one folder. Nothing of it is ever written.

Knows zips and the names of folders; what an image is, `picture.py` decides.
"""

import io
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath

from datasets.own.limits import CLASS_NAME, ENTRIES, MEGABYTE, UNPACKED_BYTES
from datasets.own.picture import BEGINNINGS, LONGEST_BEGINNING
from datasets.own.reasons import LeftOutError
from models.errors import InputError

ZIP, ENTRY = b"PK\x03\x04", b"PK\x01\x02"
ENCRYPTED = 1  # the flag bit of a member
PARTS = {"train", "training", "test", "testing", "val", "valid", "validation"}  # folders that are no labels
Label = str | None


def opened(content: bytes) -> zipfile.ZipFile:
    """The zip, its directory read; raises InputError for one that is damaged or has too many entries."""
    if content.count(ENTRY) > ENTRIES:  # before zipfile makes an object of each
        raise InputError("upload.entries", limit=ENTRIES)
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except Exception:  # zipfile raises whatever its parts do
        raise InputError("upload.damaged_zip") from None


def images(archive: zipfile.ZipFile, left_out: Counter[str]) -> Iterator[tuple[Label, bytes]]:
    """Label and content of each file that may be an image; what can't be is counted in `left_out`."""
    safe = []
    for info in archive.infolist():
        path = PurePosixPath(info.filename.replace("\\", "/"))
        if info.filename.endswith(("/", "\\")) or _is_rubbish(path):
            continue
        if path.is_absolute() or ".." in path.parts:
            left_out["path"] += 1
        else:
            safe.append((info, path))
    unpacked, common = 0, _common([path for _, path in safe])
    for info, path in safe:
        try:
            label = _label(path, common)
            content = _content(archive, info)
        except LeftOutError as reason:
            left_out[reason.code] += 1
            continue
        unpacked += len(content)
        if unpacked > UNPACKED_BYTES:
            raise InputError("upload.unpacked", limit=UNPACKED_BYTES // MEGABYTE)
        yield label, content


def member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, size: int = -1) -> bytes:
    """The first bytes of a file, or all; raises LeftOutError for one that is encrypted, damaged or packed unusually."""
    if info.flag_bits & ENCRYPTED:
        raise LeftOutError("encrypted")
    # bzip2 and LZMA are left out: an LZMA header may ask for 4 GB of working memory
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise LeftOutError("packing")
    if info.file_size > UNPACKED_BYTES:
        raise InputError("upload.unpacked", limit=UNPACKED_BYTES // MEGABYTE)
    try:
        with archive.open(info) as file:
            return file.read(size)
    except Exception:  # zlib.error, BadZipFile, EOFError, NotImplementedError, ...
        raise LeftOutError("damaged") from None


def plain_label(text: str) -> str:
    """A label as it is shown; raises LeftOutError where it is empty, too long, or has characters that nobody sees."""
    label = unicodedata.normalize("NFC", text).strip()
    if not 0 < len(label) <= CLASS_NAME or not label.isprintable():
        raise LeftOutError("label")
    return label


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    beginning = member(archive, info, LONGEST_BEGINNING)
    if beginning.startswith(ZIP):
        raise LeftOutError("nested")
    if not beginning.startswith(BEGINNINGS):
        raise LeftOutError("no_image")
    return member(archive, info)


def _is_rubbish(path: PurePosixPath) -> bool:
    """What operating systems put into zips by themselves."""
    return "__MACOSX" in path.parts or path.name.startswith(".") or path.name.lower() in ("thumbs.db", "desktop.ini")


def _common(paths: list[PurePosixPath]) -> int | None:
    """How many folders all files share; None where they all lie in one folder, which then is no label."""
    folders = {_folders(path) for path in paths}
    if len(folders) < 2:
        return None
    depth = min(map(len, folders))
    return next((place for place in range(depth) if len({folder[place] for folder in folders}) > 1), depth)


def _folders(path: PurePosixPath) -> tuple[str, ...]:
    return tuple(part for part in path.parent.parts if part.lower() not in PARTS)


def _label(path: PurePosixPath, common: int | None) -> Label:
    """The folder that the file lies in, below those that all files share. Raises LeftOutError where there is none."""
    if common is None:
        return None
    own = _folders(path)[common:]
    if not own:
        raise LeftOutError("beside")
    return plain_label(own[-1])
