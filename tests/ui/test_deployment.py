"""What a school's server is given: nginx's example as it stands before our middleware, and the service's own numbers."""

import asyncio
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from benchmarks.serving import free_port
from tests.waiting import until
from ui import limits
from ui.server import hosts
from ui.server.hosts import Hosts
from ui.server.middleware import Entrance

DEPLOYMENT = Path(hosts.__file__).parent / "deployment"
NAME = "play.example.com"


async def page(_request: Request) -> Response:
    return HTMLResponse("<html></html>")


async def told(request: Request) -> Response:
    """Much JSON, so that it is worth packing: what the app knows of who asks."""
    client = request.client.host if request.client else ""
    return JSONResponse({"host": request.headers["host"], "client": client, "filling": "x" * 5_000})


async def taken(request: Request) -> Response:
    return JSONResponse({"bytes": len(await request.body())})


async def echo(pupil: WebSocket) -> None:
    await pupil.accept()
    await pupil.send_text(await pupil.receive_text())
    await pupil.close()


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """nginx with the example's own text before our middleware: `http`, a client that asks it by its public name."""
    if not (nginx := shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")) or not shutil.which("openssl"):
        pytest.skip("nginx or openssl is not installed: the example of a proxy can't be tested")
    folder = tmp_path_factory.mktemp("nginx")
    inside, outside = free_port(), free_port()
    _certify(folder)
    server = uvicorn.Server(uvicorn.Config(_app(), port=inside, log_level="error", lifespan="off"))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()))
    thread.start()
    (folder / "nginx.conf").write_text(_filled(folder, inside, outside))
    command = [nginx, "-p", str(folder), "-c", "nginx.conf", "-e", str(folder / "errors.log")]
    process = subprocess.Popen(command)
    trusting = ssl.create_default_context(cafile=str(folder / "certificate.pem"))
    with httpx.Client(base_url=f"https://127.0.0.1:{outside}", verify=False, headers={"host": NAME}) as http:
        try:
            until(lambda: server.started and _answers(http))
            yield SimpleNamespace(http=http, port=outside, trusting=trusting)
        finally:
            process.terminate()
            process.wait()
            server.should_exit = True
            thread.join()


def _app() -> Starlette:
    routes = [
        Route("/told", told), Route("/taken", taken, methods=["POST"]), WebSocketRoute("/socket", echo),
        Route("/", page),
    ]  # fmt: skip
    return Starlette(routes=routes, middleware=[Middleware(Hosts), Middleware(Entrance)])


def _certify(folder: Path) -> None:
    subject = ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", *subject, *files]
    subprocess.run(command, check=True, capture_output=True)


def _filled(folder: Path, inside: int, outside: int) -> str:
    """The example with what its reader fills in, in the frame that /etc/nginx/nginx.conf is."""
    text = (DEPLOYMENT / "nginx.conf").read_text()
    for name, value in {
        "<play.example.com>": NAME, "<certificate.pem>": str(folder / "certificate.pem"), "<key.pem>": str(folder / "key.pem"),
        "127.0.0.1:8501": f"127.0.0.1:{inside}", "listen 443": f"listen 127.0.0.1:{outside}",
    }.items():  # fmt: skip
        assert name in text
        text = text.replace(name, value)
    user = "user root;\n" if hasattr(os, "geteuid") and os.geteuid() == 0 else ""  # else its worker may write nothing
    frame = f"{user}daemon off; pid {folder / 'pid'};\nevents {{}}\nhttp {{\naccess_log off;\n"
    places = "".join(
        f"{what}_temp_path {folder / what};\n" for what in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return f"{frame}{places}{text}}}\n"


def _answers(http: httpx.Client) -> bool:
    try:
        return http.get("/told").status_code < 500  # nginx answers 502 while nobody is behind it
    except httpx.HTTPError:
        return False


@pytest.fixture(autouse=True)
def _allowed(monkeypatch: pytest.MonkeyPatch, checkpoint_folder: Path) -> None:
    del checkpoint_folder
    get_option = hosts.st.get_option
    monkeypatch.setattr(
        hosts.st, "get_option", lambda name: [NAME] if name == "server.allowedHosts" else get_option(name)
    )


def test_a_page_behind_it_is_ours_and_its_cookie_is_secure(proxied: Any) -> None:
    answer = proxied.http.get("/", headers={"accept": "text/html"})
    assert answer.status_code == 200
    assert "<title>Explore" in answer.text  # with its long headers: what to fetch, what it may load
    assert "Secure" in answer.headers["set-cookie"]
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_what_is_large_is_packed_and_the_app_knows_who_asks_and_under_which_name(proxied: Any) -> None:
    answer = proxied.http.get("/told", headers={"x-forwarded-for": "203.0.113.9"})
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.json()["host"] == NAME
    assert answer.json()["client"] == "127.0.0.1"  # who sits before nginx, whatever it says of itself


def test_a_socket_passes_and_one_of_another_page_does_not(proxied: Any) -> None:
    def opened(page: str) -> Any:
        there = socket.create_connection(("127.0.0.1", proxied.port))
        return connect(f"wss://{NAME}/socket", origin=Origin(page), sock=there, ssl=proxied.trusting, proxy=None)

    with opened(f"https://{NAME}") as ours:
        ours.send("here")
        assert ours.recv() == "here"
    with pytest.raises(InvalidStatus):
        opened("https://evil.example")


def test_an_upload_of_the_size_that_the_app_takes_passes_and_a_larger_one_ends_there(proxied: Any) -> None:
    most = limits.UPLOAD_MEGABYTES * 2**20
    assert proxied.http.post("/taken", content=b"x" * most).json() == {"bytes": most}
    assert proxied.http.post("/taken", content=b"x" * (most + 2 * 2**20)).status_code == 413


def test_the_service_gives_the_descriptors_that_the_app_asks_for() -> None:
    text = (DEPLOYMENT / "latent-playground.service").read_text()
    found = re.search(r"^LimitNOFILE=(\d+)$", text, re.MULTILINE)
    assert found
    assert int(found[1]) >= limits.DESCRIPTORS


def test_the_container_asks_its_own_health() -> None:
    text = (Path(__file__).parents[2] / "Containerfile").read_text()
    command = json.loads(text.split("HEALTHCHECK CMD ")[1].splitlines()[0])
    assert command[0] == "python"
    assert "/healthz" in command[-1]
    assert text.count("USER player") == 1  # not root
