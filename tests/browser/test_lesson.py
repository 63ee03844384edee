"""A lesson through its panel: a guess before the view moves, the way on by key, and what is kept."""

from typing import Any

from live.lessons import Draw, lessons
from live.words import t
from tests.browser.conftest import OpenPage
from tests.browser.live_page import PHONE, LivePage
from tests.browser.test_create_hand import draw

# of the drawing beside the answer: grey, and with ink
IS_GREY_INK = """
async () => {
  const image = document.querySelector(".lp-drawn-real img")
  await image.decode()
  const ink = Object.assign(document.createElement("canvas"), { width: 28, height: 28 }).getContext("2d")
  ink.drawImage(image, 0, 0)
  const { data } = ink.getImageData(0, 0, 28, 28)
  return data.every((level, i) => i % 4 === 3 || level === data[i - (i % 4)]) && data.some((v, i) => i % 4 < 3 && v > 200)
}
"""


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


def test_a_drawing_is_committed_from_the_pages_own_pad_and_stays_on_it(open_page: OpenPage) -> None:
    number, step = next(
        (i, step) for i, step in enumerate(lessons()["half-way"].steps, 1) if isinstance(step.ask, Draw)
    )
    live = open_page("create", by="hand", model="mnist-vae", hide="near,nearest", lesson="half-way", step=str(number))
    panel(live).get_by_text(step.ask.text).wait_for()
    press(live, t("lesson.draw"))  # what drew itself is nobody's answer
    panel(live).get_by_text(t("lesson.draw.none")).wait_for()
    draw(live, [(0.5, 0.15), (0.5, 0.85)])
    live.page.wait_for_selector("[data-landed]")
    press(live, t("lesson.draw"))
    panel(live).get_by_text(t("lesson.draw.wrong", read="1", truth="9")).wait_for()
    assert panel(live).locator("img").count() == 2
    assert live.page.evaluate(IS_GREY_INK)
    live.page.locator(".lv-near").wait_for()
    assert "hide" not in live.query()
    assert live.page.locator("[data-landed]").count() == 1
    live.page.reload()
    panel(live).get_by_text(step.reveal.text).wait_for()
    assert panel(live).locator("img").count() == 2
