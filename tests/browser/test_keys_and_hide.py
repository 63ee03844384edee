"""By keys alone through every place: each control is reached and has a name; and `hide=` leaves out each part it names."""

from collections.abc import Iterator
from typing import Any

import pytest

from benchmarks.serving import Server
from tests.browser.live_page import LivePage
from tests.browser.test_access import PLACES

WALKS = {**PLACES, "slide": ("?tool=slide", PLACES["explore"][1]), "path": ("?tool=path", PLACES["explore"][1]),
         "by class": ("create?by=class", PLACES["create"][1]), "by chance": ("create?by=chance", PLACES["create"][1])}  # fmt: skip
MOST_TABS = 250
# what can be worked by a hand and is on the screen; of a group of which one is chosen by arrow keys one is enough
CONTROLS = """
() => {
  const isSeen = (one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest("[inert], [aria-hidden=true]")
  const groupOf = (one) => one.closest("[role=radiogroup], [role=tablist], [role=menu], [data-testid=stButtonGroup]")
    ?? (one.type === "radio" ? one.name : null)
  const nameOf = (one) => (one.getAttribute("aria-label") || one.textContent || one.title || one.labels?.[0]?.textContent
    || one.closest("label, [aria-label]")?.getAttribute("aria-label") || one.closest("label")?.textContent
    || document.getElementById(one.getAttribute("aria-labelledby"))?.textContent
    || one.querySelector("[aria-label], [alt]")?.getAttribute("aria-label") || one.querySelector("[alt]")?.alt || "").trim()
  const controls = [...document.querySelectorAll(
    "button, a[href], input:not([type=hidden]), select, textarea, summary, [tabindex='0'], [role=slider]",
  )].filter((one) => isSeen(one) && !one.disabled)
    .filter((one) => !one.closest("[data-testid=stNumberInput]") || one.matches("input")) // its arrow keys do the same
  const isReached = (one) => window.reached.has(one) || [...window.reached].some(
    (other) => groupOf(one) !== null && groupOf(one) === groupOf(other))
  const tell = (one) => `${one.tagName.toLowerCase()}.${one.className?.baseVal ?? one.className} “${nameOf(one)}”`
  const unreached = controls.filter((one) => !isReached(one)).map(tell)
  const nameless = [...window.reached].filter((one) => one.isConnected && !nameOf(one)).map(tell)
  return { count: controls.length, unreached, nameless }
}
"""
NOTE = "() => { const one = document.activeElement; if (one !== document.body) window.reached.add(one); return one === document.body }"
PARTS = {
    "": ("sentence", "tools", "image", "code", "near", "nearest", "around", "pair", "tasks", "classes", "layers"),
    "?tool=slide": ("sliders",),
    "?tool=path": ("play", "ends"),
    "?model=mnist-cvae": ("class",),
    "?model=mnist-beta-vae-10&tool=slide": ("plane", "codes"),
}


@pytest.fixture(scope="module")
def live(cached: Any, app: Server) -> Iterator[LivePage]:
    """One page, which all places share."""
    live = LivePage(cached.new_page(), app.address)
    live.page.emulate_media(reduced_motion="reduce")
    yield live
    live.page.close()


@pytest.mark.parametrize("place", WALKS)
def test_every_control_is_reached_by_tab_and_has_a_name(live: LivePage, place: str) -> None:
    address, there = WALKS[place]
    live.goto(address)
    live.page.locator(there).first.wait_for()
    live.page.wait_for_selector('.stApp[data-test-script-state="notRunning"]')
    if ".lv" in there:
        live.wait_ready()  # not what stands there before Streamlit
    live.page.evaluate("() => { window.reached = new Set() }")
    for _ in range(2):  # what was still busy when its turn came has another one
        for count in range(MOST_TABS):
            live.page.keyboard.press("Tab")
            if live.page.evaluate(NOTE) and count:
                break
        found = live.page.evaluate(CONTROLS)
        if not found["unreached"]:
            break
    assert found["count"] >= 10, "this place has no controls: has it been looked at too early?"
    assert (found["unreached"], found["nameless"]) == ([], [])


@pytest.mark.parametrize("address", PARTS)
def test_a_link_leaves_out_each_part_that_it_names(live: LivePage, address: str) -> None:
    live.goto(address)
    live.wait_ready()
    seen = "(part) => [...document.querySelectorAll(`[data-part='${part}']`)].some((one) => one.checkVisibility())"
    for part in PARTS[address]:
        assert live.page.evaluate(seen, part), f"{part} is not there to be left out"
    live.goto(f"{address}{'&' if address else '?'}hide={','.join(PARTS[address])}")
    live.wait_ready()
    assert [part for part in PARTS[address] if live.page.evaluate(seen, part)] == []
