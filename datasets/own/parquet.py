"""A Parquet table with a column of images, as hubs have data sets: image files as bytes, or as bytes with a path.

Another process reads it (parquet_child.py), which may die of it; what comes from there is trusted no more than an
upload. Knows that process; what an image is, `picture.py` decides.
"""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from datasets.own.limits import UNPACKED_BYTES
from datasets.own.parquet_child import END, FILE, HEADER, LABEL, LEFT_OUT, REFUSALS, REFUSED
from datasets.own.reasons import LEFT_OUT as REASONS
from datasets.own.zipped import Label, plain_label
from models.errors import InputError, Reason

BEGINNING, ENCRYPTED = b"PAR1", b"PARE"  # the second where the table's own description is encrypted
ROOT = Path(__file__).parents[2]
CHILD = [sys.executable, "-m", "datasets.own.parquet_child"]
Frames = Iterator[tuple[bytes, bytes]]


def is_parquet(content: bytes) -> bool:
    """Whether a file says that it is a Parquet table."""
    return content.startswith((BEGINNING, ENCRYPTED))


def images(content: bytes, left_out: Counter[str]) -> Iterator[tuple[Label, bytes]]:
    """Label and image file of each row; raises InputError where the table has no images or can't be read."""
    if content.startswith(ENCRYPTED):
        raise InputError("upload.encrypted_table")
    try:
        yield from _told(content, left_out)
    except (InputError, GeneratorExit):
        raise
    except Exception:  # the process died, or does not say what it should
        raise InputError("upload.damaged_table") from None


def _told(content: bytes, left_out: Counter[str]) -> Iterator[tuple[Label, bytes]]:
    label: Label = None
    for kind, part in _frames(content):
        if kind == FILE:
            yield label, part
        elif kind == LABEL:
            name = json.loads(part)
            label = None if name is None else plain_label(name)
        elif kind == LEFT_OUT:
            code = part.decode()
            left_out[REASONS[REASONS.index(code)]] += 1
        elif kind == REFUSED:
            code, values = json.loads(part)
            if code not in REFUSALS:
                raise EOFError
            raise InputError.of(Reason(code, values))
        elif kind == END:
            return
    raise EOFError


def _frames(content: bytes) -> Frames:
    """What the other process says of a table, as far as it comes."""
    with subprocess.Popen(
        CHILD, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdin
        assert process.stdout
        try:
            with process.stdin:
                process.stdin.write(content)
            yield from _read(process.stdout.read)
        except OSError:
            return  # it did not even take the table
        finally:
            process.kill()


def _read(read: Callable[[int], bytes]) -> Frames:
    while len(header := read(HEADER.size)) == HEADER.size:
        kind, length = HEADER.unpack(header)
        part = read(min(length, UNPACKED_BYTES))
        if len(part) < length:
            return
        yield kind, part
