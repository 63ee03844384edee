"""What fails under a page: a sentence says so, and all that does not depend on it goes on working."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks import chromium
from benchmarks.serving import Server, running_app
from live.words import t
from tests.browser.conftest import OpenPage
from tests.browser.decoded import decoded, far_from
from tests.browser.live_page import LivePage

LINK = {"tool": "point", "model": "mnist-vae", "z": "-0.9,0.3"}
SENTENCES = {"abort": "the connection to the server is lost", "500": "is not there (500)", "cut": "decoder"}


@pytest.fixture
def bare_server(models: Path, tmp_path: Path) -> Iterator[Server]:
    """A server of one test's own, without any data set."""
    (tmp_path / "data").mkdir()
    folders = {"LATENT_DATA": str(tmp_path / "data"), "LATENT_CHECKPOINTS": str(models)}
    with running_app(tmp_path / "server.log", folders) as server:
        yield server


@pytest.fixture
def without_webgl(playwright: Any) -> Iterator[Any]:
    """A browser that has no WebGL; name it before `open_page`, whose pages must close first."""
    engine = chromium.launch(playwright, more=("--disable-3d-apis",))
    yield engine
    engine.close()


def blocked(pattern: str, how: str) -> Callable[[Any], None]:
    """What makes a page's requests for some URLs fail."""

    def answer(route: Any) -> None:
        if how == "abort":
            route.abort()
        else:
            route.fulfill(status=200 if how == "cut" else int(how), body=b"\0" * 100)

    return lambda page: page.route(pattern, answer)


def alert(live: LivePage) -> str:
    """The sentence on the page that says what is wrong."""
    live.page.wait_for_selector('.lv [role="alert"]:visible')
    return str(live.page.locator('.lv [role="alert"]:visible').text_content())


def press_and_compare(live: LivePage, z: tuple[float, float]) -> None:
    """One arrow key on the map, and the live image that it must give."""
    live.page.locator(".lv-plot").focus()
    live.page.keyboard.press("ArrowRight")
    live.wait_numbers("z", z, 1e-6)
    assert far_from(live.levels(), decoded("mnist-vae", z)) <= 1


@pytest.mark.parametrize("how", list(SENTENCES))
def test_a_decoder_that_does_not_come_is_named_and_another_model_opens(open_page: OpenPage, how: str) -> None:
    block = blocked("**/mnist-vae/*/d*.bin", how)  # the decoder and its draft
    live = open_page(**LINK, before=block, ready=False)
    live.tolerant = True
    said = alert(live)
    assert ("decoder" if how == "cut" else "The model") in said and SENTENCES[how] in said
    assert live.page.locator(".lv-wait").count() == 0
    live.choose_model("mnist-beta-vae")
    live.wait_query(model="mnist-beta-vae")
    live.wait_model("beta-VAE on MNIST, 2 latents")
    assert live.levels().max() > 128


@pytest.mark.parametrize("how", ["500", "cut"])
def test_without_the_latents_the_pointer_still_decodes(open_page: OpenPage, how: str) -> None:
    live = open_page(**LINK, before=blocked("**/latents.bin", how), ready=False)
    live.tolerant = True
    assert {"500": "The model is not there (500)", "cut": "list of test codes is damaged"}[how] in alert(live)
    live.wait_ready()
    press_and_compare(live, (-0.8, 0.3))
    assert [problem for problem in live.problems if "page error" in problem] == []


def test_without_plotly_the_map_stays_on_its_canvas_and_everything_goes_on(open_page: OpenPage) -> None:
    live = open_page(**LINK, before=blocked("**/plotly-*.min.js", "abort"), ready=False)
    live.tolerant = True
    live.wait_ready()
    assert live.page.locator(".lv-points").is_visible()
    assert live.page.locator(".lv-problem").count() == 0, "nothing is missing that a person could miss"
    live.wait_quiet()
    press_and_compare(live, (-0.8, 0.3))
    assert live.page.locator(".lv-live .lv-z").text_content() == "z = (−0.80, 0.30)"
    live.button(t("map.group")).click()
    box = live.page.locator(".lv-points").bounding_box()
    corners = [(0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8)]
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in corners]
    live.page.mouse.move(*places[0])
    live.page.mouse.down()
    for place in places[1:]:
        live.page.mouse.move(*place, steps=5)
    live.page.mouse.up()
    live.page.wait_for_selector(".lv-group:visible")


@pytest.mark.parametrize(
    ("query", "said"),
    [({"model": "gone"}, "“gone”"), ({"model": "mnist-vae", "z": "1,2,3"}, "“1,2,3”")],
    ids=["model", "z"],
)
def test_a_link_to_what_is_gone_says_so_and_opens_the_default(
    open_page: OpenPage, query: dict[str, str], said: str
) -> None:
    live = open_page(**query)
    notice = live.page.get_by_test_id("stAlert")
    notice.wait_for()
    assert said in notice.text_content()
    assert live.query()["model"] == "mnist-vae"
    assert live.levels().max() > 128


