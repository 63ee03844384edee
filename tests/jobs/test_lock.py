"""The lock that makes one process the owner of a journal, also where there is no fcntl, as on Windows."""

import fcntl
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from jobs import lock
from jobs.journal import Journal

HIDDEN = """
import sys
sys.modules["fcntl"] = None  # what `import fcntl` meets on Windows
from pathlib import Path
from jobs.journal import Journal
journal = Journal(Path(sys.argv[1]))
journal.add("a", "k", "j1", {})
print(journal.owner, len(journal.jobs()))
journal.close()
"""


def test_it_opens_where_there_is_no_fcntl(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HIDDEN, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert (done.stdout, done.stderr) == ("True 1\n", "")


def test_windows_own_lock_is_used_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def locking(handle: int, mode: int, count: int) -> None:
        assert (mode, count) == (2, 1)
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    monkeypatch.setattr(lock, "fcntl", None)
    monkeypatch.setattr(lock, "msvcrt", SimpleNamespace(LK_NBLCK=2, locking=locking))
    first, second = Journal(tmp_path), Journal(tmp_path)
    assert (first.owner, second.owner) == (True, False)
    first.close()
    assert second.own()
    second.close()
