"""Whether anybody waits for an answer: work that nobody asked for gives way to visitors.

Knows clocks and threads; knows no request and no work.
"""

import threading
import time

SECONDS = 2.0  # without a request, until a server is calm


class Calm:
    """A server is calm once nobody has asked for anything for `seconds`; at its start it is not."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds, self._heard = seconds, time.monotonic()
        self._ended = threading.Event()

    def hear(self) -> None:
        """Somebody asks for something now."""
        self._heard = time.monotonic()

    def wait(self) -> bool:
        """Waits until the server is calm; False as soon as it ends."""
        while (left := self._heard + self._seconds - time.monotonic()) > 0 and not self._ended.wait(left):
            pass
        return not self._ended.is_set()

    def end(self) -> None:
        """The server ends: nobody waits any longer."""
        self._ended.set()
