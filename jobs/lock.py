"""A lock on an open file that ends with its process, however that ends. Knows nothing of what the file is for."""

import importlib
from typing import Any


def _module(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


fcntl, msvcrt = _module("fcntl"), _module("msvcrt")  # Windows has only the second


def try_lock(handle: int) -> bool:
    """Whether the file behind the handle is this process's alone now; waits for nobody."""
    try:
        if fcntl:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        elif msvcrt:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    except OSError:
        return False
    return True
