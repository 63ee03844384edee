"""What may be said in a class: pupils answer and leave, a teacher steers, and nothing else is understood."""

import json
import random
from typing import Any

import pytest

from ui.classroom import messages
from ui.classroom.messages import Hello, parse, read, steer
from ui.classroom.room import RefusedError, Room, hidden

PUPILS = [{"kind": "answer", "step": 1, "round": 1, "value": 1}, {"kind": "leave"}]
TEACHERS = [
    {"kind": "go", "step": 2}, {"kind": "pace", "pacing": "free"}, {"kind": "eyes", "up": True}, {"kind": "show", "shown": True},
    {"kind": "view", "view": "?model=mnist-vae&z=1,-0.5"}, {"kind": "point", "z": [0.5, 1]}, {"kind": "again"},
    {"kind": "reveal"}, {"kind": "ask"}, {"kind": "end"},
]  # fmt: skip


def said(what: Any) -> str:
    return json.dumps({"say": what})


def code(text: str, steers: bool) -> str:
    with pytest.raises(RefusedError) as refused:
        parse(text, steers)
    return refused.value.code


@pytest.mark.parametrize("what", PUPILS, ids=lambda what: what["kind"])
def test_a_pupil_answers_and_leaves_and_a_teacher_does_neither(what: dict[str, Any]) -> None:
    assert parse(said(what), steers=False).kind == what["kind"]
    assert code(said(what), steers=True) == "teacher"


@pytest.mark.parametrize("what", TEACHERS, ids=lambda what: what["kind"])
def test_a_teacher_steers_and_a_pupil_never(what: dict[str, Any]) -> None:
    assert parse(said(what), steers=True).kind == what["kind"]
    assert code(said(what), steers=False) == "pupil"


@pytest.mark.parametrize("text", [
    "", "{", "[]", "null", '{"say": null}', said({"kind": "poem"}), said({"kind": "leave", "more": 1}), said("leave"),
    said({"kind": "answer", "step": 0, "round": 1, "value": 1}), said({"kind": "answer", "step": True, "round": 1, "value": 1}),
    said({"kind": "answer", "step": 1, "round": 1, "value": "1"}), said({"kind": "answer", "step": 1, "round": 1, "value": None}),
    said({"kind": "answer", "step": 1, "round": 1, "value": [[1]]}), said({"kind": "answer", "step": 1, "round": 1}),
    said({"kind": "answer", "step": 1, "round": 1, "value": float("nan")}), said({"kind": "answer", "step": 1, "round": 1, "value": 1e999}),
    "[" * 4_000, said({"kind": "answer", "step": 1, "round": 1, "value": [0] * 2_000}),
])  # fmt: skip
def test_what_makes_no_sense_is_refused(text: str) -> None:
    assert code(text, steers=False) == "message"


@pytest.mark.parametrize("what", [
    {"kind": "point", "z": []}, {"kind": "point", "z": [101]}, {"kind": "point", "z": [0] * 129}, {"kind": "pace", "pacing": "fast"},
    {"kind": "eyes", "up": 1}, {"kind": "view", "view": "?" + "a" * 1_500}, {"kind": "go", "step": 1.5},
])  # fmt: skip
def test_a_teacher_is_read_as_strictly(what: dict[str, Any]) -> None:
    assert code(said(what), steers=True) == "message"


@pytest.mark.parametrize("view", [
    "//elsewhere/?z=1", "https://elsewhere/", "javascript:alert(1)", "other?z=1", "../?z=1", "?z=<b>", "?z=1#key", "create/x", "?z= 1",
    "?z=1\n", "\\\\elsewhere",
])  # fmt: skip
def test_a_view_is_an_address_of_this_app(view: str) -> None:
    room = Room("ABCDE", "", 0.0, "holes")
    with pytest.raises(RefusedError):
        steer(room, parse(said({"kind": "view", "view": view}), steers=True))
    assert room.view == ""


@pytest.mark.parametrize("view", ["", "?model=m&z=1%2C-2.5", "compare?by=side&models=a,b", "create"])
def test_a_view_of_this_app_is_taken(view: str) -> None:
    room = Room("ABCDE", "", 0.0, "holes")
    steer(room, parse(said({"kind": "view", "view": view}), steers=True))
    assert room.view == view


def test_a_token_has_a_form_and_a_length() -> None:
    assert read(Hello, '{"token": "a-_Z9", "key": ""}') == Hello("a-_Z9", "")
    for token in ("a b", "x" * 65, "é", 3):
        with pytest.raises(RefusedError):
            read(Hello, json.dumps({"token": token, "key": ""}))


def test_a_thousand_broken_messages_change_nothing() -> None:
    """Mutations of all that can be said: each is refused, or is a message that a pupil may send."""
    shuffled, room = random.Random(7), Room("ABCDE", hidden("k"), 0.0, "holes")
    number, before = room.join("a"), repr(room)
    refused = 0
    for _ in range(1_000):
        text = list(said(shuffled.choice(PUPILS + TEACHERS)))
        for _ in range(shuffled.randint(1, 6)):
            text[shuffled.randrange(len(text))] = shuffled.choice('{}[]",:0123456789.eE-\\\x00é�truefalsn')
        try:
            found = parse("".join(text), steers=False)
        except RefusedError:
            refused += 1
        else:
            assert isinstance(found, messages.Answers | messages.Leaves)
    assert refused > 700
    assert (repr(room), number) == (before, 0)
