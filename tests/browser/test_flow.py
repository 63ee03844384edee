"""What am I looking at?: one test image on its way through the model, with the numbers and the image that torch has."""

import re

import numpy as np
import pytest

from tests.browser.conftest import OpenPage
from tests.browser.decoded import decoded, far_from, latents_of
from tests.browser.live_page import DESKTOP, PHONE, PROJECTOR, LivePage

START = ""  # the address of the page that has the flow
IMAGE, DRAWN = ".lv-flow .lv-frame canvas >> nth=0", ".lv-flow .lv-frame canvas >> nth=1"
# how many parts of the flow stand out of it
TOO_WIDE = """
() => {
  const flow = document.querySelector(".lv-flow"), { right } = flow.getBoundingClientRect()
  const parts = [...flow.querySelectorAll("li, td, canvas, dd")]
  return parts.filter((part) => part.getBoundingClientRect().right > right + 1).length
}
"""
COUNT_PULSES = """
(() => {
  const { animate } = Element.prototype
  window.pulses = 0
  Element.prototype.animate = function (...how) {
    if (this.matches(".lv-flow-arrow")) window.pulses++
    return animate.apply(this, how)
  }
})()
"""
DIGITS = 0.006  # a number that is shown with two decimals, and float16 weights


def look(live: LivePage) -> None:
    """Scrolls to the flow and waits until it is filled."""
    live.page.locator(".lv-flow").scroll_into_view_if_needed()
    live.page.wait_for_selector(".lv-flow[data-z]")
    live.settle()


# until the first number of the code is said, to two places (a small one below 0 has no sign)
SPOKEN = r"""(z) => {
  const said = document.querySelector(".lv-flow > [aria-live]").textContent.match(/code drawn \((−?)([\d.]+)/)
  return said && Math.abs((said[1] ? -1 : 1) * said[2] - z) < 0.006
}"""


def drawn_z(live: LivePage) -> list[float]:
    """The code that is decoded."""
    return [float(part) for part in live.page.locator(".lv-flow").get_attribute("data-z").split(",")]


def rows(live: LivePage) -> list[list[float]]:
    """The table's numbers: mu, sigma, epsilon and z, or z alone, a row a dimension."""
    texts = live.page.locator(".lv-flow-code tbody tr").all_text_contents()
    return [[float(text.replace("−", "-")) for text in re.findall(r"[−]?\d+\.\d\d", row)] for row in texts]


def fetched(live: LivePage, name: str) -> int:
    return sum(f"/{name}" in url for url in live.requests)


@pytest.mark.parametrize("point", [0, 1])
def test_mean_and_uncertainty_are_those_of_the_image_and_the_image_is_that_of_the_code(
    open_page: OpenPage, mnist_test: np.ndarray, point: int
) -> None:
    live = open_page(START, model="mnist-vae", point=str(point))
    look(live)
    latents = latents_of("mnist-vae")
    mu, std = latents.mu[point].tolist(), np.exp(0.5 * latents.log_var[point]).tolist()
    z = drawn_z(live)
    assert np.array_equal(live.levels(IMAGE), mnist_test[point, 0])
    for d, (shown_mu, shown_std, eps, shown_z) in enumerate(rows(live)):
        assert shown_mu == pytest.approx(mu[d], abs=DIGITS)
        assert shown_std == pytest.approx(std[d], abs=DIGITS)
        assert shown_z == pytest.approx(z[d], abs=DIGITS)
        assert z[d] == pytest.approx(mu[d] + std[d] * eps, abs=2 * DIGITS)
    assert far_from(live.levels(DRAWN), decoded("mnist-vae", z)) <= 3


def test_draw_again_by_key_draws_another_code_and_the_rest_follows(open_page: OpenPage) -> None:
    live = open_page(START, model="mnist-beta-vae")
    look(live)
    before, numbers = drawn_z(live), rows(live)
    live.page.locator(".lv-flow").get_by_role("button", name="Draw again").focus()
    live.page.keyboard.press("Enter")
    after = drawn_z(live)
    assert after != before
    assert [row[:2] for row in rows(live)] == [row[:2] for row in numbers]
    assert far_from(live.levels(DRAWN), decoded("mnist-beta-vae", after)) <= 3
    live.page.wait_for_function(SPOKEN, arg=after[0])


def test_a_deterministic_model_has_a_code_and_no_chance(open_page: OpenPage) -> None:
    live = open_page(START, model="mnist-mmd-vae", point="7")
    look(live)
    mu = latents_of("mnist-mmd-vae").mu[7].tolist()
    assert [row[0] for row in rows(live)] == pytest.approx(mu, abs=DIGITS)
    assert far_from(live.levels(DRAWN), decoded("mnist-mmd-vae", drawn_z(live))) <= 3
    assert live.page.locator(".lv-flow button").count() == 0
    assert live.page.locator(".lv-flow").get_by_text("without any uncertainty").is_visible()


def test_encoder_and_decoder_of_a_conditional_model_are_told_the_class(open_page: OpenPage) -> None:
    live = open_page(START, model="mnist-cvae-8", point="0")
    look(live)
    assert live.page.locator(".lv-flow-told").all_text_contents() == ["is told: 7"] * 2
    assert len(rows(live)) == 3
    assert live.page.locator(".lv-flow-code caption").text_content() == "… and 5 more numbers"
    assert far_from(live.levels(DRAWN), decoded("mnist-cvae-8", drawn_z(live), 7)) <= 3


def test_nothing_is_fetched_before_it_comes_into_view_and_nothing_jumps(open_page: OpenPage) -> None:
    live = open_page(START, model="mnist-vae", size=PHONE)
    live.rest()
    assert fetched(live, "encoder.") == 0
    flow = live.page.locator(".lv-flow")
    height = flow.bounding_box()["height"]
    look(live)
    assert fetched(live, "encoder.bin") == 1
    assert flow.bounding_box()["height"] == pytest.approx(height, abs=1)


@pytest.mark.parametrize("model", ["mnist-vae", "post-vae-mnist", "mnist-beta-vae-10"])
def test_it_fits_its_room(open_page: OpenPage, model: str) -> None:
    live = open_page(START, model=model)
    look(live)
    for width, height in (DESKTOP, PROJECTOR, (1024, 768), PHONE):
        live.page.set_viewport_size({"width": width, "height": height})
        live.settle()
        assert live.page.evaluate(TOO_WIDE) == 0, f"at {width} x {height}"


@pytest.mark.parametrize(("motion", "moves"), [(False, 0), (True, 3)])
def test_who_wants_less_motion_sees_no_pulse(open_page: OpenPage, motion: bool, moves: int) -> None:
    live = open_page(START, model="mnist-vae", motion=motion, before=lambda page: page.add_init_script(COUNT_PULSES))
    look(live)
    live.page.locator(".lv-flow").get_by_role("button", name="Draw again").click()
    assert live.page.evaluate("window.pulses") == moves
