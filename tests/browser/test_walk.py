"""Every page at three widths in both themes: nothing cut off, nothing fetched from elsewhere, no error in the console."""

import os
from pathlib import Path

import pytest

from live.words import t
from tests.browser.conftest import OpenPage
from tests.browser.live_page import DESKTOP, LIVE, PHONE, PROJECTOR, LivePage
from ui.page_table import PAGES

CARD = ".lp-card-picture img >> nth=0"
FORM = '[data-testid="stBaseButton-primary"]'  # the button Train
# what each page is for: it must be seen without scrolling on a projector
MAIN = {
    "": (".lv-plot", LIVE),
    "?tool=point": (".lv-plot", LIVE, ".lv-near"),
    "?tool=slide": (".lv-plot", LIVE, ".lv-slider >> nth=0"),
    "?tool=path": (".lv-plot", LIVE, ".lv-strips >> nth=0"),
    "create": (".lv-plot",),
    "train?data=digits": (FORM,),
    "compare": (".lv-compare-stage", ".lv-panel >> nth=0", ".lv-panel >> nth=1"),
    "compare?by=nat": (".lv-bells", ".lv-area-card >> nth=2"),
    "compare?by=claims": (".lp-claim", "[data-testid=stBaseButton-secondary]"),
    "library": (CARD,),
}
LAST_ROW = 280  # pixels of the live image that the last row of a classroom can read
OVERFLOW = "() => document.scrollingElement.scrollWidth - window.innerWidth"
GROUND = "() => getComputedStyle(document.querySelector('.stApp')).backgroundColor.match(/\\d+/g).map(Number)"


@pytest.mark.parametrize(("first", "dark"), [(PROJECTOR, False), (PHONE, True)], ids=["wide-light", "phone-dark"])
def test_every_page_is_whole_and_silent(open_page: OpenPage, first: tuple[int, int], dark: bool) -> None:
    live = open_page(size=first, dark=dark, phone=first == PHONE, ready=False)
    for path, selectors in MAIN.items():
        live.goto(path)
        live.page.wait_for_selector(selectors[0])
        if ".lv-plot" in selectors:
            live.wait_ready()
            assert live.page.locator(".lv-problem:visible, .lv-wait").count() == 0
        assert (sum(live.page.evaluate(GROUND)) < 384) is dark, f"{path}: the ground is not that of the theme"
        for size in [first] if first == PHONE else [PROJECTOR, DESKTOP]:
            live.page.set_viewport_size({"width": size[0], "height": size[1]})
            live.settle()
            _shoot(live, f"{path.replace('?', '-') or 'explore'}-{size[0]}-{'dark' if dark else 'light'}")
            assert live.page.evaluate(OVERFLOW) <= 0, f"{path} at {size[0]} is wider than the screen"
            if size == PROJECTOR:
                _assert_in_view(live, path, selectors)
        live.page.set_viewport_size({"width": first[0], "height": first[1]})


def test_every_tab_is_called_after_its_page(open_page: OpenPage) -> None:
    live = open_page(ready=False)
    titles = []
    for page in PAGES.values():
        live.goto(page.address)
        live.page.wait_for_function("(title) => document.title === title", arg=t("page.tab", title=t(page.title)))
        titles.append(live.page.title())
    assert len(set(titles)) == len(PAGES)
    live.page.go_back()
    live.page.wait_for_function("(title) => document.title === title", arg=titles[-2])


def _assert_in_view(live: LivePage, path: str, selectors: tuple[str, ...]) -> None:
    for selector in selectors:
        box = live.page.locator(selector).first.bounding_box()
        assert box, f"{path}: no {selector}"
        right, bottom = box["x"] + box["width"], box["y"] + box["height"]
        assert selector != LIVE or "path" in path or min(box["width"], box["height"]) >= LAST_ROW, path
        assert box["x"] >= 0 and box["y"] >= 0 and right <= PROJECTOR[0] and bottom <= PROJECTOR[1], (path, selector)


def _shoot(live: LivePage, name: str) -> None:
    if folder := os.environ.get("SHOTS"):
        live.page.wait_for_timeout(700)  # the thumbnails
        live.page.screenshot(path=Path(folder) / f"{name}.png")
