"""A language whose texts are 40 % longer: no page grows wider than a phone, and no sentence is left in English."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.serving import Server, running_app
from live.words import t
from tests.browser.conftest import OpenPage
from tests.browser.live_page import PHONE
from ui.page_table import PAGES

LONG = "en-x-pseudo"


@pytest.fixture(scope="module")
def long_app(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    log = tmp_path_factory.mktemp("long") / "server.log"
    with running_app(log, {"LATENT_CHECKPOINTS": str(models), "LATENT_LANGUAGE": LONG}) as server:
        yield server


def widths(page: Any) -> tuple[int, int]:
    """How wide the page's content is, and its window."""
    found = page.evaluate(
        "[document.documentElement.scrollWidth, document.querySelector('[data-testid=stMain]').scrollWidth]"
    )
    return max(found), page.viewport_size["width"]


@pytest.mark.parametrize("name", [name for name, page in PAGES.items() if page.preloads != "nothing"])
def test_no_live_page_overflows_on_a_phone(open_page: OpenPage, long_app: Server, name: str) -> None:
    live = open_page(PAGES[name].address, size=PHONE, phone=True, address=long_app.address, ready=name != "train")
    live.page.locator("h1").wait_for(state="attached")
    live.settle()
    content, window = widths(live.page)
    assert content <= window


@pytest.mark.parametrize("name", [name for name, page in PAGES.items() if page.preloads == "nothing"])
def test_no_other_page_overflows_on_a_phone(open_page: OpenPage, long_app: Server, name: str) -> None:
    live = open_page(PAGES[name].address, size=PHONE, phone=True, address=long_app.address, ready=False)
    live.page.locator("h1").wait_for(state="attached")
    live.settle()
    content, window = widths(live.page)
    assert content <= window


def test_explore_speaks_the_longer_language(open_page: OpenPage, long_app: Server) -> None:
    live = open_page(address=long_app.address)
    text = live.page.locator(".lv").inner_text()
    assert t("map.whole") not in text
    assert t("map.layer.rings") not in text
