"""Where requests come in: headers for all, a cookie for who asks for a page and has none, and one address shut."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket

from ui import visitors
from ui.server.middleware import Entrance

PAGE = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


async def page(_request: HTTPConnection) -> Response:
    return HTMLResponse("<html></html>")


async def who(request: HTTPConnection) -> Response:
    return JSONResponse(visitors.known(request.cookies), headers={"X-Frame-Options": "DENY"})


async def stream(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text("open")
    await socket.close()


@pytest.fixture
def client(checkpoint_folder: Path) -> Iterator[TestClient]:
    """A browser that keeps cookies."""
    assert checkpoint_folder.is_dir()
    routes = [Route("/who", who), WebSocketRoute("/stream", stream), Route("/{path:path}", page)]
    app = Starlette(routes=routes, middleware=[Middleware(Entrance)])
    with TestClient(app, base_url="http://testserver") as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/create", "/a/b/create?model=gone", "/_stcore/health", "/_stcore/metrics"])
def test_every_answer_is_safe_from_guessing_and_framing(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Content-Security-Policy"].endswith("frame-ancestors 'self'")
    assert headers["X-Frame-Options"] == "SAMEORIGIN"


def test_it_hears_who_asks_but_not_who_watches_the_server() -> None:
    heard: list[int] = []
    routes = [Route("/{path:path}", page)]
    app = Starlette(routes=routes, middleware=[Middleware(Entrance, heard=lambda: heard.append(1))])
    with TestClient(app) as client:
        for path in ("/healthz", "/a/b/_stcore/health"):
            client.get(path)
        assert heard == []
        client.get("/create")
        assert heard == [1]


def test_what_an_answer_says_itself_is_left(client: TestClient) -> None:
    assert client.get("/who").headers.get_list("X-Frame-Options") == ["DENY"]


def test_a_browser_gets_a_cookie_with_its_first_page_and_keeps_it(client: TestClient) -> None:
    first = client.get("/create", headers=PAGE)
    assert len(first.headers.get_list("set-cookie")) == 1
    name = client.get("/who").json()
    assert len(name) == 32
    assert "set-cookie" not in client.get("/train", headers=PAGE).headers
    assert client.get("/who").json() == name


def test_a_forged_cookie_is_replaced(client: TestClient) -> None:
    name = client.get("/", headers=PAGE).headers["set-cookie"].partition("=")[0]
    client.cookies.clear()
    client.cookies.set(name, "0" * 32 + ".forged", domain="testserver.local", path="/")
    assert "set-cookie" in client.get("/", headers=PAGE).headers
    assert client.get("/who").json() not in (None, "0" * 32)


def test_what_is_no_page_sets_no_cookie(client: TestClient) -> None:
    for accept in ("*/*", "application/json", "image/png"):
        assert "set-cookie" not in client.get("/create", headers={"accept": accept}).headers


@pytest.mark.parametrize(
    ("forwarded", "secure"),
    [(None, False), ("http", False), ("https", True), ("https, http", True), ("http, https", False), ("", False), ("x", False)],
)  # fmt: skip
def test_behind_https_the_cookie_stays_there(client: TestClient, forwarded: str | None, secure: bool) -> None:
    headers = PAGE | ({} if forwarded is None else {"x-forwarded-proto": forwarded})
    assert ("; Secure" in client.get("/", headers=headers).headers["set-cookie"]) is secure


def test_https_itself_counts_too(client: TestClient) -> None:
    assert "; Secure" in client.get("https://testserver/", headers=PAGE).headers["set-cookie"]


@pytest.mark.parametrize(
    "path", ["/_stcore/metrics", "/_stcore/metrics/", "/a/b/_stcore/metrics", "/_stcore/metrics?families=x"]
)
def test_counts_of_sessions_are_nobodys_business(client: TestClient, path: str) -> None:
    found = client.get(path)
    assert (found.status_code, found.text) == (404, "There is no such page.")


def test_its_neighbours_are_open(client: TestClient) -> None:
    assert client.get("/_stcore/health").status_code == 200


def test_a_websocket_passes(client: TestClient) -> None:
    with client.websocket_connect("/stream") as socket:
        assert socket.receive_text() == "open"
