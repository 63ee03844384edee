"""Walks through the app in a process where importing torch fails: `python tests/ui/browse.py`, with LATENT_CHECKPOINTS.

Every shipped model is opened and shown by its picture; of one of each kind, all that a page fetches of it; then pages.
"""

import importlib.abc
import os
import sys
from collections.abc import Sequence


class NoTorch(importlib.abc.MetaPathFinder):
    """Whoever imports torch from now on fails."""

    def find_spec(self, name: str, _path: Sequence[str] | None, _target: object = None) -> None:
        assert name.partition(".")[0] not in ("torch", "torchvision", "sklearn"), f"{name} is imported"


sys.meta_path.insert(0, NoTorch())

from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.testing.v1 import AppTest

import app
from live import library
from live.planes import plane_of
from models.model_series import list_series
from training.estimate import Estimate
from ui import assets, jobs, series_data
from ui.dial_data import dial_data
from ui.page_table import PAGES
from ui.server.first_view import first_panes, first_view

assert app.app
CLIENT = TestClient(Starlette(routes=assets.ROUTES), base_url="http://localhost")
KINDS = (
    "mnist-vae-film", "mnist-vampprior", "mnist-conditional-prior", "fashion-cvae", "mnist-latents-10", "rhythms",
    "chorales", "keras-io-vae",
)  # fmt: skip
OF_A_MODEL = (
    "decoder.json", "decoder.bin", "encoder.json", "encoder.bin", "latents.bin", "neighbours.bin", "codes.webp",
    assets.code_name(), assets.MANIFOLD,
)  # fmt: skip


def fetch(url: str) -> None:
    """As a browser does."""
    answer = CLIENT.get("/" + url)
    assert answer.status_code == 200, (url, answer.text)
    assert answer.content


def walk() -> None:
    """Everything that somebody who only looks asks for."""
    runs = {run.run_id: run for run in library.all_runs().runs}
    for name in runs:
        fetch(assets.picture_urls(name, library.digest_of(name))["manifold"])
    for name in KINDS:
        view = first_view(PAGES["explore"].address, f"model={name}")
        assert view is not None
        assert view.data["model"]["id"] == name
        opened = library.open_model(name)
        for file in (*OF_A_MODEL, assets.figure_name(view.plane)):
            fetch(assets.model_url(opened) + file)
        if library.has_film(runs[name]):
            fetch(assets.model_url(opened) + "epoch-1-decoder.bin")
    ten = library.open_model("mnist-latents-10")
    fetch(assets.model_url(ten) + assets.figure_name(plane_of(ten, "pca")))
    fetch(assets.model_url(library.open_model("rhythms")) + assets.THUMBS)
    fetch(assets.model_url(library.open_model("rhythms")) + assets.DIRECTIONS)
    fetch(assets.model_url(library.open_model("mnist-vae-film")) + "scores.bin")
    panes = first_panes(PAGES["compare"].address, "models=mnist-vae,mnist-vampprior")
    assert panes is not None and len(panes.data["panes"]) == 2
    for name in ("mnist-dial", "mnist-dial-lambda"):
        dial = library.open_model(name)
        assert dial_data(dial)["glide"]
        fetch(assets.model_url(dial) + "series.bin")
        fetch(assets.model_url(dial) + "dial-decoder.bin")
    lined, refused = list_series()
    assert lined and not refused
    assert series_data.origin_of(lined[0])


def pages() -> None:
    """The pages that are Streamlit's; how long a training takes is another process's to say."""
    jobs._apart.estimate = lambda _plan: Estimate(60.0, 2.0, 1000.0, 20)  # type: ignore[method-assign]
    for page in ("library", "compare", "create", "train"):
        test = AppTest.from_file(
            os.path.join(os.path.dirname(app.__file__), "pages", f"{page}.py"), default_timeout=120
        )
        test._bidi_component_manager = BidiComponentManager()
        test.run()
        assert not test.exception, (page, test.exception)


walk()
pages()
assert jobs.stop()
assert "torch" not in sys.modules
print("walked")
