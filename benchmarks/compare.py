"""What Compare side by side costs in Chromium: a first visit, a hover until four images are painted, frames, alignment.

Opens the four objectives of MNIST, or four `--models` of one data set, in a headless Chromium with software rendering
at 1440x900. A hover is a move made in the page, 125 a second as of a quick mouse; it ends when the last of the four
copies is painted. Panning drags all four maps, 40,000 points, with Shift. Alignment is timed in the page on two shipped
sets of 10,000 codes.
"""

import argparse
import os
import shutil
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import chromium
from benchmarks.serving import running_app
from models import gallery
from ui.assets import live_url

SIZE = {"width": 1440, "height": 900}
MODELS = ("mnist-vae", "mnist-cvae", "mnist-beta-vae", "mnist-mmd-vae")
VISITS = 3
READY = '#root .lv[data-ready="true"], .lp-early .lv[data-ready="true"]'
# notes when all maps and copies are there, and for each move how long it took until all four were painted
PROBE = """
(() => {
  const probe = (window.probe = { usable: null, toFour: [], missed: 0, frames: [] })
  let began = null, done = new Set()
  const put = CanvasRenderingContext2D.prototype.putImageData
  CanvasRenderingContext2D.prototype.putImageData = function (...parts) {
    put.apply(this, parts)
    const panel = this.canvas.closest?.(".lv-panel .lv-corner") && this.canvas.closest(".lv-panel")
    if (!panel) return
    done.add(panel)
    if (done.size < 4) return
    probe.usable ??= performance.now()
    if (began !== null) probe.toFour.push(performance.now() - began)
    began = null
    done = new Set()
  }
  probe.move = ({ selector, seconds, shift }) => new Promise((finish) => {
    const target = document.querySelector(selector), box = target.getBoundingClientRect()
    const start = performance.now(), at = { clientX: box.x + box.width / 2, clientY: box.y + box.height / 2 }
    const send = (name, more) => target.dispatchEvent(new PointerEvent(name, { bubbles: true, pointerType: "mouse",
      pointerId: 1, shiftKey: shift, ...at, ...more }))
    target.setPointerCapture = () => {}
    Object.assign(probe, { toFour: [], missed: 0, frames: [] })
    if (shift) send("pointerdown", { button: 0, buttons: 1 })
    let last = start
    const frame = (now) => {
      probe.frames.push(now - last)
      last = now
      if (now - start < seconds * 1000) requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
    const timer = setInterval(() => {
      const t = (performance.now() - start) / 1000, far = shift ? 0.15 : 0.35
      at.clientX = box.x + box.width * (0.5 + far * Math.sin(1.9 * t))
      at.clientY = box.y + box.height * (0.5 + far * Math.sin(2.7 * t))
      if (began !== null) probe.missed++
      else { began = performance.now(); done = new Set() }
      send("pointermove", { buttons: shift ? 1 : 0 })
      if (t < seconds) return
      clearInterval(timer)
      if (shift) send("pointerup", { button: 0 })
      began = null
      finish({ toFour: probe.toFour, missed: probe.missed, frames: probe.frames.slice(1) })
    }, 8)
  })
})()
"""
# mean milliseconds of an alignment of 10,000 codes, and of the whole frame of four maps
ALIGN = """
async ([module, bases]) => {
  const at = (name) => new URL(name, new URL(module, document.baseURI))
  const { align } = await import(at("engine/comparing/align.js"))
  const { sharedFrame } = await import(at("engine/comparing/frame.js"))
  const codes = await Promise.all(bases.map(async (url) => {
    const bytes = await (await fetch(url)).arrayBuffer()
    return { mu: new Float32Array(bytes, 0, 20000), latent: 2 }
  }))
  const mean = (work) => {
    for (let k = 0; k < 5; k++) work()
    const began = performance.now()
    for (let k = 0; k < 30; k++) work()
    return (performance.now() - began) / 30
  }
  return [mean(() => align(codes[0], codes[3], true)), mean(() => sharedFrame(codes, "turn"))]
}
"""


