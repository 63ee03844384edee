"""A class in Chromium: a teacher with a remote and two pupils in a lesson, over a cut network and a kill -9 of the server."""

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

LESSON, MODELS = "half-way", ("mnist-vae",)
DRAWN, PINNED = 4, 2  # the steps that ask for a drawing and for a pin
FOUR = ((0.3, 0.2), (0.3, 0.55), (0.7, 0.55), (0.7, 0.2), (0.7, 0.9))  # of the pad


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
    page.route("**/classroom/follow.js", lambda route: (time.sleep(0.5), route.continue_()))


def draw(live: LivePage) -> None:
    """A 4 on the pad, until the model has read it."""
    box = live.page.locator(".lv-pad").bounding_box()
    assert box
    (x, y), *others = ((box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in FOUR)
    live.page.mouse.move(x, y)
    live.page.mouse.down()
    for place in others:
        live.page.mouse.move(*place)
    live.page.mouse.up()
    live.page.locator(".lv-maker[data-landed]").wait_for()


def test_a_lesson_goes_on_where_it_was_when_network_and_server_were_gone(open_page: OpenPage, school: School) -> None:
    steps, address = lessons()[LESSON].steps, school.server.address
    choice, pin, drawing = (steps[step - 1].ask for step in (1, PINNED, DRAWN))

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
        live.wait_query(model="mnist-vae", tool="path", b="1.44,-0.95")
        live.page.evaluate("window.isTheSamePage = true")
    names = {panel(live).locator(".lp-badge").inner_text() for live in (linked, typed)}
    assert len(names) == 2

    key = teacher.page.evaluate("(code) => JSON.parse(localStorage.getItem(`lp-class-${code}`)).key", code)
    remote = opened(f"?join={code}#key={key}", size=PHONE, beside=typed, before=with_a_slow_class)
    press(remote, t("lesson.next"))
    assert key not in remote.page.url
    for live in everybody:
        panel(live).get_by_text(pin.text).wait_for()
        live.wait_query(b="1.39,1.05")
    linked.wait_ready()
    linked.page.get_by_label(t("interpolate.place")).fill("0.5")
    linked.wait_query(z="-0.185,0.575")
    press(linked, t("lesson.pin"))
    panel(teacher).get_by_text(t("classroom.votes", votes=1, count=2)).wait_for()
    press(teacher, t("classroom.show"))
    teacher.page.locator(".lv-mark-pin").wait_for(state="attached")
    press(teacher, t("classroom.reveal"))
    for live in everybody:
        live.page.locator(".lv-mark-truth").wait_for(state="attached")
        live.wait_query(z="0.24,0.703")
    panel(linked).get_by_text(t("lesson.pin.off", distance="0.44")).wait_for()

    for step in range(PINNED + 1, DRAWN + 1):
        press(teacher, t("lesson.next"))
        panel(teacher).get_by_text(t("lesson.step", step=step, steps=len(steps))).wait_for()
    answered, sending = (t(f"classroom.{how}", answer=t("classroom.drawn")) for how in ("answered", "sending"))
    for live in (linked, typed):
        panel(live).get_by_text(drawing.text).wait_for()
        live.page.locator(".lv-pad").wait_for()
        live.wait_ready()
        draw(live)
    press(typed, t("lesson.draw"))
    panel(typed).get_by_text(answered).wait_for()
    linked.page.context.set_offline(True)
    linked.page.wait_for_selector(".lp-class[data-away]")
    press(linked, t("lesson.draw"))
    panel(linked).get_by_text(sending).wait_for()
    linked.page.context.set_offline(False)
    panel(linked).get_by_text(answered).wait_for()
    panel(teacher).get_by_text(t("classroom.votes", votes=2, count=2)).wait_for()
    assert panel(teacher).locator(".lp-votes").count() == 0
    school.kill_and_start()
    for live in everybody:
        live.page.wait_for_selector(".lp-class:not([data-away])")
    panel(linked).get_by_text(answered).wait_for()
    press(teacher, t("classroom.show"))
    for live in everybody:
        panel(live).locator(".lp-vote-row").nth(1).wait_for()
        assert live.page.evaluate("window.isTheSamePage")
    sketches = panel(teacher).locator(".lp-sketches canvas")
    assert sketches.count() == 2
    drawn = teacher.levels(".lp-sketches canvas", 1)
    assert drawn.shape == (28, 28)
    assert drawn.max() > 200
    assert 10 < drawn.mean() < 100, "no 4 on the wall"

    press(teacher, t("classroom.end"))
    press(teacher, t("classroom.end.sure"))
    for live in everybody:
        panel(live).get_by_text(t("classroom.ended")).wait_for()
    assert school.journals() == []
    assert key not in school.log.read_text()
