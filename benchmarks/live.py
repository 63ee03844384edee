"""How fast the live views are: frames and delay of a drag, what crosses the wire, how soon a page is there, memory.

Starts the app, opens it in a headless Chromium with software rendering at 1280x720 and moves the mouse there through
the DevTools protocol, one move as soon as the page has taken the last; prints a Markdown table beside the limits.
The convolutional model is untrained: speed does not depend on what a decoder has learned. "Usable": the points are on
the map and the pointer decodes; zoom, lasso and names under the pointer come with Plotly, a row of their own. Then the
tables of Compare side by side and of the dial, each with an app of its own (benchmarks/compare.py, benchmarks/dial.py).
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

import numpy as np
import torch

from benchmarks import chromium, compare, dial
from benchmarks.serving import ROOT, Server, running_app
from models import checkpoint
from models.checkpoint import Checkpoint, Latents
from models.config import ModelConfig
from models.latent_model import LatentModel

MLP, CNN, MANY = "mnist-vae", "post-cnn", "many-points"
COLUMNS = {
    MLP: "MNIST VAE, 3x384",
    CNN: "R post's network",
    MANY: "MNIST VAE with 70,000 points (no test images: its thumbnails are decoded)",
}
POINTS = 70_000
SIZE = {"width": 1280, "height": 720}
PROBE = Path(__file__).parent / "live_probe.js"
VISITS = 3
PARTS, QUICK_SECONDS = ("views", "compare", "dial"), 1.0
REST_MS = 500  # what a visit leaves to do is no part of the next one
THUMBS = '.lv-near .lv-frame[data-kind="real"]'
NEAR = {MLP: THUMBS, CNN: THUMBS, MANY: ".lv-near .lv-frame"}
BARE = '[data-testid="stMarkdownContainer"] p'
KB = 1024
# row title, limit, key, how the number is written
ROWS = (
    ("first visit, to the first text", "1.0 s", "text", "{:.2f} s"),
    ("first visit, to a map that decodes", "1.5 s", "first", "{:.2f} s"),
    ("second visit", "1.0 s", "second", "{:.2f} s"),
    ("first visit, until Plotly draws the points", "", "first_all", "{:.2f} s"),
    ("second visit, until Plotly draws the points", "", "second_all", "{:.2f} s"),
    ("a page of Streamlit alone, first visit", "the floor", "bare_first", "{:.2f} s"),
    ("a page of Streamlit alone, second visit", "the floor", "bare_second", "{:.2f} s"),
    ("400 kbit/s, 300 ms: to the first text", "3 s", "slow_text", "{:.1f} s"),
    ("400 kbit/s, 300 ms: to a map that decodes", "15 s", "slow", "{:.1f} s"),
    ("change of tool, Point to Slide", "0.15 s", "tool", "{:.3f} s"),
    ("change of place, Explore to Create: points there, and it decodes", "0.4 s", "place", "{:.2f} s"),
    ("back to the map by the bar, likewise", "0.4 s", "back", "{:.2f} s"),
    ("change of place, until Plotly draws the points", "", "place_all", "{:.2f} s"),
    ("back to the map by the bar, until Plotly draws the points", "", "back_all", "{:.2f} s"),
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
DRAGS = {"map": ("point", ".lv-plot .nsewdrag"), "slider": ("slide", '.lv-slider input[type="range"]')}
HANDS = {"mouse": "moves through DevTools, each when the last is taken", "page": "moves made in the page, 125 a second"}


def untrained_cnn(like: Checkpoint) -> Checkpoint:
    """The R post's network with random weights, as if it had been trained on the same data."""
    config = ModelConfig(network=CNN, widths=(), activation="relu", latent_dim=2)
    torch.manual_seed(0)
    model = LatentModel(config)
    weights = {name: tensor.half().numpy() for name, tensor in model.state_dict().items()}
    run = dataclasses.replace(
        like.run, run_id=CNN, title="untrained convolutional VAE", model=config,
        parameter_count=model.parameter_count(),
    )  # fmt: skip
    mu = np.random.default_rng(0).standard_normal((len(like.latents.mu), 2)).astype(np.float32)
    return Checkpoint(run, weights, like.history, Latents(mu, np.full_like(mu, -3.0), like.latents.class_of_each()))


def many_points(like: Checkpoint) -> Checkpoint:
    """A model as if its test set had 70,000 images: its latents over and over, each a little elsewhere."""
    data = dataclasses.replace(like.run.data, test_count=POINTS)
    run = dataclasses.replace(like.run, run_id=MANY, title="a map of 70,000 points", data=data)
    rows = np.arange(POINTS) % len(like.latents.class_of_each())
    noise = np.random.default_rng(0).standard_normal((POINTS, 2)).astype(np.float32)
    mu = like.latents.mu[rows] + 0.05 * noise
    return Checkpoint(
        run, like.weights, like.history, Latents(mu, np.full_like(mu, -3.0), like.latents.class_of_each()[rows])
    )


