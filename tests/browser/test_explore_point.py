"""Explore by pointing: the image follows the mouse, the finger and the keys; the address bar names where it rests."""

import re
import time
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from live.words import t
from tests.browser.conftest import OpenPage
from tests.browser.decoded import decoded, far_from, latents_of
from tests.browser.live_page import PHONE, LivePage

A_POINT = "-0.9,0.3"


REST_SECONDS = 0.25  # a bit less than after what the server hears of a hand that rests


def drag(live: LivePage, start: tuple[float, float], end: tuple[float, float], steps: int) -> tuple[list[int], int]:
    """Moves with the button down and leaves it down.

    The numbers of the live images after each step, and how often the hand rested, for the computer was busy.
    """
    mouse, seen = live.page.mouse, []
    mouse.move(*start)
    mouse.down()
    moved = [time.monotonic()]
    for k in range(1, steps + 1):
        mouse.move(*(a + (b - a) * k / steps for a, b in zip(start, end, strict=True)))
        live.settle()
        seen.append(live.paints()[-1])
        moved.append(time.monotonic())
    return seen, sum(after - before > REST_SECONDS for before, after in pairwise(moved))


def test_a_drag_changes_the_image_all_the_way_and_asks_the_server_for_nothing(open_page: OpenPage) -> None:
    live = open_page(tool="point", model="mnist-vae", z=A_POINT)
    live.wait_fetched()
    axes = live.axes()
    live.page.mouse.move(*axes.spot(-2, 0.5))
    live.requests.clear()
    live.frames_sent.clear()
    seen, rests = drag(live, axes.spot(-2, 0.5), axes.spot(2, -0.5), 40)
    assert len(live.frames_sent) <= rests, "the server heard of a drag before the hand rested"
    live.page.mouse.up()
    z = live.wait_numbers("z", (2, -0.5), tolerance=0.02)
    assert len(set(seen)) >= 38, "the image stood still while the button was down"
    assert live.requests == []
    live.wait_sent()
    live.page.wait_for_timeout(1000)
    assert len(live.frames_sent) <= rests + 1, "the server heard more than once of a hand that rests"
    assert far_from(live.levels(), decoded("mnist-vae", z)) <= 3, "the image is not that of the address bar's z"


def test_the_pointer_decodes_without_a_button_and_leaving_goes_back_to_the_pinned_point(open_page: OpenPage) -> None:
    live = open_page(tool="point", model="mnist-vae", z=A_POINT)
    pinned, axes = live.levels(), live.axes()
    images = []
    for x in (-3.0, -1.0, 1.0, 2.5):
        live.page.mouse.move(*axes.spot(x, 0.8))
        live.settle()
        images.append(live.levels())
        assert far_from(images[-1], decoded("mnist-vae", axes.point(*axes.spot(x, 0.8)))) <= 8
    assert all(far_from(one, pinned) > 40 for one in images)
    live.page.mouse.move(axes.left + axes.width + 200, axes.top + 5)
    live.settle()
    assert np.array_equal(live.levels(), pinned)
    assert live.query().get("z", A_POINT) == A_POINT


def test_the_page_says_how_many_test_images_lie_near_and_where_none_does(open_page: OpenPage) -> None:
    live = open_page(tool="point", model="mnist-vae", z=A_POINT)
    live.wait_quiet()
    gaps = np.linalg.norm(latents_of("mnist-vae").mu - np.array([-0.9, 0.3]), axis=1)
    facts = live.page.locator(".lv-live p[data-part=near]")
    own = np.sort(own_distances(latents_of("mnist-vae").mu))
    nearer = 1 - np.searchsorted(own, gaps.min()) / len(own)
    (said,) = re.fullmatch(
        r"nearer to a test image than (\d+)% of the test images are to each other", facts.text_content()
    ).groups()
    assert int(said) == pytest.approx(100 * nearer, abs=1.5)
    shown = [int(text) for text in live.page.locator(".lv-near figcaption").all_text_contents()]
    assert shown == latents_of("mnist-vae").labels[gaps.argsort()[:6].tolist()].tolist()
    live.page.mouse.move(*live.axes().spot(-3.5, 3.0))
    live.settle()
    assert facts.text_content() == t("near.nobody", share=1, nearer=0)


