"""The Chromium that benchmarks and browser tests drive: where it is and how it is started."""

import os
from pathlib import Path
from typing import Any

# Debian's two builds of one browser; the one without windows takes a fifth to a third less of the processor's time
BUILDS = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")
PATH = os.environ.get("CHROMIUM") or next(filter(os.path.isfile, BUILDS), BUILDS[-1])
# rendering in software, and no traffic of the browser's own
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


def is_here(path: str = PATH) -> bool:
    """Whether there is a browser at the path."""
    return Path(path).is_file()


def launch(playwright: Any, path: str = PATH, more: tuple[str, ...] = ()) -> Any:
    """A headless browser with the flags that all share; `more`: flags of one test or benchmark."""
    return playwright.chromium.launch(executable_path=path, args=[*FLAGS, *more])


def launch_profile(playwright: Any, folder: Path) -> Any:
    """A context with its profile in the folder: what it has fetched stays there, and compiled, which halves a page."""
    return playwright.chromium.launch_persistent_context(folder, executable_path=PATH, args=FLAGS)
