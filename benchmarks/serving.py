"""The app as a person starts it, on a free port of this computer, for benchmarks and browser tests."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ui.launch import answers

ROOT = Path(__file__).parent.parent
START_SECONDS = 240  # the first start on a fresh machine reads torch from a cold disk, perhaps beside others


@dataclass(frozen=True)
class Server:
    """A running app: its address and its process."""

    address: str
    process: subprocess.Popen[bytes]


@contextmanager
def running_app(
    log: Path, environment: Mapping[str, str] | None = None, script: str = "app.py", port: int | None = None
) -> Iterator[Server]:
    """`streamlit run app.py`, or another script, until it answers, ended at the end; what it prints goes to `log`.

    `port`: a free one where it is None.

    Raises RuntimeError with the end of the log where the server ends or does not answer in time.
    """
    port = port or free_port()
    with log.open("wb") as output:
        process = subprocess.Popen(
            command(port, script),
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait(f"http://127.0.0.1:{port}", process, log)
            yield Server(f"http://127.0.0.1:{port}", process)
        finally:
            process.kill()
            process.wait()


def command(port: int, script: str = "app.py") -> list[str]:
    """README's command, for a port and without opening a window."""
    run = [sys.executable, "-m", "streamlit", "run", script]
    return [*run, "--server.port", str(port), "--server.address", "127.0.0.1", "--server.headless", "true"]


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    if answers(f"{address}/healthz", process, START_SECONDS):
        return
    raise RuntimeError(f"The app did not answer at {address}:\n{log.read_text(errors='replace')[-2000:]}")


def free_port() -> int:
    """A port of this computer that nobody listens at."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
