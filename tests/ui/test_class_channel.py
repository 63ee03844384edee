"""A class over its channel, as browsers meet it: sockets, polling, tokens, a killed server, and who can disturb whom."""

import base64
import json
import os
import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from live.lessons import FOLDER, lessons
from live.library import OpenModel
from ui import limits, visitors
from ui.classroom import channel, hub, journal
from ui.classroom.reach import reach_of
from ui.classroom.room import RefusedError
from ui.server.throttle import Throttle
from ui.view_state import MAX_LATENT

INK, SKETCH = (base64.b64encode(bytes(size)).decode() for size in (2_048, 392))


class Browser:
    """One browser's socket in a class, with the last that it heard of each kind."""

    def __init__(self, socket: Any, token: str = "", key: str = "") -> None:
        self.socket = socket
        self.heard: dict[str, Any] = {}
        socket.send_json({"token": token, "key": key})

    def say(self, **what: Any) -> None:
        self.socket.send_json({"say": what})

    def until(self, name: str, fits: Callable[[Any], bool] = lambda _: True) -> Any:
        """Hears until this is told, and fits."""
        while True:
            told = self.socket.receive_json()
            self.heard |= told
            if name in told and fits(told[name]):
                return told[name]

    def until_state(self, **expected: Any) -> dict[str, Any]:
        found: dict[str, Any] = self.until("state", lambda state: expected.items() <= state.items())
        return found


class School:
    """A server with its classes, and browsers, each with a visitor's cookie."""

    def __init__(self, stack: ExitStack) -> None:
        self.stack = stack
        self.start()

    def start(self) -> None:
        """The server, as after a kill: nothing of it is left but its disk."""
        hub.forget()
        app = Starlette(routes=channel.ROUTES, middleware=[Middleware(Throttle)])
        self.client = self.stack.enter_context(TestClient(app))

    def cookie(self) -> dict[str, str]:
        return {"cookie": visitors.new_cookie(secure=False).split(";")[0]}

    def open(self, lesson: str = "holes") -> tuple[str, str]:
        answer = self.client.post("/class", json={"lesson": lesson}, headers=self.cookie())
        assert answer.status_code == 201, answer.text
        return answer.json()["code"], answer.json()["key"]

    def browser(self, code: str, token: str = "", key: str = "", **headers: str) -> Browser:
        found = self.client.websocket_connect(f"/class/{code}/live", headers=self.cookie() | headers)
        return Browser(self.stack.enter_context(found), token, key)

    def pupil(self, code: str, token: str = "") -> tuple[Browser, dict[str, Any]]:
        browser = self.browser(code, token)
        return browser, browser.until("me")

    def poll(self, code: str, message: Any = None, token: str = "", key: str = "", **headers: str) -> Any:
        body = {"hello": {"token": token, "key": key}, "message": json.dumps({"say": message}) if message else ""}
        return self.client.post(f"/class/{code}", json=body, headers=self.cookie() | headers)


