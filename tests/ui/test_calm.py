"""A server is calm once nobody has asked for a while; its end wakes who waits for that."""

import threading
import time

from ui.server.calm import Calm


def test_it_waits_until_nobody_has_asked_for_so_long() -> None:
    calm = Calm(0.2)
    for _ in range(3):
        time.sleep(0.1)
        calm.hear()
    heard = time.monotonic()
    assert calm.wait()
    assert time.monotonic() - heard >= 0.19


def test_a_calm_server_is_not_waited_for() -> None:
    assert Calm(0).wait()


def test_the_end_wakes_who_waits() -> None:
    calm, found = Calm(3600), list[bool]()
    waiting = threading.Thread(target=lambda: found.append(calm.wait()))
    waiting.start()
    calm.end()
    waiting.join(30)
    assert found == [False]
