"""Interrupts models.atomic at every I/O call in turn and prints as JSON what lay on the disk afterwards.

Run by test_atomic.py in a process of its own, which has one thread and may fork. `kill`: the process is gone at the
n-th call; `fail`: that call raises "no space left on device". Large writes are cut in two, with a point in between.
"""

import errno
import io
import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from models import atomic

OLD = {"a": b"old a" * 30, "b": b"old b"}
NEW = {"a": b"new a" * 30, "c": b"new c"}
PATCHED = ("fsync", "replace", "rename", "mkdir", "open", "unlink", "rmdir")
KILLED, RAISED = 77, 78


class Countdown:
    """Interrupts at the n-th call of `step`."""

    def __init__(self, left: int, how: str) -> None:
        self.left, self.how = left, how

    def step(self) -> None:
        self.left -= 1
        if self.left == 0:
            if self.how == "kill":
                os._exit(KILLED)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class CountedFile:
    """A file whose content arrives in two pieces."""

    def __init__(self, file: io.BufferedIOBase, count: Countdown) -> None:
        self.file, self.count = file, count

    def __enter__(self) -> "CountedFile":
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()

    def write(self, content: bytes) -> None:
        for piece in (content[: len(content) // 2], content[len(content) // 2 :]):
            self.count.step()
            self.file.write(piece)
            self.file.flush()

    def flush(self) -> None:
        self.count.step()
        self.file.flush()

    def fileno(self) -> int:
        return self.file.fileno()


def patch(count: Countdown) -> None:
    """Makes every I/O call of this process count."""

    def counted(function: Callable[..., object]) -> Callable[..., object]:
        def call(*args: object, **options: object) -> object:
            count.step()
            return function(*args, **options)

        return call

    for name in PATCHED:
        setattr(os, name, counted(getattr(os, name)))
    opened = io.open
    io.open = lambda *args, **options: (count.step(), CountedFile(opened(*args, **options), count))[1]  # type: ignore


def prepare(scenario: str, folder: Path) -> None:
    """Puts the old content there, with the writer as it is."""
    match scenario:
        case "replaced file":
            atomic.write_file(folder / "target", OLD["a"])
        case "replaced folder":
            atomic.write_folder(folder / "target", OLD)
        case "sweep":  # as a kill between the two renames leaves it
            atomic.write_folder(folder / ".replaced-target-0a1b2c3d", OLD)
            atomic.write_folder(folder / ".writing-target-0a1b2c3d", {"a": b"ne"})
            atomic.write_file(folder / ".writing-file-0a1b2c3d", b"ne")


def act(scenario: str, folder: Path) -> None:
    match scenario:
        case "new file" | "replaced file":
            atomic.write_file(folder / "target", NEW["a"])
        case "new folder" | "replaced folder":
            atomic.write_folder(folder / "target", NEW)
        case "sweep":
            atomic.sweep(folder)


def found(scenario: str, folder: Path) -> str:
    """What lies at the target: old, new, or a description of the damage."""
    target = folder / "target"
    if scenario.endswith("file"):
        content = target.read_bytes() if target.exists() else None
        old, new = (None if scenario == "new file" else OLD["a"]), NEW["a"]
        return {old: "old", new: "new"}.get(content, f"damaged: {content!r}")
    files = {path.name: path.read_bytes() for path in target.iterdir()} if target.exists() else None
    if files == (None if scenario == "new folder" else OLD):
        return "old"
    return "new" if files == NEW else f"damaged: {files}"


def interrupted(scenario: str, how: str, point: int) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(scenario, folder)
        child = os.fork()
        if child == 0:
            count = Countdown(point, how)
            patch(count)
            code = 0
            try:
                act(scenario, folder)
            except OSError:
                code = RAISED
            os._exit(code if count.left > 0 or code else KILLED)  # KILLED: the failure was swallowed
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        before = found(scenario, folder)
        half = sorted(path.name for path in folder.iterdir() if path.name.startswith(".writing-"))
        atomic.sweep(folder)
        return {
            "scenario": scenario,
            "how": how,
            "point": point,
            "interrupted": code != 0,
            "raised": code == RAISED,
            "half_files": half,
            "before_sweep": before,
            "after_sweep": found(scenario, folder),
            "allowed": ["old"] if scenario == "sweep" else ["old", "new"],
            "strays": sorted(path.name for path in folder.iterdir() if path.name != "target"),
        }


def main() -> None:
    rows = []
    for scenario in ("new file", "replaced file", "new folder", "replaced folder", "sweep"):
        for how in ("kill", "fail"):
            point = 1
            while True:
                row = interrupted(scenario, how, point)
                rows.append(row)
                if not row["interrupted"]:
                    break
                point += 1
    print(json.dumps(rows))


if __name__ == "__main__":
    main()
