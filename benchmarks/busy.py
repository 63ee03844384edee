"""What a training costs those who look: the live view and a slider step through the server, idle and beside a job.

Starts the app on a copy of a shipped model, measures, starts a training from the page Train, and measures again; prints
a Markdown table. The training is of the MLP of 3x384 on MNIST; `--data digits` does without the files.
"""

import argparse
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import chromium
from benchmarks.live import DRAGS, MLP, SIZE, drag, open_page
from benchmarks.serving import ROOT, running_app

STEPS = 300
ROWS = (
    ("slider step through the server, p50", "", "step50", "{:.1f} ms"),
    ("slider step through the server, p95", "2x idle", "step95", "{:.1f} ms"),
    ("map, 125 moves a second: decoded frames/s", "58", "fps", "{:.1f}"),
    ("map, 125 moves a second: input to painted image, p95", "16.7 ms", "paint95", "{:.1f} ms"),
    ("the training's images a second", "", "rate", "{:,.0f}"),
)
# one step after the other through the WebSocket that decodes for models too large for the browser
STEP = """
([url, steps]) => new Promise((done, fail) => {
  const socket = new WebSocket(url), taken = []
  let began = 0
  const next = () => {
    began = performance.now()
    socket.send(JSON.stringify({ z: [Math.sin(taken.length / 9), Math.cos(taken.length / 7)], y: [] }))
  }
  socket.onopen = next
  socket.onerror = () => fail(new Error("the socket failed"))
  socket.onmessage = () => {
    taken.push(performance.now() - began)
    if (taken.length === steps) { socket.close(); done(taken.sort((a, b) => a - b)) } else setTimeout(next, 4)
  }
})
"""


def main(arguments: list[str]) -> int:
    """Measures and prints; 0."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks busy", description=__doc__)
    parser.add_argument("--chromium", default=chromium.PATH)
    parser.add_argument("--data", default="mnist")
    parser.add_argument("--seconds", type=float, default=5.0, help="length of each drag")
    options = parser.parse_args(arguments)
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        shutil.copytree(ROOT / "checkpoints" / MLP, folder / "checkpoints" / MLP)
        with running_app(folder / "log", {"LATENT_CHECKPOINTS": str(folder / "checkpoints")}) as server:
            browser = chromium.launch(playwright, options.chromium)
            idle = _looked_at(browser, server.address, options.seconds)
            page, job = _training(browser, server.address, options.data)
            busy = _looked_at(browser, server.address, options.seconds)
            state = page.evaluate("(url) => fetch(url).then((r) => r.json())", f"{server.address}/jobs/{job}.json")
            busy["rate"] = state["images_per_second"]
            if state["status"] != "running":
                raise SystemExit(f"The training was {state['status']} before all was measured.")
            browser.close()
    print("\n".join(_report(idle, busy)))
    return 0


def _looked_at(browser: Any, address: str, seconds: float) -> dict[str, float]:
    context = browser.new_context(viewport=SIZE)
    page, wire = open_page(context, address, f"map?model={MLP}")
    page.wait_for_timeout(2000)
    drag(page, wire, DRAGS["map"][1], 1.0)
    seen = drag(page, wire, DRAGS["map"][1], seconds, "page")
    base = next(url for _, url, _ in wire.answers if url.endswith("decoder.bin")).removesuffix("decoder.bin")
    taken = page.evaluate(STEP, [base.replace("http", "ws", 1) + "decode", STEPS])
    context.close()
    return seen | {"step50": taken[STEPS // 2], "step95": taken[int(0.95 * STEPS)]}


def _training(browser: Any, address: str, data: str) -> tuple[Any, str]:
    page = browser.new_context(viewport=SIZE).new_page()
    page.goto(f"{address}/train?data={data}&recipe=best")
    page.get_by_role("button", name="Train", exact=True).click(timeout=60_000)
    page.wait_for_selector(".lv-train[data-ready]", timeout=60_000)
    page.wait_for_timeout(3000)
    return page, page.url.split("job=")[1]


def _report(idle: dict[str, float], busy: dict[str, float]) -> Iterator[str]:
    yield "| | limit | idle | beside a training |"
    yield "|---|---|---|---|"
    for title, limit, key, form in ROWS:
        cells = " | ".join(form.format(values[key]) if key in values else "" for values in (idle, busy))
        yield f"| {title} | {limit} | {cells} |"
