"""Explore as one place: what is chosen outlives its tool and its model, and who touches nothing is shown what to do."""

from typing import Any

import numpy as np
import pytest

from tests.browser.conftest import OpenPage
from tests.browser.decoded import decoded, far_from
from tests.browser.live_page import PHONE, LivePage

Z = "-0.9,0.3"
BORDER = (0.0, -1.3)  # where as many of the codes around are of a 4 as of a 9
NOBODY = (-3.2, -3.2)
GHOST = ".lv-mark-ghost"


def tap(live: LivePage, x: float, y: float) -> None:
    """Puts a finger on a point of the map, and takes it away."""
    live.page.touchscreen.tap(*live.axes().spot(x, y))


def ticked(live: LivePage) -> list[bool]:
    """Which of the tasks are done: the border between two classes, the image that nobody wrote, a drawing."""
    rows = live.page.locator(".lv-task").evaluate_all("(all) => all.map((row) => row.classList.contains('lv-done'))")
    return list(rows)


def wait_ticked(live: LivePage, number: int) -> None:
    live.page.locator(".lv-tour li").nth(number).locator(".lv-task.lv-done").wait_for(state="attached")


class TestAnotherTool:
    def test_keeps_the_code_the_map_and_what_is_seen_of_it(self, open_page: OpenPage) -> None:
        live = open_page(tool="point", model="mnist-vae", z=Z)
        live.page.mouse.move(*live.axes().spot(-0.5, 0))
        live.page.mouse.wheel(0, -300)
        live.page.wait_for_function("location.search.includes('zoom=')")
        live.rest()
        z, plot, zoom = live.click_map(-0.6, 0.4), live.page.locator(".lv-plot").element_handle(), live.numbers("zoom")
        for tool in ("slide", "path", "point"):
            live.take(tool)
            live.wait_query(tool=tool)
            assert live.numbers() == z
            assert live.numbers("zoom") == zoom
            live.rest()
            assert far_from(live.levels(), decoded("mnist-vae", z)) <= 3
            assert plot.evaluate("(plot) => plot === document.querySelector('.lv-plot')"), "another map"
            axes = live.axes()
            assert (sum(axes.x) / 2, sum(axes.y) / 2) == pytest.approx(zoom[:2], abs=0.01)
            seen = min(axes.x[1] - axes.x[0], axes.y[1] - axes.y[0])
            assert seen == pytest.approx(2 * zoom[2], rel=0.1)

    def test_is_taken_by_keys_and_named_by_the_link(self, open_page: OpenPage) -> None:
        live = open_page(tool="slide", model="mnist-vae", z=Z)
        assert live.page.get_by_role("slider").count() == 2
        live.page.locator('[data-part="tools"] button').nth(2).focus()
        live.page.keyboard.press("Enter")
        live.wait_query(tool="path", a=Z)
        assert live.page.locator(".lv-strips").count() == 2


def test_another_model_of_as_many_latents_opens_at_the_same_code_and_part_of_the_map(open_page: OpenPage) -> None:
    live = open_page(tool="point", model="mnist-vae", z=Z, zoom="-0.5,0,1.5")
    before = live.axes()
    live.choose_model("mnist-beta-vae")
    live.wait_query(model="mnist-beta-vae", tool="point", z=Z, zoom="-0.5,0,1.5")
    live.wait_model("beta-VAE on MNIST, 2 latents")
    assert far_from(live.levels(), decoded("mnist-beta-vae", live.numbers())) <= 1
    after = live.axes()
    assert (after.x, after.y) == (pytest.approx(before.x, abs=0.01), pytest.approx(before.y, abs=0.01))


class TestStart:
    @pytest.mark.parametrize("touch", ["mouse", "key", "finger"])
    def test_a_hand_walks_until_the_first_touch(self, open_page: OpenPage, touch: str) -> None:
        live = open_page(size=PHONE, phone=True, motion=True) if touch == "finger" else open_page(motion=True)
        live.page.wait_for_function("(n) => new Set(window.paints.slice(n)).size >= 10", arg=len(live.paints()))
        assert live.page.locator(GHOST).count() == 1
        assert not {"z", "tool", "point"} & live.query().keys(), "the hand that shows the way wrote the link"
        assert not any(ticked(live)), "the hand that shows the way did a task"
        if touch == "mouse":
            live.page.mouse.move(*live.axes().spot(1, 1))
        elif touch == "key":
            live.page.locator(".lv-plot").focus()
            live.page.keyboard.press("ArrowRight")
        else:
            tap(live, 1, 1)
        live.page.locator(GHOST).wait_for(state="detached")
        live.rest()
        still = live.paints()
        live.page.wait_for_timeout(600)
        assert live.paints() == still, "the image goes on by itself"

    def test_who_wants_less_motion_sees_the_way_and_three_images_on_it(self, open_page: OpenPage) -> None:
        live = open_page()
        live.page.locator(".lv-mark-path").wait_for(state="attached")
        stills = live.page.locator(".lv-stills:visible canvas")
        images = [live.levels(".lv-stills canvas", k) for k in range(stills.count())]
        assert len({image.tobytes() for image in images}) == 3
        live.rest()
        still = live.paints()
        live.page.wait_for_timeout(600)
        assert live.paints() == still
        assert live.page.locator(GHOST).count() == 0
        live.page.mouse.move(*live.axes().spot(1, 1))
        live.page.locator(".lv-mark-path").wait_for(state="detached")
        assert not live.page.locator(".lv-stills").is_visible()


