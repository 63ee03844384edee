"""Ten thousand small uploads, each spoiled somewhere: they are read, or refused with a sentence, and soon."""

import os
import random
import signal
import subprocess
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from datasets.own import parquet, upload
from datasets.own.parquet_child import END, HEADER, REFUSED
from datasets.own.picture import Look
from models.errors import InputError
from tests.datasets.own_files import csv, noise, npz, saved, shape, shapes, with_paths, zipped
from tests.datasets.own_files import parquet as table

LOOK, MUTANTS, SECONDS = Look(), 10_000, 1.0
TABLES = 300
FORMS = {"a.png": "PNG", "b.jpg": "JPEG", "c.gif": "GIF", "d.bmp": "BMP", "e.webp": "WEBP"}
FILES = {name: saved(shape("box", number, (12, 12)), form) for number, (name, form) in enumerate(FORMS.items())}
SEEDS = [
    zipped(FILES),
    zipped({f"x/{name}": content for name, content in FILES.items()} | {"y/f.png": FILES["a.png"]}, zipfile.ZIP_STORED),
    npz(x=noise(10, 9, 9), y=np.arange(10) % 2),
    npz(x=noise(10, 8, 8, 3)),
    csv(noise(2, 784) // 32, ["a", "b"], "label" + ",p" * 784),
]
TELLING = [
    b"\0",
    b"\xff",
    b"PK",
    b"PK\x03\x04",
    b"\xff\xff\xff\xff",
    b"\x7f\xff\xff\xff",
    b"nan",
    b"1e999",
    b",",
    b"\n",
    b"|O",
    b"(-1,",
]


def mutant(chance: random.Random, seeds: Sequence[bytes] = SEEDS) -> bytes:
    """A seed with one to six places overwritten, cut out, doubled, or written over by what parsers stumble on."""
    content = bytearray(chance.choice(seeds))
    for _ in range(chance.choice((1, 1, 2, 3, 6))):
        at = chance.randrange(len(content) or 1)
        length = chance.choice((1, 1, 2, 4, 30))
        match chance.randrange(5):
            case 0:
                content[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del content[at : at + length]
            case 2:
                content[at:at] = content[at : at + length]
            case 3:
                content[at : at + 4] = chance.choice(TELLING)
            case _:
                content[at : at + 1] = bytes([(content[at] if content else 0) ^ (1 << chance.randrange(8))])
    return bytes(content)


@pytest.mark.filterwarnings("ignore")
def test_ten_thousand_spoiled_uploads_are_read_or_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    # a few pictures are enough, so that those that are left reach the end
    monkeypatch.setattr(upload, "LEAST_PICTURES", 2)
    chance, slowest, read, refused = random.Random(13), 0.0, 0, dict[str, int]()
    for number in range(MUTANTS):
        content, began = mutant(chance), time.process_time()
        try:
            found = upload.read(content, LOOK)
            assert found.pixels.shape == (len(found.labels), 1, 28, 28)
            read += 1
        except InputError as error:
            refused[error.reason.code] = refused.get(error.reason.code, 0) + 1
        except BaseException as error:
            raise AssertionError(f"mutant {number} raises {type(error).__name__}: {error}") from error
        slowest = max(slowest, time.process_time() - began)
    assert slowest < SECONDS
    assert read > MUTANTS / 5, "the mutants are too broken to reach the readers"
    assert len(refused) >= 6, refused


class Reader:
    """The process that reads tables, see parquet_reader.py, in the place of one for each table."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.deaths = Counter[int]()

    def frames(self, content: bytes) -> Iterator[tuple[bytes, bytes]]:
        """What it says of a table; it ends early where the reader dies, as the app's own does."""
        from tests.datasets.parquet_reader import DIED, LENGTH

        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(LENGTH.pack(len(content)) + content)
        self.process.stdin.flush()
        found = []
        while not found or found[-1][0] not in (END, REFUSED, DIED):
            kind, length = HEADER.unpack(self.process.stdout.read(HEADER.size))
            found.append((kind, self.process.stdout.read(length)))
        if found[-1][0] == DIED:
            self.deaths[found.pop()[1][0]] += 1
        yield from found


def deadly(seed: bytes) -> bytes:
    """A table whose footer names a way to pack that there is not: pyarrow ends its process over it."""
    place = seed.rindex(b"\x15\x00\x16", 0, seed.rindex(b"ARROW:schema"))  # codec 0, before the count of values
    return seed[: place + 1] + b"\x7f" + seed[place + 2 :]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_spoiled_tables_are_read_or_refused_whatever_becomes_of_their_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload, "LEAST_PICTURES", 2)
    columns = {"image": with_paths(list(shapes(4).values())), "label": ["a", "b"] * 2}
    seeds = [table(columns, compression=packing) for packing in ("none", "snappy")]
    footers = [len(seed) - int.from_bytes(seed[-8:-4], "little") - 8 for seed in seeds]
    chance, verdicts = random.Random(17), Counter[str]()
    with subprocess.Popen(
        [sys.executable, "-m", "tests.datasets.parquet_reader"],
        cwd=Path(__file__).parents[2], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        reader = Reader(process)
        monkeypatch.setattr(parquet, "_frames", reader.frames)
        for number in range(TABLES):
            which = chance.randrange(len(seeds))
            seed, footer = seeds[which], footers[which]
            # every other one is spoiled in its own description, which most of pyarrow's code reads
            begins = footer if chance.random() < 0.5 else 4
            content = seed[:begins] + mutant(chance, [seed[begins:]])
            if number % 50 == 0:
                content = deadly(seeds[0])
            try:
                upload.read(content, LOOK)
                verdicts["read"] += 1
            except InputError as error:
                verdicts[error.reason.code] += 1
        assert process.stdin
        process.stdin.close()
        assert process.wait() == 0
    assert not reader.deaths[signal.SIGPROF], "a table hung its reader"
    assert sum(verdicts.values()) == TABLES
    assert min(verdicts["read"], verdicts["upload.damaged_table"]) > TABLES / 20, verdicts
    assert reader.deaths.total() >= TABLES / 50, "that a dead reader is replaced has not been seen"
