"""Explore on a path: the way from A to B, live while either end is held."""

import numpy as np
import torch
from numpy.typing import NDArray

from analysis.paths import lerp, slerp
from live.words import t
from tests.browser.conftest import OpenPage
from tests.browser.decoded import decoded, far_from
from tests.browser.live_page import PHONE, LivePage

MODEL, A, B, STEPS = "mnist-vae", (-1.8, 0.1), (1.2, 1.1), 11
LINK = {"model": MODEL, "a": "-1.8,0.1", "b": "1.2,1.1"}
FILM = ".lv-strips >> nth=0 >> canvas"
FADE = ".lv-strips >> nth=1 >> canvas"
PLACE = "Place on the path from A to B"


def line(live: LivePage) -> NDArray[np.float64]:
    """The path on the map in data units, `[points 2]`."""
    text = live.page.locator(".lv-mark-path").get_attribute("points")
    box, axes = live.page.locator(".lv-plot .lv-overlay").bounding_box(), live.axes()
    pixels = [tuple(map(float, pair.split(","))) for pair in text.split()]
    return np.array([axes.point(box["x"] + x, box["y"] + y) for x, y in pixels])


def test_the_strip_is_the_straight_line_from_a_to_b_and_the_fade_its_control(open_page: OpenPage) -> None:
    live = open_page(tool="path", **LINK)
    live.rest()
    for k in (0, 4, STEPS - 1):
        z = [(1 - k / 10) * a + k / 10 * b for a, b in zip(A, B, strict=True)]
        assert far_from(live.levels(FILM, k), decoded(MODEL, z)) <= 1
    first, last = decoded(MODEL, A), decoded(MODEL, B)
    for k in (0, 5, STEPS - 1):
        assert far_from(live.levels(FADE, k), np.round((1 - k / 10) * first + k / 10 * last)) <= 2
    assert far_from(live.levels(FILM, 5), live.levels(FADE, 5)) > 40, "the model does no more than the fade"


def test_dragging_a_changes_the_strip_before_the_button_is_released(open_page: OpenPage) -> None:
    live = open_page(tool="path", **LINK)
    live.wait_fetched()
    live.rest()
    axes, seen = live.axes(), []
    live.page.mouse.move(*axes.spot(*A))
    live.page.mouse.down()
    live.requests.clear()
    for k in range(1, 11):
        live.page.mouse.move(*axes.spot(A[0] + 0.12 * k, A[1] - 0.15 * k))
        live.rest(4)
        seen.append(live.levels(FILM, 2))
    live.rest()
    a = axes.point(*axes.spot(A[0] + 1.2, A[1] - 1.5))
    assert far_from(live.levels(FILM, 0), decoded(MODEL, a)) <= 8
    assert far_from(live.levels(FILM, STEPS - 1), decoded(MODEL, B)) <= 1
    assert len({image.tobytes() for image in seen}) == 10
    assert live.requests == []
    live.page.mouse.up()
    live.wait_numbers("a", a)
    assert live.numbers("b") == list(B)


def test_the_great_circle_takes_another_way_to_the_same_ends(open_page: OpenPage) -> None:
    live = open_page(tool="path", **LINK)
    straight = line(live)
    live.chip(t("interpolate.curved"), t("interpolate.paths")).click()
    live.wait_query(path="slerp")
    live.rest()
    circle = line(live)
    assert np.allclose(straight, lerp(torch.tensor(A), torch.tensor(B), len(straight)).numpy(), atol=0.01)
    assert np.allclose(circle, slerp(torch.tensor(A), torch.tensor(B), len(circle)).numpy(), atol=0.01)
    assert np.abs(straight - circle).max() > 0.3
    middle = slerp(torch.tensor(A), torch.tensor(B), STEPS)[5].tolist()
    assert far_from(live.levels(FILM, 5), decoded(MODEL, middle)) <= 1


def test_play_moves_from_a_to_b_and_can_be_paused(open_page: OpenPage) -> None:
    live = open_page(tool="path", motion=True, **LINK)
    place = live.page.get_by_role("slider", name=PLACE)
    place.focus()
    live.page.keyboard.press("Home")
    live.settle()
    assert far_from(live.levels(), decoded(MODEL, A)) <= 1
    before = len(live.paints())
    live.button("Play").click()
    live.page.wait_for_function(f"document.querySelector('[aria-label=\"{PLACE}\"]').value > 0.3")
    live.button("Pause").click()
    live.settle()
    rest = float(place.input_value())
    assert 0.3 < rest < 1
    assert len(set(live.paints()[before:])) >= 10
    live.page.wait_for_timeout(200)
    assert float(place.input_value()) == rest
    place.focus()
    live.page.keyboard.press("End")
    live.settle()
    assert far_from(live.levels(), decoded(MODEL, B)) <= 1


