"""The fair queue: round robin between sessions, first come first served within one."""

from jobs.fair_queue import FairQueue


def _queue(*names: str) -> FairQueue:
    """`a1` is session a's name 1."""
    queue = FairQueue()
    for name in names:
        queue.join(name[0], name)
    return queue


def _all(queue: FairQueue) -> list[str]:
    taken = []
    while (name := queue.take()) is not None:
        taken.append(name)
    return taken


def test_an_empty_queue_has_nobody() -> None:
    queue = FairQueue()
    assert queue.take() is None
    assert not queue
    assert list(queue) == []


def test_sessions_take_turns() -> None:
    queue = _queue("a1", "a2", "a3", "b1", "c1", "c2")
    order = ["a1", "b1", "c1", "a2", "c2", "a3"]
    assert list(queue) == order
    assert _all(queue) == order


def test_who_had_a_turn_goes_behind_the_others() -> None:
    queue = _queue("a1", "a2", "b1")
    assert queue.take() == "a1"
    queue.join("c", "c1")
    assert _all(queue) == ["b1", "a2", "c1"]


def test_one_can_leave_and_one_can_come_first() -> None:
    queue = _queue("a1", "a2", "b1")
    queue.leave("a", "a1")
    queue.leave("b", "b1")
    queue.leave("b", "b1")
    queue.leave("x", "x1")
    queue.join("a", "a0", first=True)
    assert list(queue) == ["a0", "a2"]
    assert "b1" not in queue
