"""The log of visits: pages and sockets with a visitor, a status and a duration; no name, no link; off by default."""

import logging

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from ui.server import visits
from ui.server.visits import Visits

HTML = {"accept": "text/html"}


async def page(_request: Request) -> Response:
    return PlainTextResponse("here", 203)


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=[Route("/{path:path}", page)], middleware=[Middleware(Visits)]))


def test_a_page_is_one_line_without_the_link_and_a_file_is_none(
    client: TestClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.INFO, visits.__name__)
    monkeypatch.setattr(visits.visitors, "known", lambda _cookies: "secret")
    client.get("/create?model=mine", headers=HTML)
    client.get("/assets/a.js")
    (line,) = caplog.messages
    kind, who, path, status, took, unit = line.split()
    assert (kind, path, status, unit) == ("http", "/create", "203", "ms")
    assert len(who) == 8
    assert "secret" not in line
    assert float(took) >= 0


def test_whoever_has_no_cookie_is_new(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, visits.__name__)
    client.get("/", headers=HTML)
    assert f"http {visits.NOBODY} / 203" in caplog.text


def test_it_is_off_unless_it_is_asked_for(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    client.get("/", headers=HTML)
    assert caplog.messages == []


def test_the_environment_asks_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_LOG", "visits")
    before = list(visits.logger.handlers)
    try:
        Visits(Starlette())
        assert visits.logger.isEnabledFor(logging.INFO)
    finally:
        visits.logger.handlers[:] = before
        visits.logger.setLevel(logging.NOTSET)
