"""What the dial of Compare costs in Chromium: the first load, frames while it turns, and how exact its glide is.

Of each dial that ships: bytes that come before it can be turned, frames a second and requests while its slider is moved
to and fro, milliseconds to fold and pack the decoder at a new value, and, half way between two measured values, how far
codes that glide are from codes that are encoded anew there, in standard deviations of the prior.
"""

import argparse
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from analysis.glide import GlideError, glide_errors
from benchmarks import chromium
from benchmarks.serving import running_app
from datasets.catalogue import load as load_data
from models import checkpoint, gallery
from models.run import Run
from ui.assets import live_url

SIZE = {"width": 1440, "height": 900}
HEAD = "| dial | before it turns | frames/s | slowest 5 % | requests | fold | and pack | glide, sigma | worst gap |"
LIMITS = "| limit | 2 MB | 58 | | 0 | 1 ms | | | |"
IMAGES = 1000  # of the test set, encoded anew
READY = '#root .lv[data-ready="true"]'
# the slider to and fro in each frame, as a hand moves it: frames a second, and the slowest twentieth in ms
TURN = """
(seconds) => new Promise((done) => {
  const input = document.querySelector(".lv-turn input"), began = performance.now(), gaps = []
  let last = began
  const tick = (now) => {
    const t = (now - began) / 1000
    gaps.push(now - last)
    last = now
    input.value = String(0.5 - 0.5 * Math.cos(1.3 * t))
    input.dispatchEvent(new Event("input", { bubbles: true }))
    if (t < seconds) return requestAnimationFrame(tick)
    gaps.sort((a, b) => a - b)
    done({ fps: gaps.length / t, slow: gaps[Math.floor(0.95 * gaps.length)] })
  }
  requestAnimationFrame(tick)
})
"""
# fold alone, and with packing for the engine, in ms: means of 100, because a browser's clock has steps of 0.1 ms
FOLD = """
async ([module, base]) => {
  const at = (name) => new URL(name, new URL(module, document.baseURI))
  const { makeFold } = await import(at("engine/fold.js"))
  const { makeRunner, parsePart } = await import(at("engine/network.js"))
  const get = async (name) => await fetch(new URL(base + name, document.baseURI))
  const [manifest, weights] = [await get("dial-decoder.json"), await get("dial-decoder.bin")]
  const part = parsePart(await manifest.json(), await weights.arrayBuffer())
  const fold = makeFold(part)
  const mean = (work) => {
    for (let k = 0; k < 20; k++) work(k)
    const began = performance.now()
    for (let k = 0; k < 100; k++) work(k)
    return (performance.now() - began) / 100
  }
  const turn = (k) => fold.turn(0.1 * 1.05 ** k)
  return { fold: mean(turn), packed: mean((k) => makeRunner(turn(k))) }
}
"""


def turned(browser: Any, address: str, name: str, seconds: float) -> dict[str, float]:
    """What one dial costs in a page of its own."""
    context = browser.new_context(viewport=SIZE)
    page = context.new_page()
    asked: list[Any] = []
    page.on("requestfinished", lambda request: asked.append(request))  # a method of a list can not be given
    page.goto(f"{address}/compare?by=dial&model={name}")
    page.wait_for_selector(READY)
    first = sum(one.sizes()["responseBodySize"] for one in list(asked) if "/assets/" in one.url)
    page.wait_for_timeout(1500)
    before = len(asked)
    found: dict[str, float] = page.evaluate(TURN, seconds)
    requests = len(asked) - before
    base = next(one.url for one in asked if one.url.endswith("dial-decoder.bin")).removesuffix("dial-decoder.bin")
    folded: dict[str, float] = page.evaluate(FOLD, [live_url(""), base])
    context.close()
    return {"bytes": first, "requests": requests, **found, **folded}


def errors_of(name: str) -> list[GlideError]:
    """Of each gap between two measured values, on `IMAGES` test images."""
    folder = gallery.checkpoint_folder() / name
    opened, series = checkpoint.load(folder), checkpoint.load_dial(folder)
    assert series is not None
    images = min(IMAGES, series.mu.shape[1])
    x = load_data(opened.run.data.name, download=False).test_x[:images].astype(np.float32) / 255
    return glide_errors(opened.model, series, x, opened.latents.class_of_each()[:images])


def row_of(run: Run, found: dict[str, float], errors: list[GlideError]) -> str:
    """One line of the table."""
    middle = sorted(row.median for row in errors)[len(errors) // 2]
    worst = max(errors, key=lambda row: row.median)
    cells = [
        run.title, f"{found['bytes'] / 1e6:.2f} MB", f"{found['fps']:.1f}", f"{found['slow']:.1f} ms",
        f"{found['requests']:.0f}",
        f"{found['fold']:.2f} ms", f"{found['packed']:.2f} ms", f"{middle:.4f}",
        f"{worst.median:.4f} (95 %: {worst.most:.4f}) at {worst.value:.2g}",
    ]  # fmt: skip
    return "| " + " | ".join(cells) + " |"


def report(path: str, seconds: float, only: int | None = None) -> Iterator[str]:
    """The lines of the table; starts the app with the dials that ship, or with the first `only` of them."""
    from playwright.sync_api import sync_playwright

    yield HEAD
    yield "|---|---|---|---|---|---|---|---|---|"
    yield LIMITS
    dials = [run for run in gallery.list_runs().runs if run.model.dial][:only]
    with tempfile.TemporaryDirectory() as folder:
        models = Path(folder) / "models"
        for run in dials:
            shutil.copytree(gallery.checkpoint_folder() / run.run_id, models / run.run_id)
        log, environment = Path(folder) / "server.log", {"LATENT_CHECKPOINTS": str(models)}
        with running_app(log, environment) as server, sync_playwright() as playwright:
            browser = chromium.launch(playwright, path)
            for run in dials:
                turned(browser, server.address, run.run_id, 0.5)  # warms the server
                found = turned(browser, server.address, run.run_id, seconds)
                yield row_of(run, found, errors_of(run.run_id))
            browser.close()


def main(arguments: list[str]) -> int:
    """Measures and prints; 0."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks dial", description=__doc__)
    parser.add_argument("--chromium", default=chromium.PATH)
    parser.add_argument("--seconds", type=float, default=5.0, help="how long each dial is turned")
    options = parser.parse_args(arguments)
    print(f"Load average before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.\n")
    for line in report(options.chromium, options.seconds):
        print(line)
    print(f"\nLoad average after: {os.getloadavg()[0]:.1f}.")
    return 0
