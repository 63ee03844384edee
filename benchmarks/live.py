"""How fast the live views are: frames and delay of a drag, what crosses the wire, how soon a page is there, memory.

Starts the app, opens it in a headless Chromium with software rendering at 1280x720 and moves the mouse there through
the DevTools protocol, one move as soon as the page has taken the last; prints a Markdown table beside the limits.
The convolutional model is untrained: speed does not depend on what a decoder has learned.
"""

import argparse
import dataclasses
import math
import os
import shutil
import statistics
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch

from benchmarks import chromium
from benchmarks.serving import ROOT, Server, running_app
from models import checkpoint
from models.checkpoint import Checkpoint, Latents
from models.config import ModelConfig
from models.latent_model import LatentModel

MLP, CNN = "mnist-vae", "post-cnn"
SIZE = {"width": 1280, "height": 720}
PROBE = Path(__file__).parent / "live_probe.js"
VISITS = 3
THUMBS = '.lv-near .lv-frame[data-kind="real"]'
KB = 1024
# row title, limit, key, how the number is written
ROWS = (
    ("first visit, to a usable map", "2.0 s", "first", "{:.2f} s"),
    ("second visit", "1.0 s", "second", "{:.2f} s"),
    ("back to the map by the menu", "1.0 s", "back", "{:.2f} s"),
    ("our bytes before the first decoded image", "400 KB conv., 2.3 MB 3x512", "before", "{:,.0f} KB"),
    ("our bytes until the map is usable", "", "until_ready", "{:,.0f} KB"),
    ("Streamlit's own bytes", "", "streamlit", "{:,.0f} KB"),
    ("Plotly's bundle", "apart", "plotly", "{:,.0f} KB"),
    ("encoder, when it is first needed", "", "encoder", "{:,.0f} KB"),
    ("thumbnails, after the first paint", "1.6 MB", "thumbs", "{:,.0f} KB"),
)
DRAG_ROWS = (
    ("moves that reached the page, a second", "", "moves", "{:.0f}"),
    ("decoded frames/s", "58", "fps", "{:.1f}"),
    ("input to painted image, p50", "", "paint50", "{:.1f} ms"),
    ("input to painted image, p95", "16.7 ms", "paint95", "{:.1f} ms"),
    ("input to the next frame, p95", "", "frame95", "{:.1f} ms"),
    ("HTTP requests during the drag", "0", "requests", "{:.0f}"),
    ("messages to the server, a second", "6.7", "messages", "{:.1f}"),
)
DRAGS = {"map": ("map", ".lv-plot .nsewdrag"), "slider": ("traverse", '.lv-slider input[type="range"]')}
HANDS = {"mouse": "moves through DevTools, each when the last is taken", "page": "moves made in the page, 125 a second"}


def untrained_cnn(like: Checkpoint) -> Checkpoint:
    """The R post's network with random weights, as if it had been trained on the same data."""
    config = ModelConfig(network=CNN, widths=(), activation="relu", latent_dim=2)
    torch.manual_seed(0)
    model = LatentModel(config)
    weights = {name: tensor.half() for name, tensor in model.state_dict().items()}
    run = dataclasses.replace(
        like.run, run_id=CNN, title="untrained convolutional VAE", model=config,
        parameter_count=model.parameter_count(),
    )  # fmt: skip
    mu = torch.randn(len(like.latents.labels), 2)
    return Checkpoint(run, weights, like.history, Latents(mu, torch.full_like(mu, -3.0), like.latents.labels))


def write_models(folder: Path) -> None:
    """A shipped MLP and an untrained convolutional model as checkpoints in a folder."""
    shutil.copytree(ROOT / "checkpoints" / MLP, folder / MLP)
    checkpoint.save(folder / CNN, untrained_cnn(checkpoint.load(folder / MLP)))


