"""Generate: draw me a 7, the same z in every class, and what no model was trained for marked as such."""

import re

from tests.browser.conftest import OpenPage
from tests.browser.decoded import decoded, far_from
from tests.browser.live_page import LivePage

MODEL, Z = "mnist-cvae", (0.7, -0.4)
LINK = {"model": MODEL, "z": "0.7,-0.4", "class": "2"}


def chosen(live: LivePage) -> list[str]:
    """The captions of the frames in the row of ten that are marked."""
    return list(live.page.locator(".lv-tens .lv-chosen figcaption").all_text_contents())


def test_a_class_button_changes_the_image_and_the_row_of_ten_follows_z(open_page: OpenPage) -> None:
    live = open_page("generate", **LINK)
    assert far_from(live.levels(), decoded(MODEL, Z, 2)) <= 1
    live.chip("7", "Class to draw").click()
    live.wait_query(**{"class": "7"})
    assert far_from(live.levels(), decoded(MODEL, Z, 7)) <= 1
    assert chosen(live) == ["7"]
    axes = live.axes()
    live.page.mouse.move(*axes.spot(0.7, -0.4))
    live.page.mouse.down()
    live.page.mouse.move(*axes.spot(-1.5, 1.0), steps=5)
    live.settle()
    z = axes.point(*axes.spot(-1.5, 1.0))
    for label in range(10):
        assert far_from(live.levels(".lv-tens canvas", label), decoded(MODEL, z, label)) <= 8
    live.page.mouse.up()
    live.page.locator(".lv-tens button").nth(3).click()
    live.wait_query(**{"class": "3"})
    assert chosen(live) == ["3"]
    assert re.match("Samples of 3", live.page.locator(".lv-stage .lv-label").last.text_content())


def test_a_mixture_of_two_classes_is_marked_as_never_seen_in_training(open_page: OpenPage) -> None:
    live = open_page("generate", **LINK)
    pure = live.levels()
    assert live.page.get_by_text("never seen in training").count() == 0
    live.page.get_by_label("Second class", exact=True).select_option("5")
    share = live.page.get_by_role("slider", name="Share of the second class")
    share.focus()
    for _ in range(40):
        live.page.keyboard.press("ArrowRight")
    live.wait_query(mix="0.40", **{"with": "5"})
    assert live.page.get_by_text("never seen in training").is_visible()
    caption = live.page.locator(".lv-large figcaption").text_content()
    assert caption == "generated, 60% 2, 40% 5"
    mixed = live.levels()
    assert far_from(mixed, pure) > 40
    live.page.keyboard.press("End")
    live.wait_query(mix="1.00")
    assert far_from(live.levels(), decoded(MODEL, Z, 5)) <= 1
    live.page.keyboard.press("Home")
    live.page.wait_for_function("!location.search.includes('mix')")
    assert far_from(live.levels(), pure) == 0
    assert live.page.get_by_text("never seen in training").count() == 0


def test_a_model_that_knows_no_classes_draws_around_the_codes_of_one(open_page: OpenPage) -> None:
    live = open_page("generate", model="mnist-vae")
    live.chip("0", "Draw which class").click()
    live.wait_query(**{"class": "0"})
    z = live.numbers()
    assert z[0] < 0, "the zeros lie on the left"
    assert far_from(live.levels(), decoded("mnist-vae", z)) <= 3
    assert live.page.get_by_text("Samples around the codes of 0").is_visible()
    live.button("Another draw from the prior").click()
    live.page.wait_for_function("!location.search.includes('class')")
    assert live.page.locator('.lv-chip[aria-pressed="true"]').count() == 0


def test_a_sample_can_be_taken(open_page: OpenPage) -> None:
    live = open_page("generate", **LINK)
    for nth in (0, 19):
        sample, before = live.levels(".lv-samples canvas", nth), live.query()["z"]
        live.page.locator(".lv-samples button").nth(nth).click()
        live.page.wait_for_function(f"new URLSearchParams(location.search).get('z') !== '{before}'")
        assert far_from(live.levels(), sample) == 0
        assert far_from(sample, decoded(MODEL, live.numbers(), 2)) <= 3