def test_the_ends_can_be_swapped_and_taken_from_test_images(open_page: OpenPage) -> None:
    live = open_page(tool="path", **LINK)
    live.button(t("interpolate.swap")).click()
    live.wait_query(a="1.2,1.1", b="-1.8,0.1")
    live.button(t("interpolate.real")).click()
    live.page.wait_for_function("new URLSearchParams(location.search).get('a') !== '1.2,1.1'")
    live.rest()
    for end, k in (("a", 0), ("b", STEPS - 1)):
        assert far_from(live.levels(FILM, k), decoded(MODEL, live.numbers(end))) <= 4


def marked(live: LivePage) -> str:
    """The end whose mark says that it is the active one."""
    ring = live.page.locator(".lv-mark-active").get_attribute("transform")
    ends = live.page.locator(".lv-mark-end")
    [name] = [end.text_content() for end in ends.all() if end.get_attribute("transform") == ring]
    return str(name)


def test_arrow_keys_move_a_from_where_it_is_and_b_once_it_is_chosen(open_page: OpenPage) -> None:
    live = open_page(tool="path", **LINK)
    live.rest()
    keyboard = live.page.keyboard
    live.page.locator(".lv-plot").focus()
    assert marked(live) == "A"
    keyboard.press("ArrowRight")
    live.wait_numbers("a", (-1.7, 0.1), 1e-3)
    keyboard.press("b")
    keyboard.press("ArrowUp")
    keyboard.press("Shift+ArrowLeft")
    live.wait_numbers("b", (0.7, 1.2), 1e-3)
    assert marked(live) == "B"
    assert live.numbers("a") == [-1.7, 0.1]
    assert far_from(live.levels(FILM, STEPS - 1), decoded(MODEL, (0.7, 1.2))) <= 1
    keyboard.press("a")
    keyboard.press("ArrowDown")
    live.wait_numbers("a", (-1.7, 0.0), 1e-3)
    assert marked(live) == "A"


def test_the_end_that_keys_move_is_chosen_by_a_button_or_by_hand(open_page: OpenPage) -> None:
    live = open_page(tool="path", **LINK)
    chips = {name: live.chip(name, t("interpolate.ends")) for name in "AB"}
    chips["B"].focus()
    live.page.keyboard.press("Enter")
    live.page.locator(".lv-plot").focus()
    live.page.keyboard.press("ArrowLeft")
    live.wait_numbers("b", (1.1, 1.1), 1e-3)
    axes = live.axes()
    live.page.mouse.click(*axes.spot(-1.5, 0.5))
    a = live.wait_numbers("a", axes.point(*axes.spot(-1.5, 0.5)))
    assert marked(live) == "A"
    assert chips["A"].get_attribute("aria-pressed") == "true"
    live.page.keyboard.press("ArrowLeft")
    live.wait_numbers("a", (a[0] - 0.1, a[1]), 2e-3)


def test_a_screen_reader_hears_the_step_and_that_mixed_pixels_are_no_models(open_page: OpenPage) -> None:
    live = open_page(tool="path", **LINK)
    live.rest()
    names = "(all) => all.map((c) => c.getAttribute('aria-label'))"
    film, fade = (live.page.locator(strip).evaluate_all(names) for strip in (FILM, FADE))
    assert film[0] == "step 1 of 11, generated, near"
    assert [name.split(",")[0] for name in film] == [f"step {k + 1} of 11" for k in range(STEPS)]
    assert fade == [f"step {k + 1} of 11, mixed pixels" for k in range(STEPS)]
    kinds = live.page.locator(".lv-strips >> nth=1 >> .lv-frame").evaluate_all(
        "(all) => all.map((f) => f.dataset.kind)"
    )
    assert set(kinds) == {"mixed"}


def test_steps_in_ten_dimensions_are_as_near_as_test_images_are(open_page: OpenPage) -> None:
    live = open_page(tool="path", model="mnist-beta-vae-10")
    live.rest()
    captions = live.page.locator(".lv-strips >> nth=0 >> figcaption").all_text_contents()
    assert captions[0] == captions[-1] == "near", "the ends are test images themselves"
    live = open_page(tool="path", model=MODEL, a="-1.8,0.1", b="90,90")
    live.rest()
    captions = live.page.locator(".lv-strips >> nth=0 >> figcaption").all_text_contents()
    assert (captions[0], captions[-1]) == ("near", "nobody near")


def test_what_scrolls_on_a_phone_can_be_reached_by_keyboard(open_page: OpenPage) -> None:
    live = open_page(tool="path", **LINK, size=PHONE, phone=True)
    scrollers = live.page.evaluate(
        "() => [...document.querySelectorAll('.lv *')].filter((e) => e.scrollWidth > e.clientWidth"
        " && ['auto', 'scroll'].includes(getComputedStyle(e).overflowX))"
        ".map((e) => e.tabIndex >= 0 || e.querySelector('button, input, select, a[href], [tabindex=\"0\"]') !== null)"
    )
    assert scrollers == [True]
    columns = [live.page.locator(f".lv-strips >> nth={row} >> canvas >> nth=10").bounding_box()["x"] for row in (0, 1)]
    assert columns[0] == columns[1] > PHONE[0], "the last step is to be scrolled to, in both strips at once"