class Wire:
    """Counts what a page asks for and sends, with the time at which each answer was complete."""

    def __init__(self, page: Any) -> None:
        self.requests, self.messages = 0, 0
        self.answers: list[tuple[float, str, int]] = []
        self._urls: dict[str, str] = {}
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.requestWillBeSent", self._asked)
        session.on("Network.loadingFinished", self._answered)
        session.on("Network.webSocketFrameSent", self._sent)

    def _asked(self, event: dict[str, Any]) -> None:
        self.requests += 1
        self._urls[event["requestId"]] = event["request"]["url"]
        self._clock = event["wallTime"] - event["timestamp"]

    def _answered(self, event: dict[str, Any]) -> None:
        url = self._urls.get(event["requestId"], "")
        self.answers.append((event["timestamp"] + self._clock, url, int(event["encodedDataLength"])))

    def _sent(self, _event: dict[str, Any]) -> None:
        self.messages += 1

    def kilobytes(self, pattern: str, before: float = math.inf) -> float:
        """The answers complete before a time of day whose URL holds the pattern."""
        return sum(size for when, url, size in self.answers if when <= before and pattern in url) / KB


def open_page(context: Any, address: str, path: str) -> tuple[Any, Wire]:
    """A page with the probe in it, as soon as its view is ready."""
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.add_init_script(path=PROBE)
    wire = Wire(page)
    page.goto(f"{address}/{path}")
    page.wait_for_function("window.probe.ready")
    return page, wire


def visits(browser: Any, address: str, run_id: str) -> dict[str, float]:
    """Seconds until the map can be used, and what was fetched meanwhile."""
    found: dict[str, list[float]] = {"first": [], "second": [], "back": []}
    for _ in range(VISITS):
        context = browser.new_context(viewport=SIZE)
        page, wire = open_page(context, address, f"map?model={run_id}")
        found["first"].append(page.evaluate("probe.ready") / 1000)
        first_image = page.evaluate("performance.timeOrigin + probe.first") / 1000
        ready = page.evaluate("performance.timeOrigin + probe.ready") / 1000
        page.wait_for_selector(THUMBS)
        page.close()
        page, _ = open_page(context, address, f"map?model={run_id}")
        found["second"].append(page.evaluate("probe.ready") / 1000)
        page.get_by_role("link", name="Traverse", exact=True).click()
        page.wait_for_selector('.lv-traverse[data-ready="true"]')
        found["back"].append(page.evaluate(RETURN))
        context.close()
    ours = wire.kilobytes("/assets/", ready) - wire.kilobytes("/assets/plotly", ready)
    base = next(url for _, url, _ in wire.answers if url.endswith("decoder.bin")).removesuffix("decoder.bin")
    return {name: statistics.median(values) for name, values in found.items()} | {
        "before": wire.kilobytes("/assets/", first_image) - wire.kilobytes("/assets/plotly", first_image),
        "until_ready": ours,
        "streamlit": wire.kilobytes("") - wire.kilobytes("/assets/"),
        "plotly": wire.kilobytes("/assets/plotly"),
        "thumbs": wire.kilobytes("thumbs.webp"),
        "encoder": sum(len(_get(f"{base}encoder.{ending}")) for ending in ("json", "bin")) / KB,
    }


RETURN = """
() => new Promise((done) => {
  const link = [...document.querySelectorAll("a")].find((a) => a.textContent.trim() === "Map")
  const began = performance.now()
  const look = () => {
    const ready = document.querySelector('.lv-map[data-ready="true"]')
    if (ready) done((performance.now() - began) / 1000)
    else requestAnimationFrame(look)
  }
  link.click()
  look()
})
"""


def drag(page: Any, wire: Wire, selector: str, seconds: float, hand: str = "mouse") -> dict[str, float]:
    """Moves over an element with the button down and says how the image followed."""
    box = page.locator(selector).first.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate("probe.take()")
    requests, messages, began = wire.requests, wire.messages, time.monotonic()
    if hand == "page":
        page.evaluate("([selector, box, seconds]) => probe.move(selector, box, seconds)", [selector, box, seconds])
    while hand == "mouse" and (t := time.monotonic() - began) < seconds:
        page.mouse.move(x + 0.4 * box["width"] * math.sin(1.9 * t), y + 0.4 * box["height"] * math.sin(2.7 * t))
    passed = time.monotonic() - began
    found = page.evaluate("probe.take()")
    sent = {"requests": wire.requests - requests, "messages": (wire.messages - messages) / passed}
    page.mouse.up()
    return sent | {
        "fps": found["frames"] / passed,
        "moves": found["moves"] / passed,
        "paint50": _quantile(found["toPaint"], 0.5),
        "paint95": _quantile(found["toPaint"], 0.95),
        "frame95": _quantile(found["toFrame"], 0.95),
    }


