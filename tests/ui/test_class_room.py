"""A class as a value: who is in it, what is asked, what is counted, and what is refused by which code."""

from collections.abc import Callable
from typing import Any

import pytest

from live.lessons import lessons
from ui.classroom.room import ANIMALS, COLOURS, Question, RefusedError, Room, hidden, looks, tally
from ui.limits import MEMBERS

LESSON = "holes"  # its first step asks for a choice of four, its third for a pin, its fourth for nothing


def room(lesson: str = LESSON, step: int = 1) -> Room:
    made = Room("ABCDE", hidden("the key"), 0.0, lesson)
    if step > 1:
        made.go(step)
    return made


def refusal(act: Callable[[], Any]) -> str:
    with pytest.raises(RefusedError) as refused:
        act()
    return refused.value.code


def test_a_member_is_the_same_with_its_token_and_another_with_any_other() -> None:
    made = room()
    assert [made.join("a"), made.join("b"), made.join("a")] == [0, 1, 0]
    assert "a" not in made.members, "what is kept can't be used as a token"


def test_no_two_members_look_alike() -> None:
    found = {looks(number) for number in range(MEMBERS)}
    assert len(found) == MEMBERS == COLOURS * ANIMALS
    assert all(colour < COLOURS and animal < ANIMALS for colour, animal in found)


def test_a_full_class_takes_nobody_else_until_somebody_leaves() -> None:
    made = room()
    for number in range(MEMBERS):
        made.join(str(number))
    assert refusal(lambda: made.join("late")) == "full"
    assert made.join("7") == 7, "who is in it comes back"
    made.leave(7)
    assert made.join("late") == 7


def test_only_its_own_key_is_the_teachers() -> None:
    made = room()
    assert made.is_teacher("the key")
    assert not any(made.is_teacher(key) for key in ("", "The key", "the key ", made.key))


def test_the_last_answer_of_a_vote_counts() -> None:
    made = room()
    for member, option in ((0, 1.0), (1, 1.0), (0, 3.0)):
        made.answer(member, 1, 1, option)
    assert made.answer_of(0) == 3.0
    assert tally(made.ask, made.question.rounds[0]) == [[1.0, 1], [3.0, 1]]
    assert made.teachers_state()["votes"] == 2


def test_votes_are_hidden_until_they_are_shown() -> None:
    made = room()
    made.answer(0, 1, 1, 1.0)
    assert "rounds" not in made.state()
    assert "rounds" not in made.teachers_state()
    made.question.shown = True
    assert made.state()["rounds"] == [[[1.0, 1]]]


def test_a_second_vote_keeps_the_first_and_is_hidden_again() -> None:
    made = room()
    made.answer(0, 1, 1, 1.0)
    made.question.shown = True
    made.vote_again()
    assert made.answer_of(0) is None
    assert not made.state()["shown"]
    assert refusal(lambda: made.answer(0, 1, 1, 2.0)) == "late", "an answer to the vote before"
    made.answer(0, 1, 2, 2.0)
    made.question.shown = True
    assert made.state()["rounds"] == [[[1.0, 1]], [[2.0, 1]]]


def test_votes_again_are_limited() -> None:
    made = room()
    for _ in range(4):
        made.vote_again()
    assert refusal(made.vote_again) == "again"


def test_no_answer_after_the_truth_nor_to_another_step() -> None:
    made = room()
    made.reveal()
    assert refusal(lambda: made.answer(0, 1, 1, 1.0)) == "late"
    assert refusal(made.vote_again) == "again"
    assert refusal(lambda: made.answer(0, 2, 1, 1.0)) == "late"


def test_answers_stay_with_their_step() -> None:
    made = room()
    made.answer(0, 1, 1, 1.0)
    made.go(2)
    assert made.answer_of(0) is None
    made.go(1)
    assert made.answer_of(0) == 1.0


@pytest.mark.parametrize(
    ("lesson", "step", "value", "code"),
    [
        (LESSON, 1, 4.0, "answer"),
        (LESSON, 1, 0.5, "answer"),
        (LESSON, 1, (0.0, 1.0), "answer"),
        (LESSON, 3, 1.0, "answer"),
        (LESSON, 3, (0.0,), "answer"),
        (LESSON, 3, (0.0, 0.0, 0.0), "answer"),
        (LESSON, 3, (100.1, 0.0), "outside"),
        (LESSON, 3, (0.0, -1e300), "outside"),
        (LESSON, 4, 1.0, "nothing"),
        ("price-of-a-nat", 1, 1e9, "answer"),
        ("two-forces", 3, (0.0, 0.0, 1.0), "answer"),
    ],
)
def test_what_is_no_answer_is_refused(lesson: str, step: int, value: Any, code: str) -> None:
    if code == "answer" and lesson != LESSON:
        step = next(i for i, one in enumerate(lessons()[lesson].steps, 1) if one.ask and one.ask.kind != "choice")
    made = room(lesson, step)
    assert refusal(lambda: made.answer(0, step, 1, value)) == code
    assert made.questions == room(lesson).questions


def test_a_pin_is_kept_to_three_decimals() -> None:
    made = room(step=3)
    made.answer(0, 3, 1, (0.12345, -1.0))
    assert made.answer_of(0) == (0.123, -1.0)


def test_pins_are_told_as_they_are() -> None:
    made = room(step=3)
    made.answer(0, 3, 1, (1.0, 2.0))
    made.answer(1, 3, 1, (1.0, 2.0))
    assert tally(made.ask, made.question.rounds[0]) == [(1.0, 2.0), (1.0, 2.0)]


def test_who_leaves_takes_the_answers_along() -> None:
    made = room()
    number = made.join("a")
    made.answer(number, 1, 1, 1.0)
    made.leave(number)
    assert made.members == {}
    assert made.question.rounds == [{}]


def test_a_step_outside_of_the_lesson_is_none() -> None:
    made = room()
    assert [refusal(lambda step=step: made.go(step)) for step in (0, 6)] == ["step", "step"]
    assert made.step == 1


def test_a_view_of_the_teachers_ends_with_its_step_and_with_the_truth() -> None:
    made = room()
    made.view = "?z=1,1"
    made.reveal()
    assert made.view == ""
    made.view = "?z=1,1"
    made.go(2)
    assert made.view == ""


class TestWithoutALesson:
    def test_nothing_is_asked_at_first(self) -> None:
        made = room("")
        assert made.state()["asks"] is False
        assert refusal(lambda: made.answer(0, 1, 1, (0.0, 0.0))) == "nothing"
        assert refusal(lambda: made.go(1)) == "step"
        assert refusal(made.reveal) == "nothing"

    def test_each_question_is_a_step_of_its_own_and_is_answered_by_a_pin(self) -> None:
        made = room("")
        made.ask_anywhere()
        made.answer(0, 1, 1, (1.0, 2.0, 3.0))
        made.ask_anywhere()
        assert (made.step, made.answer_of(0)) == (2, None)
        assert refusal(lambda: made.answer(0, 2, 1, ())) == "answer"

    def test_a_lesson_asks_by_itself(self) -> None:
        assert refusal(room().ask_anywhere) == "step"


def test_a_lesson_that_is_not_there_and_one_that_is_another_by_now() -> None:
    assert refusal(lambda: Room("ABCDE", "", 0.0, "gone")) == "lesson"
    assert refusal(lambda: Room("ABCDE", "", 0.0, LESSON, [Question()])) == "lesson"
    assert refusal(lambda: Room("ABCDE", "", 0.0, LESSON, step=9)) == "step"
