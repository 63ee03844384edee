"""An environment for each peer: `python -m venv` in a folder outside the repository, and pip with pinned versions.

Made once; a file beside it holds the pins, so that other pins make it anew. Knows nothing of what runs there.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

FOLDER = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "latent-playground-benchmarks"
MAX_REASON = 160


class NotInstalledError(Exception):
    """A sentence that says why an environment could not be made."""


def python_of(name: str, packages: Sequence[str], folder: Path = FOLDER) -> Path:
    """The interpreter of the environment `name` with these packages; makes it first if it is not there.

    Raises NotInstalledError.
    """
    place, pins = folder / name, folder / f"{name}.txt"
    python = place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    wanted = "\n".join(packages)
    if python.exists() and pins.is_file() and pins.read_text() == wanted:
        return python
    print(f"Installing {', '.join(packages)} into {place}.", file=sys.stderr, flush=True)
    try:
        shutil.rmtree(place, ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True)
        _run([sys.executable, "-m", "venv", str(place)])
        _run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages])
        pins.write_text(wanted)
    except OSError as error:
        raise NotInstalledError(f"{place} can't be written: {error.strerror}.") from None
    return python


def _run(command: Sequence[str]) -> None:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        lines = [line.strip() for line in done.stdout.splitlines() if line.strip()]
        errors = [line for line in lines if "error" in line.lower()]
        reason = (errors or lines or ["no output"])[-1]
        raise NotInstalledError(f"{command[-1]} could not be installed: {reason[:MAX_REASON]}")
