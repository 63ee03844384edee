"""Under a path prefix, `--server.baseUrlPath`, every page opens and fetches all it needs from below the prefix."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from benchmarks.serving import Server, running_app
from tests.browser.conftest import OpenPage
from tests.browser.live_page import LivePage

OURS = ("/assets/", "/jobs/")
CARD = "() => { const picture = document.querySelector('.lp-card-picture img'); return picture?.naturalWidth > 0 }"


@pytest.fixture(scope="module")
def prefixed(models: Path, app: Server) -> Iterator[Server]:
    """A second server on the same models, which may not train but shows every page."""
    del app  # first: the models are its own
    environment = {"LATENT_CHECKPOINTS": str(models), "STREAMLIT_SERVER_BASE_URL_PATH": "a/b"}
    with running_app(models.parent / "prefixed.log", environment) as server:
        yield server


def _failed(live: LivePage) -> list[str]:
    """Collects what is fetched of ours from outside the prefix, or answered by anything but what was asked for."""
    failed: list[str] = []

    def look(response: Any) -> None:
        path = urlsplit(response.url).path
        kind = response.headers.get("content-type", "")
        ours = any(part in path for part in OURS)
        if ours and (not path.startswith("/a/b/") or not response.ok or "text/html" in kind):
            failed.append(path)

    live.page.on("response", look)
    return failed


def test_all_places_open_under_a_prefix(open_page: OpenPage, prefixed: Server) -> None:
    live = open_page("a/b/", address=prefixed.address, stranger=True)
    failed = _failed(live)
    for path in ("", "create", "train?model=mnist-vae-film", "map"):
        live.goto(f"a/b/{path}")
        live.wait_ready()
    live.goto("a/b/train")
    live.page.wait_for_selector('[data-testid="stAlert"]')  # another server trains with these models
    for path in ("compare?by=claims", "library"):
        live.goto(f"a/b/{path}")
        live.page.wait_for_function(CARD)
    assert failed == []


def test_the_dialogs_of_the_bar_find_what_they_need_under_a_prefix(open_page: OpenPage, prefixed: Server) -> None:
    live = open_page("a/b/library", address=prefixed.address, stranger=True, ready=False)
    failed = _failed(live)
    live.page.wait_for_selector(".lp-card-picture")
    live.page.locator(".lp-model").click()
    live.page.wait_for_function("() => document.querySelector('.lp-kind img')?.naturalWidth > 0")
    live.page.keyboard.press("Escape")
    live.page.locator(".lp-share").click()
    live.page.wait_for_function("() => document.querySelector('.lp-code img').naturalWidth > 0")
    assert failed == []