def p95(values: list[float]) -> float:
    """The 95th of a hundred."""
    return sorted(values)[int(0.95 * len(values))] if values else float("nan")


def visit(browser: Any, address: str, models: list[str]) -> tuple[Any, list[str], float]:
    """A page of a browser that knows nothing, its requests, seconds until four maps have their points and copies."""
    page = browser.new_context(viewport=SIZE).new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.add_init_script(PROBE)
    page.goto(f"{address}/compare?by=side&models={','.join(models)}")
    page.wait_for_function("() => window.probe.usable !== null")
    page.wait_for_selector(READY)
    return page, asked, float(page.evaluate("probe.usable")) / 1000


def measure(
    browser: Any, address: str, models: list[str], seconds: float, visits: int = VISITS
) -> list[tuple[str, str, str]]:
    """Rows of the table: what, the limit, what was measured."""
    first = []
    for _ in range(visits):
        page, asked, usable = visit(browser, address, models)
        first.append(usable)
        if len(first) < visits:
            page.context.close()
    page.wait_for_selector('#root .lv[data-ready="true"]')
    page.wait_for_timeout(2500)
    before = len(asked)
    hover = page.evaluate("(how) => probe.move(how)", {"selector": ".lv-side-map", "seconds": seconds, "shift": False})
    requests = len(asked) - before
    pan = page.evaluate("(how) => probe.move(how)", {"selector": ".lv-side-map", "seconds": seconds, "shift": True})
    urls = [next(url for url in asked if f"/{name}/" in url and url.endswith("latents.bin")) for name in models]
    one, all_maps = page.evaluate(ALIGN, [live_url(""), urls])
    page.context.close()
    rate = [f"{1000 / statistics.mean(found['frames']):.1f}" for found in (hover, pan)]
    return [
        ("first visit, to four maps of 10,000 points with their copies", "2.5 s", f"{statistics.median(first):.2f} s"),
        ("hover to four painted images, p50", "", f"{statistics.median(hover['toFour']):.1f} ms"),
        ("hover to four painted images, p95", "16.7 ms", f"{p95(hover['toFour']):.1f} ms"),
        ("frames/s while the pointer moves", "60", rate[0]),
        ("frames/s while all four maps are dragged", "60", rate[1]),
        ("slowest twentieth of those frames", "", f"{p95(pan['frames']):.1f} ms"),
        ("HTTP requests while the pointer moves", "0", str(requests)),
        ("alignment of 10,000 codes, turn, mirror and scale", "20 ms", f"{one:.2f} ms"),
        ("the whole frame of four maps", "", f"{all_maps:.2f} ms"),
    ]


def report(path: str, models: list[str], seconds: float, visits: int = VISITS) -> Iterator[str]:
    """The lines of the table; starts the app with these models alone. `path`: of Chromium."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder:
        copies = Path(folder) / "models"
        for name in models:
            shutil.copytree(gallery.checkpoint_folder() / name, copies / name)
        log, environment = Path(folder) / "server.log", {"LATENT_CHECKPOINTS": str(copies)}
        with running_app(log, environment) as server, sync_playwright() as playwright:
            browser = chromium.launch(playwright, path)
            visit(browser, server.address, models)[0].context.close()  # warms the server
            rows = measure(browser, server.address, models, seconds, visits)
            browser.close()
    yield "| side by side | limit | measured |\n|---|---|---|"
    for row in rows:
        yield "| " + " | ".join(row) + " |"


def main(arguments: list[str]) -> int:
    """Measures and prints; 0."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks compare", description=__doc__)
    parser.add_argument("--chromium", default=chromium.PATH)
    parser.add_argument("--models", nargs=4, default=MODELS, metavar="NAME", help="with two latents each")
    parser.add_argument("--seconds", type=float, default=5.0, help="how long the pointer moves")
    options = parser.parse_args(arguments)
    print(f"Load average before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.\n")
    for line in report(options.chromium, list(options.models), options.seconds):
        print(line)
    print(f"\nLoad average after: {os.getloadavg()[0]:.1f}.")
    return 0
