"""A class in Chromium: a teacher and two pupils through a short lesson, over a kill -9 of the server."""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from benchmarks.serving import Server, running_app
from live.lessons import lessons
from live.words import t
from tests.browser.conftest import OpenPage
from tests.browser.decoded import SHIPPED
from tests.browser.live_page import PHONE, LivePage

LESSON = "two-seeds"
MODELS = ("mnist-vae", "mnist-vae-seed-2")


class School:
    """A server of a few models that can be killed and comes back at the same address."""

    def __init__(self, folder: Path, data: Path, stack: ExitStack) -> None:
        self.models = folder / "checkpoints"
        for name in MODELS:
            shutil.copytree(SHIPPED / name, self.models / name)
        self.folders = {"LATENT_CHECKPOINTS": str(self.models), "LATENT_DATA": str(data)}
        self.log, self.stack = folder / "log", stack
        self.server: Server = stack.enter_context(running_app(self.log, self.folders))

    def kill_and_start(self) -> None:
        self.server.process.kill()
        self.server.process.wait()
        port = int(self.server.address.rpartition(":")[2])
        self.server = self.stack.enter_context(running_app(self.log, self.folders, port=port))

    def journals(self) -> list[Path]:
        return list((self.models / ".unfinished").glob("class-*"))


@pytest.fixture
def school(models: Path, data: Path, tmp_path: Path) -> Iterator[School]:
    assert models.is_dir()
    with ExitStack() as stack:
        yield School(tmp_path, data, stack)


def panel(live: LivePage) -> Any:
    return live.page.locator(".lp-class")


def press(live: LivePage, name: str) -> None:
    panel(live).get_by_role("button", name=name, exact=True).click()


def without_plotly(page: Any) -> None:
    """The map's canvas goes on, and five pages at once have less to do; what Plotly draws, other tests look at."""
    page.route("**/plotly-*.js", lambda route: route.abort())


def with_a_slow_class(page: Any) -> None:
    """The view writes its state into the address before the class is there to read its link."""
    without_plotly(page)
    page.route("**/classroom/follow.js", lambda route: (time.sleep(1), route.continue_()))


def test_a_lesson_goes_on_where_it_was_when_the_server_was_killed(open_page: OpenPage, school: School) -> None:
    choice, pin = (step.ask for step in lessons()[LESSON].steps[:2])
    address = school.server.address

    def opened(path: str = "", before: Callable[[Any], None] = without_plotly, **more: Any) -> LivePage:
        live = open_page(path, address=address, before=before, ready=False, **more)
        live.tolerant = True  # of the server that is away, and of Plotly
        return live

    teacher = opened("library", stranger=True, data="lessons")
    teacher.page.locator(f'[data-class="{LESSON}"]').click()
    code = teacher.page.locator(".lp-large-letters").inner_text()
    teacher.page.get_by_role("dialog").get_by_role("button", name=t("shell.close")).click()
    linked = opened(size=PHONE, phone=True, join=code)
    typed = opened("join", size=PHONE, dark=True, phone=True)
    typed.page.get_by_label(t("classroom.join.code")).fill(code.lower())
    typed.page.keyboard.press("Enter")
    everybody = (teacher, linked, typed)
    for live in everybody:
        panel(live).get_by_text(choice.text).wait_for()
        live.wait_query(model="mnist-vae", z="1.44,-0.95")
        live.page.evaluate("window.isTheSamePage = true")
    names = {panel(live).locator(".lp-badge").inner_text() for live in (linked, typed)}
    assert len(names) == 2

    press(linked, choice.options[2])
    press(typed, choice.options[0])
    for live, option in ((linked, 2), (typed, 0)):
        panel(live).get_by_text(t("classroom.answered", answer=choice.options[option])).wait_for()
    panel(teacher).get_by_text(t("classroom.votes", votes=2, count=2)).wait_for()
    assert panel(teacher).locator(".lp-votes").count() == 0
    school.kill_and_start()
    for live in everybody:
        live.page.wait_for_selector(".lp-class:not([data-away])")
    panel(linked).get_by_text(t("classroom.answered", answer=choice.options[2])).wait_for()
    press(teacher, t("classroom.show"))
    for live in everybody:
        panel(live).locator(".lp-vote-row").nth(3).wait_for()

    key = teacher.page.evaluate("(code) => JSON.parse(localStorage.getItem(`lp-class-${code}`)).key", code)
    remote = opened(f"?join={code}#key={key}", size=PHONE, beside=typed, before=with_a_slow_class)
    press(remote, t("lesson.next"))
    assert key not in remote.page.url
    for live in everybody:
        panel(live).get_by_text(pin.text).wait_for()
        live.wait_query(model="mnist-vae-seed-2", z="0,0")
    linked.wait_ready()
    press(linked, t("lesson.pin"))
    panel(teacher).get_by_text(t("classroom.votes", votes=1, count=2)).wait_for()
    press(teacher, t("classroom.show"))
    teacher.page.locator(".lv-mark-pin").wait_for(state="attached")
    press(teacher, t("classroom.reveal"))
    for live in everybody:
        live.page.locator(".lv-mark-truth").wait_for(state="attached")
        live.wait_query(z="1.17,1.44")
        assert live.page.evaluate("window.isTheSamePage")
    panel(linked).get_by_text(t("lesson.pin.off", distance="1.86")).wait_for()

    press(teacher, t("classroom.end"))
    press(teacher, t("classroom.end.sure"))
    for live in everybody:
        panel(live).get_by_text(t("classroom.ended")).wait_for()
    assert school.journals() == []
    assert key not in school.log.read_text()
