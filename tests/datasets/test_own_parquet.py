"""Parquet tables as the app reads them, in another process: it answers or dies, and the app goes on."""

import io
import json
import random
from collections import Counter
from pathlib import Path

import pytest

from datasets.own import parquet, parquet_child
from datasets.own.parquet_child import END, FILE, HEADER, LABEL, LEFT_OUT, REFUSED
from datasets.own.picture import Look
from datasets.own.reasons import LEFT_OUT as REASONS
from datasets.own.upload import read
from models.errors import InputError
from tests.datasets import own_files
from tests.datasets.own_files import shapes, with_paths

PICTURES = list(shapes(10).values())
TABLE = own_files.parquet({"image": with_paths(PICTURES), "label": ["a", "b"] * 5}, compression="none")


def test_another_process_reads_a_table() -> None:
    assert read(TABLE, Look()).counts == {"a": 5, "b": 5}


def test_a_table_that_pyarrow_dies_of_is_damaged() -> None:
    """Its footer names a way to pack that there is not: a C++ exception which nobody catches."""
    place = TABLE.rindex(b"\x15\x00\x16", 0, TABLE.rindex(b"ARROW:schema"))  # codec 0, before the count of values
    with pytest.raises(InputError) as refusal:
        read(TABLE[: place + 1] + b"\x7f" + TABLE[place + 2 :], Look())
    assert refusal.value.reason.code == "upload.damaged_table"


def test_a_process_that_does_not_even_start_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "CHILD", ["/bin/false"])
    with pytest.raises(InputError, match="upload.damaged_table"):
        read(TABLE, Look())


def test_a_table_that_says_it_is_too_large_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_child, "UNPACKED_BYTES", 1000)
    monkeypatch.setattr(parquet_child, "_values", None)
    ((kind, content),) = parquet_child.frames(TABLE)
    assert (kind, json.loads(content)[0]) == (REFUSED, "upload.unpacked")


def answer() -> bytes:
    """What the process says of a table, and of a row without an image."""
    parts = [*parquet_child.frames(TABLE)]
    parts[2:2] = [(LEFT_OUT, b"no_image")]
    assert {kind for kind, _ in parts} == {FILE, LABEL, LEFT_OUT, END}
    return b"".join(HEADER.pack(kind, len(content)) + content for kind, content in parts)


def test_spoiled_answers_are_read_or_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    sound, chance = answer(), random.Random(3)
    seen = Counter[str]()
    for _ in range(500):
        spoiled = bytearray(sound[: chance.choice((len(sound), chance.randrange(len(sound))))])
        for _ in range(chance.randrange(3)):
            if spoiled:
                spoiled[chance.randrange(len(spoiled))] = chance.randrange(256)
        monkeypatch.setattr(
            parquet, "_frames", lambda _, spoiled=bytes(spoiled): parquet._read(io.BytesIO(spoiled).read)
        )
        left_out = Counter[str]()
        try:
            rows = list(parquet.images(TABLE, left_out))
        except InputError as refusal:
            seen[refusal.reason.code] += 1
        else:
            seen["read"] += 1
            assert len(rows) <= 10
        assert set(left_out) <= set(REASONS)
    assert seen["read"] > 50 and seen["upload.damaged_table"] > 50


def test_nothing_is_left_of_the_process(tmp_path: Path) -> None:
    assert tmp_path.is_dir()
    rows = parquet.images(TABLE, Counter())
    next(rows)
    rows.close()  # whoever stops early does not wait for the rest
