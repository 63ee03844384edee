"""Explore by sliding: native sliders, and the image that follows while a thumb is held."""

from itertools import pairwise

import numpy as np
import pytest

from live.words import t
from tests.browser.conftest import OpenPage
from tests.browser.decoded import decoded, far_from, latents_of, opened
from tests.browser.live_page import DESKTOP, PHONE, PROJECTOR, LivePage

# the prior's quantiles at probabilities 0.01, 0.255, 0.5, 0.745, 0.99
QUANTILES = (-2.3263, -0.6588, 0.0, 0.6588, 2.3263)
EDGE = 3.1
Z = "0.5,-1"


def thumb_at(live: LivePage, name: str, value: float) -> tuple[float, float]:
    """The place on the page where a slider's thumb has its middle at a value."""
    box = live.page.get_by_role("slider", name=name).bounding_box()
    radius = 9  # of the thumb, see live.css
    along = (value + EDGE) / (2 * EDGE)
    return box["x"] + radius + along * (box["width"] - 2 * radius), box["y"] + box["height"] / 2


def test_dragging_a_slider_changes_the_image_before_the_button_is_released(open_page: OpenPage) -> None:
    live = open_page(tool="slide", model="mnist-vae", z=Z)
    live.wait_fetched()
    mouse, seen = live.page.mouse, []
    mouse.move(*thumb_at(live, "z₁", 0.5))
    mouse.down()
    live.requests.clear()
    for value in np.linspace(0.5, -2.0, 26)[1:]:
        mouse.move(*thumb_at(live, "z₁", float(value)))
        live.settle()
        seen.append(live.paints()[-1])
    held = float(live.page.get_by_role("slider", name="z₁").input_value())
    assert held == pytest.approx(-2.0, abs=0.05)
    assert far_from(live.levels(), decoded("mnist-vae", [held, -1.0])) <= 1
    assert len(set(seen)) >= 23
    assert live.requests == []
    mouse.up()
    live.wait_numbers("z", [held, -1.0], 1e-6)


def test_a_double_click_resets_one_dimension_and_arrow_keys_move_it(open_page: OpenPage) -> None:
    live = open_page(tool="slide", model="mnist-vae", z=Z)
    live.page.mouse.dblclick(*thumb_at(live, "z₂", -1.0))
    live.wait_numbers("z", (0.5, 0.0), 1e-6)
    live.page.get_by_role("slider", name="z₂").focus()
    for _ in range(3):
        live.page.keyboard.press("ArrowRight")
    live.page.keyboard.press("ArrowLeft")
    z = live.wait_numbers("z", (0.5, 0.02), 1e-6)
    assert far_from(live.levels(), decoded("mnist-vae", z)) <= 1
    assert live.page.locator(".lv-slider output").nth(1).text_content() == "0.02"


def test_the_buttons_reset_draw_and_take_a_test_image(open_page: OpenPage) -> None:
    live = open_page(tool="slide", model="mnist-vae", z=Z)
    live.wait_quiet()
    live.button(t("traverse.real")).click()
    live.page.wait_for_function(f"new URLSearchParams(location.search).get('z') !== '{Z}'")
    gaps = np.abs(latents_of("mnist-vae").mu.numpy() - np.array(live.numbers())).max(1)
    assert gaps.min() <= 0.0006, "not the latents of any test image"
    taken = live.query()["z"]
    live.button(t("traverse.random")).click()
    live.page.wait_for_function(f"new URLSearchParams(location.search).get('z') !== '{taken}'")
    assert max(map(abs, live.numbers())) < 6
    live.button(t("traverse.centre")).click()
    live.wait_numbers("z", (0, 0), 0)
    assert far_from(live.levels(), decoded("mnist-vae", (0, 0))) <= 1


