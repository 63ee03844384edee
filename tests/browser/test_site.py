"""The static site in Chromium, from a plain file server: every place, a link, another model, and no network at all."""

import functools
import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from exports.folder import write_tree
from exports.site import Site
from live.lessons import lessons
from live.words import t
from models import checkpoint
from tests.browser.conftest import OpenPage
from tests.browser.decoded import SHIPPED, decoded, far_from

MODELS = [
    "mnist-vae", "mnist-cvae", "rhythms", "mnist-dial", "mnist-latents-1", "mnist-latents-2", "mnist-vae-film",
    "book-mlp", "book-cnn",
]  # fmt: skip
SERIES = {"name": "sizes", "axis": "latent", "models": ["mnist-latents-1", "mnist-latents-2"]}
READY = '.lv[data-ready="true"]'


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Python's own file server without its log."""

    def log_message(self, *_: Any) -> None:
        return


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A server of the site under a path of its own."""
    folder, models = (tmp_path_factory.mktemp(name) for name in ("host", "models"))
    for name in (*MODELS, "shipped.txt", "measured.json"):
        (models / name).symlink_to(SHIPPED / name)
    (models / "series-sizes.json").write_text(json.dumps(SERIES))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LATENT_CHECKPOINTS", str(models))
        patch.setattr("exports.learning.is_here", lambda name: name == "digits")
        write_tree(folder / "class" / "site", Site(MODELS).files())
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_the_site_needs_no_server_of_ours_and_after_a_visit_no_network(open_page: OpenPage, host: Any) -> None:
    origin = f"http://127.0.0.1:{host.server_address[1]}"
    live = open_page("class/site/", stranger=True, address=origin, ready=False)
    page = live.page
    page.wait_for_selector(READY)
    assert page.locator(".lp-model-name").inner_text() == "VAE on MNIST, 12 epochs to look back at", "light"
    page.goto(f"{origin}/class/site/?model=elsewhere")
    page.get_by_text(t("site.gone", name="elsewhere")).wait_for()
    page.goto(f"{origin}/class/site/?model=mnist-vae&tool=point&z=0.5,-1.2&point=3")
    page.wait_for_selector(READY)
    live.rest()
    assert far_from(live.levels(), decoded("mnist-vae", [0.5, -1.2])) <= 1, "not the app's pixels"

    page.locator(".lp-take").click()
    page.locator(".lp-offer", has_text=t("take.map")).wait_for()
    assert page.locator(".lp-offer span:first-child").all_inner_texts() == [
        t("take.picture"), t("take.map"), t("take.latents", count=2)
    ], "without a server there is none that makes a file of the model"  # fmt: skip
    page.keyboard.press("Escape")

    page.locator(".lp-places").get_by_role("link", name=t("page.create")).click()
    page.wait_for_selector(READY)
    assert page.locator("[aria-current=page]").all_text_contents() == [t("page.create")]
    assert page.locator(".lp-model-name").inner_text().startswith("CVAE")
    page.locator(".lp-model").click()
    page.get_by_role("dialog").get_by_role("button", name=t("chooser.shelf.rhythms")).click()
    page.locator("#lp-rhythms").click()
    live.wait_query(model="rhythms")
    page.get_by_role("application", name=t("draw.steps", rows=8, columns=16)).wait_for()
    page.go_back()
    page.wait_for_function("() => document.querySelector('.lp-model-name').textContent.startsWith('CVAE')")
    page.locator(".lp-places").get_by_role("link", name=t("page.library")).click()
    page.get_by_role("link", name="VAE on Drum loops, 2 latents").wait_for()

    page.goto(f"{origin}/class/site/")  # seen once more, now through the worker that keeps it
    page.wait_for_selector(READY)
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    page.reload()
    page.wait_for_selector(READY)
    page.context.set_offline(True)
    page.reload()
    page.wait_for_selector(READY)
    page.context.set_offline(False)


def test_a_link_to_compare_a_dial_a_series_and_a_lesson_open_from_files(open_page: OpenPage, host: Any) -> None:
    origin = f"http://127.0.0.1:{host.server_address[1]}"
    asked = {"by": "side", "models": "mnist-cvae,mnist-vae", "cursor": "place", "z": "0.5,-1", "align": "off"}
    live = open_page("class/site/compare", stranger=True, address=origin, ready=False, **asked)  # as the app writes it
    page = live.page
    page.wait_for_selector(READY)
    live.rest()
    corner = ".lv-panel .lv-corner canvas"
    assert page.locator(".lv-panel h3").all_inner_texts() == ["CVAE", "VAE"]
    assert far_from(live.levels(corner, 1), decoded("mnist-vae", [0.5, -1.0])) <= 1
    live.chip(t("side.tell.trails"), t("side.tell")).click()
    page.locator(".lv-told tbody tr").nth(2).wait_for()

    page.locator(".lv-ways-row").get_by_role("link", name=t("ways.dial")).click()
    slider = page.get_by_role("slider", name=t("dial.slider"))
    slider.press("End")
    live.wait_query(by="dial", at="50", model="mnist-dial")
    page.locator(".lv-dial-one").nth(1).click()
    page.get_by_role("slider", name=t("series.slider.latent")).press("Home")
    live.wait_query(series="sizes", at="1")

    page.locator(".lv-ways-row").get_by_role("link", name=t("ways.nat")).click()
    page.wait_for_selector(f".lv-nat{READY}")
    page.locator(".lv-ways-row").get_by_role("link", name=t("ways.claims")).click()
    page.get_by_role("heading", name=t("claim.book-map")).wait_for()
    page.get_by_role("button", name=t("compare.verdict.too_close")).click()
    page.get_by_text(t("compare.score", right=0, count=1)).wait_for()
    page.locator(".lp-places").get_by_role("link", name=t("page.train")).click()
    page.get_by_role("link", name="12 epochs to look back at").click()
    page.wait_for_selector(f".lv-film{READY}")
    page.get_by_role("slider").press("Home")
    page.get_by_text(t("film.start")).wait_for()

    page.locator(".lp-places").get_by_role("link", name=t("page.library")).click()
    lesson = lessons()["where-did-the-label-go"]
    page.get_by_role("link", name=lesson.title).click()
    panel = page.locator(".lp-lesson")
    for step in lesson.steps:
        panel.get_by_text(step.caption).wait_for()
        page.wait_for_selector(READY)
        if step.ask:
            panel.get_by_role("button", name=step.ask.options[step.ask.right], exact=True).click()
            panel.get_by_text(step.reveal.text).wait_for()
        if step is not lesson.steps[-1]:
            panel.get_by_role("button", name=t("lesson.next"), exact=True).click()
    live.wait_query(models="mnist-vae,mnist-cvae", step="5")
    assert "/class/site/compare/?" in page.url


def test_a_model_is_trained_in_the_page_and_is_there_without_a_network(open_page: OpenPage, host: Any) -> None:
    origin = f"http://127.0.0.1:{host.server_address[1]}"
    live = open_page("class/site/", stranger=True, address=origin, ready=False)
    page = live.page
    page.wait_for_selector(READY)
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    page.reload()  # now through the worker that keeps it
    page.wait_for_selector(READY)
    page.locator(".lp-places").get_by_role("link", name=t("page.train")).click()
    page.get_by_role("button", name=t("learn.drawings")).click()
    page.locator(".lv-learn-form canvas").first.click()
    page.get_by_role("button", name=t("collect.next"), exact=True).click()
    page.get_by_text(t("learn.drawings.few", count=19)).wait_for()
    assert page.get_by_role("button", name=t("learn.start")).is_disabled(), "one drawing is not enough"
    page.get_by_role("button", name="Digits 8x8").click()
    page.get_by_text(t("learn.takes", time="").removesuffix(".").rstrip()).wait_for()  # some batches were timed
    page.get_by_role("button", name=t("learn.start")).click()
    page.wait_for_selector(".lv-train .lv-plot")
    assert page.locator(".lv-train .lv-controls").is_visible(), "who began it may steer it"
    page.wait_for_selector(f".lv-film{READY}", timeout=60_000)
    assert page.locator(".lp-model-name").inner_text() == "VAE on Digits 8x8, 2 latents"

    with page.expect_download() as found:
        page.get_by_role("button", name=t("learn.download")).click()
    run = checkpoint.from_zip(Path(found.value.path()).read_bytes(), "trained.zip").run
    assert (run.title, run.epochs_done, run.device) == ("VAE on Digits 8x8, 2 latents", 30, "browser")
    assert run.test.elbo is not None
    assert run.test.elbo > -27.0, "the digits' mean alone is worth -28"

    page.evaluate("delete globalThis.DecompressionStream")  # an older browser
    page.get_by_role("button", name=t("train.another")).click()
    page.get_by_role("button", name=t("learn.start")).click()
    page.locator(".lv-problem", has_text=t("learn.old")).wait_for()
    page.get_by_role("link", name="VAE on Digits 8x8, 2 latents").click()
    page.wait_for_selector(f".lv-film{READY}")

    page.context.set_offline(True)
    page.get_by_role("link", name=t("train.explore")).click()
    page.wait_for_selector(f".lv-explore{READY}")
    assert page.locator(".lp-model-name").inner_text() == "VAE on Digits 8x8, 2 latents"
    live.wait_query(model=run.run_id)
    page.context.set_offline(False)
