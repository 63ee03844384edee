"""What of a class is on disk: it comes back as it was, no secret is in it, and what is damaged is set aside."""

import logging
from pathlib import Path

import pytest

from models import strict_json
from ui.classroom import journal
from ui.classroom.room import Room, hidden
from ui.limits import CLASS_SECONDS

NOW = 1_000_000.0


def lesson(code: str = "ABCDE", opened: float = NOW) -> Room:
    room = Room(code, hidden("the key"), opened, "holes")
    number = room.join("the token")
    room.answer(number, 1, 1, 2.0)
    room.go(3)
    room.answer(number, 3, 1, (0.5, -1.25))
    room.question.shown, room.eyes, room.pacing, room.view = True, True, "free", "?z=1,1"
    return room


def kept(folder: Path, room: Room) -> Path:
    journal.write(folder, room.code, strict_json.write_line(room))
    return folder / f"class-{room.code}.json"


def test_a_class_comes_back_as_it_was(tmp_path: Path) -> None:
    room = lesson()
    kept(tmp_path / "new", room)
    assert journal.load(tmp_path / "new", NOW + 60) == ({"ABCDE": room}, set())


def test_no_secret_is_in_it(tmp_path: Path) -> None:
    text = kept(tmp_path, lesson()).read_text()
    assert "the key" not in text
    assert "the token" not in text


def test_one_that_ended_is_gone(tmp_path: Path) -> None:
    kept(tmp_path, lesson())
    journal.remove(tmp_path, "ABCDE")
    journal.remove(tmp_path, "ABCDE")
    assert list(tmp_path.iterdir()) == []


def test_one_that_nobody_ended_goes_after_a_day(tmp_path: Path) -> None:
    path = kept(tmp_path, lesson())
    assert set(journal.load(tmp_path, NOW + CLASS_SECONDS - 1)[0]) == {"ABCDE"}
    assert journal.load(tmp_path, NOW + CLASS_SECONDS + 1) == ({}, set())
    assert not path.exists()


def test_a_clock_that_was_set_back_ends_no_class(tmp_path: Path) -> None:
    kept(tmp_path, lesson(opened=NOW + 10**9))
    assert journal.load(tmp_path, NOW)[0]["ABCDE"].opened == NOW


@pytest.mark.parametrize("content", [
    b"", b"{", b"\x00" * 50, b"[]", b'{"code": "ABCDE"}', b"\xff\xfe", b" " * (journal.MOST_BYTES + 1), None,
])  # fmt: skip
def test_a_damaged_one_is_set_aside_and_hides_no_other(
    tmp_path: Path, content: bytes | None, caplog: pytest.LogCaptureFixture
) -> None:
    path = kept(tmp_path, lesson())
    kept(tmp_path, lesson("FGHJK"))
    path.write_bytes(path.read_bytes().replace(b'"holes"', b'"gone"') if content is None else content)
    with caplog.at_level(logging.WARNING):
        rooms, damaged = journal.load(tmp_path, NOW)
    assert (set(rooms), damaged) == ({"FGHJK"}, {"ABCDE"})
    assert len(list(tmp_path.glob("class-ABCDE.json.damaged-*"))) == 1
    assert "class ABCDE was damaged" in caplog.text
    assert journal.load(tmp_path, NOW)[1] == set(), "it is said once"


def test_another_classes_file_under_this_name_is_damaged(tmp_path: Path) -> None:
    kept(tmp_path, lesson()).rename(tmp_path / "class-FGHJK.json")
    assert journal.load(tmp_path, NOW) == ({}, {"FGHJK"})


def test_other_files_are_left(tmp_path: Path) -> None:
    (tmp_path / "class-notes.json").write_text("mine")
    assert journal.load(tmp_path, NOW) == ({}, set())
    assert (tmp_path / "class-notes.json").read_text() == "mine"


def test_there_need_be_no_folder(tmp_path: Path) -> None:
    assert journal.load(tmp_path / "none", NOW) == ({}, set())
