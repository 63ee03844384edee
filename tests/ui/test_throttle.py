"""Who asks too much waits: rates by a clock of the test's own, and the middleware as a client meets it."""

import asyncio
import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocket, WebSocketDisconnect

from live.words import t
from ui import limits, visitors
from ui.limits import Rate
from ui.server.throttle import Buckets, Throttle

MB = 10**6


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class TestBuckets:
    def test_a_burst_at_once_then_one_after_the_other(self) -> None:
        clock = Clock()
        buckets = Buckets(Rate(2.0, 3.0), clock)
        assert [buckets.take("a") for _ in range(4)] == [0, 0, 0, 0.5]
        clock.now += 0.5
        assert [buckets.take("a") for _ in range(2)] == [0, 0.5]

    def test_what_is_refused_costs_nothing(self) -> None:
        clock = Clock()
        buckets = Buckets(Rate(1.0, 2.0), clock)
        assert [buckets.take("a", 2), buckets.take("a", 2), buckets.take("a", 2)] == [0, 2, 2]
        clock.now += 2
        assert buckets.take("a", 2) == 0

    def test_a_rest_fills_it_and_no_more_than_that(self) -> None:
        clock = Clock()
        buckets = Buckets(Rate(2.0, 3.0), clock)
        assert buckets.take("a", 3) == 0
        clock.now += 1_000
        assert [buckets.take("a") for _ in range(4)] == [0, 0, 0, 0.5]

    def test_one_does_not_pay_for_another(self) -> None:
        buckets = Buckets(Rate(1.0, 1.0), Clock())
        assert [buckets.take("a"), buckets.take("a"), buckets.take("b")] == [0, 1, 0]

    def test_who_borrows_waits_longer_each_time(self) -> None:
        buckets = Buckets(Rate(4.0, 2.0), Clock())
        assert [buckets.borrow("a") for _ in range(5)] == [0, 0, 0.25, 0.5, 0.75]

    def test_it_remembers_so_many(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(limits, "CLIENTS", 2)
        buckets = Buckets(Rate(1.0, 1.0), Clock())
        assert [buckets.take(key) for key in ("a", "b", "c", "a", "c")] == [0, 0, 0, 0, 1]


async def answer(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


async def echo(socket: WebSocket) -> None:
    await socket.accept()
    with contextlib.suppress(WebSocketDisconnect):
        while True:
            await socket.send_bytes(await socket.receive_bytes())


@pytest.fixture
def server(checkpoint_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A function that gives a client of one server, whose limits are set small: `server(REQUESTS=Rate(1, 2))`."""
    assert checkpoint_folder.is_dir()
    routes = [WebSocketRoute("/stream", echo), WebSocketRoute("/assets/model/m/d/decode", echo)]
    routes.append(Route("/{path:path}", answer, methods=["GET", "PUT", "POST"]))
    opened: list[TestClient] = []

    def make(address: str = "10.0.0.1", app: Any = None, **changed: Any) -> TestClient:
        for name, value in changed.items():
            monkeypatch.setattr(limits, name, value)
        app = app or Starlette(routes=routes, middleware=[Middleware(Throttle)])
        client = TestClient(app, client=(address, 1))
        opened.append(client.__enter__())
        return client

    yield make
    for client in opened:
        client.__exit__(None, None, None)


def known(client: TestClient) -> TestClient:
    """Gives the client a visitor's cookie."""
    name, value = visitors.new_cookie(secure=False).split(";")[0].split("=", 1)
    client.cookies.set(name, value)
    return client


def another(client: TestClient, **address: str) -> Any:
    """What it takes to be another client of the same server."""
    return {"app": client.app, **address}


class TestRequests:
    def test_too_many_are_told_when_to_come_back(self, server: Any) -> None:
        client = server(REQUESTS=Rate(0.1, 3))
        answers = [client.get("/") for _ in range(4)]
        assert [one.status_code for one in answers] == [200, 200, 200, 429]
        assert answers[3].headers["Retry-After"] == "10"
        assert answers[3].text == t("limit.requests", count=10)

    def test_a_visitor_is_not_stopped_by_strangers_of_the_same_address(self, server: Any) -> None:
        flood = server(REQUESTS=Rate(0.1, 3))
        for _ in range(10):
            flood.get("/")
        assert flood.get("/").status_code == 429
        pupil = known(server(**another(flood)))
        assert [pupil.get("/").status_code for _ in range(4)] == [200, 200, 200, 429]
        assert known(server(**another(flood))).get("/").status_code == 200, "another pupil"

    def test_a_forged_cookie_is_a_strangers(self, server: Any) -> None:
        client = server(REQUESTS=Rate(0.1, 3))
        name = visitors.new_cookie(secure=False).split("=")[0]
        found = [client.get("/", headers={"cookie": f"{name}=invented{n}.signature"}).status_code for n in range(4)]
        assert found == [200, 200, 200, 429]

    def test_many_visitors_of_one_address_share_what_it_may(self, server: Any) -> None:
        first = known(server(ADDRESS_REQUESTS=Rate(0.1, 4)))
        pupils = [first, *(known(server(**another(first))) for _ in range(5))]
        assert [pupil.get("/").status_code for pupil in pupils] == [200] * 4 + [429] * 2
        assert known(server(**another(first, address="10.0.0.2"))).get("/").status_code == 200

    def test_what_is_computed_counts_more(self, server: Any) -> None:
        client = server(REQUESTS=Rate(0.1, 2 * limits.COMPUTED))
        path = "/a/b/assets/model/m/d/map-3-4.json"
        assert [client.get(path).status_code for _ in range(3)] == [200, 200, 429]

    @pytest.mark.parametrize("name", ["map-1-2.json", "map-1-1.json", "decoder.bin"])
    def test_what_is_there_already_counts_once(self, server: Any, name: str) -> None:
        client = server(REQUESTS=Rate(0.1, 3))
        assert [client.get(f"/assets/model/m/d/{name}").status_code for _ in range(4)] == [200] * 3 + [429]

    @pytest.mark.parametrize("path", ["/healthz", "/a/_stcore/health"])
    def test_who_watches_the_server_is_always_answered(self, server: Any, path: str) -> None:
        client = server(REQUESTS=Rate(0.1, 1))
        assert [client.get(path).status_code for _ in range(5)] == [200] * 5


class TestBodies:
    @pytest.mark.parametrize(
        ("path", "size", "status"),
        [
            ("/", 64 * 1024, 200), ("/", 64 * 1024 + 1, 413), ("/_stcore/upload_file/s/f", MB, 200),
            ("/a/_stcore/upload_file/s/f", 34 * MB, 413),
        ],
    )  # fmt: skip
    def test_have_a_size(self, server: Any, path: str, size: int, status: int) -> None:
        assert server().put(path, content=bytes(size)).status_code == status

    def test_one_that_does_not_say_its_length_ends_at_the_limit(self, server: Any) -> None:
        def endless() -> Iterator[bytes]:
            for _ in range(1_000):
                yield bytes(65_536)

        with pytest.raises(ClientDisconnect):
            server().put("/", content=endless())

    def test_uploads_of_a_visitor_and_of_all_have_a_rate(self, server: Any) -> None:
        first = known(server(UPLOADED=Rate(0.01 * MB, 3 * MB), ALL_UPLOADED=Rate(0.01 * MB, 5 * MB)))
        path = "/_stcore/upload_file/s/f"
        assert [first.put(path, content=bytes(MB)).status_code for _ in range(4)] == [200, 200, 200, 429]
        assert first.put(path, content=bytes(MB)).text == t("limit.uploads", count=2)
        other = known(server(**another(first, address="10.0.0.2")))
        assert [other.put(path, content=bytes(MB)).status_code for _ in range(3)] == [200, 200, 429]


class TestSockets:
    @pytest.fixture
    def rests(self, monkeypatch: pytest.MonkeyPatch) -> list[float]:
        """How long messages were held up; nobody waits for it."""
        rests: list[float] = []
        sleep = asyncio.sleep

        async def rest(seconds: float) -> None:
            rests.append(round(seconds, 1))
            await sleep(0)

        monkeypatch.setattr("ui.server.throttle.asyncio.sleep", rest)
        return rests

    @pytest.mark.parametrize(("path", "rate"), [("/stream", "MESSAGES"), ("/assets/model/m/d/decode", "DECODES")])
    def test_messages_wait_and_none_is_lost(self, server: Any, rests: list[float], path: str, rate: str) -> None:
        client = known(server(**{rate: Rate(0.5, 3)}))
        with client.websocket_connect(path) as socket:
            for n in range(6):
                socket.send_bytes(bytes([n]))
            assert [socket.receive_bytes() for _ in range(6)] == [bytes([n]) for n in range(6)]
        assert rests[:6] == [0, 0, 0, 2, 4, 6]

    def test_a_second_socket_of_a_visitor_has_no_rate_of_its_own(self, server: Any, rests: list[float]) -> None:
        client = known(server(MESSAGES=Rate(0.5, 3)))
        with client.websocket_connect("/stream") as one, client.websocket_connect("/stream") as other:
            for socket in (one, other, one, other):
                socket.send_bytes(b"x")
                socket.receive_bytes()
        assert rests[:4] == [0, 0, 0, 2]

    def test_a_message_has_a_size(self, server: Any) -> None:
        with server().websocket_connect("/stream") as socket:
            socket.send_bytes(bytes(limits.MESSAGE_BYTES))
            assert len(socket.receive_bytes()) == limits.MESSAGE_BYTES
            socket.send_bytes(bytes(limits.MESSAGE_BYTES + 1))
            with pytest.raises(WebSocketDisconnect) as closed:
                socket.receive_bytes()
        assert closed.value.code == 1009

    @pytest.mark.parametrize(
        ("name", "joined"), [("SOCKETS", True), ("ADDRESS_SOCKETS", False), ("ALL_SOCKETS", False)]
    )
    def test_so_many_and_when_one_ends_another_may(self, server: Any, name: str, joined: bool) -> None:
        first = known(server(**{name: 2}))
        other = first if joined else known(server(**another(first)))
        with first.websocket_connect("/stream") as one, other.websocket_connect("/stream"):
            with pytest.raises((WebSocketDisconnect, WebSocketDenialResponse)), other.websocket_connect("/stream"):
                pass
            one.close()
            with other.websocket_connect("/stream") as third:
                third.send_bytes(b"x")
                assert third.receive_bytes() == b"x"