class TestTasks:
    """The border between the two closest classes, and an image that nobody wrote, are found by any hand."""

    def test_by_mouse(self, open_page: OpenPage) -> None:
        live = open_page(tool="point", model="mnist-vae", z=Z)
        assert ticked(live) == [False, False, False]
        live.page.mouse.move(*live.axes().spot(*BORDER))
        wait_ticked(live, 0)
        assert ticked(live) == [True, False, False]
        live.page.mouse.move(*live.axes().spot(*NOBODY))
        wait_ticked(live, 1)
        live.page.reload()
        live.wait_ready()
        assert ticked(live) == [True, True, False], "forgotten"

    def test_by_finger(self, open_page: OpenPage) -> None:
        live = open_page(tool="point", model="mnist-vae", z=Z, size=PHONE, phone=True)
        tap(live, *BORDER)
        wait_ticked(live, 0)
        assert ticked(live) == [True, False, False]
        tap(live, *NOBODY)
        wait_ticked(live, 1)

    def test_by_keys(self, open_page: OpenPage) -> None:
        live = open_page(tool="point", model="mnist-vae", z=f"{BORDER[0] - 1.5},{BORDER[1]}")
        live.page.locator(".lv-plot").focus()
        for _ in range(15):
            live.page.keyboard.press("ArrowRight")
        live.wait_numbers("z", BORDER, 1e-3)
        wait_ticked(live, 0)
        assert ticked(live) == [True, False, False]
        for _ in range(12):
            live.page.keyboard.press("Shift+ArrowRight")
        live.page.locator('.lv-live .lv-meter[data-word="nobody"]').wait_for()
        wait_ticked(live, 1)


class TestBeforeStreamlit:
    """The view works before Streamlit is there; when it comes, it takes the view over as it is."""

    @staticmethod
    def held(open_page: OpenPage) -> tuple[LivePage, Any]:
        """A page whose Streamlit waits, and what lets it come."""
        waiting: list[Any] = []
        held = [True]

        def hold(route: Any) -> None:
            waiting.append(route) if held[0] else route.continue_()

        live = open_page(
            tool="point", model="mnist-vae", z=Z, ready=False, stranger=True,
            before=lambda page: page.route("**/_stcore/h*", hold),
        )  # fmt: skip
        live.page.wait_for_selector('.lp-early .lv[data-ready="true"]')

        def come() -> None:
            held[0] = False
            for route in waiting:
                route.continue_()
            live.wait_ready()

        return live, come

    def test_what_a_hand_has_done_stays_and_the_keys_go_on(self, open_page: OpenPage) -> None:
        live, come = self.held(open_page)
        plot = live.page.locator(".lv-plot").element_handle()
        z = live.click_map(0.5, 1)
        assert far_from(live.levels(), decoded("mnist-vae", z)) <= 3
        come()
        assert plot.evaluate("(plot) => plot === document.activeElement"), "another map, or the keys no longer reach it"
        assert live.page.locator(".lp-early").count() == 0
        live.page.keyboard.press("ArrowRight")
        z = live.wait_numbers("z", (z[0] + 0.1, z[1]), 2e-3)
        assert far_from(live.levels(), decoded("mnist-vae", z)) <= 3
        live.wait_sent()

    def test_a_drag_goes_on(self, open_page: OpenPage) -> None:
        live, come = self.held(open_page)
        live.page.mouse.move(*live.axes().spot(-1, 0))
        live.page.mouse.down()
        live.page.mouse.move(*live.axes().spot(0, 0), steps=3)
        come()
        axes = live.axes()
        live.page.mouse.move(*axes.spot(1, 0.5), steps=3)
        live.settle()
        assert far_from(live.levels(), decoded("mnist-vae", axes.point(*axes.spot(1, 0.5)))) <= 8
        live.page.mouse.up()
        assert np.allclose(live.wait_numbers("z", axes.point(*axes.spot(1, 0.5))), (1, 0.5), atol=0.02)
