"""A small cache that threads share: each entry is made once, and the one unused for longest is forgotten."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any
from weakref import WeakValueDictionary


class Shelf:
    """A cache of at most `size` entries, safe among threads; two entries may be made at the same time.

    `size` may be set later: it holds from the next entry on.
    """

    def __init__(self, size: int = 100) -> None:
        self.size, self._lock = size, threading.Lock()
        self._entries: OrderedDict[Any, Any] = OrderedDict()
        # the lock of a key lives as long as somebody makes the entry or waits for it, however `make` ends
        self._making: WeakValueDictionary[Any, threading.Lock] = WeakValueDictionary()

    def clear(self) -> None:
        """Forgets all entries."""
        with self._lock:
            self._entries.clear()

    def get(self, key: Any, make: Callable[[], Any]) -> Any:
        """The entry under the key, made now if there is none; an exception of `make` is not kept."""
        with self._lock:
            if key in self._entries:
                self._entries.move_to_end(key)
                return self._entries[key]
            making = self._making.setdefault(key, threading.Lock())
        with making:
            with self._lock:
                if key in self._entries:
                    return self._entries[key]
            value = make()
            with self._lock:
                self._entries[key] = value
                while len(self._entries) > self.size:
                    self._entries.popitem(last=False)
            return value
