"""What a class draws: what is taken, from whom, how often, what of it is on disk, and what comes back after a kill."""

import base64
import json
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ui import limits
from ui.classroom import journal
from ui.classroom.drawings import Drawings, Given
from ui.classroom.messages import Draws, Gathers, parse
from ui.classroom.room import RefusedError

INK = base64.b64encode(bytes(range(256)) * 8).decode()


def refusal(act: Callable[[], Any]) -> str:
    with pytest.raises(RefusedError) as refused:
        act()
    return refused.value.code


def said(what: Any, steers: bool = False) -> Any:
    return parse(json.dumps({"say": what}), steers)


def three() -> Drawings:
    drawings = Drawings()
    for member, number, label in ((0, 1, 0), (1, 1, 1), (0, 2, 1)):
        drawings.give(member, number, label, INK)
    return drawings


def test_a_drawing_is_told_with_its_label_and_never_with_who_drew_it() -> None:
    assert three().told(0, 3) == {"start": 0, "entries": [[0, INK], [1, INK], [1, INK]]}
    assert three().told(2, 3) == {"start": 2, "entries": [[1, INK]]}


def test_a_drawing_that_is_said_twice_is_there_once() -> None:
    drawings = three()
    assert drawings.give(0, 2, 0, INK) is False
    assert (len(drawings.entries), drawings.drawn_by(0)) == (3, 2)
    assert refusal(lambda: drawings.give(0, 4, 0, INK)) == "message", "one is missing between"


def test_each_pupil_and_each_class_has_a_limit_and_what_was_taken_away_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    drawings = three()
    drawings.remove(0)
    monkeypatch.setattr(limits, "CLASS_DRAWINGS_EACH", 2)
    assert refusal(lambda: drawings.give(0, 3, 0, INK)) == "drawn"
    monkeypatch.setattr(limits, "CLASS_DRAWINGS", 4)
    assert refusal(lambda: drawings.give(1, 2, 0, INK)) == "drawings"


def test_what_is_taken_away_leaves_an_empty_place_once() -> None:
    drawings = three()
    drawings.remove(1)
    assert drawings.told(3, 4) == {"start": 3, "entries": [1]}
    assert [refusal(lambda place=place: drawings.remove(place)) for place in (1, 3, 9)] == ["gone"] * 3


def test_who_gets_the_number_of_one_that_left_has_drawn_nothing() -> None:
    drawings = three()
    drawings.leave(0)
    drawings.leave(7)
    assert (drawings.drawn_by(0), len(drawings.entries)) == (0, 4), "the drawings stay; who drew none leaves no trace"
    assert drawings.give(0, 1, 0, INK)


def test_only_ink_of_the_right_size_and_kind_is_a_drawing() -> None:
    whole = {"kind": "draw", "number": 1, "label": 0, "ink": INK}
    assert said(whole) == Draws("draw", 1, 0, INK)
    for wrong in (
        {"ink": ""}, {"ink": INK[:-4]}, {"ink": INK + "AAAA"}, {"ink": INK.replace("=", "A")}, {"ink": "<" + INK[1:]},
        {"ink": INK[:-1] + "\n"}, {"ink": None}, {"label": 6}, {"label": -1}, {"label": True}, {"number": 0}, {"more": 1},
    ):  # fmt: skip
        assert refusal(lambda wrong=wrong: said(whole | wrong)) == "message"
    assert refusal(lambda: said(whole, steers=True)) == "teacher"
    assert len(json.dumps({"hello": {"token": "t" * 64, "key": ""}, "message": json.dumps({"say": whole})})) < limits.CLASS_MESSAGE_BYTES  # fmt: skip


def test_only_a_teacher_opens_watches_takes_away_and_closes() -> None:
    assert said({"kind": "gather", "labels": ["cat", ""]}, steers=True) == Gathers("gather", ("cat", ""))
    for what in (
        {"kind": "gather", "labels": ["a", "b"]}, {"kind": "watch", "start": 0}, {"kind": "remove", "place": 0}, {"kind": "close"},
    ):  # fmt: skip
        assert refusal(lambda what=what: said(what)) == "pupil"
    assert refusal(lambda: said({"kind": "gather", "labels": ["x" * 41, "b"]}, steers=True)) == "message"


class TestOnDisk:
    def test_they_come_back_as_they_were(self, tmp_path: Path) -> None:
        drawings = three()
        journal.append(tmp_path / "new", "ABCDE", drawings.entries)
        drawings.remove(1)
        drawings.leave(0)
        journal.append(tmp_path / "new", "ABCDE", drawings.entries[3:])
        again = journal.drawings(tmp_path / "new", "ABCDE")
        assert (again.entries, again.drawn_by(0), again.drawn_by(1)) == (drawings.entries, 0, 1)

    @pytest.mark.parametrize("torn", [b'{"entry": {"kind": "given", "mem', b"\x00" * 40 + b"\n", b'{"entry": 3}\n'])
    def test_what_a_kill_has_cut_is_left_out_and_the_next_joins_after_it(
        self, tmp_path: Path, torn: bytes, caplog: pytest.LogCaptureFixture
    ) -> None:
        journal.append(tmp_path, "ABCDE", three().entries)
        path = tmp_path / "class-ABCDE.drawings.jsonl"
        path.write_bytes(path.read_bytes() + torn)
        with caplog.at_level(logging.WARNING):
            found = journal.drawings(tmp_path, "ABCDE")
        assert found.entries == three().entries
        assert "end after 3" in caplog.text
        journal.append(tmp_path, "ABCDE", [Given("given", 2, 0, INK)])
        assert len(journal.drawings(tmp_path, "ABCDE").entries) == 4

    def test_a_disk_that_refuses_takes_none_of_them(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        journal.append(tmp_path, "ABCDE", three().entries[:1])

        def full(_: int) -> None:
            raise OSError(28, os.strerror(28))

        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", full)
            with pytest.raises(OSError, match=os.strerror(28)):
                journal.append(tmp_path, "ABCDE", three().entries[1:])
        assert journal.drawings(tmp_path, "ABCDE").entries == three().entries[:1]

    def test_they_go_with_their_class(self, tmp_path: Path) -> None:
        journal.append(tmp_path, "ABCDE", three().entries)
        journal.remove(tmp_path, "ABCDE")
        assert list(tmp_path.iterdir()) == []
