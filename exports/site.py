"""The static site: the pages, the browser's half but for its comments, and every model's files, by their paths in it.

The same modules run as in the app; live/site/ stands where Streamlit stands there. Knows the assets and the library.
"""

import gzip
import itertools
import json
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from exports.bundle import WORDS, plain_text, words_in
from exports.fitting import Fitted, Weighed, fitted
from exports.learning import LEARN, learning, sheets
from exports.lessons import lessons_of, models_of
from exports.model_files import CODES, files_beside, network_files
from exports.pages import body_of, page_of
from exports.rounding import GreyError, grey_error
from exports.told import Told
from live.lessons import lessons
from live.library import OpenModel, all_runs, open_model
from live.words import t
from models import gallery
from models.errors import require
from models.model_series import list_series
from models.run import Run
from published.ready_sets import READY_SETS
from ui.assets import live_files, live_url, model_url
from ui.page import shown_order
from ui.page_table import PAGES
from ui.server.modules import imported_by
from ui.server.shell_assets import models

MAX_BYTES = 80 * 10**6
WORKER = "offline.js"
OF_SERVER = ("shell/classroom/", "views/gather.js", "views/sweep.")  # what only a page with a server asks for


class Site:
    """The site of some models: those `named`, as they are; or all that ship, within 80 MB. For that, the largest are
    rounded; what then still has no room is no part of a set, a series, a dial or a lesson.
    """

    def __init__(self, named: list[str] | None = None, images: bool = False) -> None:
        runs = {run.run_id: run for run in shown_order(all_runs().runs)}
        unknown = [name for name in named or [] if name not in runs]
        require(not unknown, "export.no_model", name=unknown, known=list(runs))
        chosen = [runs[name] for name in named] if named else [r for r in runs.values() if gallery.is_shipped(r.run_id)]
        require(bool(chosen), "export.nothing")
        self.images = images
        self.fitted = Fitted(tuple(run.run_id for run in chosen))
        if not named:
            self.fitted = self._fitting(chosen)
        self.told = Told([run for run in chosen if run.run_id in self.fitted.kept], images)

    @property
    def runs(self) -> list[Run]:
        """Its models."""
        return list(self.told.runs)

    def _fitting(self, runs: list[Run]) -> Fitted:
        needed = _needed()
        told = Told(runs, self.images)
        common = sum(len(content) for _, content in self._common(told, ""))
        first = sorted(runs, key=lambda run: run.run_id not in needed and run.model.dial is None)
        weighed = {run.run_id: _weighed(open_model(run.run_id), told.shows_images(run)) for run in first}
        return fitted(weighed, MAX_BYTES - common)

    @cached_property
    def error(self) -> GreyError | None:
        """What the rounding costs the model that it costs most; None where nothing is rounded."""
        errors = (grey_error(open_model(name).checkpoint, "int8") for name in sorted(self.fitted.rounded))
        return max(errors, key=lambda error: error.mean, default=None)

    def about(self) -> list[str]:
        """What this copy is, in sentences."""
        said = [t("site.about.what", count=len(self.runs))]
        if self.error:
            count = len(self.fitted.rounded)
            said.append(t("site.about.rounded", count=count, mean=self.error.mean, most=self.error.most))
        return said

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Every file of the site by its path."""
        yield from self._common(self.told, *self.about())
        for run in self.runs:
            yield from self._model_files(open_model(run.run_id))

    def first_view(self) -> dict[str, bytes]:
        """The files that are there before the start has drawn its first picture."""
        opened = open_model(self.told.site["views"]["explore"]["first"])
        modules = imported_by("site/main.js", "views/explore.js")
        code = [live_url(name) for name in (*modules, "live.css", "words/en.json")]
        model = [model_url(opened) + name for name in ("decoder.json", "decoder.bin", CODES)]
        told = [f"assets/views/{name}.json" for name in ("site", f"model-{opened.checkpoint.run.run_id}")]
        there = dict(self._common(self.told, *self.about())) | dict(self._model_files(opened))
        return {name: there[name] for name in ("index.html", *code, *model, *told)}

    def _common(self, told: Told, *about: str) -> Iterator[tuple[str, bytes]]:
        """What is there once, whatever the models. `about`: what is said of the copy at the end of each page."""
        taught = lessons_of({run.run_id for run in told.runs})
        for place in PAGES.values():
            path = f"{place.address}/index.html" if place.address else "index.html"
            yield path, page_of(place, body_of(place, listed(told), taught), about).encode()
        yield "assets/models.json", json.dumps(listed(told)).encode()
        code = {name: _written(file) for name, file in live_files().items() if not name.startswith(OF_SERVER)}
        facts = {name: json.dumps(content) for name, content in told.files()}
        facts[LEARN] = json.dumps(learning(told.runs))
        # of the words those that the page says itself; the rest is Python's, or stands in the pages
        asked = "".join(text.decode() for name, text in code.items() if name.endswith(".js")) + "".join(facts.values())
        code[WORDS] = words_in(asked).encode()
        yield from ((live_url(name), content) for name, content in code.items())
        yield from ((name, text.encode()) for name, text in facts.items())
        yield from sheets().items()
        yield WORKER, code["site/offline.js"]

    def _model_files(self, opened: OpenModel) -> Iterator[tuple[str, bytes]]:
        run, base = opened.checkpoint.run, model_url(opened)
        files = (
            network_files(opened, run.run_id in self.fitted.rounded),
            files_beside(opened, self.told.shows_images(run)),
        )
        yield from ((base + name, content) for name, content in itertools.chain(*files))


def _weighed(opened: OpenModel, images: bool) -> Weighed:
    beside = _size(files_beside(opened, images))
    return Weighed(*(beside + _size(network_files(opened, rounded)) for rounded in (False, True)))


def _size(files: Iterator[tuple[str, bytes]]) -> int:
    return sum(len(content) for _, content in files)


def _written(file: Path) -> bytes:
    """A file of the browser's half: code and rules without comments, which not every host packs."""
    return plain_text(file).encode() if file.suffix in (".js", ".css") else file.read_bytes()


def first_view_sizes(files: Mapping[str, bytes]) -> tuple[int, int]:
    """The bytes of files as they are, and as they come over where the host packs text in gzip."""
    sent = (len(content if name.endswith(".bin") else gzip.compress(content)) for name, content in files.items())
    return sum(map(len, files.values())), sum(sent)


def listed(told: Told) -> dict[str, Any]:
    """What the model chooser reads, of these models only."""
    names = {run.run_id for run in told.runs}
    found = models()
    rows = [row | {"film": False} for row in found["models"] if row["id"] in names]
    shelves = {row["shelf"] for row in rows}
    return found | {"models": rows, "shelves": [one for one in found["shelves"] if one["name"] in shelves]}


def _needed() -> set[str]:
    """The models that ready sets, series and lessons are made of."""
    sets = {name for row in READY_SETS.values() for name in row.models}
    lines = {name for lined in list_series()[0] for name in lined.series.models}
    return sets.union(lines, *(models_of(lesson) for lesson in lessons().values()))