def test_a_server_that_dies_under_a_drag_does_not_stop_the_image(
    open_page: OpenPage, bare_server: Server, models: Path, tmp_path: Path
) -> None:
    live = open_page(**LINK, address=bare_server.address)
    live.tolerant = True
    axes, seen = live.axes(), []
    live.page.mouse.move(*axes.spot(-2, 0))
    live.page.mouse.down()
    for k in range(1, 41):
        live.page.mouse.move(*axes.spot(-2 + 0.1 * k, 0.02 * k))
        live.settle()
        seen.append(live.paints()[-1])
        if k == 10:
            bare_server.process.kill()
            bare_server.process.wait()
        if k > 10:
            live.page.wait_for_timeout(40)  # so that the page notices
    assert len(set(seen)) >= 38
    assert far_from(live.levels(), decoded("mnist-vae", axes.point(*axes.spot(2, 0.8)))) <= 8
    live.page.mouse.up()
    line = live.page.locator(".lp-away")
    expect_text(live, "The server is away; what you see goes on. Reconnecting …")
    assert line.get_attribute("role") == "status"
    live.page.wait_for_timeout(4000)  # Streamlit's own dialog came after three seconds
    assert live.page.get_by_role("dialog").count() == 0
    assert live.page.locator(".lv").evaluate("(view) => view.closest('[inert], [aria-hidden=true]')") is None
    assert live.axes() == axes, "the line moved the picture"
    live.page.mouse.move(*axes.spot(-1, 0.2))
    live.settle()
    assert far_from(live.levels(), decoded("mnist-vae", axes.point(*axes.spot(-1, 0.2)))) <= 8
    before = live.paints()[-1]
    live.page.locator(".lv-plot").focus()
    live.page.keyboard.press("ArrowUp")
    live.settle()
    assert live.paints()[-1] != before
    live.page.locator(".lp-places").get_by_role("link", name=t("page.compare")).click()
    assert live.page.locator(".lv-plot").is_visible(), "a page that can't come took away the one that works"
    port = int(bare_server.address.rpartition(":")[2])
    folders = {"LATENT_DATA": str(tmp_path / "data"), "LATENT_CHECKPOINTS": str(models)}
    with running_app(tmp_path / "again.log", folders, port=port):
        expect_text(live, "")
        live.choose_model("mnist-beta-vae")
        live.wait_query(model="mnist-beta-vae")
        live.wait_model("beta-VAE on MNIST, 2 latents")
        assert live.levels().max() > 128


def expect_text(live: LivePage, text: str) -> None:
    """Waits until the page's line about the server says this."""
    live.page.wait_for_function("(text) => document.querySelector('.lp-away').textContent === text", arg=text)


def test_without_webgl_plotly_draws_the_points_in_svg(without_webgl: Any, open_page: OpenPage) -> None:
    live = open_page(**LINK, engine=without_webgl)
    assert live.page.evaluate("document.createElement('canvas').getContext('webgl')") is None
    assert live.page.locator(".lv-figure .scatterlayer path.point").count() == 10_000
    press_and_compare(live, (-0.8, 0.3))
    axes = live.axes()
    live.page.mouse.move(*axes.spot(1, -1))
    live.settle()
    assert far_from(live.levels(), decoded("mnist-vae", axes.point(*axes.spot(1, -1)))) <= 8


def test_without_the_data_set_reconstructions_stand_in_and_the_page_says_so(
    open_page: OpenPage, bare_server: Server
) -> None:
    live = open_page(**LINK, address=bare_server.address)
    title = t("near.title_copies")
    live.page.get_by_text(title).wait_for()
    kinds = live.page.locator(".lv-near .lv-frame").evaluate_all("(all) => all.map((f) => f.dataset.kind)")
    assert kinds == ["generated"] * 6
    live.page.locator(".lv-flow").scroll_into_view_if_needed()
    live.page.wait_for_selector(".lv-flow[data-z]")
    assert live.page.locator('.lv-frame[data-kind="real"]:visible').count() == 0
    assert "the model's copy of" in live.page.locator(".lv-pair").text_content()
    assert not [url for url in live.requests if url.endswith("thumbs.webp")]


def test_links_that_ask_for_what_is_not_here_or_broken_get_sentences_and_the_rest(
    open_page: OpenPage, models: Path
) -> None:
    shutil.copytree(models / "mnist-vae", models / "no-codes", ignore=shutil.ignore_patterns("latents*"))
    record = models / "no-codes" / "run.json"
    record.write_text(json.dumps(json.loads(record.read_text("utf-8")) | {"run_id": "no-codes"}), "utf-8")
    series = {"name": "holes", "axis": "latent", "models": ["mnist-latents-1", "gone", "mnist-latents-5"]}
    (models / "series-holes.json").write_text(json.dumps(series))
    try:
        asked = "mnist-vae,gone,fashion-vae,mnist-cvae,no-codes,mnist-mmd-vae"
        live = open_page("compare", by="side", models=asked)
        told = live.page.locator(".lv-problem").all_text_contents()
        codes = [("gone", {"name": "gone"}), ("many", {"count": 5}), ("broken", {"name": "no-codes"})]
        assert told[:3] == [t(f"side.problem.{code}", **values) for code, values in codes]
        assert "learnt from Fashion-MNIST" in told[3]
        assert len(told) == 4
        assert live.page.locator(".lv-panel").count() == 2  # the VAE and the CVAE
        live.goto("", model="no-codes")
        live.page.get_by_text("no-codes: its file latents.safetensors is missing.").wait_for()
        live.goto("compare", by="dial", series="holes")
        live.wait_ready()
        assert live.page.get_by_text(t("series.gaps", count=1, reasons="")).is_visible()
        assert live.page.locator(".lv-series .lv-turn-value").text_content() == "1 number"
    finally:
        shutil.rmtree(models / "no-codes")
        (models / "series-holes.json").unlink()