def write_models(folder: Path) -> None:
    """A shipped MLP, the same with 70,000 points, and an untrained convolutional model as checkpoints in a folder."""
    shutil.copytree(ROOT / "checkpoints" / MLP, folder / MLP)
    shipped = checkpoint.load(folder / MLP)
    checkpoint.save(folder / CNN, untrained_cnn(shipped))
    checkpoint.save(folder / MANY, many_points(shipped))


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


def visits(browser: Any, address: str, run_id: str, count: int = VISITS) -> dict[str, float]:
    """Seconds until the map can be used, and what was fetched meanwhile."""
    names = ("text", "first", "first_all", "second", "second_all", "tool", "place", "place_all", "back", "back_all")
    found: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(count):
        context = browser.new_context(viewport=SIZE)
        page, wire = open_page(context, address, f"?tool=point&model={run_id}")
        found["text"].append(page.evaluate(FIRST_TEXT) / 1000)
        found["first"].append(page.evaluate(DECODES) / 1000)
        found["first_all"].append(page.evaluate("probe.ready") / 1000)
        first_image = page.evaluate("performance.timeOrigin + probe.first") / 1000
        ready = page.evaluate("performance.timeOrigin + probe.ready") / 1000
        page.wait_for_selector(NEAR[run_id])
        page.wait_for_timeout(REST_MS)
        page.close()
        page, _ = open_page(context, address, f"?tool=point&model={run_id}")
        found["second"].append(page.evaluate(DECODES) / 1000)
        found["second_all"].append(page.evaluate("probe.ready") / 1000)
        page.wait_for_selector(CONNECTED)
        page.wait_for_timeout(REST_MS)
        found["tool"] += page.evaluate(PRESS, TO_SLIDE)
        for name, place in (("place", "Create"), ("back", "Explore")):
            link = f".lp-places a:has(use[href='#lp-{place.lower()}'])"
            view = f"#root .lv-{place.lower()}"
            shown = [f'{view} .lv-plot[data-usable="true"]', f'{view}[data-ready="true"]']
            for row, seconds in zip((name, f"{name}_all"), page.evaluate(PRESS, [link, shown]), strict=True):
                found[row].append(seconds)
            page.wait_for_timeout(REST_MS)
        context.close()
    ours = wire.kilobytes("/assets/", ready) - wire.kilobytes("/assets/plotly", ready)
    base = next(url for _, url, _ in wire.answers if url.endswith("decoder.bin")).removesuffix("decoder.bin")
    return (
        {name: statistics.median(values) for name, values in found.items()}
        | slow_visit(browser, address, run_id)
        | {
            "before": wire.kilobytes("/assets/", first_image) - wire.kilobytes("/assets/plotly", first_image),
            "until_ready": ours,
            "streamlit": wire.kilobytes("") - wire.kilobytes("/assets/"),
            "plotly": wire.kilobytes("/assets/plotly"),
            "thumbs": wire.kilobytes("thumbs.webp"),
            "encoder": sum(len(_get(f"{base}encoder.{ending}")) for ending in ("json", "bin")) / KB,
        }
    )


def bare_visits(browser: Any, address: str) -> dict[str, float]:
    """Seconds until a page of Streamlit with one line of text shows it."""
    found: dict[str, list[float]] = {"bare_first": [], "bare_second": []}
    for _ in range(VISITS):
        context = browser.new_context(viewport=SIZE)
        for name in found:
            page = context.new_page()
            page.add_init_script(SHOWN)
            page.goto(address)
            page.wait_for_function("window.shown")
            found[name].append(page.evaluate("window.shown") / 1000)
            page.wait_for_timeout(REST_MS)
            page.close()
        context.close()
    return {name: statistics.median(values) for name, values in found.items()}


SHOWN = f"""
(() => {{
  const look = () => {{
    if (document.querySelector({BARE!r})) window.shown = performance.now()
    else requestAnimationFrame(look)
  }}
  requestAnimationFrame(look)
}})()
"""
FIRST_TEXT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
DECODES = "Math.max(probe.usable, probe.first)"  # points are there, and the first image
CONNECTED = '[data-test-connection-state="CONNECTED"]'
# presses what the first selector names, and gives the seconds until each of the others is there and painted
PRESS = """
async ([press, shown]) => {
  const began = performance.now()
  const frame = () => new Promise(requestAnimationFrame)
  document.querySelector(press).click()
  const seconds = []
  for (const selector of shown) {
    while (!document.querySelector(selector)) await frame()
    await frame()
    seconds.push((performance.now() - began) / 1000)
  }
  return seconds
}
"""
TO_SLIDE = ["[data-part=tools] button:nth-child(2)", ['.lv-explore[data-by="slide"] .lv-slider']]
SLOW = {"offline": False, "latency": 300, "downloadThroughput": 50_000, "uploadThroughput": 50_000}


