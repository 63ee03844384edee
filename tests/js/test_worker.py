"""The manifold's real Workers in a Chromium."""

import os
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from random_models import random_checkpoint

from benchmarks import chromium
from live.weights import part_manifest, part_weights
from models.config import ModelConfig

LIVE = Path(__file__).parents[2] / "live" / "engine"
SCRIPT = """
async ({ manifest, numbers }) => {
  const weights = Uint8Array.from(numbers).buffer;
  const grid = { rows: 5, columns: 4, zs: Float32Array.from({ length: 40 }, (_, i) => Math.sin(i)) };
  const runner = makeRunner(parsePart(manifest, weights), 1);
  const levels = new Uint8Array(runner.outputs);
  greyLevels(runner.run(grid.zs.subarray(30, 32)), levels);
  const manifold = new Manifold(manifest, weights);
  const older = manifold.draw({ ...grid, rows: 20000, zs: new Float32Array(160000) }, () => {});
  const start = performance.now();
  const rows = [];
  const complete = await manifold.draw(grid, (row, pixels) => (rows[row] = pixels));
  const waited = performance.now() - start;
  manifold.close();
  const [, height, width] = manifest.image;
  const image = Array.from(levels, (_, i) => rows[3][((i / width) | 0) * 4 * width + 3 * width + (i % width)]);
  const same = image.join() === Array.from(levels).join();
  return { older: await older, complete, rows: rows.length, stopped: waited < 2000, same };
}
"""
SEEN = {"older": False, "complete": True, "rows": 5, "stopped": True, "same": True}


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    reason = "no Chromium: the manifold's Workers can't be tested in a browser"
    if not chromium.is_here():
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(LIVE)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def model() -> dict[str, Any]:
    checkpoint = random_checkpoint(ModelConfig("vae", "post-cnn", (1, 8, 8), 2, 10, (), "relu"), gain=3.0)
    return {"manifest": part_manifest(checkpoint, "decoder"), "numbers": list(part_weights(checkpoint, "decoder"))}


def test_workers_from_a_url_draw_what_the_engine_gives(browser: Any, address: str, model: dict[str, Any]) -> None:
    page = browser.new_page()
    page.goto(f"{address}/network.js")
    page.evaluate(
        "() => Promise.all(['network', 'manifold'].map((name) => import(`/${name}.js`)))"
        ".then((modules) => Object.assign(window, ...modules))"
    )
    assert page.evaluate(SCRIPT, model) == SEEN
    page.close()
