"""The cache that threads share: once a key, two keys at a time, and nothing kept of what failed."""

import contextlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pytest

from live.shelf import Shelf, weight_of
from models.errors import InputError


def test_makes_an_entry_once_under_eight_threads() -> None:
    shelf, made, together = Shelf(4), [], threading.Barrier(8)

    def make() -> object:
        made.append(threading.current_thread().name)
        time.sleep(0.02)
        return object()

    def ask() -> object:
        together.wait()
        return shelf.get("key", make)

    with ThreadPoolExecutor(8) as pool:
        found = [future.result() for future in [pool.submit(ask) for _ in range(8)]]
    assert len(made) == 1
    assert all(value is found[0] for value in found)


def test_makes_two_entries_at_the_same_time() -> None:
    shelf, both = Shelf(4), threading.Barrier(2, timeout=5)
    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(shelf.get, key, both.wait) for key in "ab"]
        assert sorted(future.result() for future in futures) == [0, 1]


def test_does_not_keep_an_exception() -> None:
    shelf, tries = Shelf(4), []

    def make() -> str:
        tries.append(1)
        if len(tries) == 1:
            raise InputError("jobs.ended")
        return "made"

    with pytest.raises(InputError, match=r"jobs\.ended"):
        shelf.get("key", make)
    assert shelf.get("key", make) == "made"
    assert shelf.get("key", make) == "made"
    assert len(tries) == 2


def test_those_who_wait_for_a_failure_try_themselves() -> None:
    shelf, tries, together = Shelf(4), [], threading.Barrier(4)

    def make() -> str:
        tries.append(1)
        time.sleep(0.02)
        raise InputError("jobs.ended")

    def ask() -> str:
        together.wait()
        with pytest.raises(InputError):
            shelf.get("key", make)
        return "refused"

    with ThreadPoolExecutor(4) as pool:
        assert [f.result() for f in [pool.submit(ask) for _ in range(4)]] == ["refused"] * 4
    assert len(tries) == 4


def test_forgets_the_one_unused_for_longest() -> None:
    shelf, made = Shelf(2), []

    def ask(key: str) -> None:
        shelf.get(key, lambda: made.append(key))

    for key in "abacab":
        ask(key)
    # c pushes b out, for a was asked for in between; b pushes c out
    assert made == ["a", "b", "c", "b"]


def test_keeps_none_too() -> None:
    shelf, made = Shelf(2), []
    for _ in range(2):
        shelf.get("key", lambda: made.append(1))
    assert made == [1]


def test_keeps_nothing_of_a_key_whose_making_failed() -> None:
    shelf = Shelf(2)

    def make() -> None:
        raise InputError("gallery.no_model", name="x")

    for number in range(100):  # as many invented names
        with contextlib.suppress(InputError):
            shelf.get(f"invented-{number}", make)
    assert len(shelf._making) == 0
    assert shelf.get("real", lambda: "made") == "made"
    assert len(shelf._making) == 0


def test_forgets_all_on_demand() -> None:
    shelf = Shelf(2)
    shelf.get("key", lambda: "old")
    shelf.clear()
    assert shelf.get("key", lambda: "new") == "new"


@dataclass(frozen=True)
class Kept:
    codes: np.ndarray
    again: np.ndarray
    notes: dict[str, bytes]


def test_weighs_arrays_and_bytes_wherever_they_are_and_each_once() -> None:
    codes = np.zeros((1000, 25), dtype=np.float32)
    weight = weight_of(Kept(codes, codes, {"a": bytes(50_000)}))
    assert 150_000 <= weight < 152_000


def test_forgets_what_has_no_room() -> None:
    shelf = Shelf(10, room=250_000)
    for key in "abc":
        shelf.get(key, lambda: bytes(100_000))
    assert 200_000 <= shelf.weight <= 250_000
    made: list[str] = []
    shelf.get("a", lambda: made.append("a"))
    assert made == ["a"], "the oldest went"
    shelf.get("large", lambda: bytes(500_000))
    assert shelf.get("large", lambda: b"made twice") == bytes(500_000), "one that is larger than the room stays"
    shelf.get("next", lambda: b"")
    assert shelf.weight < 1000, "until the next one comes"