def test_arrow_keys_move_the_point_and_the_live_region_says_where_it_is(open_page: OpenPage) -> None:
    live = open_page(tool="point", model="mnist-vae", z=A_POINT)
    live.page.locator(".lv-plot").focus()
    live.page.keyboard.press("ArrowRight")
    live.wait_numbers("z", (-0.8, 0.3), 1e-6)
    live.page.keyboard.press("Shift+ArrowUp")
    live.page.keyboard.press("ArrowDown")
    live.page.keyboard.press("Shift+ArrowLeft")
    z = live.wait_numbers("z", (-1.3, 0.7), 1e-6)
    assert far_from(live.levels(), decoded("mnist-vae", z)) <= 1
    # a pause between two keys is spoken too
    live.page.wait_for_function("document.querySelector('.lv > [aria-live]').textContent.startsWith('z = (−1.30')")
    said = live.page.locator(".lv > [aria-live]").text_content()
    assert re.fullmatch(r"z = \(−1\.30, 0\.70\); nearest test image: \d; .+; generated image", said)


def test_a_finger_decodes_and_does_not_scroll_the_page(open_page: OpenPage) -> None:
    live = open_page(tool="point", model="mnist-vae", z=A_POINT, size=PHONE, phone=True)
    axes, touch = live.axes(), live.page.context.new_cdp_session(live.page)
    seen = []

    def put(kind: str, *at: float) -> None:
        points = [{"x": at[0], "y": at[1]}] if at else []
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    put("touchStart", *axes.spot(-1.5, 1))
    for k in range(1, 13):
        put("touchMove", *axes.spot(-1.5 + 0.2 * k, 1 - 0.3 * k))
        live.settle()
        seen.append(live.paints()[-1])
    put("touchEnd")
    assert len(set(seen)) >= 11
    assert live.page.evaluate("window.scrollY + document.querySelector('[data-testid=stMain]').scrollTop") == 0
    z = live.wait_numbers("z", axes.point(*axes.spot(0.9, -2.6)))
    assert far_from(live.levels(), decoded("mnist-vae", z)) <= 3


def test_after_a_zoom_by_the_wheel_the_pointer_still_agrees_with_plotlys_axes(open_page: OpenPage) -> None:
    live = open_page(tool="point", model="mnist-vae", z=A_POINT)
    before = live.axes()
    live.page.mouse.move(*before.spot(1, 1))
    live.page.mouse.wheel(0, -300)
    live.page.wait_for_function(
        "(wide) => { const [a, b] = document.querySelector('.lv-figure').layout.xaxis.range; return b - a < 0.95 * wide }",
        arg=before.x[1] - before.x[0],
    )
    live.rest()  # Plotly redraws once the wheel rests
    after = live.axes()
    assert after.pixels_per_unit == pytest.approx(after.height / (after.y[1] - after.y[0]), rel=1e-3), "unequal scales"
    at = after.pixel(0.1, 0.6)
    assert np.hypot(*(a - b for a, b in zip(at, before.pixel(0.1, 0.6), strict=True))) > 5, "nothing was zoomed"
    live.click_map(0.1, 0.6)
    cross = live.page.locator(".lv-mark-cursor circle").bounding_box()
    centre = (cross["x"] + cross["width"] / 2, cross["y"] + cross["height"] / 2)
    assert centre == pytest.approx(at, abs=1.0)


def test_a_reload_and_a_copied_link_show_the_same_picture(open_page: OpenPage) -> None:
    live = open_page(tool="point", model="mnist-vae")
    z = live.click_map(1.2, -0.4)
    live.chip("3", "Classes on the map").click()
    live.page.wait_for_function("location.search.includes('without=3')")
    here, query = live.levels(), live.query()
    live.page.reload()
    live.wait_ready()
    again = live.levels()
    assert (live.numbers(), live.query()) == (z, query)
    assert far_from(again, here) <= 3  # the link keeps three digits of z
    other = open_page(stranger=True, **query)
    assert np.array_equal(other.levels(), again)
    assert other.query() == query
    assert _hidden(other) == _hidden(live) == ["3"]


