"""The journal of jobs: what was acknowledged is there after the process is gone, and damage is put aside."""

import sqlite3
from pathlib import Path

import pytest

from jobs.job import CANCELLED, DONE, FAILED, INTERRUPTED, QUEUED, RUNNING, Command, Limits
from jobs.journal import JOURNAL, Journal
from jobs.recovery import recover
from models.errors import InputError, Reason


def test_a_job_and_its_story_come_back(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    made = journal.add("me", "click", "j1", {"epochs": 3, "title": "é"})
    journal.move("j1", RUNNING, Reason("running"))
    journal.move("j1", DONE, Reason("done.elbo", {"epochs": 3, "nats": -99.5}))
    journal.close()
    journal = Journal(tmp_path)
    (job,) = journal.jobs()
    assert (job.job_id, job.session, job.key, job.spec) == ("j1", "me", "click", {"epochs": 3, "title": "é"})
    assert (job.status, job.reason, job.submitted) == (
        DONE,
        Reason("done.elbo", {"epochs": 3, "nats": -99.5}),
        made.submitted,
    )
    story = journal.transitions("j1")
    assert [step.status for step in story] == [QUEUED, RUNNING, DONE]
    assert [step.reason.code for step in story] == ["queued", "running", "done.elbo"]
    assert story[0].at <= story[1].at <= story[2].at == job.changed
    journal.close()


def test_the_same_key_is_the_same_job_for_one_session_only(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    assert journal.add("a", "k", "j1", {}).job_id == "j1"
    assert journal.add("a", "k", "j2", {"other": 1}).job_id == "j1"
    assert journal.add("b", "k", "j3", {}).job_id == "j3"
    assert [job.job_id for job in journal.jobs()] == ["j1", "j3"]
    journal.close()


def test_commands_keep_their_order_and_their_step(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.add("a", "k", "j1", {})
    first, second = journal.command("j1", "learning_rate", 1e-4), journal.command("j1", "beta", 2.0)
    journal.took_effect(first.number, 17)
    journal.close()
    journal = Journal(tmp_path)
    assert journal.commands() == [Command(1, "j1", "learning_rate", 1e-4, 17), Command(2, "j1", "beta", 2.0, None)]
    assert journal.commands(after=first.number) == [second]
    journal.close()


def test_it_is_safe_on_disk_and_readable_by_others(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.add("a", "k", "j1", {})
    (mode,), (safety,) = (journal._read(f"PRAGMA {name}")[0] for name in ("journal_mode", "synchronous"))
    assert (mode, safety) == ("wal", 2)  # 2 is FULL
    other = Journal(tmp_path)  # as another process would
    assert not other.owner
    assert [job.job_id for job in other.jobs()] == ["j1"]
    other.command("j1", "cancel")
    assert [command.name for command in journal.commands()] == ["cancel"]
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
        journal.command("j1", "beta", float("nan"))
    assert journal.jobs() == []
    assert journal.commands() == []
    assert journal.add("a", "k", "j2", {}).job_id == "j2"
    journal.close()


def test_the_oldest_that_ended_are_forgotten(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    for number in range(5):
        journal.add("a", f"k{number}", f"j{number}", {"n": number})
        if number != 1:
            journal.move(f"j{number}", DONE, Reason("done"))
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
    assert journal.note is not None
    assert journal.note.code == "journal.damaged"
    assert journal.jobs() == []
    (aside,) = tmp_path.glob(f"{JOURNAL}.damaged-*")
    assert aside.read_bytes() == content
    journal.close()


def test_a_journal_of_another_format_is_put_aside(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / JOURNAL) as database:
        database.execute("PRAGMA user_version = 7")
    database.close()
    journal = Journal(tmp_path)
    assert journal.note is not None
    assert "format 7" in journal.note.values["problem"]
    journal.close()


def test_a_folder_that_is_none_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"journal\.unusable: file=jobs\.sqlite, problem=File exists") as caught:
        Journal(tmp_path / "file")
    assert str(tmp_path) not in str(caught.value)  # any visitor may read it


def test_a_journal_that_cant_be_opened_keeps_no_lock(tmp_path: Path) -> None:
    (tmp_path / JOURNAL).mkdir()
    with pytest.raises(InputError, match="unable to open database file"):
        Journal(tmp_path)
    (tmp_path / JOURNAL).rmdir()
    journal = Journal(tmp_path)
    assert journal.owner
    journal.close()


def test_a_sentence_of_an_old_journal_is_a_reason(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.add("a", "k", "j1", {})
    for sentence in ("Trained 3 epochs.", "", "7", '{"code": 1}', "[" * 10**5, '"code"'):
        with journal._writing() as cursor:
            cursor.execute("UPDATE jobs SET reason = ?", (sentence,))
        assert journal.jobs()[0].reason == Reason("text", {"text": sentence})
    journal.close()


def test_a_reason_within_a_reason_is_one_again(tmp_path: Path) -> None:
    inner = Reason("run.counts", {"kept": [1, "a"]})
    for reason in (Reason("record.refused", {"why": inner, "where": "x"}), Reason("series.too_few", {"gaps": [inner]})):
        journal = Journal(tmp_path)
        journal.add("a", "k", "j1", {})
        journal.move("j1", FAILED, reason)
        journal.close()
        journal = Journal(tmp_path)
        assert journal.jobs()[0].reason == journal.transitions("j1")[-1].reason == reason
        journal.close()


def test_it_is_owned_by_the_next_once_the_first_is_closed(tmp_path: Path) -> None:
    first, second = Journal(tmp_path), Journal(tmp_path)
    assert (first.own(), second.own()) == (True, False)
    first.close()
    assert second.own()
    assert not Journal(tmp_path).owner
    second.close()


# What a dead process leaves behind


def _with(tmp_path: Path, *jobs: tuple[str, str]) -> Journal:
    journal = Journal(tmp_path)
    for name, status in jobs:
        journal.add("a", name, name, {})
        if status != QUEUED:
            journal.move(name, status, Reason("before"))
    return journal


def test_what_ran_and_what_waited_goes_on(tmp_path: Path) -> None:
    statuses = [RUNNING, QUEUED, INTERRUPTED, "paused", DONE, FAILED, CANCELLED]
    journal = _with(tmp_path, *((f"j{number}", status) for number, status in enumerate(statuses)))
    found = recover(journal, Limits())
    assert [one.goes_on for one in found] == [True, True, True, False, False, False, False]
    assert found[0].job.status == INTERRUPTED
    assert journal.transitions("j0")[-1].reason == Reason("interrupted.died")
    journal.close()


def test_a_command_that_nobody_carried_out_is_carried_out(tmp_path: Path) -> None:
    journal = _with(tmp_path, ("runs", RUNNING), ("waits", QUEUED), ("rests", "paused"))
    journal.command("runs", "cancel")
    journal.command("rests", "resume")
    journal.command("waits", "beta", 2.0)
    for _ in range(2):  # a second start changes nothing
        found = {one.job.job_id: one for one in recover(journal, Limits())}
        assert found["runs"].job.status == CANCELLED
        assert [command.name for command in found["waits"].commands] == ["beta"]
        assert found["rests"].goes_on
        assert found["rests"].job.status == QUEUED  # paused no more, or it would rest again
    journal.close()


def test_of_cancel_and_resume_the_last_counts(tmp_path: Path) -> None:
    journal = _with(tmp_path, ("on", RUNNING), ("off", RUNNING), ("kept", CANCELLED), ("cleared", CANCELLED))
    journal.move("kept", CANCELLED, Reason("cancelled"))
    for job, names in {"on": "cancel resume", "off": "resume cancel", "kept": "resume", "cleared": "resume"}.items():
        for name in names.split():
            journal.command(job, name)
    found = {one.job.job_id: one for one in recover(journal, Limits())}
    assert {name: one.goes_on for name, one in found.items()} == {
        "on": True,
        "off": False,
        "kept": True,
        "cleared": False,
    }
    assert (found["off"].job.status, found["off"].job.ended_for_good) == (CANCELLED, False)
    assert all(command.step == 0 for command in journal.commands())
    journal.close()


def test_a_job_that_kills_the_server_does_not_go_on_for_ever(tmp_path: Path) -> None:
    journal = _with(tmp_path, ("j", RUNNING))
    for _ in range(2):
        assert recover(journal, Limits(crashes=3))[0].goes_on
        journal.move("j", RUNNING, Reason("again"))
    (found,) = recover(journal, Limits(crashes=3))
    assert not found.goes_on
    assert found.job.status == FAILED
    assert found.job.reason == Reason("failed.crashes", {"crashes": 3})
    journal.close()
