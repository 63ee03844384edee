"""The process that reads a Parquet table: `python -m datasets.own.parquet_child`, the table in, frames out.

It is a process of its own because pyarrow ends the one that it is in over some damaged tables, by an exception of C++
that nobody catches. What a table says of its size is not believed: a few rows are unpacked at once, only what can't
grow without end is unpacked at all, and the process may take so much memory and time and no more.
"""

import json
import struct
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from datasets.own.limits import ENTRIES, MEGABYTE, SECONDS, UNPACKED_BYTES
from datasets.own.reasons import LeftOutError
from datasets.own.zipped import Label, plain_label
from models.errors import InputError

HEADER = struct.Struct("<cI")  # of a frame: what it is, and how many bytes
FILE, LABEL, LEFT_OUT, REFUSED, END = b"F", b"L", b"O", b"R", b"E"
REFUSALS = tuple(f"upload.{why}" for why in ("rows", "unpacked", "no_image_column", "packed_table", "damaged_table"))
ROWS_AT_ONCE = 8  # each may be one and the same image, as large as the upload, that is written once
PACKED = ("UNCOMPRESSED", "SNAPPY")  # Snappy unpacks to 21 times at most; others to 1,000 times and more
IMAGES, LABELS = ("image", "img", "picture"), ("label", "labels", "class", "fine_label")  # what hubs call them
HUB = b"huggingface"  # where the hub of that name writes what its labels are called
ADDRESS_BYTES = 4 * 2**30  # of the process, which maps much more than it uses


def main() -> None:
    """Reads a table from the standard input, and writes what is in it to the standard output."""
    _limit()
    for kind, content in frames(sys.stdin.buffer.read()):
        sys.stdout.buffer.write(HEADER.pack(kind, len(content)) + content)


def frames(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """What a table holds: a label (JSON, null for none) and a file for each row, or why it is left out; then the end.

    Or the code and the values of a refusal, as JSON.
    """
    try:
        yield from _rows(content)
        yield END, b""
    except InputError as error:
        yield REFUSED, json.dumps([error.reason.code, error.reason.values]).encode()
    except Exception:  # pyarrow raises whatever its decoders stumble on: OSError, ArrowInvalid, OverflowError, ...
        yield REFUSED, json.dumps(["upload.damaged_table", {}]).encode()


def _limit() -> None:
    try:
        import resource
    except ImportError:  # an operating system without limits
        return
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_BYTES, ADDRESS_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (int(SECONDS), int(SECONDS)))


def _rows(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    table = _opened(content)
    columns = _columns(table)
    names = _names_of_labels(table.schema_arrow.metadata or {}, columns[1:])
    unpacked = 0
    for row, values in enumerate(_values(table, columns)):
        if row == ENTRIES:
            raise InputError("upload.rows", limit=ENTRIES)
        try:
            file, label = _file(values[0]), _label(values[1:], names)
        except LeftOutError as reason:
            yield LEFT_OUT, reason.code.encode()
            continue
        unpacked += len(file)
        if unpacked > UNPACKED_BYTES:
            raise InputError("upload.unpacked", limit=UNPACKED_BYTES // MEGABYTE)
        yield LABEL, json.dumps(label).encode()
        yield FILE, file


def _opened(content: bytes) -> Any:
    import pyarrow  # here: it costs half a second
    import pyarrow.parquet

    return pyarrow.parquet.ParquetFile(
        pyarrow.BufferReader(content), pre_buffer=False, thrift_string_size_limit=MEGABYTE,
        thrift_container_size_limit=ENTRIES, arrow_extensions_enabled=False,
    )  # fmt: skip


def _columns(table: Any) -> list[str]:
    """The column of images, and that of labels if there is one; raises InputError where they can't be unpacked."""
    schema, facts = table.schema_arrow, table.metadata
    image = _named(schema, IMAGES, _is_files)
    if image is None:
        raise InputError("upload.no_image_column", columns=", ".join(schema.names)[:80])
    if facts.num_rows > ENTRIES:
        raise InputError("upload.rows", limit=ENTRIES)
    label = _named(schema, LABELS, _is_label, only_named=True)
    columns = [image] if label is None else [image, label]
    groups = [facts.row_group(number) for number in range(facts.num_row_groups)]
    chunks = [group.column(place) for group in groups for place in range(facts.num_columns)]
    chunks = [chunk for chunk in chunks if chunk.path_in_schema.partition(".")[0] in columns]
    packing = next((chunk.compression for chunk in chunks if chunk.compression not in PACKED), None)
    if packing:
        raise InputError("upload.packed_table", packing=str(packing)[:20])
    if sum(chunk.total_uncompressed_size for chunk in chunks) > UNPACKED_BYTES:
        raise InputError("upload.unpacked", limit=UNPACKED_BYTES // MEGABYTE)
    return columns


def _named(schema: Any, names: Sequence[str], fits: Callable[[Any], bool], only_named: bool = False) -> str | None:
    """The first column of a name that fits, else the first that fits."""
    fitting = [field.name for field in schema if fits(field.type) and "." not in field.name]
    known = [name for name in names if name in fitting]
    return next(iter(known if only_named or known else fitting), None)


def _is_files(kind: Any) -> bool:
    import pyarrow.types as types

    if types.is_struct(kind):
        return any(field.name == "bytes" and _is_files(field.type) for field in kind if not types.is_struct(field.type))
    return bool(types.is_binary(kind) or types.is_large_binary(kind))


def _is_label(kind: Any) -> bool:
    import pyarrow.types as types

    return bool(types.is_integer(kind) or types.is_string(kind) or types.is_large_string(kind))


def _values(table: Any, columns: list[str]) -> Iterator[list[Any]]:
    for batch in table.iter_batches(ROWS_AT_ONCE, columns=columns, use_threads=False):
        found = [batch.column(name) for name in columns]
        for row in range(len(batch)):
            yield [column[row].as_py() for column in found]


def _file(value: Any) -> bytes:
    content = value.get("bytes") if isinstance(value, dict) else value
    if not isinstance(content, bytes):  # nothing, or a path to what the table does not hold
        raise LeftOutError("no_image")
    return content


def _label(values: Sequence[Any], names: Sequence[str]) -> Label:
    value = values[0] if values else None
    if isinstance(value, int) and 0 <= value < len(names):
        value = names[value]
    return None if value is None else plain_label(str(value))


def _names_of_labels(metadata: dict[bytes, bytes], label: Sequence[str]) -> tuple[str, ...]:
    """What numbers among the labels are called; empty where the table does not say it."""
    try:
        names = json.loads(metadata[HUB])["info"]["features"][label[0]]["names"]
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        return ()
    return tuple(map(str, names)) if isinstance(names, list) else ()


if __name__ == "__main__":
    main()
