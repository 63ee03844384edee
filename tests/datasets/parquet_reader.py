"""Reads many Parquet tables in one process, and goes on in another when one dies: `python -m tests.datasets.parquet_reader`.

Run by test_own_fuzz.py. What the app starts for each table (datasets/own/parquet_child.py) would load pyarrow each
time; here it is loaded once, and a reader that dies is replaced by a fork. A table comes as its length and its bytes;
its frames go back whole, or `DIED` with the number of the signal.
"""

import os
import signal
import struct
import sys

import pyarrow.parquet  # noqa: F401  before the first fork

from datasets.own import parquet_child
from datasets.own.parquet_child import HEADER

LENGTH = struct.Struct("<I")
DIED = b"D"
CPU_SECONDS = 2.0  # a table; more is a hang


def main() -> None:
    """Tables from the standard input until it ends."""
    while True:
        reader = os.fork()
        if not reader:
            serve()
            os._exit(0)
        _, status = os.waitpid(reader, 0)
        if os.WIFEXITED(status) and not os.WEXITSTATUS(status):
            return
        number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        write(HEADER.pack(DIED, 1) + bytes([number]))


def serve() -> None:
    """Answers tables, under the limits of the app's own process, until there are no more."""
    parquet_child._limit()
    while len(length := read(LENGTH.size)) == LENGTH.size:
        content = read(LENGTH.unpack(length)[0])
        signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
        found = [HEADER.pack(kind, len(part)) + part for kind, part in parquet_child.frames(content)]
        signal.setitimer(signal.ITIMER_PROF, 0)
        write(b"".join(found))


def read(count: int) -> bytes:
    """So many bytes, no more: what follows is for whoever comes after a reader that dies."""
    found = b""
    while len(found) < count and (part := os.read(sys.stdin.fileno(), count - len(found))):
        found += part
    return found


def write(content: bytes) -> None:
    """All of it."""
    while content:
        content = content[os.write(sys.stdout.fileno(), content) :]


if __name__ == "__main__":
    main()
