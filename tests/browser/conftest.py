"""What the browser tests share: one server, one Chromium, and a fresh context with a watch on it for each page.

The scope is the package, not the session: Playwright's loop must end before other tests start their own.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks import chromium
from benchmarks.serving import Server, running_app
from tests.browser.live_page import DESKTOP, LivePage

OpenPage = Callable[..., LivePage]


@pytest.fixture(scope="package")
def playwright() -> Iterator[Any]:
    if not chromium.is_here():
        reason = f"no Chromium at {chromium.PATH} (or CHROMIUM): the pages can't be tested in a browser"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as running:
        yield running


@pytest.fixture(scope="package")
def browser(playwright: Any) -> Iterator[Any]:
    running = chromium.launch(playwright)
    yield running
    running.close()


@pytest.fixture(scope="package")
def app(playwright: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    del playwright  # first, so that nothing starts where there is no browser
    with running_app(tmp_path_factory.mktemp("app") / "server.log") as server:
        yield server


@pytest.fixture
def open_page(browser: Any, app: Server) -> Iterator[OpenPage]:
    """Opens a page of the app in a fresh context: `open_page("map", z="0,1")`; fails where the page logged an error.

    `size`, `dark`, `phone`: of the context; `address`: of another server; `engine`: another browser; `before`: what
    must happen to the Playwright page before it loads.
    """
    opened: list[LivePage] = []

    def make(
        path: str = "map",
        *,
        size: tuple[int, int] = DESKTOP,
        dark: bool = False,
        phone: bool = False,
        address: str = app.address,
        engine: Any = browser,
        before: Callable[[Any], None] | None = None,
        ready: bool = True,
        **query: str,
    ) -> LivePage:
        context = engine.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            has_touch=phone,
            is_mobile=phone,
        )
        live = LivePage(context.new_page(), address)
        opened.append(live)
        if before:
            before(live.page)
        live.goto(path, **query)
        if ready:
            live.wait_ready()
        return live

    yield make
    problems = [problem for live in opened if not live.tolerant for problem in live.problems]
    for live in opened:
        live.page.context.close()
    assert problems == []


@pytest.fixture(scope="package")
def checkpoints() -> Path:
    """The folder of the models that ship with the app."""
    return Path(__file__).parents[2] / "checkpoints"
