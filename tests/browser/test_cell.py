"""A widget as a notebook mounts it, without a notebook and without a network: from its traits alone."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from exports.widget import Map
from tests.browser.decoded import SHIPPED, far_from
from tests.browser.live_page import DESKTOP, LivePage
from tests.browser.test_one_file import MODEL, as_sent

READY = '.lp-cell .lv[data-ready="true"]'
# what anywidget hands over, as far as it is used: traits that tell of a change
PAGE = """<!doctype html><meta charset="utf-8"><body><div id="cell"></div><script type="module">
const held = TRAITS, heard = new Set()
globalThis.held = held
globalThis.put = (name, value) => { held[name] = value; for (const hear of heard) hear() }
const model = { get: (name) => held[name], set: put, save_changes: () => { held.saved = held.state },
  on: (_, hear) => heard.add(hear), off: (_, hear) => heard.delete(hear) }
const code = URL.createObjectURL(new Blob([held._esm], { type: "text/javascript" }))
const { default: widget } = await import(code)
globalThis.close = await widget.render({ model, el: document.getElementById("cell") })
</script>"""


@pytest.fixture
def cell(cached: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LivePage]:
    """A page with a map in it, which may ask for nothing but itself."""
    monkeypatch.setenv("LATENT_CHECKPOINTS", str(SHIPPED))
    traits = Map(MODEL, tool="point", z="-0.9,0.3").get_state()
    told = {name: traits[name] for name in ("packed", "place", "title", "state", "_esm")}
    file = tmp_path / "cell.html"
    file.write_text(PAGE.replace("TRAITS", json.dumps(told).replace("</", "<\\/")))
    context = cached.browser.new_context(offline=True)
    live = LivePage(context.new_page(), "file://")
    live.page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    live.page.goto(file.as_uri())
    live.page.wait_for_selector(READY)
    yield live
    assert live.page.url == file.as_uri(), "a notebook's address is not the widget's"
    assert [url for url in live.requests if not url.startswith(("file:", "blob:null/", "data:"))] == []
    assert live.problems == []
    context.close()


def test_it_decodes_keeps_its_state_in_its_traits_and_follows_them(cell: LivePage) -> None:
    page = cell.page
    assert far_from(cell.levels(), as_sent([-0.9, 0.3])) <= 1
    box = page.locator(".lv-plot").bounding_box()
    page.mouse.click(box["x"] + 0.45 * box["width"], box["y"] + 0.4 * box["height"])
    page.wait_for_function("held.saved && held.saved.z !== '-0.9,0.3'")
    cell.rest()
    z = [float(number) for number in page.evaluate("held.saved.z").split(",")]
    assert far_from(cell.levels(), as_sent(z)) <= 3, "not the image under the pointer: the state has three decimals"
    page.evaluate("put('state', { ...held.state, z: '1.2,-0.6' })")  # as Python says it
    page.wait_for_function("document.querySelector('.lv-z')?.textContent.includes('1.20')")
    cell.rest()
    assert far_from(cell.levels(), as_sent([1.2, -0.6])) <= 1
    page.evaluate("close()")
    assert page.locator(".lv").count() == 0
