"""What a live page's answer names for fetching at once: all of it is there, and all of it is what the view asks for."""

import re
from collections.abc import Callable
from urllib.parse import urljoin

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from ui import assets
from ui.library import OpenModel
from ui.planes import default_plane, plane_of
from ui.preload import Preload

Open = Callable[..., OpenModel]
LINK = re.compile(r"<([^>]*)>; rel=(\w+)([^,]*)")


@pytest.fixture
def pages() -> TestClient:
    """A server whose every page is the same HTML, as Streamlit's."""

    async def page(_request: Request) -> HTMLResponse:
        return HTMLResponse("<html></html>")

    routes = [*assets.ROUTES, Route("/{path:path}", page)]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(Preload)]))


def linked(client: TestClient, address: str) -> dict[str, str]:
    """The addresses that an answer names, each with how it is to be fetched."""
    answer = client.get(address)
    assert answer.text == "<html></html>"
    return {urljoin(address, url): rel + more for url, rel, more in LINK.findall(answer.headers.get("link", ""))}


def test_a_map_of_a_named_model_names_modules_parts_figure_and_plotly(pages: TestClient, opened: Open) -> None:
    model = opened()
    found = linked(pages, f"/map?model={model.checkpoint.run.run_id}")
    base = "/" + assets.model_url(model)
    figure = "/" + assets.figure_url(model, plane_of(model, default_plane(model)))
    fetched = {url for url, how in found.items() if how == "preload; as=fetch; crossorigin"}
    assert fetched == {base + "decoder.json", base + "decoder.bin", base + "latents.bin", figure}
    assert found["/" + assets.live_url("main.js")] == "modulepreload"
    assert found["/" + assets.plotly_url()] == "preload; as=script"
    assert all(pages.get(url).status_code == 200 for url in found)


def test_a_path_prefix_survives(pages: TestClient, opened: Open) -> None:
    query = f"model={opened().checkpoint.run.run_id}"
    plain, prefixed = linked(pages, f"/map?{query}"), linked(pages, f"/school/vae/map?{query}")
    assert list(prefixed) == ["/school/vae" + url for url in plain]


@pytest.mark.parametrize("address", ["/", "/gallery", "/static/js/map.js", "/_stcore/health", "/maps"])
def test_other_pages_name_nothing(pages: TestClient, address: str) -> None:
    assert linked(pages, address) == {}


@pytest.mark.parametrize("query", ["", "model=gone", "model=..%2F..", "model=%00", "plane=1-2", "model=a&model=\u00ff"])
def test_without_a_model_that_is_there_the_modules_remain(pages: TestClient, opened: Open, query: str) -> None:
    opened()
    found = linked(pages, f"/traverse?{query}")
    assert found
    assert set(found.values()) == {"modulepreload"}


def test_a_plane_that_is_not_one_names_no_part(pages: TestClient, opened: Open) -> None:
    query = f"model={opened().checkpoint.run.run_id}&plane=9-9"
    assert "preload; as=fetch; crossorigin" not in linked(pages, f"/map?{query}").values()


def test_plotly_comes_packed_to_who_can_unpack(pages: TestClient) -> None:
    packed = pages.get("/" + assets.plotly_url())
    plain = pages.get("/" + assets.plotly_url(), headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content