def slow_visit(browser: Any, address: str, run_id: str) -> dict[str, float]:
    """Seconds of one first visit at 400 kbit/s and 300 ms."""
    context = browser.new_context(viewport=SIZE)
    page = context.new_page()
    page.set_default_timeout(180_000)
    page.add_init_script(path=PROBE)
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", SLOW)
    page.goto(f"{address}/?tool=point&model={run_id}", wait_until="commit")
    page.wait_for_function("window.probe.usable && window.probe.first")
    found = {"slow_text": page.evaluate(FIRST_TEXT) / 1000, "slow": page.evaluate(DECODES) / 1000}
    context.close()
    return found


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
        page, wire = open_page(context, address, f"?tool={path}&model={run_id}")
        page.wait_for_selector(NEAR[run_id] if name == "map" else selector)
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
    page, wire = open_page(context, address, f"?tool=point&model={run_id}")
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
    yield f"| | limit | {' | '.join(COLUMNS[name] for name in found)} |"
    yield "|---|---|" + "---|" * len(found)
    rows = [*ROWS]
    for view in DRAGS:
        for hand in HANDS:
            rows += [
                (f"{view}, {hand}: {row}", limit, f"{view}.{hand}.{key}", form) for row, limit, key, form in DRAG_ROWS
            ]
    for title, limit, key, form in rows:
        cells = " | ".join(form.format(values[key]) if key in values else "" for values in found.values())
        yield f"| {title} | {limit} | {cells} |"
    for k, (minutes, _) in enumerate(next(iter(heaps.values()))):
        cells = " | ".join(f"{heaps[name][k][1]:.1f} MB" if name in heaps else "" for name in found)
        yield f"| heap after {minutes:g} min of dragging | flat | {cells} |"


def measure(server: Server, bare: Server, path: str, options: argparse.Namespace) -> Iterator[str]:
    """The report of a running app, beside a page of Streamlit alone."""
    from playwright.sync_api import sync_playwright

    found: dict[str, dict[str, float]] = {}
    heaps: dict[str, list[tuple[float, float]]] = {}
    with sync_playwright() as playwright:
        browser = chromium.launch(playwright, path)
        for name in (MLP,) if options.quick else COLUMNS:
            open_page(
                browser.new_context(viewport=SIZE), server.address, f"?tool=point&model={name}"
            )  # warms the server
            times = visits(browser, server.address, name, 1 if options.quick else VISITS)
            found[name] = times | drags(browser, server.address, name, options.seconds)
        found[MLP] |= bare_visits(browser, bare.address)
        heaps[MLP] = list(heap(browser, server.address, MLP, options.minutes))
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
    parser.add_argument("--only", choices=PARTS, nargs="+", default=PARTS, help="these tables (default: all)")
    parser.add_argument("--quick", action="store_true", help="short and once each: whether it runs, not how fast it is")
    options = parser.parse_args(arguments)
    if options.quick:
        options.seconds, options.minutes = QUICK_SECONDS, QUICK_SECONDS / 60
    print(f"Load average before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.")
    for part in options.only:
        print()
        for line in {"views": views, "compare": side_by_side, "dial": dials}[part](options):
            print(line, flush=True)
    print(f"\nLoad average after: {os.getloadavg()[0]:.1f}.")
    return 0


def side_by_side(options: argparse.Namespace) -> Iterator[str]:
    """Compare: from a hover to four painted images, frames while four maps are dragged, requests."""
    visits = 1 if options.quick else compare.VISITS
    yield from compare.report(options.chromium, list(compare.MODELS), options.seconds, visits)


def dials(options: argparse.Namespace) -> Iterator[str]:
    """The dial: the bytes of its first load, frames and requests while it turns, folding."""
    yield from dial.report(options.chromium, options.seconds, 1 if options.quick else None)


def views(options: argparse.Namespace) -> Iterator[str]:
    """Explore and Create: visits, drags and memory."""
    with tempfile.TemporaryDirectory() as folder:
        models = Path(folder) / "models"
        models.mkdir()
        write_models(models)
        with (
            running_app(Path(folder) / "server.log", {"LATENT_CHECKPOINTS": str(models)}) as server,
            running_app(Path(folder) / "bare.log", script="benchmarks/bare.py") as bare,
        ):
            yield from measure(server, bare, options.chromium, options)
