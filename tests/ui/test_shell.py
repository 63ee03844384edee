"""The page's HTML: the app's name and bar on every page, what runs before Streamlit, and nothing else changed."""

import gzip
import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from live.words import t
from ui import assets
from ui.page_table import PAGES
from ui.server.bar import ICONS
from ui.server.shell import FIRST_VIEW, STREAMLIT_PAGE, Shell, _answer, page_html

PLACES = {page.address: t(page.title) for page in PAGES.values()}
STREAMLIT_SETTINGS = Path(__file__).parents[2] / ".streamlit" / "config.toml"

LINK = re.compile(r'<a href="\./([^"]*)"( aria-current=page)?(?: data-model)?><svg.*?</svg><span>([^<]+)</span></a>')


def links_of(text: str) -> list[tuple[str, str, str]]:
    """Address, mark and title of each link of the bar."""
    return LINK.findall(text.partition('<nav class="lp-places"')[2].partition("</nav>")[0])


async def _streamlit(request: Request) -> Response:
    """Answers as Streamlit does: its page for whatever it does not know, a 404 for its own endpoints below a page."""
    if request.url.path.endswith("/_stcore/health"):
        return Response(status_code=404)
    if request.url.path == "/json":
        return JSONResponse({"status": "ok"})
    return HTMLResponse("Streamlit's own")


@pytest.fixture
def client() -> TestClient:
    routes = [*assets.ROUTES, Route("/{path:path}", _streamlit)]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(Shell)]))


@pytest.mark.parametrize("place", PLACES)
def test_every_page_has_its_title_and_all_links_with_its_own_marked(client: TestClient, place: str) -> None:
    text = client.get(f"/{place}").text
    assert f"<title>{PLACES[place]} · Latent Playground</title>" in text
    links = links_of(text)
    assert [(address, title) for address, _, title in links] == list(PLACES.items())
    assert [address for address, current, _ in links if current] == [place]
    assert '<nav class="lp-places" aria-label="Pages">' in text
    assert re.search(
        r'<a class="lp-mark" href="\./"><span class="lp-picture"></span><span [^>]*>Latent Playground<', text
    )


def test_streamlit_starts_with_the_themes_of_the_settings() -> None:
    settings = tomllib.loads(STREAMLIT_SETTINGS.read_text())["theme"]
    told = json.loads(re.search(r"window.__streamlit = { \.\.\.(.*?), BACKEND", page_html(""))[1])
    for name in ("light", "dark"):
        theme = told[f"{name.upper()}_THEME"]
        assert theme == {option: settings[name][option] for option in theme}
        assert {"backgroundColor", "textColor", "primaryColor"} <= set(theme)
    assert told["HOST_CONFIG"] == {"blockErrorDialogs": True}


def test_every_icon_is_one_that_there_is() -> None:
    asked = set(re.findall('<use href="#([^"]+)"', page_html("")))
    assert len(asked) >= 11
    assert asked <= set(re.findall('<symbol id="([^"]+)"', ICONS.read_text()))


def test_every_tool_has_a_name() -> None:
    """An icon says nothing to a screen reader."""
    tools = re.findall(r"<button[^>]*>", page_html(""))
    unnamed = [tool for tool in tools if "aria-label" not in tool and not re.search("lp-(model|primary|wide)", tool)]
    assert len(tools) >= 10
    assert unnamed == []


@pytest.mark.parametrize("place", PLACES)
def test_the_places_that_show_any_model_say_so(place: str) -> None:
    marked = re.findall(r'<a href="\./([^"]*)"(?: aria-current=page)? data-model>', page_html(place))
    assert marked == ["", "create"]


def test_the_theme_is_chosen_before_anything_is_painted() -> None:
    text = page_html("")
    assert text.index("lp-theme") < text.index("<body")
    assert "// @ts-check" in text, "the comment of one line must not swallow the code"
    assert text.count("</script>") == page_html("train").count("</script>")


def test_what_must_come_first_comes_before_streamlits_code(client: TestClient) -> None:
    text = page_html("create")
    ours = text.index(assets.live_url("shell/main.js"))
    assert text.index("BACKEND_BASE_URL") < ours < text.index("/static/js/index.")
    assert client.get("/" + assets.live_url("shell/main.js")).status_code == 200
    assert text.index('class="lp-skip"') < text.index('class="lp-places"') < text.index('<div id="root">')


