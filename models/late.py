"""When torch is imported: not before something is decoded or trained here, for it costs 3 s and 400 MB."""

import importlib
import sys
import threading

_IMPORTING = threading.Lock()


def load_torch() -> None:
    """Imports torch; of two threads that ask at once, one waits, for it would find half a module."""
    with _IMPORTING:
        importlib.import_module("torch")


def torch_is_loaded() -> bool:
    """Whether somebody has asked for it before."""
    return "torch" in sys.modules
