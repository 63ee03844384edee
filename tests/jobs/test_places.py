"""Several places at once, places that break down, turns that are over, and sweeps: with plain functions, no machine."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from waiting import until

from jobs.controls import Controls, LostError
from jobs.job import CANCELLED, DONE, FAILED, INTERRUPTED, QUEUED, RUNNING, Job, Limits
from jobs.journal import JOURNAL, Journal
from jobs.places import Nowhere
from jobs.queue import JobQueue
from models.errors import InputError, Reason

LOST = Reason("queued.lost", {"machine": "lab-07"})
Open = Callable[..., JobQueue]


class Rooms:
    """Places that the test makes and takes away. Work waits until its place is let go, or breaks down."""

    def __init__(self, *names: str) -> None:
        self.there, self.began = list(names), list[tuple[str, str, int]]()
        self.gates = {name: threading.Event() for name in "abcdef"}
        self.broken: dict[str, LostError] = {}

    def names(self) -> tuple[str, ...]:
        return tuple(self.there)

    def notes(self) -> tuple[Reason, ...]:
        return ()

    def close(self) -> None:
        self.there.clear()

    def work(self, place: str, controls: Controls) -> Reason | None:
        self.began.append((place, controls.job_id, controls.turn))
        while not self.gates[place].wait(0.002):
            if place in self.broken:
                self.there.remove(place)
                raise self.broken.pop(place)
            if controls.should_stop():
                return None
        return Reason("done")


@pytest.fixture
def open_queue(tmp_path: Path, no_fsync: None) -> Iterator[Open]:
    opened: list[tuple[JobQueue, Journal, Rooms]] = []

    def open_one(rooms: Rooms, **options: Any) -> JobQueue:
        journal = Journal(tmp_path)
        opened.append((JobQueue(journal, lambda _: None, places=rooms, **options), journal, rooms))
        return opened[-1][0]

    yield open_one
    for queue, journal, _ in opened:
        assert queue.stop(5)
        journal.close()


def statuses(queue: JobQueue) -> list[str]:
    return [job.status for job in queue.jobs()]


def test_each_place_works_on_one_job(open_queue: Open) -> None:
    rooms = Rooms("a", "b")
    queue = open_queue(rooms)
    jobs = [queue.submit("s", str(number), {}) for number in range(3)]
    until(lambda: len(rooms.began) == 2)
    assert statuses(queue) == [RUNNING, RUNNING, QUEUED]
    assert queue.position(jobs[2]) == 1
    rooms.gates["b"].set()
    assert queue.wait(jobs[2], 20).status == DONE
    assert rooms.began[2][0] == "b"
    assert queue.snapshot(jobs[0]).status == (RUNNING if rooms.began[0][0] == "a" else DONE)
    rooms.gates["a"].set()


def test_a_place_that_comes_later_gets_work(open_queue: Open) -> None:
    rooms = Rooms()
    queue = open_queue(rooms)
    job = queue.submit("s", "1", {})
    assert queue.snapshot(job).status == QUEUED
    rooms.gates["c"].set()
    rooms.there.append("c")
    assert queue.wait(job, 20).status == DONE


def test_what_a_place_loses_goes_on_elsewhere_before_the_others(open_queue: Open) -> None:
    rooms = Rooms("a")
    queue = open_queue(rooms)
    first, second = (queue.submit("s", str(number), {}) for number in range(2))
    until(lambda: rooms.began)
    rooms.broken["a"] = LostError(LOST, died=True)
    until(lambda: queue.snapshot(first).status == QUEUED)
    assert queue.snapshot(first).reason == LOST
    rooms.gates["b"].set()
    rooms.there.append("b")
    assert queue.wait(first, 20).status == DONE
    assert queue.wait(second, 20).status == DONE
    assert [began[:2] for began in rooms.began] == [("a", first), ("b", first), ("b", second)]
    assert [began[2] for began in rooms.began] == [1, 2, 1]
    assert (queue.snapshot(first).crashes, queue.snapshot(second).crashes) == (1, 0)


@pytest.mark.parametrize(("died", "status"), [(True, FAILED), (False, DONE)])
def test_a_job_that_breaks_its_places_is_given_up(open_queue: Open, died: bool, status: str) -> None:
    rooms = Rooms("a")
    queue = open_queue(rooms, limits=Limits(crashes=2))
    job = queue.submit("s", "1", {})
    for turn, place in enumerate("ab", 1):
        until(lambda turn=turn: [began[2] for began in rooms.began] == list(range(1, turn + 1)))
        rooms.broken[place] = LostError(LOST, died)
        until(lambda place=place: place not in rooms.there)
        following = "bc"[turn - 1]
        rooms.there.append(following)
    rooms.gates["c"].set()
    assert queue.wait(job, 20).status == status


def test_a_job_that_is_cancelled_while_its_place_breaks_down_stays_cancelled(open_queue: Open) -> None:
    rooms = Rooms("a")
    queue = open_queue(rooms)
    job = queue.submit("s", "1", {})
    until(lambda: rooms.began)
    rooms.broken["a"] = LostError(LOST, died=False)
    queue.command(job, "cancel")
    assert queue.wait(job, 20).status == CANCELLED


def test_jobs_at_all_places_end_with_the_process(open_queue: Open) -> None:
    rooms = Rooms("a", "b")
    queue = open_queue(rooms)
    for number in range(2):
        queue.submit("s", str(number), {})
    until(lambda: len(rooms.began) == 2)
    assert queue.stop(20)
    assert statuses(queue) == [INTERRUPTED, INTERRUPTED]


def test_nowhere_says_why(open_queue: Open) -> None:
    assert Nowhere(LOST).notes() == (LOST,)
    assert Nowhere(LOST).names() == ()


# Whose turn it is


def test_a_turn_that_is_over_is_refused_by_the_journal(tmp_path: Path, no_fsync: None) -> None:
    journal = Journal(tmp_path)
    job = journal.add("s", "k", "j", {})
    assert (job.turn, journal.turn("j"), journal.turn("other")) == (0, 0, 0)
    assert [journal.begin("j"), journal.begin("j")] == [1, 2]
    journal.close()
    again = Journal(tmp_path)
    assert again.turn("j") == again.jobs()[0].turn == 2
    again.close()


def test_controls_ask_the_journal_for_their_turn(open_queue: Open, tmp_path: Path) -> None:
    rooms, held = Rooms("a"), list[Controls]()
    plain = rooms.work
    rooms.work = lambda place, controls: held.append(controls) or plain(place, controls)  # type: ignore[method-assign]
    queue = open_queue(rooms)
    job = queue.submit("s", "1", {})
    until(lambda: rooms.began)
    held[0].require_turn(1)
    other = Journal(tmp_path)
    other.begin(job)
    other.close()
    with pytest.raises(InputError, match=r"jobs\.turn_is_over: turn=1, now=2"):
        held[0].require_turn(1)
    rooms.gates["a"].set()


def test_a_journal_of_the_format_before_is_brought_up_to_date(tmp_path: Path, no_fsync: None) -> None:
    journal = Journal(tmp_path)
    journal.add("s", "k", "j", {"n": 1})
    journal.close()
    with sqlite3.connect(tmp_path / JOURNAL) as database:
        database.execute("ALTER TABLE jobs DROP COLUMN turn")
        database.execute("PRAGMA user_version = 1")
    database.close()
    again = Journal(tmp_path)
    assert again.note is None
    assert [(job.job_id, job.spec, job.turn) for job in again.jobs()] == [("j", {"n": 1}, 0)]
    assert again.begin("j") == 1
    again.close()


# Sweeps


def sweep(count: int, name: str = "mine") -> list[dict[str, Any]]:
    return [{"n": number, "sweep": name} for number in range(count)]


def test_a_sweep_is_queued_as_one_and_counts_for_nobody(open_queue: Open) -> None:
    queue = open_queue(Rooms(), limits=Limits(per_session=1, in_all=1))
    names = queue.submit_all("s", "mine", sweep(5))
    assert [job.job_id for job in queue.jobs()] == names
    assert {job.sweep for job in queue.jobs()} == {"mine"}
    assert queue.submit("s", "alone", {})
    assert [queue.position(job.job_id) for job in queue.jobs()] == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize(("count", "name", "code"), [
    (0, "mine", r"sweep\.size: most=4, got=0"), (5, "mine", r"sweep\.size: most=4, got=5"),
    (2, "first", r"sweep\.name_taken: name=first"), (1, "third", r"sweep\.too_many: most=2"),
])  # fmt: skip
def test_a_sweep_that_does_not_fit_is_refused_whole(open_queue: Open, count: int, name: str, code: str) -> None:
    queue = open_queue(Rooms(), limits=Limits(sweep=4, sweeps=2))
    queue.submit_all("s", "first", sweep(2, "first"))
    if name == "third":
        queue.submit_all("s", "second", sweep(1, "second"))
    before = queue.jobs()
    with pytest.raises(InputError, match=code):
        queue.submit_all("s", name, sweep(count, name))
    assert queue.jobs() == before


def test_others_have_their_turn_between_the_jobs_of_a_sweep(open_queue: Open) -> None:
    rooms = Rooms()
    rooms.gates["a"].set()
    queue = open_queue(rooms)
    names = queue.submit_all("s", "mine", sweep(4))
    other = queue.submit("other", "1", {})
    rooms.there.append("a")
    queue.wait(names[-1], 20)
    assert [began[1] for began in rooms.began].index(other) == 1


def test_a_sweep_is_removed_once_it_has_ended(open_queue: Open, tmp_path: Path) -> None:
    thrown: list[Any] = []
    queue = open_queue(Rooms(), discard=thrown.append)
    names, alone = queue.submit_all("s", "mine", sweep(2)), queue.submit("s", "alone", {})
    with pytest.raises(InputError, match=r"sweep\.under_way: name=mine, count=2"):
        queue.remove_sweep("mine")
    for name in names:
        queue.command(name, "cancel")
    queue.remove_sweep("mine")
    assert [job.job_id for job in queue.jobs()] == [alone]
    assert thrown == sweep(2)
    assert {job.job_id for job in Journal(tmp_path).jobs()} == {alone}
    with pytest.raises(InputError, match=r"sweep\.unknown: name=mine"):
        queue.remove_sweep("mine")


def test_a_sweep_that_was_stopped_can_be_resumed_whole(open_queue: Open) -> None:
    rooms = Rooms()
    rooms.gates["a"].set()
    queue = open_queue(rooms, limits=Limits(undo_seconds=-1.0, undo_jobs=1))
    names = queue.submit_all("s", "mine", sweep(3))
    for name in names:
        queue.command(name, "cancel")
    queue.command(queue.submit("s", "alone", {}), "cancel")
    until(lambda: queue.jobs()[-1].ended_for_good)  # the watcher has cleared it, but nothing of the sweep
    for name in names:
        queue.command(name, "resume")
    rooms.there.append("a")
    assert [queue.wait(name, 20).status for name in names] == [DONE] * 3


def test_a_sweep_is_not_forgotten_when_many_have_ended(open_queue: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.table.KEPT_ENDED", 2)
    rooms = Rooms("a")
    rooms.gates["a"].set()
    queue = open_queue(rooms)
    names = queue.submit_all("s", "mine", sweep(3))
    alone = [queue.submit(str(number), str(number), {}) for number in range(3)]
    for name in (*names, alone[-1]):
        queue.wait(name, 20)
    until(lambda: len(queue.jobs()) == 5)
    assert [job.sweep for job in queue.jobs()] == ["mine"] * 3 + [""] * 2


def test_what_another_process_puts_into_the_journal_is_worked_off(open_queue: Open, tmp_path: Path) -> None:
    rooms = Rooms("a")
    rooms.gates["a"].set()
    queue = open_queue(rooms)
    other = Journal(tmp_path)
    assert not other.owner
    jobs = {f"mine/{number}": (f"j{number}", spec) for number, spec in enumerate(sweep(3))}
    added: list[Job] = other.add_all("s", jobs, "resume")
    other.close()
    until(lambda: len(queue.jobs()) == 3)
    assert [queue.wait(job.job_id, 20).status for job in added] == [DONE] * 3
    assert [began[1] for began in rooms.began] == ["j0", "j1", "j2"]