def test_streamlits_page_is_whole() -> None:
    kept = re.sub("<title>.*?</title>", "", STREAMLIT_PAGE.read_text())
    for tag in re.findall(r"<(?:script|link|meta|div)[^>]*>", kept):
        assert tag in page_html("")


def test_streamlits_files_wait_in_a_template_where_there_is_a_first_view() -> None:
    text = page_html("", held=True)
    held = text.partition('<template id="lp-held">')[2].partition("</template>")[0]
    outside = text.replace(held, "")
    assert "/static/js/index." in held and "/static/css/index." in held and 'as="font"' in held
    assert not re.search(r"(?:src|href)=\"\./static/", outside), "it would share the line with the first view"
    assert 'getElementById("lp-held")' in outside and assets.live_url("first.js") in outside
    for tag in re.findall(r"<(?:script|link|meta|div)[^>]*>", STREAMLIT_PAGE.read_text()):
        assert tag in text


@pytest.mark.parametrize("path", ["/nosuch", "/school/vae/nosuch", "/creates"])
def test_an_unknown_page_has_the_bar_too_and_none_marked(client: TestClient, path: str) -> None:
    text = client.get(path).text
    assert [current for _, current, _ in links_of(text)] == [""] * len(PLACES)


@pytest.mark.parametrize("prefix", ["/", "/school/vae/"])
def test_a_path_prefix_survives(client: TestClient, prefix: str) -> None:
    assert "<title>Create · Latent Playground</title>" in client.get(f"{prefix}create").text
    assert "<title>Explore · Latent Playground</title>" in client.get(prefix).text


OLDER = [
    ("map?model=mnist-vae&z=1,2&hide=3,4", "./?tool=point&model=mnist-vae&z=1%2C2&without=3%2C4"),
    ("traverse?z=1,2", "./?tool=slide&z=1%2C2"),
    ("interpolate?a=0,1&path=slerp", "./?tool=path&a=0%2C1&path=slerp"),
    ("generate?class=7", "./create?by=class&class=7"),
    ("draw", "./create?by=hand"),
    ("film?model=mnist-vae-film&epoch=3", "./train?model=mnist-vae-film&epoch=3"),
    ("claims", "./compare?by=claims"),
    ("gallery", "./library"),
    ("explore?z=1,2", "./?z=1%2C2"),
]


@pytest.mark.parametrize("prefix", ["/", "/school/vae/"])
@pytest.mark.parametrize(("older", "now"), OLDER, ids=[older.partition("?")[0] for older, _ in OLDER])
def test_an_older_link_leads_to_its_place_of_today(client: TestClient, prefix: str, older: str, now: str) -> None:
    answer = client.get(prefix + older, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (307, now)
    followed = client.get(prefix + older)
    assert followed.url.path == prefix + now.removeprefix("./").partition("?")[0]
    assert [current for _, current, _ in links_of(followed.text) if current] == [" aria-current=page"]


def test_train_has_kept_its_address(client: TestClient) -> None:
    assert client.get("/train?model=vae", follow_redirects=False).status_code == 200


@pytest.mark.parametrize("path", ["/create/_stcore/health", "/_stcore/page", "/component/index.html", "/favicon.png"])
def test_what_is_no_page_stays_as_it_is(client: TestClient, path: str) -> None:
    assert "lp-places" not in client.get(path).text


def test_json_of_a_route_stays_json(client: TestClient) -> None:
    assert client.get("/json").json() == {"status": "ok"}


@pytest.mark.parametrize(("accepted", "unpack"), [("gzip", gzip.decompress), ("identity", bytes)])
def test_it_is_packed_for_who_can_unpack_it(
    client: TestClient, accepted: str, unpack: Callable[[bytes], bytes]
) -> None:
    with client.stream("GET", "/train", headers={"accept-encoding": accepted}) as answer:
        raw = b"".join(answer.iter_raw())
        assert answer.headers["cache-control"] == "no-cache"
        assert int(answer.headers["content-length"]) == len(raw)
    assert unpack(raw).decode() == page_html("train").replace(FIRST_VIEW, "")


def test_what_is_added_to_one_answer_is_in_no_other() -> None:
    first, second = _answer("train", "", packed=True), _answer("train", "", packed=True)
    first.headers["Set-Cookie"] = "visitor=ada"
    assert "set-cookie" not in second.headers
