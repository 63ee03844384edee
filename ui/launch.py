"""`latent-playground [FOLDER]`: the installed app, on a free port, in the browser; `--class` opens it to a class.

The models that ship lie within the installation, where nobody should write: they are copied once into the folder of
models, beside which pupils' own will lie. Knows processes, ports and files; the app is a program to it.
"""

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Sequence
from pathlib import Path

HOUSE = Path(__file__).parent.parent  # where app.py lies: the checkout, or the installed package
if str(HOUSE) not in sys.path:  # a console script starts with the folder of the installation, not with the app's
    sys.path.insert(0, str(HOUSE))

import segno  # noqa: E402

from live.words import refusal, t  # noqa: E402
from models.atomic import TEMP_MARK  # noqa: E402
from models.errors import InputError  # noqa: E402
from models.gallery import SHIPPED  # noqa: E402

PORT, START_SECONDS = 8501, 120.0
HERE, EVERYWHERE = "127.0.0.1", "0.0.0.0"
OUTSIDE = ("192.0.2.1", 9)  # an address that is nobody's (RFC 5737): asked for the way to it, never sent anything


def main(arguments: Sequence[str] | None = None) -> int:
    """Starts the app and waits until it ends; returns its exit status, or 2 for a folder that can't be used."""
    asked = _parser().parse_args(arguments)
    folder = Path(asked.folder).expanduser() if asked.folder else Path.home() / "latent-playground"
    try:
        lay_out(HOUSE / "checkpoints", folder)
    except InputError as error:
        print(refusal(error), file=sys.stderr)
        return 2
    port = asked.port or free_port()
    folders = {"LATENT_DATA": str(folder / ".data")} | os.environ | {"LATENT_CHECKPOINTS": str(folder)}
    process = subprocess.Popen(command(port, asked.open_to_class), cwd=HOUSE, env=folders)
    for asked_to_end in (signal.SIGINT, signal.SIGTERM):
        signal.signal(asked_to_end, lambda _number, _frame: process.terminate())
    threading.Thread(target=_welcome, args=(process, port, asked.open_to_class, asked.browser), daemon=True).start()
    return process.wait()


def lay_out(shipped: Path, folder: Path) -> None:
    """Copies the models that ship into the folder, those that are not there yet, each whole or not at all.

    Raises InputError where the folder can't be written or its disk is full; what was there before stays.
    """
    if folder.resolve() == shipped.resolve():
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for model in sorted(shipped.iterdir()):
            if model.is_dir() and not model.name.startswith(".") and not (folder / model.name).exists():
                _copy_whole(model, folder / model.name)
        for page in shipped.glob("*.*"):
            if page.is_file():
                shutil.copyfile(page, folder / page.name)
    except OSError as error:
        raise InputError("launch.folder", folder=str(folder), reason=error.strerror or str(error)) from error
    assert (folder / SHIPPED).is_file()


def _copy_whole(model: Path, target: Path) -> None:
    temp = target.with_name(f"{TEMP_MARK}{target.name}-{os.getpid()}")
    try:
        shutil.copytree(model, temp)
        temp.replace(target)
    finally:
        shutil.rmtree(temp, ignore_errors=True)


def free_port(wanted: int = PORT) -> int:
    """The wanted port where nobody listens at it, else one that the system gives."""
    for port in (wanted, 0):
        with socket.socket() as listener:
            try:
                listener.bind((HERE, port))
            except OSError:
                continue
            found: int = listener.getsockname()[1]
            return found
    raise InputError("launch.no_port")


def own_address() -> str:
    """This computer's address in the network that leads outside, or its own where there is none; sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        try:
            way.connect(OUTSIDE)
        except OSError:
            return HERE
        address: str = way.getsockname()[0]
        return address


def command(port: int, to_class: bool) -> list[str]:
    """How the app is started. Headless, else Streamlit would ask for an e-mail address in the terminal first; with its
    address, else it would ask a server outside for it."""
    run = [sys.executable, "-m", "streamlit", "run", str(HOUSE / "app.py"), "--server.headless", "true"]
    listens, shown = (EVERYWHERE, own_address()) if to_class else (HERE, HERE)
    return [*run, "--server.port", str(port), "--server.address", listens, "--browser.serverAddress", shown]


def _welcome(process: "subprocess.Popen[bytes]", port: int, to_class: bool, browser: bool) -> None:
    """Once it answers: says where, with a code for pupils' phones where a class may come, and opens the page here."""
    here = f"http://{HERE}:{port}"
    if not answers(f"{here}/healthz", process):
        return
    print(t("launch.here", address=here), flush=True)
    if to_class:
        link = f"http://{own_address()}:{port}"
        print(t("launch.class", address=link), flush=True)
        segno.make_qr(link).terminal(compact=True)
    if browser:
        webbrowser.open(here)


def answers(address: str, process: "subprocess.Popen[bytes]", seconds: float = START_SECONDS) -> bool:
    """Waits until a process answers at an address, well or not; False where it ends before, or takes too long."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return True
        except urllib.error.HTTPError:  # it answers, if not well
            return True
        except OSError:
            time.sleep(0.1)
    return False


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="latent-playground", description=t("launch.about"))
    parser.add_argument("folder", nargs="?", help=t("launch.help.folder"))
    parser.add_argument("--class", dest="open_to_class", action="store_true", help=t("launch.help.class"))
    parser.add_argument("--port", type=int, help=t("launch.help.port", port=str(PORT)))
    parser.add_argument("--no-browser", dest="browser", action="store_false", help=t("launch.help.browser"))
    return parser


if __name__ == "__main__":
    sys.exit(main())
