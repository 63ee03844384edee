"""A lesson through its panel: a guess before the view moves, the way on by key, and what is kept."""

from typing import Any

from live.lessons import lessons
from live.words import t
from tests.browser.conftest import OpenPage
from tests.browser.live_page import PHONE, LivePage


def panel(live: LivePage) -> Any:
    return live.page.locator(".lp-lesson")


def press(live: LivePage, name: str) -> None:
    panel(live).get_by_role("button", name=name, exact=True).click()


def test_a_guess_is_committed_before_the_view_moves_and_is_kept(open_page: OpenPage) -> None:
    first, second, *_ = lessons()["holes"].steps
    live = open_page(model="deck-autoencoder", tool="point", zoom="0,0,4", lesson="holes", step="1")
    panel(live).get_by_text(first.caption).wait_for()
    before = live.query().get("z")
    assert panel(live).get_by_text(first.reveal.text).count() == 0
    press(live, first.ask.options[1])
    panel(live).get_by_text(first.reveal.text).wait_for()
    panel(live).get_by_text(t("lesson.right", guess=first.ask.options[1])).wait_for()
    live.wait_query(z="-2,0", lesson="holes", step="1")
    live.wait_ready()
    assert before != "-2,0"

    live.page.keyboard.press("PageDown")  # a clicker's key goes on, also to another place
    panel(live).get_by_text(second.caption).wait_for()
    live.wait_query(models="deck-autoencoder,deck-both", step="2")
    live.wait_ready()
    live.page.go_back()
    panel(live).get_by_text(first.reveal.text).wait_for()
    live.page.reload()
    panel(live).get_by_text(first.reveal.text).wait_for()

    press(live, t("lesson.end"))
    panel(live).wait_for(state="hidden")
    assert not live.query().keys() & {"lesson", "step", "hide"}


def test_a_pin_is_where_the_point_is_and_what_is_hidden_comes_back_with_the_truth(open_page: OpenPage) -> None:
    ask = lessons()["two-seeds"].steps[1].ask
    live = open_page(
        model="mnist-vae-seed-2", tool="point", z="0,0", without="0,1,2,3,4,5,6,7,8,9", size=PHONE, phone=True,
        hide="image,nearest,pair,around,near,classes", lesson="two-seeds", step="2",
    )  # fmt: skip
    panel(live).get_by_text(ask.text).wait_for()
    assert not live.page.locator('[data-part="image"]').is_visible()
    press(live, t("lesson.pin"))
    live.wait_query(z="1.17,1.44")
    panel(live).get_by_text(t("lesson.pin.off", distance="1.86")).wait_for()
    live.page.locator('[data-part="image"]').wait_for()
    assert "hide" not in live.query()
    press(live, t("lesson.guess.again"))
    live.wait_query(z="0,0", hide="image,nearest,pair,around,near,classes")
    live.page.locator('[data-part="image"]').wait_for(state="hidden")
