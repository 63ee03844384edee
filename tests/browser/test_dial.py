"""Compare by the dial in Chromium: one hand turns map, image, columns and dot, and nothing is asked of the server."""

import numpy as np
from numpy.typing import NDArray

from live.words import t
from tests.browser.conftest import OpenPage
from tests.browser.decoded import decoded, far_from, latents_of
from tests.browser.live_page import DESKTOP, PHONE, PROJECTOR

DIAL = "mnist-dial"
SIZES = (PROJECTOR, DESKTOP)
FITS = "() => document.querySelector('.lv-dial').getBoundingClientRect().bottom <= innerHeight"
TURN = """(share) => {
  const input = document.querySelector(".lv-turn input")
  input.value = String(share)
  input.dispatchEvent(new Event("input", { bubbles: true }))
}"""
READ_MAP = """(canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
  let sum = 0
  for (let i = 0; i < data.length; i += 4) sum = (sum * 31 + data[i] + 7 * data[i + 3]) % 1000000007
  return sum
}"""


def test_the_dial_moves_all_pictures_without_a_request_and_the_link_says_where_it_stands(open_page: OpenPage) -> None:
    live = open_page("compare", by="dial", model=DIAL, size=PROJECTOR)
    page = live.page
    page.wait_for_selector('.lv-dial .lv-frame[data-kind="real"] canvas')
    assert all(_fits(page, size) for size in SIZES)
    slider = page.get_by_role("slider", name=t("dial.slider"))
    live.wait_fetched()
    before, asked = (live.levels(), page.eval_on_selector(".lv-points", READ_MAP)), len(live.requests)
    assert slider.get_attribute("aria-valuetext").startswith(t("dial.beta", value=1))
    page.evaluate(TURN, 1)
    live.settle()
    assert (live.levels() != before[0]).any()
    assert page.eval_on_selector(".lv-points", READ_MAP) != before[1]
    assert page.locator(".lv-price.lv-dead").count() == 2
    assert t("dial.said.dead", name="z₁") in slider.get_attribute("aria-valuetext")
    samples = [live.levels(".lv-sample canvas", nth) for nth in range(3)]
    assert max(int(np.abs(sample - samples[0]).max()) for sample in samples) < 40  # all dead: one picture
    live.wait_query(at="50", by="dial", model=DIAL)
    slider.focus()
    page.keyboard.press("ArrowLeft")
    live.settle()
    assert live.query()["by"] == "dial"
    page.wait_for_function("Number(new URLSearchParams(location.search).get('at')) < 48")
    assert live.requests[asked:] == []


def test_another_image_is_picked_on_the_map_by_hand_and_by_keys(open_page: OpenPage) -> None:
    live = open_page("compare", by="dial", model=DIAL, at="2", point="3", size=PROJECTOR)
    page = live.page
    live.settle()
    before = live.levels()
    box = page.locator(".lv-dial .lv-plot").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.4)
    live.settle()
    assert (live.levels() != before).any()
    assert live.query()["point"] == "3"
    page.mouse.move(5, 5)
    live.settle()
    assert (live.levels() == before).all()
    page.locator(".lv-dial .lv-plot").focus()
    for _ in range(4):
        page.keyboard.press("Shift+ArrowRight")
    page.wait_for_function("new URLSearchParams(location.search).get('point') !== '3'")


def test_on_a_phone_dial_pictures_and_map_are_on_one_screen(open_page: OpenPage) -> None:
    live = open_page("compare", by="dial", model=DIAL, at="8", size=PHONE, phone=True)
    page = live.page
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    boxes = [page.locator(f".lv-dial {part}").first.bounding_box() for part in (".lv-turn", ".lv-large", ".lv-plot")]
    bottoms = [box["y"] + box["height"] for box in boxes]
    assert bottoms == sorted(bottoms)
    assert bottoms[-1] <= PHONE[1] - 50  # above the bar with the five places


def test_a_series_shows_the_nearest_of_its_models_and_says_where_there_is_none(open_page: OpenPage) -> None:
    live = open_page("compare", by="dial", series="mnist-latents", at="3", point="7", size=PROJECTOR)
    page = live.page
    page.wait_for_selector('.lv-dial .lv-frame[data-kind="real"] canvas')
    live.wait_fetched()
    assert all(_fits(page, size) for size in SIZES)
    assert far_from(live.levels(), _copy_of("mnist-latents-3", 7)) <= 1
    before, asked = page.eval_on_selector(".lv-points", READ_MAP), len(live.requests)
    page.evaluate(TURN, 2.3 / 5)
    page.get_by_text(t("series.between", low="3", high="5")).wait_for()
    assert far_from(live.levels(), _copy_of("mnist-latents-3", 7)) <= 1, "nothing lies between two models"
    page.get_by_role("slider", name=t("series.slider.latent")).focus()
    for size in (5, 10, 20):
        page.keyboard.press("ArrowRight")
        page.get_by_text(t("dial.latent", count=size), exact=True).wait_for()
    live.settle()
    assert far_from(live.levels(), _copy_of("mnist-latents-20", 7)) <= 1
    assert page.locator(".lv-price").count() == 20
    assert page.eval_on_selector(".lv-points", READ_MAP) != before
    live.wait_query(at="20", series="mnist-latents", by="dial", point="7")
    assert live.requests[asked:] == []


def test_a_series_is_chosen_beside_the_dials_also_on_a_phone(open_page: OpenPage) -> None:
    live = open_page("compare", by="dial", model=DIAL, at="8", size=PHONE, phone=True)
    series = live.page.locator(".lv-dial-one").last
    series.click()
    live.page.wait_for_selector('#root .lv[data-ready="true"] .lv-series')
    assert "at" not in live.query() or live.query()["at"] != "8", "another axis begins where it opens"
    assert live.page.locator('.lv-dial-one[aria-pressed="true"]').is_visible()
    assert live.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    live.page.locator('.lv-dial-one[aria-pressed="false"]').first.click()
    live.wait_query(model=DIAL)
    assert "series" not in live.query()


def _copy_of(name: str, point: int) -> NDArray[np.int64]:
    return decoded(name, latents_of(name).mu[point].tolist())


def _fits(page: object, size: tuple[int, int]) -> bool:
    page.set_viewport_size({"width": size[0], "height": size[1]})  # type: ignore[attr-defined]
    fits: bool = page.evaluate(FITS)  # type: ignore[attr-defined]
    return fits
