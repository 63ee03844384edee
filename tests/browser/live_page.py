"""A page of the app under test: what a person does with it, and what is to be seen on it.

Knows the page's elements; decides nothing about right and wrong.
"""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import numpy as np
from numpy.typing import NDArray

from live.words import t

WAIT_MS = 120_000  # for anything: a computer may be slow for a while, and the first page of a server imports much
DESKTOP, PROJECTOR, PHONE = (1440, 900), (1280, 720), (390, 844)
LIVE = ".lv-large canvas"
# counts the images painted into the large frame, and keeps a number for each that tells whether it is another one
COUNT_PAINTS = """
(() => {
  const put = CanvasRenderingContext2D.prototype.putImageData
  window.paints = []
  CanvasRenderingContext2D.prototype.putImageData = function (image, ...rest) {
    put.call(this, image, ...rest)
    if (this.canvas.closest?.(".lv-large")) {
      let sum = 0
      for (let i = 0; i < image.data.length; i += 4) sum = (sum * 31 + image.data[i]) % 1000000007
      window.paints.push(sum)
    }
  }
})()
"""
READ_CANVAS = """
(canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
  return { width: canvas.width, grey: Array.from({ length: data.length / 4 }, (_, i) => data[4 * i]) }
}
"""
# where Plotly has its axes, from its public layout and from the element that takes its drags
READ_AXES = """
() => {
  const figure = document.querySelector(".lv-figure"), { xaxis, yaxis } = figure.layout
  const { left, top, width, height } = figure.querySelector(".nsewdrag").getBoundingClientRect()
  return { left, top, width, height, x: xaxis.range.map(Number), y: yaxis.range.map(Number) }
}
"""
# until no small image was painted in so many frames
REST = """
async (frames) => {
  let before = "", same = 0
  while (same < frames) {
    await new Promise(requestAnimationFrame)
    const now = [...document.querySelectorAll(".lv-frame canvas")].map((canvas) => {
      const { width, height } = canvas
      return width * height && canvas.getContext("2d").getImageData(0, 0, width, height).data.join()
    }).join()
    same = now === before ? same + 1 : 0
    before = now
  }
}
"""
# where a view shows any
THUMBNAILS = """
() => !document.querySelector(".lv-near") || document.querySelector('.lv-near .lv-frame[data-kind="real"]') !== null
"""
NEXT_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


@dataclass(frozen=True)
class Axes:
    """Plotly's plot area on the page in CSS pixels, and the ranges of its axes."""

    left: float
    top: float
    width: float
    height: float
    x: tuple[float, float]
    y: tuple[float, float]

    @property
    def pixels_per_unit(self) -> float:
        return self.width / (self.x[1] - self.x[0])

    def pixel(self, x: float, y: float) -> tuple[float, float]:
        """The place on the page of a point of the map."""
        across = (x - self.x[0]) / (self.x[1] - self.x[0])
        up = (y - self.y[0]) / (self.y[1] - self.y[0])
        return self.left + across * self.width, self.top + (1 - up) * self.height

    def spot(self, x: float, y: float) -> tuple[int, int]:
        """The whole pixel nearest to a point of the map: where a mouse can be, for its clicks know no fractions."""
        px, py = self.pixel(x, y)
        return round(px), round(py)

    def point(self, px: float, py: float) -> tuple[float, float]:
        """The point of the map at a place on the page."""
        across, down = (px - self.left) / self.width, (py - self.top) / self.height
        return self.x[0] + across * (self.x[1] - self.x[0]), self.y[1] - down * (self.y[1] - self.y[0])


