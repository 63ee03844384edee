"""What goes to a browser is packed once or never, whoever asks and however often."""

import gzip
from collections.abc import Callable, Iterator

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware, GZipResponder
from starlette.testclient import TestClient

from live import pictures
from live.library import OpenModel
from ui import answers, assets

Open = Callable[..., OpenModel]
PLAIN = {"accept-encoding": "identity"}


@pytest.fixture
def client() -> Iterator[TestClient]:
    """A browser of a server that packs what names no encoding, as Streamlit's does."""
    middleware = [Middleware(GZipMiddleware, minimum_size=500)]
    with TestClient(Starlette(routes=assets.ROUTES, middleware=middleware)) as client:
        yield client


@pytest.fixture
def packings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Who packed something: us, or the server for a visitor."""
    done: list[str] = []
    ours, servers = gzip.compress, GZipResponder.apply_compression

    def compress(content: bytes, level: int = 9) -> bytes:
        done.append("us")
        return ours(content, level)

    def apply_compression(responder: GZipResponder, *args: object, **more: object) -> object:
        done.append("the server")
        return servers(responder, *args, **more)

    monkeypatch.setattr(gzip, "compress", compress)
    monkeypatch.setattr(GZipResponder, "apply_compression", apply_compression)
    return done


@pytest.mark.parametrize(
    ("name", "times"),
    [("latents.bin", 1), ("map-1-2.json", 1), ("decoder.bin", 0), ("encoder.bin", 0), ("decoder.json", 0), ("manifold.webp", 0)],
)  # fmt: skip
def test_two_visitors_cost_one_packing_at_most(
    client: TestClient, opened: Open, packings: list[str], name: str, times: int
) -> None:
    url = assets.model_url(opened(run_id=f"once-{name.partition('.')[0]}", test_count=200)) + name
    first, second = client.get(url), client.get(url)
    assert packings == ["us"] * times
    assert first.content == second.content == client.get(url, headers=PLAIN).content
    assert first.headers["content-encoding"] == ("gzip" if times else "identity")


def test_the_views_code_and_plotly_are_packed_once(client: TestClient, packings: list[str]) -> None:
    answers.packed_file.cache_clear()
    for url in (assets.live_url("main.js"), assets.live_url("live.css"), assets.plotly_url()):
        packings.clear()
        assert client.get(url).content == client.get(url).content
        assert packings == ["us"], url


def test_who_cannot_unpack_gets_it_plain(client: TestClient, opened: Open) -> None:
    model = opened(test_count=50)
    found = client.get(assets.model_url(model) + "latents.bin", headers=PLAIN)
    assert "content-encoding" not in found.headers
    assert "Accept-Encoding" in found.headers["vary"]
    assert found.content == gzip.decompress(pictures.packed_latents(model))
