"""What is one file by its address: the same file as on the command line, made once, refused in a sentence."""

import warnings
from collections.abc import Callable, Iterator

import pytest
from starlette.applications import Starlette

from exports import one_file, routes
from exports.contents import Wish, named
from exports.hub import hub_zip
from exports.one_file import OneFile
from exports.tables import parquet_of
from live.library import OpenModel
from ui import switches
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


URL = "/assets/file.html"


@pytest.mark.parametrize("wishes", [[], ["draw"], ["draw", "train"]])
def test_it_is_the_command_lines_file_under_its_name(client: TestClient, opened: Open, wishes: list[Wish]) -> None:
    opened()
    found = client.get(URL, params={"what": "tiny-vae"} | dict.fromkeys(wishes, "1"))
    assert found.content == OneFile(named("tiny-vae", wishes)).content()
    name = "-".join(["tiny-vae", *wishes])
    assert found.headers["Content-Disposition"] == f'attachment; filename="{name}.html"'
    assert found.headers["Cache-Control"] == "no-cache"
    assert found.headers["X-Content-Type-Options"] == "nosniff"


def test_models_side_by_side_are_one_file_too(client: TestClient, opened: Open) -> None:
    opened()
    opened("cvae")
    found = client.get(URL, params={"what": "tiny-cvae,tiny-vae"})
    assert found.headers["Content-Disposition"] == 'attachment; filename="compare-tiny-cvae-tiny-vae.html"'
    assert found.content == OneFile(named("tiny-cvae,tiny-vae")).content()


def test_its_size_is_told_without_it_and_it_is_made_once(
    client: TestClient, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened()
    url = f"{URL}?what=tiny-vae"
    head = client.head(url)
    assert (head.status_code, head.content) == (200, b"")
    with monkeypatch.context() as patch:
        patch.setattr(OneFile, "content", lambda _: pytest.fail("made twice"))
        assert int(head.headers["Content-Length"]) == len(client.get(url).content)
    before = client.get(url).content
    opened(seed=5)
    assert client.get(url).content != before, "another model under this name is another file"


def test_what_is_not_there_or_too_large_is_a_sentence(
    client: TestClient, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened()
    gone = client.get(URL, params={"what": "lesson:gone"})
    assert gone.status_code == 404
    assert gone.text.startswith("there is no lesson called gone")
    assert client.get(URL).status_code == 404
    monkeypatch.setattr(one_file, "MAX_BYTES", 1000)
    large = client.get(URL, params={"what": "tiny-vae"})
    assert large.status_code == 404
    assert "“tiny-vae” is too large for one file: 0." in large.text
    assert "python -m exports site FOLDER --models tiny-vae" in large.text


def test_the_models_other_files_are_where_they_were(client: TestClient, opened: Open) -> None:
    assert client.get(f"{model_url(opened())}decoder.json").status_code == 200


def test_codes_and_a_hubs_folder_are_files_under_the_models_name(client: TestClient, opened: Open) -> None:
    model = opened()
    found = client.get("/assets/codes.parquet", params={"what": "tiny-vae"})
    assert found.content == parquet_of(model)
    assert found.headers["Content-Disposition"] == 'attachment; filename="tiny-vae-codes.parquet"'
    assert client.get("/assets/codes.parquet", params={"what": "gone"}).status_code == 404
    packed = client.get("/assets/hub.zip", params={"what": "tiny-vae"})
    assert packed.content == hub_zip("tiny-vae")
    assert packed.headers["Content-Disposition"] == 'attachment; filename="tiny-vae-hub.zip"'
    switches.turn("downloads", False)
    for address in (URL, "/assets/codes.parquet", "/assets/hub.zip"):
        answer = client.get(address, params={"what": "tiny-vae"})
        assert (answer.status_code, "switched off" in answer.text) == (404, True)
