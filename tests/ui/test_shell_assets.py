"""What the bar's dialogs fetch: every model once with a title of its own and pictures that are there, and codes of links."""

import json
import os
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest
import segno
from starlette.applications import Starlette
from starlette.testclient import TestClient

from live import library
from live.library import OpenModel
from live.shelf import Shelf
from models import gallery
from models.families import FAMILIES
from ui import assets
from ui.limits import LINK_CHARACTERS
from ui.server import shell_assets

Open = Callable[..., OpenModel]
HERE = "http://testserver"


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=[*assets.ROUTES, *shell_assets.ROUTES]), base_url=HERE)


def models_of(client: TestClient, query: str = "") -> dict[str, Any]:
    answer = client.get(f"/assets/models.json{query}")
    assert answer.headers["cache-control"] == "no-cache"
    found: dict[str, Any] = answer.json()
    return found


def test_every_model_is_there_with_a_title_and_pictures(client: TestClient, opened: Open) -> None:
    made = [opened("vae"), opened("cvae", latent_dim=3)]
    found = models_of(client)
    assert {row["id"] for row in found["models"]} == {one.checkpoint.run.run_id for one in made}
    assert len({row["title"] for row in found["models"]}) == 2
    for row in found["models"]:
        assert row["id"] not in row["title"]
        for url in (row["manifold"], *row["codes"].values()):
            assert client.get("/" + url).headers["content-type"].startswith("image/")


def test_a_model_says_what_the_browser_must_know_of_it(client: TestClient, opened: Open) -> None:
    run = opened("cvae", latent_dim=3).checkpoint.run
    (row,) = models_of(client)["models"]
    assert (row["family"], row["latentDim"], row["conditional"]) == ("cvae", 3, True)
    assert (row["data"], row["classes"]) == (run.data.name, list(run.data.class_names))
    assert (row["own"], row["film"], row["program"], row["made"]) == (True, False, "", run.made[:10])
    assert row["shelf"] == "own", "no list of shipped models names it"


def test_a_shipped_model_stands_on_the_shelf_of_its_data(client: TestClient, opened: Open) -> None:
    run = opened("vae").checkpoint.run
    (gallery.checkpoint_folder() / gallery.SHIPPED).write_text(run.run_id + "\n")
    found = models_of(client)
    (row,) = found["models"]
    assert (row["own"], row["shelf"]) == (False, run.data.name)
    assert [shelf["title"] for shelf in found["shelves"] if shelf["name"] == run.data.name] != []


def test_all_families_have_a_sentence(client: TestClient, opened: Open) -> None:
    opened()
    kinds = models_of(client)["kinds"]
    assert [kind["name"] for kind in kinds] == list(FAMILIES)
    assert len({kind["sentence"] for kind in kinds}) == len(FAMILIES)


@pytest.mark.parametrize(("query", "size"), [
    ("", "2 numbers"), ("?words=simple", "2 numbers"), ("?words=field", "2 latents"), ("?words=odd", "2 numbers"),
])  # fmt: skip
def test_sizes_are_said_in_the_layer_of_words_of_the_link(
    client: TestClient, opened: Open, query: str, size: str
) -> None:
    opened("vae")
    assert [row["size"] for row in models_of(client, query)["models"]] == [size]


def test_it_is_sent_again_only_when_it_has_changed(client: TestClient, opened: Open) -> None:
    opened("vae")
    tag = client.get("/assets/models.json").headers["etag"]
    again = client.get("/assets/models.json", headers={"if-none-match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    opened("cvae")
    assert client.get("/assets/models.json", headers={"if-none-match": tag}).status_code == 200


def test_no_model_is_opened_for_the_list(client: TestClient, opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    opened("vae")
    monkeypatch.setattr(library, "_read", lambda _folder: pytest.fail("a model was opened"))
    monkeypatch.setattr(library, "MODELS", Shelf())
    assert len(models_of(client)["models"]) == 1


def test_a_digest_is_that_of_the_open_model(opened: Open) -> None:
    model = opened("vae")
    assert library.digest_of(model.checkpoint.run.run_id) == model.digest


def test_a_model_that_lost_a_file_is_left_out(client: TestClient, opened: Open) -> None:
    whole, broken = opened("vae").checkpoint.run.run_id, opened("cvae").checkpoint.run.run_id
    os.remove(gallery.checkpoint_folder() / broken / "weights.safetensors")
    assert [row["id"] for row in models_of(client)["models"]] == [whole]


def test_a_code_is_the_links_own(client: TestClient) -> None:
    link = f"{HERE}/?model=mnist-vae&z=0.3%2C-1"
    answer = client.get("/assets/qr.svg", params={"link": link})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")
    picture = ElementTree.fromstring(answer.text)
    side = segno.make_qr(link, error="l").symbol_size(border=4)[0]
    assert picture.get("viewBox") == f"0 0 {side} {side}"
    ground, ink = list(picture)
    assert (ground.get("fill"), ink.get("stroke")) == ("#fff", "#000")


@pytest.mark.parametrize("link", [
    "http://evil.example/", "https://testserver.evil/", "//testserver/", "javascript:alert(1)", "", "http://[", "/create",
    "http://testserver@evil.example/", "ftp://testserver/", "http://testserver:99/",
])  # fmt: skip
def test_only_links_of_this_server_become_codes(client: TestClient, link: str) -> None:
    answer = client.get("/assets/qr.svg", params={"link": link})
    assert (answer.status_code, answer.text) == (400, "The link is not one of this server.")


def test_a_link_may_be_so_long_and_no_longer(client: TestClient) -> None:
    longest = f"{HERE}/?z=".ljust(LINK_CHARACTERS, "1")
    assert client.get("/assets/qr.svg", params={"link": longest}).status_code == 200
    assert client.get("/assets/qr.svg", params={"link": longest + "1"}).status_code == 400


def test_the_list_is_json_that_names_no_folder(client: TestClient, opened: Open) -> None:
    opened("vae")
    assert str(gallery.checkpoint_folder()) not in json.dumps(models_of(client))
