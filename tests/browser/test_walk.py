"""Every page at three widths in both themes: nothing cut off, nothing fetched from elsewhere, no error in the console."""

import os
from pathlib import Path

import pytest

from tests.browser.conftest import OpenPage
from tests.browser.live_page import DESKTOP, LIVE, PHONE, PROJECTOR, LivePage

FORM = '[data-testid="stBaseButton-primary"]'  # the button Train
# what each page is for: it must be seen without scrolling on a projector
MAIN = {
    "": (".lp-card-picture img",),
    "map": (".lv-plot", LIVE, ".lv-near"),
    "traverse": (LIVE, ".lv-slider >> nth=0"),
    "generate": (LIVE, ".lv-plot", ".lv-samples"),
    "interpolate": (LIVE, ".lv-plot", ".lv-strips >> nth=0"),
    "draw": (".lv-pad", ".lv-plot", ".lv-pair"),
    "train": (FORM,),
}
LAST_ROW = 280  # pixels of the live image that the last row of a classroom can read
OVERFLOW = "() => document.scrollingElement.scrollWidth - window.innerWidth"
GROUND = "() => getComputedStyle(document.querySelector('.stApp')).backgroundColor.match(/\\d+/g).map(Number)"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("first", [PROJECTOR, PHONE], ids=["wide", "phone"])
def test_every_page_is_whole_and_silent(open_page: OpenPage, first: tuple[int, int], dark: bool) -> None:
    live = open_page("", size=first, dark=dark, phone=first == PHONE, ready=False)
    for path, selectors in MAIN.items():
        if path == "train":
            live.goto(path, set="digits")
            live.page.wait_for_selector(FORM)
        elif path:
            live.goto(path)
            live.wait_ready()
            assert live.page.locator(".lv-problem:visible, .lv-wait").count() == 0
        else:
            live.page.wait_for_function("() => document.querySelector('.lp-card-picture img')?.complete")
        assert (sum(live.page.evaluate(GROUND)) < 384) is dark, f"{path}: the ground is not that of the theme"
        for size in [first] if first == PHONE else [PROJECTOR, DESKTOP]:
            live.page.set_viewport_size({"width": size[0], "height": size[1]})
            live.settle()
            _shoot(live, f"{path or 'gallery'}-{size[0]}-{'dark' if dark else 'light'}")
            assert live.page.evaluate(OVERFLOW) <= 0, f"{path} at {size[0]} is wider than the screen"
            if size == PROJECTOR:
                _assert_in_view(live, path, selectors)
        live.page.set_viewport_size({"width": first[0], "height": first[1]})


def _assert_in_view(live: LivePage, path: str, selectors: tuple[str, ...]) -> None:
    for selector in selectors:
        box = live.page.locator(selector).first.bounding_box()
        assert box, f"{path}: no {selector}"
        right, bottom = box["x"] + box["width"], box["y"] + box["height"]
        assert selector != LIVE or path == "interpolate" or min(box["width"], box["height"]) >= LAST_ROW, path
        assert box["x"] >= 0 and box["y"] >= 0 and right <= PROJECTOR[0] and bottom <= PROJECTOR[1], (path, selector)


def _shoot(live: LivePage, name: str) -> None:
    if folder := os.environ.get("SHOTS"):
        live.page.wait_for_timeout(700)  # the thumbnails
        live.page.screenshot(path=Path(folder) / f"{name}.png")
