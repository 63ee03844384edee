"""The queue and its worker with plain functions: exceptions, cancelling, fairness, limits, restarts."""

import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from waiting import until

from jobs.controls import Controls
from jobs.job import CANCELLED, DONE, FAILED, INTERRUPTED, PAUSED, QUEUED, RUNNING, Job, Limits
from jobs.journal import Journal
from jobs.queue import JobQueue
from jobs.worker import THREAD_NAME
from models.errors import InputError, Reason

BATCH = 0.002
Open = Callable[..., JobQueue]


def batches(controls: Controls) -> Reason | None:
    """Counts to spec["n"] in batches of 2 ms, from where spec says; notes what it did in spec["done"]."""
    count = 0
    for count in range(controls.spec.get("n", 3)):
        if controls.should_stop():
            return None
        for command in controls.commands():
            controls.took_effect(command, count)
        time.sleep(BATCH)
        controls.report(count + 1)
    if "fails" in controls.spec:
        faults = {
            "input": InputError("data.cut_off"), "bug": KeyError("x"), "exit": SystemExit(3),
            "within": InputError("record.refused", where="run.json", why=InputError("run.counts")),
        }  # fmt: skip
        raise faults[controls.spec["fails"]]
    return Reason("done", {"count": count + 1})


@pytest.fixture
def open_queue(tmp_path: Path) -> Iterator[Open]:
    """A function that opens a queue on the test's own journal; all are stopped at the end."""
    opened: list[tuple[JobQueue, Journal]] = []

    def open_one(work: Callable[[Controls], Reason | None] = batches, **options: Any) -> JobQueue:
        journal = Journal(tmp_path)
        queue = JobQueue(journal, work, **options)
        opened.append((queue, journal))
        return queue

    def close_last() -> None:
        queue, journal = opened.pop()
        assert queue.stop(5)
        journal.close()

    open_one.close = close_last  # type: ignore[attr-defined]
    yield open_one
    while opened:
        close_last()


def running(queue: JobQueue, job: str) -> None:
    until(lambda: queue.snapshot(job).payload is not None)


def test_a_job_is_done_with_its_reason(open_queue: Open) -> None:
    queue = open_queue()
    job = queue.submit("a", "k", {"n": 3})
    ended = queue.wait(job, 30)
    assert (ended.status, ended.reason, ended.payload) == (DONE, Reason("done", {"count": 3}), 3)
    assert queue.snapshot(job) == ended
    (thread,) = (one for one in threading.enumerate() if one.name == THREAD_NAME)
    assert not thread.daemon


@pytest.mark.parametrize(("fails", "reason"), [
    ("input", Reason("data.cut_off")),
    ("within", Reason("record.refused", {"where": "run.json", "why": Reason("run.counts")})),
    ("bug", Reason("failed.fault", {"kind": "KeyError", "text": "'x'"})),
    ("exit", Reason("failed.fault", {"kind": "SystemExit", "text": "3"})),
])  # fmt: skip
def test_a_failing_job_never_kills_the_worker(open_queue: Open, fails: str, reason: Reason) -> None:
    queue = open_queue()
    bad, good = queue.submit("a", "1", {"fails": fails}), queue.submit("a", "2", {})
    assert (queue.wait(bad, 30).status, queue.wait(bad, 30).reason) == (FAILED, reason)
    assert queue.wait(good, 30).status == DONE


