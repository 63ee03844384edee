"""Access: axe-core finds nothing serious on any place, at three sizes and in both themes; heads and landmarks are there."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.serving import Server
from live.words import t
from tests.browser.live_page import DESKTOP, PHONE, PROJECTOR, LivePage
from tests.needs import missing
from ui.page_table import PAGES

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
# address and what is on the screen once the page is there
PLACES = {
    "explore": ("", '.lv[data-ready="true"]'),
    "numbers": ("?numbers=1", ".lv-numbers[data-shown]"),
    "create": ("create", '.lv[data-ready="true"]'),
    "train": ("train", '[data-testid="stBaseButton-primary"]'),
    "compare": ("compare", '.lv[data-ready="true"]'),
    "series": ("compare?by=dial&series=mnist-latents", '.lv[data-ready="true"] .lv-series'),
    "claims": ("compare?by=claims", ".lp-claim"),
    "library": ("library", ".lp-card-picture"),
    "film": ("train?model=mnist-vae-film", '.lv[data-ready="true"]'),
}
SCREENS = {
    "desktop": (DESKTOP, "light"), "desktop, dark": (DESKTOP, "dark"), "phone": (PHONE, "light"),
    "phone, dark": (PHONE, "dark"), "projector": (PROJECTOR, "light"),
}  # fmt: skip
FINDINGS = """
async () => {
  const { violations } = await axe.run({ resultTypes: ["violations"] })
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ target, any, all }) =>
      `${id}: ${target.join(" ")}: ${[...any, ...all].map(({ message }) => message).join("; ")}`))
}
"""


@pytest.fixture(scope="module")
def axe() -> Path:
    """axe-core's script; without it the test is skipped, but fails in CI."""
    if not AXE.is_file():
        reason = "axe-core is not installed (npm install): no page can be searched for what shuts somebody out"
        missing(reason)
    return AXE


@pytest.fixture(scope="module")
def live(axe: Path, cached: Any, app: Server) -> Iterator[LivePage]:
    """One page, which all places share and which becomes each screen in turn; axe-core is in every document."""
    live = LivePage(cached.new_page(), app.address)
    live.page.add_init_script(path=str(axe))
    yield live
    live.page.close()


def become(live: LivePage, size: tuple[int, int], theme: str) -> None:
    """The page on another screen, once it has followed."""
    live.page.set_viewport_size({"width": size[0], "height": size[1]})
    live.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    live.page.wait_for_function(
        "(theme) => getComputedStyle(document.querySelector('.stApp')).colorScheme === theme", arg=theme
    )
    live.page.wait_for_timeout(200)  # colours may fade into each other


@pytest.mark.parametrize("place", PLACES)
def test_nobody_is_shut_out(live: LivePage, place: str) -> None:
    address, there = PLACES[place]
    live.goto(address)
    live.page.locator(there).first.wait_for()
    live.page.wait_for_selector('.stApp[data-test-script-state="notRunning"]')
    title = t(PAGES[address.partition("?")[0] or "explore"].title)
    assert live.page.title() == t("page.tab", title=title)
    assert live.page.locator("h1").all_text_contents() == [title]
    assert live.page.locator("main, [role=main]").count() == 1
    findings: list[str] = []
    for screen, (size, theme) in SCREENS.items():
        become(live, size, theme)
        findings += [f"{screen}: {finding}" for finding in live.page.evaluate(FINDINGS)]
    assert findings == []