@pytest.fixture
def school(checkpoint_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[School]:
    monkeypatch.setattr(limits, "CLASS_WRITES", 200)
    monkeypatch.setattr(limits, "CLASS_NEWS", 500)
    with ExitStack() as stack:
        yield School(stack)
    hub.forget()


def test_a_teacher_leads_and_pupils_answer_unseen_until_the_teacher_shows_it(school: School) -> None:
    code, key = school.open()
    teacher = school.browser(code, key=key)
    assert teacher.until("me") == {"teaches": True}
    (first, me), (second, other) = school.pupil(code), school.pupil(code)
    assert (me["colour"], me["animal"]) != (other["colour"], other["animal"])
    assert len({me["token"], other["token"], key}) == 3
    teacher.until_state(members=2, votes=0)
    first.say(kind="answer", step=1, round=1, value=1)
    assert first.until("me")["answer"] == 1
    second.say(kind="answer", step=1, round=1, value=3)
    assert "rounds" not in teacher.until_state(votes=2)
    teacher.say(kind="show", shown=True)
    for browser in (teacher, first, second):
        assert browser.until_state(shown=True)["rounds"] == [[[1, 1], [3, 1]]]
    teacher.say(kind="reveal")
    second.until_state(revealed=True)
    second.say(kind="answer", step=1, round=1, value=0)
    assert second.until("refused") == "late"
    teacher.say(kind="go", step=2)
    assert first.until_state(step=2)["revealed"] is False


def test_the_teachers_hand_is_passed_on_and_the_newest_counts(school: School) -> None:
    code, key = school.open()
    teacher, (pupil, _) = school.browser(code, key=key), school.pupil(code)
    for x in range(20):
        teacher.say(kind="point", z=[x / 10, -1.23456])
    assert pupil.until("point", lambda z: z == [1.9, -1.235])


def test_who_comes_late_hears_all_that_is_so_now(school: School) -> None:
    code, key = school.open()
    teacher = school.browser(code, key=key)
    teacher.say(kind="view", view="?model=mnist-vae&z=1,1")
    teacher.say(kind="eyes", up=True)
    teacher.say(kind="pace", pacing="free")
    teacher.say(kind="point", z=[3, 4])
    teacher.until_state(pacing="free")
    late = school.browser(code)
    assert late.until_state(eyes=True, pacing="free", view="?model=mnist-vae&z=1,1")
    assert late.heard["point"] == [3, 4]


def test_what_goes_to_all_is_short(school: School) -> None:
    code, key = school.open()
    teacher, (pupil, _) = school.browser(code, key=key), school.pupil(code)
    teacher.say(kind="view", view="?model=mnist-vae&tool=point&z=0.512,-1.204")
    state = pupil.until_state(view="?model=mnist-vae&tool=point&z=0.512,-1.204")
    assert len(json.dumps(state, separators=(",", ":"))) <= 300


def test_votes_of_others_are_no_news_to_pupils(school: School) -> None:
    code, _ = school.open()
    (first, _), (second, _) = school.pupil(code), school.pupil(code)
    second.say(kind="answer", step=1, round=1, value=1)
    second.until("me")
    first.say(kind="answer", step=1, round=1, value=2)
    assert set(first.socket.receive_json()) <= {"me", "state"}
    assert first.heard["state"]["step"] == 1 and "votes" not in first.heard["state"]


def test_a_token_brings_back_the_same_pupil_with_the_answer(school: School) -> None:
    code, _ = school.open()
    pupil, me = school.pupil(code)
    pupil.say(kind="answer", step=1, round=1, value=2)
    pupil.until("me")
    pupil.socket.close()
    _, again = school.pupil(code, me["token"])
    assert again == me | {"answer": 2}


def test_anothers_token_of_another_class_is_a_new_pupil_here(school: School) -> None:
    (here, key), (there, _) = school.open(), school.open()
    pupil, me = school.pupil(there)
    pupil.say(kind="answer", step=1, round=1, value=2)
    pupil.until("me")
    _, mine = school.pupil(here, me["token"])
    assert mine["token"] != me["token"]
    assert mine["answer"] is None
    assert school.browser(here, key=key).until_state(members=1)["votes"] == 0


def test_only_the_key_steers(school: School) -> None:
    code, key = school.open()
    pupil, _ = school.pupil(code)
    for what in (
        {"kind": "go", "step": 2},
        {"kind": "end"},
        {"kind": "point", "z": [1, 1]},
        {"kind": "eyes", "up": True},
    ):
        pupil.say(**what)
        assert pupil.until("refused") == "pupil"
    assert school.browser(code, key="x" * 22).until("refused") == "key"
    assert school.browser(code, key=key).until("state")["step"] == 1


def test_a_second_phone_with_the_key_steers_too(school: School) -> None:
    code, key = school.open()
    wall, remote = school.browser(code, key=key), school.browser(code, key=key)
    remote.say(kind="go", step=3)
    wall.until_state(step=3)


def test_two_classes_never_have_one_code(school: School) -> None:
    letters = iter("ABCDEABCDEFGHJK")
    code, _ = school.open()
    assert code.isupper() and len(code) == 5

    async def both() -> list[str]:
        found = [hub.classes().open("", "me", lambda _: next(letters))[0] for _ in range(2)]
        return [live.room.code for live in found]

    assert school.client.portal is not None
    assert school.client.portal.call(both) == ["ABCDE", "FGHJK"]


def test_a_second_process_leaves_the_classes_to_the_first_and_has_them_once_that_has_ended(school: School) -> None:
    other = journal.own(journal.folder())  # a lock on a file of its own, as another process has it
    assert other is not None
    begun = school.client.post("/class", json={"lesson": "holes"}, headers=school.cookie())
    assert (begun.status_code, begun.json()) == (409, {"refused": "process"})
    assert school.poll("ABCDE").json() == {"refused": "process"}
    os.close(other)
    school.open()
    assert journal.own(journal.folder()) is None


@pytest.mark.parametrize("code", ["ABCDE", "abcde", "x", "A" * 300, "%00"])
def test_an_unknown_code_is_said_to_be_unknown(school: School, code: str) -> None:
    assert school.poll(code).json() == {"refused": "unknown"}
    browser = school.browser(code)
    assert browser.until("refused") == "unknown"
    with pytest.raises(WebSocketDisconnect) as closed:
        browser.socket.receive_json()
    assert closed.value.code == channel.NO_CLASS


def test_the_end_is_told_to_all_and_nothing_is_left(school: School, checkpoint_folder: Path) -> None:
    code, key = school.open()
    teacher, (pupil, me) = school.browser(code, key=key), school.pupil(code)
    assert list(journal.folder().glob("class-*"))
    teacher.say(kind="end")
    for browser in (teacher, pupil):
        browser.until("ended")
    assert not list(journal.folder().glob("class-*"))
    assert school.poll(code, token=me["token"]).json() == {"refused": "unknown"}
    school.start()
    assert school.poll(code, key=key).json() == {"refused": "unknown"}


def test_a_killed_server_goes_on_with_all_that_was_told(school: School) -> None:
    code, key = school.open()
    teacher, (pupil, me) = school.browser(code, key=key), school.pupil(code)
    teacher.say(kind="go", step=3)
    pupil.until_state(step=3)
    pupil.say(kind="answer", step=3, round=1, value=[0.5, -1])
    pupil.until("me", lambda one: one["answer"] is not None)
    school.start()
    again = school.browser(code, me["token"])
    assert again.until("me")["answer"] == [0.5, -1]
    assert again.heard["state"]["step"] == 3
    assert school.browser(code, key=key).until("state")["votes"] == 1


def test_nothing_is_told_before_it_is_on_disk(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    code, key = school.open()
    pupil, me = school.pupil(code)
    written: list[str] = []
    write = journal.write
    monkeypatch.setattr(journal, "write", lambda where, code, text: (write(where, code, text), written.append(text)))
    pupil.say(kind="answer", step=1, round=1, value=2)
    assert pupil.until("me")["answer"] == 2
    assert '"0": 2.0' in written[-1]
    assert all(secret not in text for text in written for secret in (key, me["token"]))


def test_a_disk_that_refuses_stops_no_class_and_the_teacher_hears_of_it(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, key = school.open()
    teacher = school.browser(code, key=key)

    def full(*_: Any) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(journal, "write", full)
    teacher.say(kind="go", step=2)
    assert teacher.until_state(step=2)["kept"] is False


def test_a_damaged_journal_is_told_to_who_comes(school: School) -> None:
    code, key = school.open()
    (journal.folder() / f"class-{code}.json").write_text("{")
    school.start()
    assert school.poll(code, key=key).json() == {"refused": "damaged"}


def test_a_class_that_nobody_ends_ends_after_a_day(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CLASS_SECONDS", 0.2)
    code, _ = school.open()
    pupil, _ = school.pupil(code)
    pupil.until("ended")
    assert not list(journal.folder().glob("class-*"))


def test_a_full_class_says_so(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.classroom.room.MEMBERS", 2)
    code, _ = school.open()
    first, me = school.pupil(code)
    school.pupil(code)
    assert school.browser(code).until("refused") == "full"
    first.socket.close()
    assert school.pupil(code, me["token"])[1] == me


def test_one_visitor_does_not_fill_a_class(school: School) -> None:
    code, _ = school.open()
    cookie = school.cookie()
    answers = [school.poll(code, **cookie) for _ in range(limits.MEMBERS_EACH + 1)]
    assert [one.status_code for one in answers] == [200] * limits.MEMBERS_EACH + [409]
    assert answers[-1].json() == {"refused": "full"}
    assert school.poll(code).status_code == 200, "another visitor"


def test_one_visitor_does_not_take_all_classes_and_an_empty_one_makes_room(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    cookie = school.cookie()
    answers = [
        school.client.post("/class", json={"lesson": ""}, headers=cookie) for _ in range(limits.CLASSES_EACH + 1)
    ]
    assert [one.status_code for one in answers] == [201] * limits.CLASSES_EACH + [409]
    monkeypatch.setattr(limits, "CLASSES", limits.CLASSES_EACH)
    oldest, code = answers[0].json()["code"], school.open()[0]
    assert school.poll(code).status_code == 200
    assert school.poll(oldest).json() == {"refused": "unknown"}


def test_a_pin_lies_within_the_reach_of_the_map_that_is_shown(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    views: list[str] = []
    monkeypatch.setattr(hub, "reach_of", lambda view: views.append(view) or 4.0)
    code, key = school.open()
    teacher, (pupil, _) = school.browser(code, key=key), school.pupil(code)
    teacher.say(kind="go", step=3)
    pupil.until_state(step=3)
    while not views:
        school.poll(code, key=key)
    assert views == [lessons()["holes"].steps[2].view]
    for number, value in enumerate(([4.01, 0], [0, -5])):
        pupil.say(kind="answer", step=3, round=1, value=value)
        assert pupil.until("refused") == "outside", number
    pupil.say(kind="answer", step=3, round=1, value=[3.99, -4])
    assert pupil.until("me", lambda me: me["answer"] is not None)["answer"] == [3.99, -4]


def test_the_reach_of_a_map_is_that_of_its_models_codes(opened: Callable[..., OpenModel]) -> None:
    checkpoint = opened().checkpoint
    farthest = float(abs(checkpoint.latents.mu).max())
    assert reach_of(f"create?z=1,1&model={checkpoint.run.run_id}") == pytest.approx(max(3.0, 1.5 * farthest))
    assert reach_of("?z=1,1") == reach_of("?model=gone") == MAX_LATENT


class TestDrawing:
    """The class draws its own data set."""

    @staticmethod
    def opened(school: School) -> tuple[str, str, Browser]:
        code, key = school.open("")
        teacher = school.browser(code, key=key)
        teacher.say(kind="watch", start=0)
        teacher.say(kind="gather", labels=["cat", ""])
        teacher.until_state(labels=["cat", ""])
        return code, key, teacher

    @staticmethod
    def draw(browser: Browser, number: int, label: int = 0) -> None:
        browser.say(kind="draw", number=number, label=label, ink=INK)
        browser.until("me", lambda me: me["drawn"] == number)

    def test_drawings_come_to_the_wall_one_by_one_and_no_pupil_hears_of_anothers(self, school: School) -> None:
        code, key, teacher = self.opened(school)
        (first, _), (second, _) = school.pupil(code), school.pupil(code)
        self.draw(first, 1)
        assert teacher.until("drawings") == {"start": 0, "entries": [[0, INK]]}
        self.draw(second, 1, label=1)
        assert teacher.until("drawings") == {"start": 1, "entries": [[1, INK]]}
        teacher.say(kind="remove", place=0)
        assert teacher.until("drawings") == {"start": 2, "entries": [0]}
        assert not {"drawings", "lesson"} & (first.heard | second.heard).keys()
        assert school.browser(code, key=key).until("state")["members"] == 2, "a remote is told no drawings"

    def test_after_a_kill_the_wall_hears_what_it_has_not_and_a_phone_goes_on(self, school: School) -> None:
        code, key, teacher = self.opened(school)
        pupil, me = school.pupil(code)
        for number in (1, 2):
            self.draw(pupil, number)
        teacher.until("drawings")
        school.start()
        assert school.poll(code, token=me["token"]).json()["me"]["drawn"] == 2
        again = school.browser(code, me["token"])
        self.draw(again, 3)
        hello = {"token": "", "key": key, "watches": 1}
        answer = school.client.post(f"/class/{code}", json={"hello": hello, "message": ""}, headers=school.cookie())
        assert answer.json()["drawings"] == {"start": 1, "entries": [[0, INK]] * 2}

    def test_a_wall_that_has_more_than_there_is_begins_anew(self, school: School) -> None:
        code, key, _ = self.opened(school)
        self.draw(school.pupil(code)[0], 1)
        wall = school.browser(code, key=key)
        wall.say(kind="watch", start=40)
        assert wall.until("drawings")["start"] == 0

    def test_a_phone_that_leaves_while_it_draws_leaves_its_drawings_and_another_takes_its_place(
        self, school: School
    ) -> None:
        code, _, teacher = self.opened(school)
        pupil, me = school.pupil(code)
        self.draw(pupil, 1)
        pupil.socket.send_text('{"say":{"kind":"draw","number":2,"label":0,"ink":"AAA')
        pupil.until("refused")
        school.poll(code, {"kind": "leave"}, me["token"])
        pupil.say(kind="draw", number=2, label=0, ink=INK)
        assert pupil.until("refused", lambda code: code != "message") == "left"
        other, its = school.pupil(code)
        assert (its["colour"], its["animal"], its["drawn"]) == (me["colour"], me["animal"], 0)
        self.draw(other, 1)
        assert teacher.until("drawings", lambda told: told["entries"][-1] == [0, INK])

    def test_nothing_is_taken_when_it_is_closed_nor_for_a_colour_that_there_is_not(self, school: School) -> None:
        code, _, teacher = self.opened(school)
        pupil, _ = school.pupil(code)
        pupil.say(kind="draw", number=1, label=2, ink=INK)
        assert pupil.until("refused") == "message"
        teacher.say(kind="close")
        pupil.until("state", lambda state: "labels" not in state)
        pupil.say(kind="draw", number=1, label=0, ink=INK)
        assert pupil.until("refused") == "closed"

    def test_all_classes_together_have_a_limit(self, school: School, monkeypatch: pytest.MonkeyPatch) -> None:
        code, _, _ = self.opened(school)
        other, _, _ = self.opened(school)
        monkeypatch.setattr(limits, "ALL_DRAWINGS", 1)
        self.draw(school.pupil(code)[0], 1)
        pupil, _ = school.pupil(other)
        pupil.say(kind="draw", number=1, label=0, ink=INK)
        assert pupil.until("refused") == "drawings"

    def test_the_end_takes_them_off_the_disk(self, school: School) -> None:
        code, _, teacher = self.opened(school)
        self.draw(school.pupil(code)[0], 1)
        assert len(list(journal.folder().glob("class-*"))) == 2
        teacher.say(kind="end")
        teacher.until("ended")
        assert not list(journal.folder().glob("class-*"))


class TestALessonOfTheTeachersOwn:
    LESSON = json.loads((FOLDER / "half-way.json").read_text())

    def open(self, school: School, **changes: Any) -> Any:
        body = {"lesson": "", "own": self.LESSON | changes}
        return school.client.post("/class", json=body, headers=school.cookie())

    def test_it_is_told_once_to_each_and_comes_back_after_a_kill(self, school: School) -> None:
        answer = self.open(school, title="Mine")
        assert answer.status_code == 201, answer.text
        code, key = answer.json()["code"], answer.json()["key"]
        pupil, _ = school.pupil(code)
        assert pupil.heard["lesson"]["title"] == "Mine"
        assert pupil.heard["state"]["lesson"] == "own"
        del pupil.heard["lesson"]
        teacher = school.browser(code, key=key)
        teacher.say(kind="go", step=2)
        pupil.until_state(step=2)
        assert "lesson" not in pupil.heard
        school.start()
        assert school.poll(code).json()["lesson"]["title"] == "Mine"
        assert school.poll(code, key=key).json()["state"]["step"] == 2

    def test_one_that_leads_elsewhere_or_is_damaged_or_too_long_begins_no_class(self, school: School) -> None:
        first, *rest = self.LESSON["steps"]
        wrong: list[tuple[dict[str, Any], str]] = [
            ({"steps": [first | {"view": "elsewhere?z=1"}, *rest]}, "views"),
            ({"steps": [first | {"view": "?z=1&lesson=other"}, *rest]}, "views"),
            ({"steps": [first | {"view": "//elsewhere"}, *rest]}, "message"),
            ({"steps": []}, "message"),
            ({"more": 1}, "message"),
            ({"about": "a" * 57_000}, "long"),
        ]
        for changes, code in wrong:
            assert self.open(school, **changes).json() == {"refused": code}

    def test_a_drawing_answers_and_all_hear_only_how_many_were_taken_for_it(self, school: School) -> None:
        step = next(i for i, one in enumerate(self.LESSON["steps"], 1) if (one["ask"] or {}).get("kind") == "draw")
        code, key = school.open("half-way")
        teacher, (first, me), (second, _) = school.browser(code, key=key), school.pupil(code), school.pupil(code)
        teacher.say(kind="go", step=step)
        for pupil, right in ((first, True), (second, False)):
            pupil.until_state(step=step)
            value = {"right": right, "ink": SKETCH}
            pupil.say(kind="answer", step=step, round=1, value=value)
            assert pupil.until("me", lambda me: me["answer"] is not None)["answer"] == value
        assert "sketches" not in teacher.until_state(votes=2)
        teacher.say(kind="show", shown=True)
        assert teacher.until_state(shown=True)["sketches"] == [SKETCH] * 2
        assert first.until_state(shown=True)["rounds"] == [[[1, 1], [0, 1]]]
        assert "sketches" not in first.heard["state"]
        first.say(kind="answer", step=step, round=1, value={"right": True, "ink": SKETCH + "A"})
        assert first.until("refused") == "message"
        school.start()
        assert school.poll(code, token=me["token"]).json()["me"]["answer"]["ink"] == SKETCH


class TestPolling:
    """Where sockets are blocked."""

    def test_who_leaves_frees_the_seat_for_all_and_for_this_visitor(self, school: School) -> None:
        code, key = school.open()
        cookie = school.cookie()
        for _ in range(2 * limits.MEMBERS_EACH):
            me = school.poll(code, **cookie).json()["me"]
            assert school.poll(code, {"kind": "leave"}, me["token"], **cookie).status_code == 200
        assert school.poll(code, key=key).json()["state"]["members"] == 0

    def test_a_poll_hears_all_and_says_one_thing(self, school: School) -> None:
        code, key = school.open()
        me = school.poll(code).json()["me"]
        answer = {"kind": "answer", "step": 1, "round": 1, "value": 2}
        heard = school.poll(code, answer, me["token"]).json()
        assert heard["me"] == me | {"answer": 2}
        assert heard["state"]["step"] == 1
        assert school.poll(code, answer | {"round": 7}, me["token"]).json()["refused"] == "late"
        assert school.poll(code, key=key).json()["state"]["votes"] == 1
        assert school.poll(code, {"kind": "reveal"}, key=key).json()["state"]["revealed"] is True
        assert school.poll(code, {"kind": "end"}, key=key).json() == {"ended": True}

    @pytest.mark.parametrize(
        "body", ["", "{", "[]", '{"hello": 1, "message": ""}', '{"hello": {"token": "", "key": ""}}']
    )
    def test_what_is_no_poll_is_refused(self, school: School, body: str) -> None:
        code, _ = school.open()
        answer = school.client.post(f"/class/{code}", content=body, headers=school.cookie())
        assert (answer.status_code, answer.json()) == (400, {"refused": "message"})

    def test_no_answer_is_kept_by_who_passes_it_on(self, school: School) -> None:
        code, _ = school.open()
        assert school.poll(code).headers["cache-control"] == "no-store"


def test_a_lesson_that_is_not_there_has_no_class(school: School) -> None:
    answer = school.client.post("/class", json={"lesson": "gone"})
    assert (answer.status_code, answer.json()) == (409, {"refused": "lesson"})
    assert school.client.get("/class").status_code == 405


def test_a_million_pins_are_one_and_disturb_nobody(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pupil who sends as fast as it goes waits, and only its last pin counts; another answers meanwhile."""
    monkeypatch.setattr(limits, "CLASS_MESSAGES", limits.Rate(400, 10))
    school.start()
    code, key = school.open()
    teacher = school.browser(code, key=key)
    teacher.say(kind="go", step=3)
    flooder, (pupil, _) = school.browser(code), school.pupil(code)
    for number in range(200):
        flooder.say(kind="answer", step=3, round=1, value=[number / 1000, 0])
    pupil.until_state(step=3) if pupil.heard["state"]["step"] != 3 else None
    pupil.say(kind="answer", step=3, round=1, value=[2, 2])
    assert pupil.until("me", lambda me: me["answer"] is not None)["answer"] == [2, 2]
    flooder.until("me", lambda me: me["answer"] == [0.199, 0])
    teacher.say(kind="show", shown=True)
    assert sorted(teacher.until_state(shown=True)["rounds"][0]) == [[0.199, 0], [2, 2]]


def test_a_thousand_fuzzed_messages_disturb_nobody(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CLASS_MESSAGES", limits.Rate(1e6, 1e6))
    school.start()
    code, key = school.open()
    shuffled, (pupil, me) = random.Random(3), school.pupil(code)
    rude = school.browser(code)
    rude.until("me")
    whole = '{"say":{"kind":"answer","step":1,"round":1,"value":1}}'
    for number in range(1_000):
        text = "".join(shuffled.choice('{}[]":,0123eé\x00') if shuffled.random() < 0.2 else one for one in whole)
        if number % 5 == 0:
            rude.socket.send_bytes(text.encode())
        else:
            rude.socket.send_text(text)
    pupil.say(kind="answer", step=1, round=1, value=1)
    assert pupil.until("me")["answer"] == 1
    rude.until("refused")
    rude.say(kind="leave")
    state = school.poll(code, key=key).json()["state"]
    assert (state["step"], state["members"] in (1, 2), state["kept"]) == (1, True, True)
    assert school.poll(code, token=me["token"]).json()["me"]["answer"] == 1


def test_a_socket_of_a_class_takes_no_page_its_place(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ALL_CLASS_SOCKETS", 2)
    monkeypatch.setattr(limits, "ALL_SOCKETS", 0)
    code, _ = school.open()
    school.pupil(code), school.pupil(code)
    with pytest.raises(WebSocketDisconnect):
        school.pupil(code)


def test_a_refusal_has_a_code() -> None:
    assert RefusedError("late").code == "late"
