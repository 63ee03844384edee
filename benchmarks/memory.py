"""What the server weighs: resident memory along a scripted visit, and how long it takes to start.

Start, rest, each page's first view, every shipped model with all that its map needs. Memory is the process's own
(`VmRSS`), time is wall clock to the first answer of /healthz and the processor time that the process had taken by then.
No browser, no test images: what is asked for is what a page asks for.
"""

import argparse
import os
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from benchmarks.serving import ROOT, Server, running_app
from live.library import all_runs, digest_of, open_model
from live.planes import default_plane
from ui.page_table import PAGES

QUIET, LONGEST = 10.0, 600.0  # seconds without work after which the server rests, and how long that is waited for
FILES = ("decoder.json", "decoder.bin", "encoder.bin", "latents.bin", "codes.webp", "manifold.webp")
TICKS = os.sysconf("SC_CLK_TCK")


def main(arguments: Sequence[str]) -> int:
    """Prints a table, a step a line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks memory", description=__doc__.split("\n\n")[0])
    parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        models = {"LATENT_CHECKPOINTS": str(ROOT / "checkpoints"), "LATENT_DATA": folder}
        with running_app(Path(folder) / "log", models) as server:
            print(f"start: {time.perf_counter() - began:.1f} s, {_processor(server):.1f} s of the processor")
            print(f"started: {_resident(server)} MB")
            _rest(server)
            print(f"at rest, all cards drawn: {_resident(server)} MB")
            for page in PAGES.values():
                _fetch(f"{server.address}/{page.address}")
            print(f"every page: {_resident(server)} MB")
            for run in all_runs().runs:
                base = f"{server.address}/assets/model/{run.run_id}/{digest_of(run.run_id)}/"
                figure = f"map-{default_plane(open_model(run.run_id))}.json"
                for name in (*FILES, figure):
                    _fetch(base + name)
            print(f"all {len(all_runs().runs)} models: {_resident(server)} MB")
            print(f"torch is loaded: {'libtorch' in Path(f'/proc/{server.process.pid}/maps').read_text()}")
    return 0


def _fetch(url: str) -> None:
    """Waits where the server asks to: it bounds what one visitor may ask for at once."""
    while True:
        try:
            with urllib.request.urlopen(url, timeout=LONGEST) as answer:
                answer.read()
            return
        except urllib.error.HTTPError as error:
            if error.code != 429:
                raise
            time.sleep(float(error.headers.get("Retry-After", "1")))


def _rest(server: Server) -> None:
    """Waits until the server has done nothing for a while."""
    until, before = time.monotonic() + LONGEST, -1.0
    while time.monotonic() < until and (now := _processor(server)) - before > 0.01 * QUIET:
        before = now
        time.sleep(QUIET)


def _processor(server: Server) -> float:
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _resident(server: Server) -> int:
    """Megabytes."""
    text = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(text.partition("VmRSS:")[2].split()[0]) // 1024