def test_a_double_click_is_one_job_also_after_a_restart(open_queue: Open) -> None:
    queue = open_queue()
    first = queue.submit("a", "click", {"n": 1})
    assert queue.submit("a", "click", {"n": 1}) == first
    threads = [threading.Thread(target=queue.submit, args=("a", "other", {"n": 1})) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(queue.jobs("a")) == 2
    queue.wait(first, 30)
    open_queue.close()  # type: ignore[attr-defined]
    queue = open_queue()
    assert queue.submit("a", "click", {"n": 1}) == first
    assert queue.snapshot(first).status == DONE


def test_cancel_ends_a_running_job_with_its_batch(open_queue: Open) -> None:
    queue = open_queue()
    job, waiting = queue.submit("a", "1", {"n": 10**6}), queue.submit("a", "2", {"n": 10**6})
    running(queue, job)
    queue.command(waiting, "cancel")
    assert queue.wait(waiting, 0.1).status == CANCELLED
    queue.command(job, "cancel")
    assert queue.wait(job, 30).status == CANCELLED
    queue.command(job, "cancel")  # once more is no harm
    for name in ("pause", "step", "slow", "beta"):
        with pytest.raises(InputError, match=r"jobs\.(not_under_way|cancelled)"):
            queue.command(job, name)


def test_what_is_cancelled_can_be_resumed(open_queue: Open) -> None:
    gone: list[Mapping[str, Any]] = []
    queue = open_queue(discard=gone.append)
    job, waiting = queue.submit("a", "1", {"n": 10**6}), queue.submit("a", "2", {"n": 3})
    running(queue, job)
    for name in (waiting, job):
        queue.command(name, "cancel")
        assert queue.wait(name, 30).status == CANCELLED
        assert not queue.snapshot(name).ended_for_good
        queue.command(name, "resume")
        assert queue.snapshot(name).status in (QUEUED, RUNNING, DONE)
    assert queue.wait(waiting, 30).status == DONE
    until(lambda: queue.snapshot(job).status == RUNNING)
    open_queue.close()  # type: ignore[attr-defined]
    queue = open_queue(discard=gone.append)  # the cancel of before is not carried out once more
    until(lambda: queue.snapshot(job).status == RUNNING)
    queue.command(job, "cancel")
    assert queue.wait(job, 30).status == CANCELLED
    assert not gone


@pytest.mark.parametrize("limits", [Limits(undo_seconds=0.0), Limits(undo_jobs=0)])
def test_what_is_cancelled_is_thrown_away_in_the_end(open_queue: Open, limits: Limits, tmp_path: Path) -> None:
    gone: list[Mapping[str, Any]] = []
    queue = open_queue(discard=gone.append, limits=limits)
    job = queue.submit("a", "1", {"n": 10**6})
    running(queue, job)
    queue.command(job, "cancel")
    until(lambda: gone)
    assert gone == [{"n": 10**6}]
    assert queue.snapshot(job).ended_for_good
    with pytest.raises(InputError, match=r"jobs\.ended"):
        queue.command(job, "resume")
    journal = Journal(tmp_path)  # nor can another process
    journal.command(job, "resume")
    journal.close()
    open_queue.close()  # type: ignore[attr-defined]
    queue = open_queue(discard=gone.append)
    assert queue.snapshot(job).status == CANCELLED


def test_of_many_cancelled_jobs_the_last_can_be_resumed(open_queue: Open) -> None:
    gone: list[Mapping[str, Any]] = []
    queue = open_queue(discard=gone.append, limits=Limits(undo_jobs=2))
    jobs = []
    for number in range(5):
        jobs.append(queue.submit("a", str(number), {"n": 10**6, "number": number}))
        queue.command(jobs[-1], "cancel")
        queue.wait(jobs[-1], 30)
    until(lambda: len(gone) == 3)
    assert sorted(spec["number"] for spec in gone) == [0, 1, 2]
    queue.command(jobs[3], "resume")
    with pytest.raises(InputError, match=r"jobs\.ended"):
        queue.command(jobs[2], "resume")


def test_what_is_done_stays_done(open_queue: Open) -> None:
    gone: list[Mapping[str, Any]] = []
    queue = open_queue(discard=gone.append)
    job = queue.submit("a", "1", {"n": 1})
    queue.wait(job, 30)
    queue.command(job, "cancel")
    assert queue.snapshot(job).status == DONE
    assert not gone


def test_sessions_take_turns(open_queue: Open) -> None:
    gate, order = threading.Event(), list[str]()

    def work(controls: Controls) -> Reason:
        gate.wait(5)
        order.append(controls.spec["name"])
        return Reason("done")

    queue = open_queue(work)
    blocker = queue.submit("z", "0", {"name": "z0"})
    until(lambda: queue.snapshot(blocker).status == RUNNING)
    jobs = {name: queue.submit(name[0], name, {"name": name}) for name in ("a1", "a2", "a3", "b1", "c1", "c2")}
    assert queue.position(blocker) is None
    assert [queue.position(jobs[name]) for name in ("a1", "b1", "c1", "a2", "c2", "a3")] == [1, 2, 3, 4, 5, 6]
    gate.set()
    for job in jobs.values():
        queue.wait(job, 30)
    assert order == ["z0", "a1", "b1", "c1", "a2", "c2", "a3"]


def test_a_session_and_all_together_have_limits(open_queue: Open) -> None:
    queue = open_queue(limits=Limits(per_session=3, in_all=5))
    jobs = [queue.submit("a", str(number), {"n": 10**6}) for number in range(3)]
    with pytest.raises(InputError, match=r"jobs\.too_many_of_yours: count=3, waiting=2"):
        queue.submit("a", "3", {})
    for number in range(2):
        queue.submit("b", str(number), {"n": 1})
    with pytest.raises(InputError, match=r"jobs\.too_many"):
        queue.submit("c", "0", {})
    assert queue.submit("a", "2", {}) == jobs[2]  # a double click is not one more
    queue.command(jobs[2], "cancel")
    assert queue.submit("a", "4", {"n": 1})
    for job in queue.jobs():
        queue.command(job.job_id, "cancel")


def test_a_job_has_only_so_much_time_and_can_be_resumed(open_queue: Open) -> None:
    queue = open_queue(limits=Limits(seconds=0.05))
    job, after = queue.submit("a", "1", {"n": 100}), queue.submit("b", "2", {"n": 1})
    ended = queue.wait(job, 30)
    assert ended.status == FAILED
    assert ended.reason == Reason("failed.time_limit", {"minutes": 0.05 / 60})
    assert queue.wait(after, 30).status == DONE
    queue.command(job, "resume")
    assert queue.snapshot(job).status in (QUEUED, RUNNING)
    assert queue.wait(job, 30).status == FAILED


def test_pause_step_and_resume(open_queue: Open) -> None:
    queue = open_queue()
    job = queue.submit("a", "1", {"n": 10**6})
    running(queue, job)
    queue.command(job, "pause")
    until(lambda: queue.snapshot(job).status == PAUSED)
    at = queue.snapshot(job).payload
    for more in (1, 2):
        queue.command(job, "step")
        until(lambda more=more: queue.snapshot(job).payload >= at + more)
        assert queue.snapshot(job).payload == at + more
        assert queue.snapshot(job).status == PAUSED
    queue.command(job, "resume")
    until(lambda: queue.snapshot(job).payload > at + 10)
    assert queue.snapshot(job).status == RUNNING
    queue.command(job, "pause")
    until(lambda: queue.snapshot(job).status == PAUSED)
    queue.command(job, "cancel")
    assert queue.wait(job, 1).status == CANCELLED


def test_a_paused_job_lets_others_pass(open_queue: Open) -> None:
    queue = open_queue()
    job = queue.submit("a", "1", {"n": 400})
    running(queue, job)
    queue.command(job, "pause")
    until(lambda: queue.snapshot(job).status == PAUSED)
    other = queue.submit("b", "1", {"n": 5})
    assert queue.wait(other, 30).status == DONE
    assert queue.snapshot(job).status == PAUSED
    queue.command(job, "step")  # it takes the worker for one batch
    until(lambda: queue.snapshot(job).payload == 1)
    assert queue.snapshot(job).status in (RUNNING, PAUSED)
    queue.command(job, "resume")
    assert queue.wait(job, 10).status == DONE


def test_slow_motion_rests_after_every_batch(open_queue: Open) -> None:
    queue = open_queue()
    job = queue.submit("a", "1", {"n": 10**6})
    running(queue, job)
    queue.command(job, "slow", 0.1)
    at, began = queue.snapshot(job).payload, time.perf_counter()
    until(lambda: queue.snapshot(job).payload >= at + 4)
    assert time.perf_counter() - began > 2 * 0.1  # the first rest may have begun before, the last one may go on
    queue.command(job, "slow", 5)
    assert queue.snapshot(job).slow == 5
    queue.command(job, "cancel")
    assert queue.wait(job, 4).status == CANCELLED, "it rests although it is cancelled"
    with pytest.raises(InputError, match=r"jobs\.rest: most=5\.0, got=9"):
        queue.command(job, "slow", 9)


def test_a_change_holds_from_a_step_and_is_repeated(open_queue: Open) -> None:
    seen: list[tuple[str, float, int | None]] = []

    def work(controls: Controls) -> Reason | None:
        seen[:] = [(one.name, one.value, one.step) for one in controls.history()]
        return batches(controls)

    queue = open_queue(work)
    job = queue.submit("a", "1", {"n": 10**6})
    running(queue, job)
    queue.command(job, "beta", 2.0)
    until(lambda: bool(queue._table.controls[job].history()))
    (one,) = queue._table.controls[job].history()
    assert (one.name, one.value) == ("beta", 2.0)
    assert one.step is not None
    open_queue.close()  # type: ignore[attr-defined]
    queue = open_queue(work)
    running(queue, job)
    assert seen == [("beta", 2.0, one.step)]


def test_a_snapshot_never_changes_and_its_version_grows(open_queue: Open) -> None:
    queue = open_queue()
    job = queue.submit("a", "1", {"n": 20})
    seen: list[Job] = []
    while not seen or seen[-1].active:
        seen.append(queue.snapshot(job))
    assert [one.version for one in seen] == sorted(one.version for one in seen)
    payloads = [one.payload for one in seen if one.payload]
    assert payloads == sorted(payloads)
    with pytest.raises(AttributeError):
        seen[0].status = DONE  # type: ignore[misc]


def test_an_unknown_name_is_refused(open_queue: Open) -> None:
    queue = open_queue()
    for name in ("cancel", "pause", "resume", "step", "slow", "beta"):
        with pytest.raises(InputError, match=r"jobs\.unknown: name=nobody"):
            queue.command("nobody", name)
    for look in (queue.snapshot, queue.wait):
        with pytest.raises(InputError, match=r"jobs\.unknown: name=nobody"):
            look("nobody")


# Ends and starts


def test_stop_interrupts_and_the_next_start_goes_on(open_queue: Open, tmp_path: Path) -> None:
    stopped = threading.Event()

    def work(controls: Controls) -> Reason | None:
        result = batches(controls)
        if result is None:
            stopped.set()  # here a real job saves
        return result

    queue = open_queue(work)
    job, other, rests = (queue.submit("a", key, {"n": 300}) for key in ("1", "2", "3"))
    queue.command(rests, "pause")
    running(queue, job)
    open_queue.close()  # type: ignore[attr-defined]
    assert stopped.is_set()
    assert not [thread for thread in threading.enumerate() if thread.name == THREAD_NAME]
    assert queue.snapshot(job).status == INTERRUPTED
    with pytest.raises(TimeoutError):
        queue.wait(other, 0)
    queue = open_queue(work)
    assert [queue.wait(name, 10).status for name in (job, other)] == [DONE, DONE]
    journal = Journal(tmp_path)
    assert [step.status for step in journal.transitions(job)] == [QUEUED, RUNNING, INTERRUPTED, QUEUED, RUNNING, DONE]
    journal.close()


def test_a_paused_job_stays_paused_over_a_restart(open_queue: Open) -> None:
    queue = open_queue()
    job = queue.submit("a", "1", {"n": 300})
    running(queue, job)
    queue.command(job, "pause")
    until(lambda: queue.snapshot(job).status == PAUSED)
    open_queue.close()  # type: ignore[attr-defined]
    queue = open_queue()
    assert queue.snapshot(job).status == PAUSED
    other = queue.submit("a", "2", {"n": 1})
    assert queue.wait(other, 30).status == DONE
    queue.command(job, "resume")
    assert queue.wait(job, 30).status == DONE


def test_nothing_goes_on_by_itself_where_that_is_not_wanted(open_queue: Open) -> None:
    queue = open_queue()
    jobs = [queue.submit("a", key, {"n": 10**6}) for key in "12"]
    running(queue, jobs[0])
    open_queue.close()  # type: ignore[attr-defined]
    queue = open_queue(go_on=False)
    time.sleep(0.05)
    assert [queue.snapshot(job).status for job in jobs] == [INTERRUPTED, QUEUED]
    queue.command(jobs[1], "resume")
    running(queue, jobs[1])
    queue.command(jobs[0], "cancel")
    assert queue.snapshot(jobs[0]).status == CANCELLED
    queue.command(jobs[1], "cancel")
    assert queue.wait(jobs[1], 30).status == CANCELLED


def test_another_process_can_cancel_through_the_journal(open_queue: Open, tmp_path: Path) -> None:
    queue = open_queue()
    job, waiting = queue.submit("a", "1", {"n": 10**6}), queue.submit("a", "2", {"n": 10**6})
    running(queue, job)
    journal = Journal(tmp_path)
    for name in (job, waiting):
        journal.command(name, "cancel")
    assert queue.wait(job, 2).status == CANCELLED
    assert queue.wait(waiting, 2).status == CANCELLED
    journal.close()


def test_a_full_disk_refuses_new_jobs_and_still_cancels(open_queue: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    queue = open_queue()
    job = queue.submit("a", "1", {"n": 10**6})
    running(queue, job)

    def full(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    for name in ("add", "command", "move", "took_effect", "settle"):
        monkeypatch.setattr(Journal, name, full)
    with pytest.raises(InputError, match=r"journal\.not_queued: problem=database or disk is full"):
        queue.submit("a", "2", {})
    with pytest.raises(InputError, match=r"journal\.command_lost: command=beta"):
        queue.command(job, "beta", 1.0)
    queue.command(job, "cancel")
    assert queue.wait(job, 30).status == CANCELLED
    monkeypatch.undo()
    assert queue.wait(queue.submit("a", "3", {"n": 1}), 5).status == DONE


def test_only_the_newest_that_ended_keep_their_payload(open_queue: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.table.KEPT_PAYLOADS", 2)
    monkeypatch.setattr("jobs.table.KEPT_ENDED", 3)
    queue = open_queue()
    jobs = [queue.submit("a", str(number), {"n": 1}) for number in range(1)]
    for number in range(1, 5):
        queue.wait(jobs[-1], 30)
        jobs.append(queue.submit("a", str(number), {"n": 1}))
    queue.wait(jobs[-1], 30)
    until(lambda: len(queue.jobs()) == 3)
    assert [job.payload for job in queue.jobs()] == [None, 1, 1]


SCRIPT = """
import sys
from pathlib import Path
from jobs.journal import Journal
from jobs.queue import JobQueue
def work(controls):
    while not controls.should_stop():
        pass
queue = JobQueue(Journal(Path(sys.argv[1])), work)
queue.submit("a", "k", {})
{end}
"""


@pytest.mark.parametrize(("end", "code"), [("raise SystemExit(0)", 0), ("1 / 0", 1)])
def test_the_worker_ends_when_the_main_thread_dies(tmp_path: Path, end: str, code: int) -> None:
    script = SCRIPT.replace("{end}", end)
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], timeout=20, capture_output=True, check=False)
    assert done.returncode == code
    journal = Journal(tmp_path)
    assert journal.jobs()[0].status in (INTERRUPTED, QUEUED)
    journal.close()


LOADED = """
import sys, time
from pathlib import Path
from jobs.journal import Journal
from jobs.queue import JobQueue
def work(controls):
    if controls.spec["n"] == 0:
        while True:
            controls.should_stop()
            time.sleep(0.001)
queue = JobQueue(Journal(Path(sys.argv[1])), work)
for number in range(21):
    print(queue.submit(f"session {number // 3}", str(number), {"n": number}), flush=True)
    while number == 0 and queue.jobs()[0].status != "running":
        time.sleep(0.001)
print("all", flush=True)
"""


def test_one_running_and_twenty_queued_are_all_done_after_a_kill_and_none_twice(
    open_queue: Open, tmp_path: Path
) -> None:
    with subprocess.Popen([sys.executable, "-c", LOADED, str(tmp_path)], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        names = [line.strip() for line in iter(server.stdout.readline, "all\n")]
        server.kill()
    done: list[int] = []

    def work(controls: Controls) -> Reason:
        done.append(controls.spec["n"])
        return Reason("done")

    queue = open_queue(work)
    assert [queue.wait(name, 10).status for name in names] == [DONE] * 21
    assert sorted(done) == list(range(21))
    assert [job.job_id for job in queue.jobs()] == names
    assert [job.crashes for job in queue.jobs()] == [1] + 20 * [0]
    journal = Journal(tmp_path)
    assert [step.status for step in journal.transitions(names[0])] == [
        QUEUED,
        RUNNING,
        INTERRUPTED,
        QUEUED,
        RUNNING,
        DONE,
    ]
    assert [step.status for step in journal.transitions(names[20])] == [QUEUED, RUNNING, DONE]
    journal.close()


def test_the_queue_knows_nothing_of_what_it_works_on() -> None:
    script = "import sys, jobs.queue; print([m for m in ('torch', 'numpy', 'streamlit') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
