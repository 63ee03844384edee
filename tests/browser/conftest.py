"""What the browser tests share: one server, one Chromium, and a fresh page with a watch on it for each test.

The scope is the package, not the session: Playwright's loop must end before other tests start their own.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import chromium
from benchmarks.serving import Server, running_app
from datasets.catalogue import load
from datasets.source import data_folder
from models.errors import InputError
from tests.browser.decoded import SHIPPED
from tests.browser.live_page import DESKTOP, LivePage
from tests.needs import missing

OpenPage = Callable[..., LivePage]


@pytest.fixture(scope="package")
def playwright() -> Iterator[Any]:
    if not chromium.is_here():
        reason = f"no Chromium at {chromium.PATH} (or CHROMIUM): the pages can't be tested in a browser"
        missing(reason)
    try:
        load("mnist", download=False)
    except InputError as error:
        missing(f"the browser tests look at real images: {error}", expected="LATENT_DATA_EXPECTED")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as running:
        yield running


@pytest.fixture(scope="package")
def models(playwright: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the shipped models: the app keeps its journal of trainings beside them, and one process may own it."""
    del playwright  # first, so that nothing is made where there is no browser
    folder = tmp_path_factory.mktemp("models") / "checkpoints"
    shutil.copytree(SHIPPED, folder, ignore=shutil.ignore_patterns(".*"))
    return folder


@pytest.fixture(scope="package")
def data(models: Path) -> Path:
    """A folder with links to the real data: what a test adds to it stays in it."""
    folder = models.parent / "data"
    folder.mkdir()
    for path in data_folder().iterdir():
        if path.name != "own":
            (folder / path.name).symlink_to(path.absolute())
    return folder


@pytest.fixture(scope="package")
def app(models: Path, data: Path) -> Iterator[Server]:
    folders = {"LATENT_CHECKPOINTS": str(models), "LATENT_DATA": str(data)}
    with running_app(models.parent / "server.log", folders) as server:
        yield server


@pytest.fixture(scope="package")
def cached(playwright: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A context of which tests share the HTTP cache and nothing else: Plotly and Streamlit are compiled once."""
    context = chromium.launch_profile(playwright, tmp_path_factory.mktemp("profile"))
    yield context
    context.close()


@pytest.fixture
def open_page(cached: Any, app: Server) -> Iterator[OpenPage]:
    """Opens a page of the app for one test: `open_page("create", z="0,1")`; fails where the page logged an error.

    `size`, `dark`, `phone`: of the screen; `address`: of another server; `engine`: another browser; `stranger`: in a
    context of its own, as on another computer; `beside`: a page in whose browser it opens, as one more tab; `motion`:
    as somebody sees it who wants any, whom a walking hand costs a core until the first touch; `before`: what must happen
    to the Playwright page before it loads.
    """
    opened: list[LivePage] = []
    contexts: list[Any] = []

    def make(
        path: str = "",
        *,
        size: tuple[int, int] = DESKTOP,
        dark: bool = False,
        phone: bool = False,
        stranger: bool = False,
        address: str = app.address,
        engine: Any = None,
        beside: LivePage | None = None,
        motion: bool = False,
        before: Callable[[Any], None] | None = None,
        ready: bool = True,
        **query: str,
    ) -> LivePage:
        context = beside.page.context if beside else cached
        if dark or phone or stranger or engine:
            theme = "dark" if dark else "light"
            context = (engine or cached.browser).new_context(color_scheme=theme, has_touch=phone, is_mobile=phone)
            contexts.append(context)
        live = LivePage(context.new_page(), address)
        live.page.set_viewport_size({"width": size[0], "height": size[1]})
        opened.append(live)
        live.page.emulate_media(reduced_motion="no-preference" if motion else "reduce")
        if before:
            before(live.page)
        live.goto(path, **query)
        if ready:
            live.wait_ready()
        return live

    yield make
    problems = [problem for live in opened if not live.tolerant for problem in live.problems]
    for live in opened:
        live.page.evaluate("localStorage.clear()")
        live.page.close()
    for context in contexts:
        context.close()
    cached.clear_cookies()
    assert problems == []


@pytest.fixture(scope="package")
def mnist_test() -> np.ndarray:
    """The 10,000 test images of MNIST as they are."""
    return load("mnist", download=False).test_x
