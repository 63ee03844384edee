"""Our addresses at the root and under a prefix, and what is under the prefix and not ours is left to Streamlit."""

from collections.abc import Callable

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from live.library import OpenModel
from ui import assets
from ui.server.routes import routes

Open = Callable[..., OpenModel]


def browser(prefix: str) -> TestClient:
    """Of a server whose every other page is Streamlit's."""

    async def page(_request: Request) -> HTMLResponse:
        return HTMLResponse("<html></html>")

    return TestClient(Starlette(routes=[*routes(prefix), Route("/{path:path}", page)]))


@pytest.mark.parametrize(
    ("prefix", "base"), [("", "/"), ("/", "/"), ("a/b", "/a/b/"), ("/a/b", "/a/b/"), ("/school/", "/school/")]
)
def test_everything_is_served_under_the_prefix_and_at_the_root(prefix: str, base: str, opened: Open) -> None:
    client, model = browser(prefix), opened()
    urls = ["healthz", assets.live_url("main.js"), assets.plotly_url(), assets.model_url(model) + "decoder.bin"]
    for url in urls:
        for found in (client.get(base + url), client.get("/" + url)):
            assert found.status_code == 200
            assert "html" not in found.headers["content-type"], url
    job = client.get(base + "jobs/gone.json")
    assert (job.status_code, job.headers["content-type"].split(";")[0]) == (404, "text/plain")
    with client.websocket_connect(f"{base}{assets.model_url(model)}decode") as socket:
        socket.send_text('{"z": [0, 0], "y": []}')
        assert len(socket.receive_bytes()) == 64


def test_streamlits_pages_are_left_to_it() -> None:
    for path in ("/a/b/", "/a/b/map", "/a/b/assets", "/a/b/static/x.js", "/a/bassets/x"):
        assert browser("/a/b").get(path).text == "<html></html>"
