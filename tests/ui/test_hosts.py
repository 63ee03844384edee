"""For which names the server answers, whose pages may open sockets and send, and a proxy that writes another host."""

from collections.abc import Iterator

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from ui.server import hosts
from ui.server.hosts import Hosts, is_answered

HERE = "127.0.0.1:8501"
PUBLIC = "play.example.com"
SOCKET = f"ws://{HERE}/socket"


async def seen(request: Request) -> Response:
    return PlainTextResponse(request.headers.get("host", ""))


async def open_socket(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text(socket.headers["host"])
    await socket.close()


@pytest.fixture
def client() -> Iterator[TestClient]:
    routes = [Route("/", seen, methods=["GET", "POST", "PUT", "DELETE"]), WebSocketRoute("/socket", open_socket)]
    with TestClient(Starlette(routes=routes, middleware=[Middleware(Hosts)]), base_url=f"http://{HERE}") as client:
        yield client


@pytest.fixture
def public(monkeypatch: pytest.MonkeyPatch) -> None:
    """The setting holds a public name and all names below another."""
    get_option = st.get_option
    names = [PUBLIC, "*.School.example."]
    monkeypatch.setattr(
        hosts.st, "get_option", lambda name: names if name == "server.allowedHosts" else get_option(name)
    )


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", HERE, "[::1]:8501", "192.168.1.20:8501", "localhost", "LOCALHOST:80", "a.localhost:8501",
        "localhost.", "Laptop.local:8501", "laptop", "",
    ],
)  # fmt: skip
def test_numbers_and_this_computers_own_names_are_answered(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setattr(hosts.socket, "gethostname", lambda: "Laptop")
    assert is_answered(host)


@pytest.mark.parametrize(
    "host",
    [
        "evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "evil.example:8501", "user@evil.example",
        "127.0.0.1@evil.example", "[::1", "1e3.example", "x/y", "evil.example:99999999", "laptop.evil",
        PUBLIC,
    ],
)  # fmt: skip
def test_another_name_is_refused_with_a_sentence(client: TestClient, host: str) -> None:
    answer = client.get("/", headers={"host": host})
    assert answer.status_code == 421
    assert "server.allowedHosts" in answer.text
    with pytest.raises(WebSocketDisconnect), client.websocket_connect(SOCKET, headers={"host": host}):
        pass


@pytest.mark.usefixtures("public")
def test_the_setting_adds_names_and_what_ends_like_them() -> None:
    for host in (PUBLIC, f"{PUBLIC}:443", "PLAY.example.com.", "a.school.example", HERE):
        assert is_answered(host), host
    for host in ("play.example.com.evil", "school.example", "evilschool.example", "x.example.com"):
        assert not is_answered(host), host


ELSEWHERE = [
    "http://evil.example", "https://evil.example:8501", f"http://{HERE}.evil.example", "http://127.0.0.1:9999",
    "http://127.0.0.1", "null", "", "http://[::1", "file://", f"http://{HERE}@evil.example",
]  # fmt: skip


@pytest.mark.parametrize("origin", ELSEWHERE)
def test_a_page_of_another_server_opens_no_socket_and_sends_nothing(client: TestClient, origin: str) -> None:
    headers = {"origin": origin}
    with pytest.raises(WebSocketDisconnect) as refused, client.websocket_connect(SOCKET, headers=headers):
        pass
    assert refused.value.code == hosts.FOREIGN
    for method in ("POST", "PUT", "DELETE"):
        assert client.request(method, "/", headers=headers).status_code == 403
    assert client.get("/", headers=headers).status_code == 200  # what it then reads, the browser keeps from it


@pytest.mark.parametrize("origin", [f"http://{HERE}", f"https://{HERE}", None])
def test_a_page_of_this_server_and_what_is_no_browser_may(client: TestClient, origin: str | None) -> None:
    headers = {"origin": origin} if origin else {}
    with client.websocket_connect(SOCKET, headers=headers) as socket:
        assert socket.receive_text() == HERE
    assert client.post("/", headers=headers).text == HERE


@pytest.mark.usefixtures("public")
def test_behind_a_proxy_that_writes_another_host_the_browsers_own_is_put_back(client: TestClient) -> None:
    headers = {"origin": f"https://{PUBLIC}"}
    with client.websocket_connect(SOCKET, headers=headers) as socket:
        assert socket.receive_text() == PUBLIC
    assert client.post("/", headers=headers).text == PUBLIC
    assert client.post("/", headers={"origin": "https://evil.example"}).status_code == 403
