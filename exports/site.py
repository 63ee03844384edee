"""The static site: the pages, the browser's half as it is, and every model's files, by their paths in the site.

The same modules run as in the app; live/site.js stands where Streamlit stands there. Test images are left out unless
they are asked for or made by the app itself: copies stand in for them. Knows the assets and the library.
"""

import gzip
import itertools
import json
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from datasets.catalogue import MADE_HERE
from exports.pages import page_of, places
from live.library import OpenModel, all_runs, open_model, test_images
from live.numbers.data import numbers_data
from live.planes import Plane, default_plane, parse_plane, plane_of
from models import gallery
from models.errors import InputError, require
from models.run import Run
from ui.assets import DIRECTIONS, MODEL_ASSETS, THUMBS, code_name, live_files, live_url, model_url
from ui.page import first_model, shown_order
from ui.page_table import Page
from ui.server.shell_assets import models
from ui.view_data import names_of, view_data

MAX_BYTES = 80 * 10**6
# what every model has; what is not there for one is left out
PARTS = (
    "decoder.json", "decoder.bin", "encoder.json", "encoder.bin", "latents.bin", "manifold.png", "codes.webp",
    "codes-dark.webp",
)  # fmt: skip
MOST_PLANES = 10  # latents of which every pair is a plane
WORKER = "offline.js"


class Site:
    """The site of some models: those `named`, or those that ship as far as 80 MB go, the small and usual ones first."""

    def __init__(self, named: list[str] | None = None, images: bool = False) -> None:
        self.images = images
        self.left_out: list[str] = []
        runs = {run.run_id: run for run in shown_order(all_runs().runs)}
        unknown = [name for name in named or [] if name not in runs]
        require(not unknown, "export.no_model", name=unknown, known=list(runs))
        chosen = [runs[name] for name in named] if named else [r for r in runs.values() if gallery.is_shipped(r.run_id)]
        require(bool(chosen), "export.nothing")
        self.runs = chosen if named else self._fitting(chosen)

    def _fitting(self, runs: list[Run]) -> list[Run]:
        room, kept = MAX_BYTES - 3 * 10**6, []  # the pages and their code
        for run in runs:
            room -= (size := sum(len(content) for _, content in self._model_files(open_model(run.run_id))))
            if room >= 0:
                kept.append(run)
            else:
                room += size
                self.left_out.append(run.run_id)
        return kept

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Every file of the site by its path."""
        for place in places():
            first = first_model({run.run_id: run for run in self.runs}, place.conditional)
            path = f"{place.address}/index.html" if place.address else "index.html"
            yield path, page_of(place, self.listed, first).encode()
        yield "assets/models.json", json.dumps(self.listed).encode()
        for name, file in live_files().items():
            yield live_url(name), file.read_bytes()
        for run in self.runs:
            opened = open_model(run.run_id)
            yield from self._model_files(opened)
            yield from self._views(opened)
        yield WORKER, live_files()["site/offline.js"].read_bytes()

    @cached_property
    def listed(self) -> dict[str, Any]:
        """What the model chooser reads, of these models only."""
        names = {run.run_id for run in self.runs}
        found = models()
        rows = [row | {"film": False} for row in found["models"] if row["id"] in names]
        shelves = {row["shelf"] for row in rows}
        return found | {"models": rows, "shelves": [one for one in found["shelves"] if one["name"] in shelves]}

    def _model_files(self, opened: OpenModel) -> Iterator[tuple[str, bytes]]:
        extra = (THUMBS,) if self._shows_images(opened.checkpoint.run) else ()
        for name in (*PARTS, DIRECTIONS, *extra):
            try:
                content = MODEL_ASSETS[name](opened, name)
            except InputError:
                continue
            yield model_url(opened) + name, gzip.decompress(content.body) if content.packed else content.body
        yield model_url(opened) + code_name(), json.dumps(numbers_data(opened.checkpoint.run)).encode()

    def _shows_images(self, run: Run) -> bool:
        return (self.images or run.data.name in MADE_HERE) and test_images(run.data).images is not None

    def _views(self, opened: OpenModel) -> Iterator[tuple[str, bytes]]:
        """What each view is told of the model, a file for each plane that it can be seen in."""
        for row in places():
            if row.view:
                for plane_name, plane in planes_of(opened).items():
                    ending = f"-{plane_name}" if plane_name else ""
                    name = f"assets/views/{row.view}-{opened.checkpoint.run.run_id}{ending}.json"
                    yield name, json.dumps(self._told(row, opened, plane)).encode()

    def _told(self, row: Page, opened: OpenModel, plane: Plane) -> Mapping[str, Any]:
        """The view's data without what the site has not: Plotly's figure, drafts, and images that stay at home."""
        told = view_data(row.view, opened, plane, names_of(opened, plane), {})
        thumbs = told["thumbs"] if self._shows_images(opened.checkpoint.run) else None
        model = told["model"] | {"draft": False}
        return told | {
            "figure": None, "thumbs": thumbs, "names": dict(told["names"]), "keeps": list(row.state), "model": model,
        }  # fmt: skip


def planes_of(opened: OpenModel) -> dict[str, Plane]:
    """The planes that a model can be seen in, by name; the one that it opens in has none."""
    latent_dim = opened.checkpoint.run.model.latent_dim
    planes = {"": plane_of(opened, default_plane(opened))}
    if latent_dim > 2:
        pairs = itertools.permutations(range(1, min(latent_dim, MOST_PLANES) + 1), 2)
        names = ["pca", *(f"{a}-{b}" for a, b in pairs)]
        planes |= {name: plane_of(opened, parse_plane(name, latent_dim)) for name in names}
    return planes
