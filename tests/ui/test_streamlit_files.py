"""Streamlit's scripts and styles come packed and for good; everything else passes as it is."""

import gzip

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from ui.server.streamlit_files import FOLDER, PackedFiles

SCRIPT = next(FOLDER.glob("js/index.*.js"))
STYLE = next(FOLDER.glob("css/index.*.css"))


async def _other(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("as it is")


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=[Route("/{path:path}", _other)], middleware=[Middleware(PackedFiles)]))


@pytest.mark.parametrize("prefix", ["", "/school/vae"])
@pytest.mark.parametrize("path", [SCRIPT, STYLE], ids=["script", "style"])
def test_they_are_packed_and_the_same(client: TestClient, prefix: str, path: object) -> None:
    file = SCRIPT if path == SCRIPT else STYLE
    with client.stream("GET", f"{prefix}/static/{file.parent.name}/{file.name}") as answer:
        raw = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip" and "immutable" in answer.headers["cache-control"]
    assert gzip.decompress(raw) == file.read_bytes()
    assert len(raw) < 0.5 * file.stat().st_size


def test_who_can_not_unpack_gets_it_plain(client: TestClient) -> None:
    answer = client.get(f"/static/js/{SCRIPT.name}", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in answer.headers and answer.content == SCRIPT.read_bytes()


@pytest.mark.parametrize(
    "path",
    ["/static/js/nosuch.js", "/static/js/..%2f..%2findex.html", "/static/media/a.woff2", "/create", "/static/js/"],
)
def test_nothing_else_is_touched(client: TestClient, path: str) -> None:
    assert client.get(path).text == "as it is"
