"""A model too slow for the browser: the server decodes it, the page says so, and the image follows the hand all the same."""

import json
from typing import Any

import pytest

from tests.browser.conftest import OpenPage
from tests.browser.decoded import decoded, far_from
from tests.browser.live_page import LivePage

# each look at the clock costs 20 ms: no model is quick enough then
SLOW = "{ let lost = 0; const now = performance.now.bind(performance); performance.now = () => now() + (lost += 20) }"
NOTE = "This model is too large to decode in the browser at 60 images a second; the server decodes it."
# keeps what the server answered last, so that a test can wait for the answer to its own wish
HEAR = """
(() => {
  window.asked = []
  window.answers = 0
  const Socket = window.WebSocket
  window.WebSocket = class extends Socket {
    constructor(...parts) {
      super(...parts)
      if (this.url.endsWith("/decode")) this.addEventListener("message", () => window.answers++)
    }
    send(text) {
      if (this.url.endsWith("/decode")) window.asked.push(text)
      super.send(text)
    }
  }
})()
"""


def prepare(page: Any) -> None:
    """Before the page loads: a slow clock, and an ear on the decoder's socket."""
    page.add_init_script(SLOW)
    page.add_init_script(HEAR)


def last_wish(live: LivePage) -> dict[str, list[float]]:
    """What the page asked for last, once every wish has its answer."""
    live.settle()
    live.page.wait_for_function("window.asked.length > 0 && window.answers === window.asked.length")
    wish: dict[str, list[float]] = json.loads(live.page.evaluate("window.asked[window.asked.length - 1]"))
    return wish


@pytest.mark.parametrize(("run_id", "label"), [("mnist-vae", None), ("mnist-cvae", 4)])
def test_the_server_decodes_what_is_too_slow_for_the_browser(
    open_page: OpenPage, run_id: str, label: int | None
) -> None:
    condition = {} if label is None else {"class": str(label)}
    live = open_page(tool="point", before=prepare, model=run_id, z="-0.9,0.3", **condition)
    assert live.page.locator(".lv > .lv-note").text_content() == NOTE
    live.wait_quiet()
    last_wish(live)
    assert far_from(live.levels(), decoded(run_id, (-0.9, 0.3), label)) <= 1
    assert live.levels().max() > 128

    axes, mouse, seen = live.axes(), live.page.mouse, []
    mouse.move(*axes.spot(-1.5, 0.5))
    mouse.down()
    for k in range(1, 21):
        mouse.move(*axes.spot(-1.5 + 0.15 * k, 0.5 - 0.05 * k))
        wish = last_wish(live)
        seen.append(live.paints()[-1])
        assert wish["y"] == ([] if label is None else [label])
    assert len(set(seen)) >= 19, "the image stood still while the button was down"
    assert wish["z"] == pytest.approx(axes.point(*axes.spot(1.5, -0.5)), abs=0.02)
    assert far_from(live.levels(), decoded(run_id, wish["z"], label)) <= 1
    mouse.up()
    live.wait_numbers("z", wish["z"])


def test_the_browser_decodes_what_it_can(open_page: OpenPage) -> None:
    live = open_page(tool="point", before=lambda page: page.add_init_script(HEAR), model="mnist-vae", z="-0.9,0.3")
    live.wait_quiet()
    assert live.page.locator(".lv > .lv-note").count() == 0
    assert live.page.evaluate("window.asked") == []
