"""How fast the browser engine is: images, manifolds and frames in a headless Chromium with software rendering.

Prints each number beside its limit. Needs playwright and a Chromium; `--chromium` or CHROMIUM names another one.
"""

import argparse
import json
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import torch
from playwright.sync_api import sync_playwright

from benchmarks import chromium
from live.weights import part_manifest, part_weights
from models.checkpoint import Checkpoint
from models.config import ModelConfig
from models.latent_model import LatentModel

HERE = Path(__file__).parent
LIVE = HERE.parent / "live"
FRAME = 1000 / 60
MODELS = {
    "post-cnn": (ModelConfig(network="post-cnn", widths=(), activation="relu"), 3.0),
    "mlp-512": (ModelConfig(widths=(512, 512, 512)), 2.0),
    "mlp-384": (ModelConfig(widths=(384, 384, 384)), 2.0),
}


class Handler(SimpleHTTPRequestHandler):
    """Isolated from other origins, which gives the page a clock of 5 microseconds instead of 100."""

    def end_headers(self) -> None:
        self.send_header("Cross-Origin-Opener-Policy", "same-origin")
        self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


def write_site(folder: Path) -> None:
    """The page, the engine and the models' decoders with random weights, as files."""
    (folder / "engine.html").symlink_to(HERE / "engine.html")
    (folder / "live").symlink_to(LIVE)
    (folder / "parts").mkdir()
    for name, (config, _) in MODELS.items():
        model = LatentModel(config)
        checkpoint = cast(Checkpoint, SimpleNamespace(run=SimpleNamespace(model=config), weights=model.state_dict()))
        (folder / "parts" / f"{name}.json").write_text(json.dumps(part_manifest(checkpoint, "decoder")))
        (folder / "parts" / f"{name}.bin").write_bytes(part_weights(checkpoint, "decoder"))


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder's address while it is served on this computer."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def measure(path: str, seconds: float) -> dict[str, Any]:
    """What `engine.html` measured, by model."""
    torch.manual_seed(0)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        write_site(Path(folder))
        browser = chromium.launch(playwright, path)
        try:
            with served(Path(folder)) as address:
                page = browser.new_page()
                page.set_default_timeout(60_000)
                page.goto(f"{address}/engine.html")
                page.wait_for_function("window.ready")
                script = "([name, seconds]) => measure(name, seconds)"
                return {name: page.evaluate(script, [name, seconds]) for name in MODELS}
        finally:
            browser.close()


def lines(name: str, limit: float, found: dict[str, Any]) -> Iterator[str]:
    """The report of one model."""
    image, manifold = found["image"], found["manifold"]
    yield f"{name}: parse and pack {found['load']:.0f} ms, first image {image['first']:.1f} ms"
    yield f"  image          {image['median']:.2f} ms, p95 {image['p95']:.2f}  (at most {limit:.0f}; frame {FRAME:.1f})"
    for workers, times in manifold.items():
        cold = times["cold"]
        yield (
            f"  15x15, {workers} worker{'s' if workers != '1' else ' '} first row {times['firstRow']:.0f} ms, "
            f"all {times['total']:.0f} ms  (at most 100, 400); "
            f"with the workers' start {cold['firstRow']:.0f}, {cold['total']:.0f}"
        )
    for title, frames in (("drag", found["drag"]), ("drag + 15x15s", found["busy"])):
        yield (
            f"  {title:<14} {frames['fps']:.1f} frames/s (at least 58), between frames p95 "
            f"{frames['interval']['p95']:.1f} ms, decode and paint {frames['work']['median']:.2f}, "
            f"p95 {frames['work']['p95']:.2f} ms (frame {FRAME:.1f})"
            + (f", {frames['grids']} grids meanwhile" if frames["grids"] else "")
        )


def main(arguments: list[str]) -> int:
    """Measures and prints; 0."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks engine", description=__doc__)
    parser.add_argument("--chromium", default=chromium.PATH)
    parser.add_argument("--seconds", type=float, default=5.0, help="length of each frame count")
    options = parser.parse_args(arguments)
    print(f"load average before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    for name, found in measure(options.chromium, options.seconds).items():
        print("\n".join(lines(name, MODELS[name][1], found)))
    return 0