def test_each_slider_shows_five_images_along_its_dimension(open_page: OpenPage) -> None:
    live = open_page(tool="slide", model="mnist-vae", z=Z)
    live.rest()
    assert live.page.locator(".lv-five").count() == 2
    for k, value in enumerate(QUANTILES):
        assert far_from(live.levels(".lv-five canvas", k), decoded("mnist-vae", (value, -1.0))) <= 1
        assert far_from(live.levels(".lv-five canvas", 5 + k), decoded("mnist-vae", (0.5, value))) <= 1
    live.page.locator(".lv-five button").nth(4).click()
    z = live.wait_numbers("z", (QUANTILES[4], -1.0), 0.001)
    live.rest()
    assert far_from(live.levels(), decoded("mnist-vae", z)) <= 2
    assert far_from(live.levels(".lv-five canvas", 9), decoded("mnist-vae", (z[0], QUANTILES[4]))) <= 2


@pytest.mark.parametrize("model", ["mnist-vae", "mnist-beta-vae-10"])
def test_a_picture_stands_where_a_click_on_the_slider_sets_what_it_shows(open_page: OpenPage, model: str) -> None:
    live = open_page(tool="slide", model=model)
    for width, height in (DESKTOP, PROJECTOR, PHONE):
        live.page.set_viewport_size({"width": width, "height": height})
        assert_pictures_stand_right(live)


def assert_pictures_stand_right(live: LivePage) -> None:
    live.rest()
    slider = live.page.get_by_role("slider").first
    slider.scroll_into_view_if_needed()
    track = slider.bounding_box()
    pictures = live.page.locator(".lv-five").first.locator("canvas")
    boxes = [picture.bounding_box() for picture in pictures.all()]
    assert len(boxes) == len(QUANTILES)
    for box, value in zip(boxes, QUANTILES, strict=True):
        centre = box["x"] + box["width"] / 2
        assert centre == pytest.approx(thumb_at(live, slider.get_attribute("aria-label"), value)[0], abs=2)
        live.page.mouse.click(centre, track["y"] + track["height"] / 2)
        pixels = (float(slider.input_value()) - value) / (2 * EDGE) * track["width"]
        assert abs(pixels) <= 2, "the thumb's middle is not under the picture's"
    for left, right in pairwise(boxes):
        assert left["x"] + left["width"] <= right["x"], "two pictures overlap"


def test_a_screen_reader_hears_where_a_picture_stands(open_page: OpenPage) -> None:
    live = open_page(tool="slide", model="mnist-vae", z=Z)
    names = [f"z₁ at {text}, generated" for text in ("−2.33", "−0.66", "0.00", "0.66", "2.33")]
    labels = "(all) => all.map((c) => c.getAttribute('aria-label'))"
    assert live.page.locator(".lv-five canvas").evaluate_all(labels)[:5] == names
    live.page.get_by_role("button", name="z₁ at −0.66").click()
    live.wait_numbers("z", (QUANTILES[1], -1.0), 0.001)


def test_a_conditional_model_takes_a_real_images_class_too(open_page: OpenPage) -> None:
    live = open_page(tool="slide", model="mnist-cvae", z=Z)
    live.wait_quiet()
    live.button(t("traverse.real")).click()
    live.page.wait_for_function(f"new URLSearchParams(location.search).get('z') !== '{Z}'")
    latents = latents_of("mnist-cvae")
    nearest = int(np.abs(latents.mu - np.array(live.numbers())).max(1).argmin())
    label = live.query()["class"]
    assert label == str(int(latents.labels[nearest]))
    assert live.chip(label, t("class.label")).get_attribute("aria-pressed") == "true"


def test_dimensions_are_sorted_by_nats_and_the_dead_ones_are_named(open_page: OpenPage) -> None:
    live = open_page(tool="slide", model="mnist-beta-vae-10")
    kl = opened("mnist-beta-vae-10").run.test.kl
    heads = live.page.locator(".lv-slider-head").all_text_contents()
    order = sorted(range(10), key=lambda d: -kl[d])
    named = [f"z{str(d + 1).translate(str.maketrans('0123456789', '₀₁₂₃₄₅₆₇₈₉'))}" for d in order]
    assert live.page.locator(".lv-slider-head span:first-child").all_text_contents() == named
    dead = {named[i] for i, head in enumerate(heads) if "unused" in head}
    assert dead == {name for name, d in zip(named, order, strict=True) if kl[d] < 0.02}
    assert 1 <= len(dead) < 10