def test_a_class_chip_hides_its_points_and_its_name(open_page: OpenPage) -> None:
    live = open_page(tool="point")
    assert _hidden(live) == []
    chip = live.chip("7", "Classes on the map")
    chip.click()
    live.wait_query(without="7")
    assert chip.get_attribute("aria-pressed") == "false"
    assert _hidden(live) == ["7"]
    chip.click()
    live.page.wait_for_function("!location.search.includes('without')")
    assert _hidden(live) == []


def _hidden(live: LivePage) -> list[str]:
    """The classes that Plotly does not draw, each with its name on the map, or an empty list."""
    live.page.wait_for_function("document.querySelector('.lv-figure')?.data")
    found: Any = live.page.evaluate(
        "() => { const { data, layout } = document.querySelector('.lv-figure');"
        " const points = data.filter((t) => t.meta?.label !== undefined && t.visible === false).map((t) => t.name);"
        " const names = layout.annotations.filter((a) => a.visible === false).map((a) => a.text.replace(/<[^>]*>/g, ''));"
        " return [points, names] }"
    )
    assert found[0] == found[1]
    return list(found[0])


def test_the_picked_image_stands_in_its_frame_beside_its_reconstruction(open_page: OpenPage, mnist_test: Any) -> None:
    live = open_page(tool="point")
    live.wait_quiet()
    live.click_map(1.2, 1.1)
    latents = latents_of("mnist-vae")
    index = int(np.abs(latents.mu - np.array(live.numbers())).__pow__(2).sum(1).argmin())
    live.wait_query(point=str(index))
    kinds = live.page.locator(".lv-pair .lv-frame").evaluate_all("(all) => all.map((f) => f.dataset.kind)")
    assert kinds == ["real", "generated"]
    assert live.page.locator(".lv-pair figcaption").first.text_content() == f"real: {int(latents.labels[index])}"
    assert np.array_equal(live.levels(".lv-pair canvas", 0), mnist_test[index, 0])
    again = decoded("mnist-vae", latents.mu[index].tolist())
    assert far_from(live.levels(".lv-pair canvas", 1), again) <= 1


def test_the_ellipse_is_one_sigma_of_the_posterior_to_scale(open_page: OpenPage) -> None:
    live = open_page(tool="point", model="mnist-vae", point="17", z=A_POINT)
    live.page.wait_for_selector(".lv-mark-ellipse ellipse", state="attached")
    latents, axes = latents_of("mnist-vae"), live.axes()
    ellipse = live.page.locator(".lv-mark-ellipse ellipse")
    radii = [float(ellipse.get_attribute(name)) for name in ("rx", "ry")]
    wanted = np.exp(latents.log_var[17] / 2) * axes.pixels_per_unit
    assert radii == pytest.approx(wanted.tolist(), abs=0.02)
    box = ellipse.bounding_box()
    centre = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert centre == pytest.approx(axes.pixel(*latents.mu[17].tolist()), abs=1.0)
    live.layer(t("map.layer.ellipse")).click()
    live.page.wait_for_selector(".lv-mark-ellipse", state="detached")


def own_distances(mu: np.ndarray) -> np.ndarray:
    """Each code's distance to the nearest other one."""
    return NearestNeighbors(n_neighbors=2).fit(mu).kneighbors(mu)[0][:, 1]


GRID, EDGE = 15, 3.0  # images a side, and where the outer ones stand
GRID_IS_DRAWN = """
() => {
  const canvas = document.querySelector(".lv-underlay")
  if (canvas.hidden) return false
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
  for (let i = 3; i < data.length; i += 4) if (!data[i]) return false
  return true
}
"""


def test_the_decoded_grid_lies_under_the_points_where_its_images_belong(open_page: OpenPage) -> None:
    live = open_page(tool="point", model="mnist-vae", z=A_POINT)
    live.layer(t("map.layer.grid")).click()
    live.page.wait_for_function(GRID_IS_DRAWN)
    under, axes = live.levels(".lv-underlay"), live.axes()
    box = live.page.locator(".lv-underlay").bounding_box()
    for row, column in ((2, 11), (7, 7), (12, 4)):
        z = (EDGE * (2 * column / (GRID - 1) - 1), EDGE * (1 - 2 * row / (GRID - 1)))
        cell = under[28 * row : 28 * (row + 1), 28 * column : 28 * (column + 1)]
        assert far_from(cell, decoded("mnist-vae", z)) <= 1
        middle = (box["x"] + (column + 0.5) / GRID * box["width"], box["y"] + (row + 0.5) / GRID * box["height"])
        assert axes.point(*middle) == pytest.approx(z, abs=0.02)
    live.page.mouse.move(*axes.spot(*z))
    live.settle()
    assert far_from(live.levels(), cell) <= 4


