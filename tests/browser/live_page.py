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

DESKTOP, PROJECTOR, PHONE = (1440, 900), (1280, 720), (390, 844)
LIVE = ".lv-large canvas"
# Streamlit looks for its own endpoints below the page's path first, and finds them at the root
PROBE = re.compile(r"/[a-z]+/_stcore/(health|host-config)$")
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
        page.set_default_timeout(20_000)
        page.add_init_script(COUNT_PAINTS)
        page.on("pageerror", lambda error: self.problems.append(f"page error: {error}"))
        page.on("console", self._hear)
        page.on("request", self._count)
        page.on("websocket", lambda socket: socket.on("framesent", lambda _: self.frames_sent.append(time.monotonic())))

    def _hear(self, message: Any) -> None:
        url = message.location.get("url", "")
        probing = PROBE.search(urlsplit(url).path) and "404" in message.text
        if message.type == "error" and not probing:
            self.problems.append(f"console: {message.text} ({url})")

    def _count(self, request: Any) -> None:
        self.requests.append(request.url)
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and f"{parts.scheme}://{parts.netloc}" != self.address:
            self.problems.append(f"request to another host: {request.url}")

    def goto(self, path: str, **query: str) -> None:
        self.page.goto(f"{self.address}/{path}" + (f"?{urlencode(query)}" if query else ""))

    def wait_ready(self) -> None:
        """Until the view says that it can be used."""
        self.page.wait_for_selector('.lv[data-ready="true"]')

    def wait_quiet(self) -> None:
        """Until the thumbnails are there, the last thing that a view fetches by itself."""
        self.page.wait_for_selector('.lv-near .lv-frame[data-kind="real"]')
        self.settle()

    def settle(self) -> None:
        """Until the next two frames are on the screen."""
        self.page.evaluate(NEXT_FRAMES)

    def rest(self) -> None:
        """Until the small images, of which each frame paints only as many as fit, have followed too."""
        self.page.wait_for_timeout(250)
        self.settle()

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

    def button(self, name: str) -> Any:
        """A push button of the view."""
        return self.page.locator(".lv").get_by_role("button", name=name, exact=True)
