"""A small cache that threads share: each entry is made once, and the one unused for longest is forgotten."""

import math
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from weakref import WeakValueDictionary


class Shelf:
    """A cache of at most `size` entries and `room` bytes, safe among threads; two entries may be made at the same time.

    An entry is weighed when it is put in; one that is larger than the room is kept until the next one comes.
    """

    def __init__(self, size: int = 100, room: float = math.inf) -> None:
        self.size, self.room, self._lock = size, room, threading.Lock()
        self._entries: OrderedDict[Any, Any] = OrderedDict()
        self._weights: dict[Any, int] = {}
        # the lock of a key lives as long as somebody makes the entry or waits for it, however `make` ends
        self._making: WeakValueDictionary[Any, threading.Lock] = WeakValueDictionary()

    def hold(self, size: int, room: float) -> None:
        """Sets how much it keeps, from the next entry on."""
        self.size, self.room = size, room

    def clear(self) -> None:
        """Forgets all entries."""
        with self._lock:
            self._entries.clear()
            self._weights.clear()

    @property
    def weight(self) -> int:
        """Bytes of all entries, as they were put in."""
        with self._lock:
            return sum(self._weights.values())

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
            self._put(key, value, weight_of(value))
            return value

    def _put(self, key: Any, value: Any, weight: int) -> None:
        with self._lock:
            self._entries[key], self._weights[key] = value, weight
            while len(self._entries) > self.size or (
                len(self._entries) > 1 and sum(self._weights.values()) > self.room
            ):
                del self._weights[self._entries.popitem(last=False)[0]]


def weight_of(value: Any) -> int:
    """About how many bytes a value holds: its arrays and byte strings, through containers and attributes, each once."""
    seen: set[int] = set()
    weight, left = 0, [value]
    while left:
        one = left.pop()
        if one is None or id(one) in seen or isinstance(one, type):
            continue
        seen.add(id(one))
        weight += getattr(one, "nbytes", 0) or sys.getsizeof(one)
        left.extend(_parts(one))
    return weight


def _parts(value: Any) -> Iterable[Any]:
    if isinstance(value, Mapping):
        return [*value.keys(), *value.values()]
    if isinstance(value, list | tuple | set | frozenset):
        return value
    return getattr(value, "__dict__", {}).values()