def drags(browser: Any, address: str, run_id: str, seconds: float) -> dict[str, float]:
    """Drags on the map and on a slider, with each kind of hand."""
    found: dict[str, float] = {}
    for name, (path, selector) in DRAGS.items():
        context = browser.new_context(viewport=SIZE)
        page, wire = open_page(context, address, f"{path}?model={run_id}")
        page.wait_for_selector(THUMBS)
        page.wait_for_timeout(1000)
        drag(page, wire, selector, 1.0)  # lets V8 compile what a drag runs
        for hand in HANDS:
            seen = drag(page, wire, selector, seconds, hand)
            found |= {f"{name}.{hand}.{key}": value for key, value in seen.items()}
        context.close()
    return found


def heap(browser: Any, address: str, run_id: str, minutes: float) -> Iterator[tuple[float, float]]:
    """Minutes of dragging on the map and megabytes of JavaScript heap then, each after a collection."""
    context = browser.new_context(viewport=SIZE)
    page, wire = open_page(context, address, f"map?model={run_id}")
    page.wait_for_selector(THUMBS)
    session = context.new_cdp_session(page)
    done = 0.0
    for until in (min(0.1, minutes / 5), *(step for step in (1.0, minutes) if step <= minutes)):
        if until > done:
            drag(page, wire, DRAGS["map"][1], 60 * (until - done))
            done = until
            session.send("HeapProfiler.collectGarbage")
            yield done, session.send("Runtime.getHeapUsage")["usedSize"] / KB**2
    context.close()


def report(found: dict[str, dict[str, float]], heaps: dict[str, list[tuple[float, float]]]) -> Iterator[str]:
    """The lines of the table."""
    yield f"| | limit | {' | '.join(found)} |"
    yield "|---|---|" + "---|" * len(found)
    rows = [*ROWS]
    for view in DRAGS:
        for hand in HANDS:
            rows += [
                (f"{view}, {hand}: {row}", limit, f"{view}.{hand}.{key}", form) for row, limit, key, form in DRAG_ROWS
            ]
    for title, limit, key, form in rows:
        yield f"| {title} | {limit} | {' | '.join(form.format(values[key]) for values in found.values())} |"
    for k, (minutes, _) in enumerate(next(iter(heaps.values()))):
        cells = " | ".join(f"{heaps[name][k][1]:.1f} MB" for name in found)
        yield f"| heap after {minutes:g} min of dragging | flat | {cells} |"


def measure(server: Server, path: str, options: argparse.Namespace) -> Iterator[str]:
    """The report of a running app."""
    from playwright.sync_api import sync_playwright

    found: dict[str, dict[str, float]] = {}
    heaps: dict[str, list[tuple[float, float]]] = {}
    with sync_playwright() as playwright:
        browser = chromium.launch(playwright, path)
        for name in (MLP, CNN):
            open_page(browser.new_context(viewport=SIZE), server.address, f"map?model={name}")  # warms the server
            found[name] = visits(browser, server.address, name) | drags(browser, server.address, name, options.seconds)
            heaps[name] = list(heap(browser, server.address, name, options.minutes))
        browser.close()
    yield from report(found, heaps)
    yield "\n" + "; ".join(f"{hand}: {text}" for hand, text in HANDS.items()) + "."


def _quantile(values: list[float], q: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(q * len(ordered)))] if ordered else math.nan


def _get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=20) as answer:
        content: bytes = answer.read()
        return content


def main(arguments: list[str]) -> int:
    """Measures and prints; 0."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks live", description=__doc__)
    parser.add_argument("--chromium", default=chromium.PATH)
    parser.add_argument("--seconds", type=float, default=5.0, help="length of each drag")
    parser.add_argument("--minutes", type=float, default=0.5, help="of dragging before the last look at the memory")
    options = parser.parse_args(arguments)
    print(f"Load average before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.\n")
    with tempfile.TemporaryDirectory() as folder:
        models = Path(folder) / "models"
        models.mkdir()
        write_models(models)
        with running_app(Path(folder) / "server.log", {"LATENT_CHECKPOINTS": str(models)}) as server:
            for line in measure(server, options.chromium, options):
                print(line)
    return 0
