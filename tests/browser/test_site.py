"""The static site in Chromium, from a plain file server: every place, a link, another model, and no network at all."""

import functools
import http.server
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from exports.folder import write_tree
from exports.site import Site
from live.words import t
from tests.browser.conftest import OpenPage
from tests.browser.decoded import SHIPPED, decoded, far_from

MODELS = ["mnist-vae", "mnist-cvae", "rhythms"]


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Python's own file server without its log."""

    def log_message(self, *_: Any) -> None:
        return


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A server of the site under a path of its own."""
    folder = tmp_path_factory.mktemp("host")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LATENT_CHECKPOINTS", str(SHIPPED))
        write_tree(folder / "class" / "site", Site(MODELS).files())
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_the_site_needs_no_server_of_ours_and_after_a_visit_no_network(open_page: OpenPage, host: Any) -> None:
    origin = f"http://127.0.0.1:{host.server_address[1]}"
    live = open_page("class/site/", stranger=True, address=origin, ready=False)
    page = live.page
    ready = '.lv[data-ready="true"]'
    page.wait_for_selector(ready)
    assert page.locator(".lp-model-name").inner_text() == "VAE on MNIST, 2 latents, 50 epochs"
    page.goto(f"{origin}/class/site/?model=mnist-vae&tool=point&z=0.5,-1.2&point=3")
    page.wait_for_selector(ready)
    live.rest()
    assert far_from(live.levels(), decoded("mnist-vae", [0.5, -1.2])) <= 1, "not the app's pixels"

    page.locator(".lp-take").click()
    page.locator(".lp-offer", has_text=t("take.map")).wait_for()
    assert page.locator(".lp-offer span:first-child").all_inner_texts() == [
        t("take.picture"), t("take.map"), t("take.latents", count=2)
    ], "without a server there is none that makes a file of the model"  # fmt: skip
    page.keyboard.press("Escape")

    page.locator(".lp-places").get_by_role("link", name=t("page.create")).click()
    page.wait_for_selector(ready)
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
    page.wait_for_selector(ready)
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    page.reload()
    page.wait_for_selector(ready)
    page.context.set_offline(True)
    page.reload()
    page.wait_for_selector(ready)
    page.context.set_offline(False)
