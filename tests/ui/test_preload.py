"""What a live page's answer names for fetching at once: all of it is there, and all of it is what the view asks for."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urljoin

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from live import draft, library
from live.library import OpenModel
from live.shelf import Shelf
from ui import assets
from ui.server.middleware import Entrance

Open = Callable[..., OpenModel]
LINK = re.compile(r"<([^>]*)>; rel=(\w+)([^,]*)")


@pytest.fixture
def pages() -> TestClient:
    """A server whose every page is the same HTML, as Streamlit's."""

    async def page(_request: Request) -> HTMLResponse:
        return HTMLResponse("<html></html>")

    routes = [*assets.ROUTES, Route("/{path:path}", page)]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(Entrance)]))


def linked(client: TestClient, address: str) -> dict[str, str]:
    """The addresses that an answer names, each with how it is to be fetched."""
    answer = client.get(address)
    assert answer.status_code == 200
    return {urljoin(address, url): rel + more for url, rel, more in LINK.findall(answer.headers.get("link", ""))}


def test_a_map_of_a_named_model_names_modules_and_what_decodes_and_nothing_besides(
    pages: TestClient, opened: Open
) -> None:
    model = opened()
    found = linked(pages, f"/?model={model.checkpoint.run.run_id}")
    base = "/" + assets.model_url(model)
    fetched = {url for url, how in found.items() if how == "preload; as=fetch; crossorigin"}
    words = "/" + assets.live_url("words/en.json")
    assert fetched == {base + "decoder.json", base + "decoder.bin", base + "latents.bin", words}
    assert "/" + assets.live_url("views/explore.js") in found
    for name in ("views/train.js", "views/create.js", "tools/by_hand.js"):
        assert "/" + assets.live_url(name) not in found, "another page's view is fetched when it is opened"
    assert found["/" + assets.live_url("main.js")] == "modulepreload"
    assert not {"/" + assets.plotly_url(), base + assets.THUMBS} & set(found)
    assert all(pages.get(url).status_code == 200 for url in found)


def test_of_a_large_decoder_the_draft_is_named(
    pages: TestClient, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library, "FACTS", Shelf())
    monkeypatch.setattr(draft, "WORTH", 1)
    model = opened()
    base = "/" + assets.model_url(model)
    found = linked(pages, f"/?model={model.checkpoint.run.run_id}")
    parts = {url.removeprefix(base) for url in found if url.startswith(base)}
    assert parts == {"decoder.json", "draft.bin", "draft-codes.bin"}
    assert all(pages.get(base + part).status_code == 200 for part in parts)


def test_a_path_prefix_survives(pages: TestClient, opened: Open) -> None:
    query = f"model={opened().checkpoint.run.run_id}"
    plain, prefixed = linked(pages, f"/?{query}"), linked(pages, f"/school/vae/?{query}")
    assert list(prefixed) == ["/school/vae" + url for url in plain]


@pytest.mark.parametrize("address", ["/library", "/static/js/create.js", "/_stcore/health", "/creates"])
def test_other_pages_name_nothing(pages: TestClient, address: str) -> None:
    assert linked(pages, address) == {}


@pytest.mark.parametrize(
    "query", ["", "model=gone", "model=..%2F..", "model=%00", "plane=1-2", "plane=9-9", "model=a&model=\u00ff"]
)
def test_without_a_model_that_is_there_it_is_the_one_that_the_page_opens_on(
    pages: TestClient, opened: Open, query: str
) -> None:
    model = opened()
    named = linked(pages, f"/?model={model.checkpoint.run.run_id}")
    assert linked(pages, f"/?{query}") == named
    assert [url for url in named if url.startswith("/" + assets.model_url(model))]


def test_without_any_model_the_code_remains(pages: TestClient, checkpoint_folder: Path) -> None:
    assert checkpoint_folder.is_dir()
    found = linked(pages, "/")
    assert found
    assert not [url for url in found if url.startswith("/assets/model/")]


def test_train_fetches_its_code_and_no_model(pages: TestClient, opened: Open) -> None:
    opened()
    found = linked(pages, "/train")
    assert found.pop("/" + assets.live_url("words/en.json")) == "preload; as=fetch; crossorigin"
    assert "/" + assets.live_url("views/film.js") in found
    assert set(found.values()) == {"modulepreload"}


def test_no_module_is_named_that_the_page_does_not_import(pages: TestClient, opened: Open) -> None:
    """The worker is started by another module, and what runs before the page is painted stands in its HTML."""
    opened()
    found = linked(pages, "/")
    for name in ("engine/manifold_worker.js", "shell/early.js"):
        assert "/" + assets.live_url(name) not in found


def test_plotly_comes_packed_to_who_can_unpack(pages: TestClient) -> None:
    packed = pages.get("/" + assets.plotly_url())
    plain = pages.get("/" + assets.plotly_url(), headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content
