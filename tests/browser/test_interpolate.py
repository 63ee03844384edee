"""Interpolate: the way from A to B, live while either end is held."""

import numpy as np
import torch
from numpy.typing import NDArray

from analysis.paths import lerp, slerp
from tests.browser.conftest import OpenPage
from tests.browser.decoded import decoded, far_from
from tests.browser.live_page import LivePage

MODEL, A, B, STEPS = "mnist-vae", (-1.8, 0.1), (1.2, 1.1), 11
LINK = {"model": MODEL, "a": "-1.8,0.1", "b": "1.2,1.1"}
FILM = ".lv-strips >> nth=0 >> canvas"
FADE = ".lv-strips >> nth=1 >> canvas"
PLACE = "Place on the path from A to B"


def line(live: LivePage) -> NDArray[np.float64]:
    """The path on the map in data units, `[points 2]`."""
    text = live.page.locator(".lv-mark-path").get_attribute("points")
    box, axes = live.page.locator(".lv-overlay").bounding_box(), live.axes()
    pixels = [tuple(map(float, pair.split(","))) for pair in text.split()]
    return np.array([axes.point(box["x"] + x, box["y"] + y) for x, y in pixels])


def test_the_strip_is_the_straight_line_from_a_to_b_and_the_fade_its_control(open_page: OpenPage) -> None:
    live = open_page("interpolate", **LINK)
    live.rest()
    for k in (0, 4, STEPS - 1):
        z = [(1 - k / 10) * a + k / 10 * b for a, b in zip(A, B, strict=True)]
        assert far_from(live.levels(FILM, k), decoded(MODEL, z)) <= 1
    first, last = decoded(MODEL, A), decoded(MODEL, B)
    for k in (0, 5, STEPS - 1):
        assert far_from(live.levels(FADE, k), np.round((1 - k / 10) * first + k / 10 * last)) <= 2
    assert far_from(live.levels(FILM, 5), live.levels(FADE, 5)) > 40, "the model does no more than the fade"


def test_dragging_a_changes_the_strip_before_the_button_is_released(open_page: OpenPage) -> None:
    live = open_page("interpolate", **LINK)
    live.rest()
    axes, seen = live.axes(), []
    live.page.mouse.move(*axes.spot(*A))
    live.page.mouse.down()
    live.requests.clear()
    for k in range(1, 11):
        live.page.mouse.move(*axes.spot(A[0] + 0.12 * k, A[1] - 0.15 * k))
        live.page.wait_for_timeout(60)
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
    live = open_page("interpolate", **LINK)
    straight = line(live)
    live.chip("great circle", "Path").click()
    live.wait_query(path="slerp")
    live.rest()
    circle = line(live)
    assert np.allclose(straight, lerp(torch.tensor(A), torch.tensor(B), len(straight)).numpy(), atol=0.01)
    assert np.allclose(circle, slerp(torch.tensor(A), torch.tensor(B), len(circle)).numpy(), atol=0.01)
    assert np.abs(straight - circle).max() > 0.3
    middle = slerp(torch.tensor(A), torch.tensor(B), STEPS)[5].tolist()
    assert far_from(live.levels(FILM, 5), decoded(MODEL, middle)) <= 1


def test_play_moves_from_a_to_b_and_can_be_paused(open_page: OpenPage) -> None:
    live = open_page("interpolate", **LINK)
    place = live.page.get_by_role("slider", name=PLACE)
    place.focus()
    live.page.keyboard.press("Home")
    live.settle()
    assert far_from(live.levels(), decoded(MODEL, A)) <= 1
    before = len(live.paints())
    live.button("Play").click()
    live.page.wait_for_function(f"document.querySelector('[aria-label=\"{PLACE}\"]').value > 0.3")
    live.button("Pause").click()
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
    live = open_page("interpolate", **LINK)
    live.button("Swap A and B").click()
    live.wait_query(a="1.2,1.1", b="-1.8,0.1")
    live.button("Two test images").click()
    live.page.wait_for_function("new URLSearchParams(location.search).get('a') !== '1.2,1.1'")
    live.rest()
    for end, k in (("a", 0), ("b", STEPS - 1)):
        assert far_from(live.levels(FILM, k), decoded(MODEL, live.numbers(end))) <= 4
