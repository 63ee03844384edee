"""A model as one file by its address: the same file as on the command line, made once, refused in a sentence."""

import warnings
from collections.abc import Callable, Iterator

import pytest
from starlette.applications import Starlette

from exports import one_file, routes
from exports.one_file import OneFile
from live.library import OpenModel
from ui.assets import model_url
from ui.server.routes import routes as all_routes

with warnings.catch_warnings():  # starlette asks for httpx2; httpx does the same
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

Open = Callable[..., OpenModel]


@pytest.fixture
def client() -> Iterator[TestClient]:
    routes.FILES._entries.clear()
    with TestClient(Starlette(routes=all_routes("", routes.ROUTES))) as client:
        yield client


@pytest.mark.parametrize(("name", "draw"), [("page", False), ("page-draw", True)])
def test_it_is_the_command_lines_file_under_its_name(client: TestClient, opened: Open, name: str, draw: bool) -> None:
    model = opened()
    found = client.get(f"{model_url(model)}{name}.html")
    assert found.content == OneFile(model, draw).content()
    assert found.headers["Content-Disposition"] == f'attachment; filename="tiny-vae{"-draw" if draw else ""}.html"'
    assert found.headers["Cache-Control"] == "no-cache"
    assert found.headers["X-Content-Type-Options"] == "nosniff"


def test_its_size_is_told_without_it_and_it_is_made_once(
    client: TestClient, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"{model_url(opened())}page.html"
    head = client.head(url)
    assert (head.status_code, head.content) == (200, b"")
    monkeypatch.setattr(OneFile, "content", lambda _: pytest.fail("made twice"))
    assert int(head.headers["Content-Length"]) == len(client.get(url).content)


def test_a_model_that_was_replaced_or_is_too_large_is_a_sentence(
    client: TestClient, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = model_url(opened())
    gone = client.get(f"{url[:-3]}00/page.html")
    assert (gone.status_code, gone.text) == (404, "This model was replaced; reload the page.")
    monkeypatch.setattr(one_file, "MAX_BYTES", 1000)
    large = client.get(f"{url}page.html")
    assert large.status_code == 404
    assert "too large for one file" in large.text


def test_the_models_other_files_are_where_they_were(client: TestClient, opened: Open) -> None:
    assert client.get(f"{model_url(opened())}decoder.json").status_code == 200
