"""Traverse: native sliders, and the image that follows while a thumb is held."""

import numpy as np
import pytest

from tests.browser.conftest import OpenPage
from tests.browser.decoded import decoded, far_from, latents_of, opened
from tests.browser.live_page import LivePage

# the prior's quantiles at probabilities 0.01, 0.255, 0.5, 0.745, 0.99
QUANTILES = (-2.3263, -0.6588, 0.0, 0.6588, 2.3263)
EDGE = 3.1
Z = "0.5,-1"


def thumb_at(live: LivePage, name: str, value: float) -> tuple[float, float]:
    """The place on the page where a slider's thumb has its middle at a value."""
    box = live.page.get_by_role("slider", name=name).bounding_box()
    radius = 8  # of Chromium's thumb
    along = (value + EDGE) / (2 * EDGE)
    return box["x"] + radius + along * (box["width"] - 2 * radius), box["y"] + box["height"] / 2


def test_dragging_a_slider_changes_the_image_before_the_button_is_released(open_page: OpenPage) -> None:
    live = open_page("traverse", model="mnist-vae", z=Z)
    live.wait_quiet()
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
    live = open_page("traverse", model="mnist-vae", z=Z)
    live.page.mouse.dblclick(*thumb_at(live, "z₂", -1.0))
    live.wait_numbers("z", (0.5, 0.0), 1e-6)
    live.page.get_by_role("slider", name="z₂").focus()
    for _ in range(3):
        live.page.keyboard.press("ArrowRight")
    live.page.keyboard.press("ArrowLeft")
    z = live.wait_numbers("z", (0.5, 0.02), 1e-6)
    assert far_from(live.levels(), decoded("mnist-vae", z)) <= 1
    assert live.page.locator(".lv-slider output").nth(1).text_content() == "0.02 σ"


def test_the_buttons_reset_draw_and_take_a_test_image(open_page: OpenPage) -> None:
    live = open_page("traverse", model="mnist-vae", z=Z)
    live.wait_quiet()
    live.button("Take a test image").click()
    live.page.wait_for_function(f"new URLSearchParams(location.search).get('z') !== '{Z}'")
    gaps = np.abs(latents_of("mnist-vae").mu.numpy() - np.array(live.numbers())).max(1)
    assert gaps.min() <= 0.0006, "not the latents of any test image"
    taken = live.query()["z"]
    live.button("Draw from the prior").click()
    live.page.wait_for_function(f"new URLSearchParams(location.search).get('z') !== '{taken}'")
    assert max(map(abs, live.numbers())) < 6
    live.button("All to 0").click()
    live.wait_numbers("z", (0, 0), 0)
    assert far_from(live.levels(), decoded("mnist-vae", (0, 0))) <= 1


def test_each_slider_shows_five_images_along_its_dimension(open_page: OpenPage) -> None:
    live = open_page("traverse", model="mnist-vae", z=Z)
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


def test_dimensions_are_sorted_by_nats_and_the_dead_ones_are_named(open_page: OpenPage) -> None:
    live = open_page("traverse", model="mnist-beta-vae-10")
    kl = opened("mnist-beta-vae-10").run.test.kl
    heads = live.page.locator(".lv-slider-head").all_text_contents()
    order = sorted(range(10), key=lambda d: -kl[d])
    named = [f"z{str(d + 1).translate(str.maketrans('0123456789', '₀₁₂₃₄₅₆₇₈₉'))}" for d in order]
    assert live.page.locator(".lv-slider-head span:first-child").all_text_contents() == named
    dead = {named[i] for i, head in enumerate(heads) if "collapsed" in head}
    assert dead == {name for name, d in zip(named, order, strict=True) if kl[d] < 0.02}
    assert 1 <= len(dead) < 10
