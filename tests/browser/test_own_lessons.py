"""Lessons from outside and the editor: made of views of the app, previewed, shared by link, opened from a file."""

import json
from typing import Any

from live.words import t
from tests.browser.conftest import OpenPage
from tests.browser.live_page import LivePage

STEP = {
    "view": "?model=gone&tool=point",
    "caption": "Look at <b>this</b>, *here*.",
    "hide": [],
    "ask": None,
    "reveal": None,
}
LESSON = {"format": 1, "title": "Given", "about": "", "minutes": 5, "steps": [STEP]}


def panel(live: LivePage) -> Any:
    return live.page.locator(".lp-lesson")


def your_lessons(live: LivePage) -> Any:
    live.page.locator(".lp-share").click()
    live.page.locator(".lp-share-dialog [data-lessons]").click()
    dialog = live.page.locator(".lp-lessons-dialog")
    dialog.locator(
        ".lp-add-view"
    ).wait_for()  # an input takes a file before it can be seen, and opening clears the note
    return dialog


def test_a_view_becomes_a_lesson_that_a_link_holds_whole(open_page: OpenPage) -> None:
    live = open_page(model="mnist-vae", tool="point", z="1,1")
    your_lessons(live).locator(".lp-add-view").click()
    editor = live.page.locator(".lp-editor")
    editor.get_by_label(t("editor.caption")).fill("Which **one**?")
    editor.locator("select").select_option("pin")
    editor.get_by_label(t("editor.question")).fill("Where is it?")
    editor.get_by_role("button", name=t("editor.take_point")).click()
    editor.get_by_text(t("editor.truth", place="1.00, 1.00")).wait_for()
    editor.get_by_label(t("editor.reveal")).fill("There.")
    editor.get_by_role("button", name=t("editor.delete_step", step=1)).click()
    editor.get_by_text(t("editor.empty")).wait_for()
    editor.get_by_role("button", name=t("editor.undo")).click()
    editor.get_by_role("button", name=t("editor.preview")).click()
    panel(live).get_by_role("button", name=t("lesson.pin")).click()
    panel(live).get_by_text(t("lesson.pin.off", distance="0.00")).wait_for()
    panel(live).get_by_role("button", name=t("lesson.end")).click()

    editor.get_by_role("button", name=t("editor.link")).click()
    live.page.wait_for_function("() => document.querySelector('.lp-share-dialog input').value.includes('lesson=1.')")
    link = live.page.locator(".lp-share-dialog input").input_value()
    other = open_page(link.removeprefix(f"{live.address}/"))
    panel(other).locator("strong", has_text="one").wait_for()
    assert other.query()["lesson"].startswith("own-")
    assert panel(other).get_by_role("button", name=t("lesson.pin")).count() == 1


def test_a_file_is_opened_and_what_is_wrong_is_said(open_page: OpenPage) -> None:
    live = open_page(model="mnist-vae", tool="point", lesson="1.AAAA", step="1")
    panel(live).get_by_text(t("lesson.bad.link")).wait_for()
    panel(live).get_by_role("button", name=t("lesson.end")).click()
    panel(live).wait_for(state="hidden")
    dialog = your_lessons(live)

    def give(content: str) -> None:
        files = {"name": "lesson.json", "mimeType": "application/json", "buffer": content.encode()}
        dialog.locator("input").set_input_files([files])

    give(json.dumps(LESSON | {"format": 2}))
    dialog.get_by_text(t("lesson.bad.newer")).wait_for()
    give(json.dumps(LESSON))
    panel(live).get_by_text("Look at <b>this</b>, here.").wait_for()
    panel(live).get_by_text(t("lesson.model_gone", models="gone")).wait_for()