class LivePage:
    """A Playwright page with what the tests ask of it, and a list of what went wrong on it."""

    def __init__(self, page: Any, address: str) -> None:
        self.page, self.address = page, address
        self.tolerant = False
        self.problems: list[str] = []
        self.requests: list[str] = []
        self.frames_sent: list[float] = []
        page.set_default_timeout(WAIT_MS)
        page.add_init_script(COUNT_PAINTS)
        page.on("pageerror", lambda error: self.problems.append(f"page error: {error}"))
        page.on("console", self._hear)
        page.on("request", self._count)
        page.on("websocket", lambda socket: socket.on("framesent", lambda _: self.frames_sent.append(time.monotonic())))

    def _hear(self, message: Any) -> None:
        url = message.location.get("url", "")
        if message.type == "error":
            self.problems.append(f"console: {message.text} ({url})")

    def _count(self, request: Any) -> None:
        self.requests.append(request.url)
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and f"{parts.scheme}://{parts.netloc}" != self.address:
            self.problems.append(f"request to another host: {request.url}")

    def goto(self, path: str, **query: str) -> None:
        self.page.goto(f"{self.address}/{path}" + (f"?{urlencode(query)}" if query else ""))

    def wait_ready(self) -> None:
        """Until the view says that it can be used, and is where Streamlit has its place."""
        self.page.wait_for_selector('#root .lv[data-ready="true"]')

    def wait_quiet(self) -> None:
        """Until the thumbnails are there, the last thing that a view fetches by itself."""
        self.page.wait_for_function(THUMBNAILS)
        self.settle()

    def wait_fetched(self) -> None:
        """Until the bar has its list of models, which it asks for by itself two seconds after the view is there, and the
        Workers behind the map, which begin when the page is idle, have their code: a second passes without a request."""
        deadline = time.monotonic() + 30
        while not any("assets/models.json" in url for url in self.requests):
            assert time.monotonic() < deadline, "the bar never asked for the list of models"
            self.page.wait_for_timeout(50)
        self.wait_quiet()
        before = -1
        while before < (before := len(self.requests)):
            assert time.monotonic() < deadline, "the page goes on asking"
            self.page.wait_for_timeout(1000)

    def settle(self) -> None:
        """Until the next two frames are on the screen."""
        self.page.evaluate(NEXT_FRAMES)

    def rest(self, frames: int = 12) -> None:
        """Until the small images, of which each frame paints only as many as fit, have followed too."""
        self.page.evaluate(REST, frames)

    def wait_sent(self, more_than: int = 0) -> None:
        """Until the page has told the server something, `more_than` so many messages."""
        deadline = time.monotonic() + WAIT_MS / 1000
        while len(self.frames_sent) <= more_than:
            assert time.monotonic() < deadline, "the server heard of nothing"
            self.page.wait_for_timeout(50)

    def levels(self, selector: str = LIVE, nth: int = 0) -> NDArray[np.int64]:
        """Grey levels of a canvas, `[height width]`."""
        found = self.page.locator(selector).nth(nth).evaluate(READ_CANVAS)
        return np.array(found["grey"]).reshape(-1, found["width"])

    def paints(self) -> list[int]:
        """One number for each image painted so far into the large frame; equal images have equal numbers."""
        numbers: list[int] = self.page.evaluate("window.paints")
        return numbers

    def query(self) -> dict[str, str]:
        """What the address bar names."""
        return {name: values[0] for name, values in parse_qs(urlsplit(self.page.url).query).items()}

    def numbers(self, name: str = "z") -> list[float]:
        """A vector in the address bar."""
        return [float(part) for part in self.query()[name].split(",")]

    def wait_query(self, **expected: str) -> None:
        """Until the address bar names these values."""
        self.page.wait_for_function(
            "(wanted) => { const q = new URLSearchParams(location.search);"
            " return Object.entries(wanted).every(([name, value]) => q.get(name) === value) }",
            arg=expected,
        )

    def wait_numbers(self, name: str, near: Sequence[float], tolerance: float = 0.01) -> list[float]:
        """Until a vector in the address bar is near the one given; returns it."""
        self.page.wait_for_function(
            "([name, near, tolerance]) => {"
            " const at = (new URLSearchParams(location.search).get(name) ?? '').split(',').map(Number);"
            " return at.length === near.length && at.every((v, i) => Math.abs(v - near[i]) <= tolerance) }",
            arg=[name, list(near), tolerance],
        )
        return self.numbers(name)

    def axes(self) -> Axes:
        """Where Plotly's axes are."""
        found = self.page.evaluate(READ_AXES)
        return Axes(found["left"], found["top"], found["width"], found["height"], tuple(found["x"]), tuple(found["y"]))

    def click_map(self, x: float, y: float) -> list[float]:
        """Clicks on a point of a two-dimensional map and returns the z that the address bar names then."""
        axes = self.axes()
        self.page.mouse.click(*axes.spot(x, y))
        return self.wait_numbers("z", axes.point(*axes.spot(x, y)))

    def chip(self, name: str, group: str) -> Any:
        """A toggle button of a named group."""
        return self.page.get_by_role("group", name=group).get_by_role("button", name=name, exact=True)

    def take(self, tool: str) -> None:
        """Takes another tool of Explore: `point`, `slide` or `path`."""
        self.chip(t(f"explore.{tool}"), t("explore.tools")).click()

    def layer(self, name: str) -> Any:
        """A chip of the map's unfolded menu of layers."""
        if self.page.locator("details.lv-menu[open]").count() == 0:
            self.page.locator("details.lv-menu summary").click()
        chips = self.page.get_by_role("group", name=t("map.layers")).locator(".lv-chip")
        return chips.filter(has_text=re.compile(f"^{re.escape(name)}$"))  # its word has a button of its own beside it

    def choose_model(self, run_id: str) -> None:
        """Chooses a model of the same data by the bar's dialog."""
        self.page.locator("button.lp-model").click()
        self.page.locator(f"#lp-{run_id}").click()

    def wait_model(self, title: str) -> None:
        """Until the map of this model is there and can be used."""
        self.page.wait_for_selector(f'#root .lv[data-ready="true"] .lv-plot[aria-label*="{title}."]')

    def button(self, name: str) -> Any:
        """A push button of the view."""
        return self.page.locator(".lv").get_by_role("button", name=name, exact=True)
