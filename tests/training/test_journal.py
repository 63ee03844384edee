"""The journal of jobs: what was acknowledged is there after the process is gone, and damage is put aside."""

import sqlite3
from pathlib import Path

import pytest

from models.errors import InputError
from training.job import CANCELLED, DONE, FAILED, INTERRUPTED, QUEUED, RUNNING, Limits, Request
from training.journal import JOURNAL, Journal
from training.recovery import recover


def test_a_job_and_its_story_come_back(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    made = journal.add("me", "click", "j1", {"epochs": 3, "title": "é"})
    journal.move("j1", RUNNING, "It has the worker.")
    journal.move("j1", DONE, "Trained.")
    journal.close()
    journal = Journal(tmp_path)
    (job,) = journal.jobs()
    assert (job.job_id, job.session, job.key, job.spec) == ("j1", "me", "click", {"epochs": 3, "title": "é"})
    assert (job.status, job.reason, job.submitted) == (DONE, "Trained.", made.submitted)
    story = journal.transitions("j1")
    assert [step.status for step in story] == [QUEUED, RUNNING, DONE]
    assert [step.reason for step in story] == ["Waits for its turn.", "It has the worker.", "Trained."]
    assert story[0].at <= story[1].at <= story[2].at == job.changed
    journal.close()


def test_the_same_key_is_the_same_job_for_one_session_only(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    assert journal.add("a", "k", "j1", {}).job_id == "j1"
    assert journal.add("a", "k", "j2", {"other": 1}).job_id == "j1"
    assert journal.add("b", "k", "j3", {}).job_id == "j3"
    assert [job.job_id for job in journal.jobs()] == ["j1", "j3"]
    journal.close()


def test_requests_keep_their_order_and_their_step(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.add("a", "k", "j1", {})
    first, second = journal.ask("j1", "learning_rate", 1e-4), journal.ask("j1", "beta", 2.0)
    journal.apply(first.number, 17)
    journal.close()
    journal = Journal(tmp_path)
    assert journal.requests() == [Request(1, "j1", "learning_rate", 1e-4, 17), Request(2, "j1", "beta", 2.0, None)]
    assert journal.requests(after=first.number) == [second]
    journal.close()


def test_it_is_safe_on_disk_and_readable_by_others(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.add("a", "k", "j1", {})
    (mode,), (safety,) = (journal._read(f"PRAGMA {name}")[0] for name in ("journal_mode", "synchronous"))
    assert (mode, safety) == ("wal", 2)  # 2 is FULL
    other = Journal(tmp_path)  # as another process would
    assert not other.owner
    assert [job.job_id for job in other.jobs()] == ["j1"]
    other.ask("j1", "cancel")
    assert [request.name for request in journal.requests()] == ["cancel"]
    journal.close()
    other.close()
    again = Journal(tmp_path)
    assert again.owner
    again.close()


def test_a_failed_change_leaves_nothing_behind(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    with pytest.raises(ValueError, match="not JSON compliant"):
        journal.add("a", "k", "j1", {"x": float("nan")})
    with pytest.raises(sqlite3.Error):
        journal.ask("j1", "beta", float("nan"))
    assert journal.jobs() == []
    assert journal.requests() == []
    assert journal.add("a", "k", "j2", {}).job_id == "j2"
    journal.close()


def test_the_oldest_that_ended_are_forgotten(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    for number in range(5):
        journal.add("a", f"k{number}", f"j{number}", {"n": number})
        if number != 1:
            journal.move(f"j{number}", DONE, "")
    assert [job.job_id for job in journal.forget(2)] == ["j0", "j2"]
    assert [job.job_id for job in journal.jobs()] == ["j1", "j3", "j4"]
    assert journal.transitions("j0") == []
    journal.close()


@pytest.mark.parametrize(
    "content", [b"no database at all, but long enough to look at" * 30, b"SQLite format 3\0" + b"\xff" * 200]
)
def test_a_damaged_journal_is_put_aside(tmp_path: Path, content: bytes) -> None:
    (tmp_path / JOURNAL).write_bytes(content)
    journal = Journal(tmp_path)
    assert "was damaged" in journal.note
    assert journal.jobs() == []
    (aside,) = tmp_path.glob(f"{JOURNAL}.damaged-*")
    assert aside.read_bytes() == content
    journal.close()


def test_a_journal_of_another_format_is_put_aside(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / JOURNAL) as database:
        database.execute("PRAGMA user_version = 7")
    database.close()
    journal = Journal(tmp_path)
    assert "format 7" in journal.note
    journal.close()


def test_a_folder_that_is_none_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"jobs.sqlite can't be used: .* Name a writable folder in LATENT_CHECKPOINTS"):
        Journal(tmp_path / "file")


# What a dead process leaves behind


def _with(tmp_path: Path, *jobs: tuple[str, str]) -> Journal:
    journal = Journal(tmp_path)
    for name, status in jobs:
        journal.add("a", name, name, {})
        if status != QUEUED:
            journal.move(name, status, "before")
    return journal


def test_what_ran_and_what_waited_goes_on(tmp_path: Path) -> None:
    statuses = [RUNNING, QUEUED, INTERRUPTED, "paused", DONE, FAILED, CANCELLED]
    journal = _with(tmp_path, *((f"j{number}", status) for number, status in enumerate(statuses)))
    found = recover(journal, Limits())
    assert [one.goes_on for one in found] == [True, True, True, False, False, False, False]
    assert found[0].job.status == INTERRUPTED
    assert journal.transitions("j0")[-1].reason == "The server died while it ran."
    journal.close()


def test_a_wish_that_nobody_granted_is_granted(tmp_path: Path) -> None:
    journal = _with(tmp_path, ("runs", RUNNING), ("waits", QUEUED), ("rests", "paused"))
    journal.ask("runs", "cancel")
    journal.ask("rests", "resume")
    journal.ask("waits", "beta", 2.0)
    for _ in range(2):  # a second start changes nothing
        found = {one.job.job_id: one for one in recover(journal, Limits())}
        assert found["runs"].job.status == CANCELLED
        assert [request.name for request in found["waits"].requests] == ["beta"]
        assert found["rests"].goes_on
        assert found["rests"].job.status == QUEUED  # paused no more, or it would rest again
    journal.close()


def test_a_job_that_kills_the_server_does_not_go_on_for_ever(tmp_path: Path) -> None:
    journal = _with(tmp_path, ("j", RUNNING))
    for _ in range(2):
        assert recover(journal, Limits(crashes=3))[0].goes_on
        journal.move("j", RUNNING, "again")
    (found,) = recover(journal, Limits(crashes=3))
    assert not found.goes_on
    assert found.job.status == FAILED
    assert found.job.reason.startswith("The server died 3 times while it ran")
    journal.close()