def test_a_lasso_shows_the_group_and_its_mean(open_page: OpenPage) -> None:
    live = open_page(tool="point")
    live.wait_quiet()
    group = live.button(t("map.group"))
    group.click()
    assert group.get_attribute("aria-pressed") == "true"
    axes = live.axes()
    corners = [(-2.4, 1.2), (-1.2, 1.2), (-1.2, -0.8), (-2.4, -0.8), (-2.4, 1.1)]
    live.page.mouse.move(*axes.spot(*corners[0]))
    live.page.mouse.down()
    for x, y in corners[1:]:
        live.page.mouse.move(*axes.spot(x, y), steps=6)
    live.page.mouse.up()
    live.page.wait_for_selector(".lv-group:visible")
    said = live.page.locator(".lv-group .lv-label").text_content()
    count, x, y = re.fullmatch(r"Your group: ([\d,]+) test images, mean z = \((.+), (.+)\)", said).groups()
    mu = latents_of("mnist-vae").mu
    inside = mu[(mu[:, 0] > -2.4) & (mu[:, 0] < -1.2) & (mu[:, 1] > -0.8) & (mu[:, 1] < 1.2)]
    assert int(count.replace(",", "")) == pytest.approx(len(inside), rel=0.02)
    assert [float(v.replace("−", "-")) for v in (x, y)] == pytest.approx(inside.mean(0).tolist(), abs=0.03)
    assert live.page.locator('.lv-group .lv-frame[data-kind="real"]').count() == 12
    assert group.get_attribute("aria-pressed") == "false"
    live.page.mouse.move(*axes.spot(1, 1))
    live.settle()
    assert far_from(live.levels(), decoded("mnist-vae", axes.point(*axes.spot(1, 1)))) <= 8, "the pointer decodes again"


def test_escape_ends_a_group_that_was_begun(open_page: OpenPage) -> None:
    live = open_page(tool="point")
    live.button(t("map.group")).click()
    live.page.mouse.move(*live.axes().spot(0, 0))
    before = live.paints()[-1]
    live.page.keyboard.press("Escape")
    assert live.button(t("map.group")).get_attribute("aria-pressed") == "false"
    live.page.mouse.move(*live.axes().spot(1, 1))
    live.settle()
    assert live.paints()[-1] != before


def test_nothing_on_the_map_can_send_it_to_another_server(open_page: OpenPage) -> None:
    live = open_page(tool="point")
    assert live.page.locator(".modebar-btn").count() == 0
    assert live.page.evaluate("document.querySelector('.lv-figure')._context.plotlyServerURL") == ""


def test_a_page_change_and_the_way_back_keep_z(open_page: OpenPage) -> None:
    live = open_page(tool="point", model="mnist-vae")
    heard = len(live.frames_sent)
    z = live.click_map(-0.4, 1.3)
    live.wait_sent(heard)  # a hand on its way to the bar: the server hears of z once it rests
    places = live.page.locator(".lp-places")
    places.get_by_role("link", name=t("page.library"), exact=True).click()
    live.page.locator(".lp-card-picture").first.wait_for()
    places.get_by_role("link", name=t("page.explore"), exact=True).click()
    live.wait_ready()
    assert live.wait_numbers("z", z, 1e-6) == z
    assert far_from(live.levels(), decoded("mnist-vae", z)) <= 1


def test_with_forced_colours_a_chip_that_is_on_looks_unlike_one_that_is_off(open_page: OpenPage) -> None:
    live = open_page(tool="point", before=lambda page: page.emulate_media(forced_colors="active"))
    live.chip("7", t("map.classes")).click()
    grounds = [
        live.chip(name, t("map.classes")).evaluate("(chip) => getComputedStyle(chip).backgroundColor") for name in "67"
    ]
    assert grounds[0] != grounds[1]
