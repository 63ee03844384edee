"""What the views are told where no server answers, as JSON by name: a model once, whichever view shows it; and what
several need besides, side by side, along a dial, in a series, or in the film of a training.

live/site/at_address.js puts together from them what a view is told at an address. Test images are left out unless they
are asked for or made by the app itself: copies stand in for them. Knows the data of views; knows no file and no page.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from datasets.catalogue import MADE_HERE
from exports.rounding import can_be_rounded
from live.library import OpenModel, all_runs, has_film, open_model, test_images
from live.planes import Plane, default_plane, parse_plane, plane_of
from live.titles import display_titles
from live.words import using
from live.words.catalogue import HOME, LAYERS, Layer
from models.errors import InputError
from models.model_series import Lined, list_series
from models.run import Run
from published.ready_sets import READY_SETS, ReadySet
from ui.claims_data import claims_data
from ui.compared import FEWEST, Compared, same_images, traits
from ui.dial_data import dial_data
from ui.film_data import film_data
from ui.page import first_model, shown_order
from ui.page_table import PAGES
from ui.panes_data import KINDS, facts_of, question_of, seeds_apart, set_row
from ui.parts import nat
from ui.series_data import open_series, series_data
from ui.turnables import is_dial, turnables
from ui.view_data import view_data
from ui.view_state import OF_A_DIAL

VIEWS = "assets/views/"
MOST_PLANES = 10  # latents of which every pair is a plane
LIGHT = 200_000  # parameters: a map is there at once on any line
# what the models' own files say of several
OF_ITS_MODELS = {
    "view", "module", "unreachable", "palette", "things", "thumbs", "words", "names", "state", "panes", "point",
}  # fmt: skip


@dataclass(frozen=True)
class Told:
    """What is told of some models. `images`: whether their test images go along."""

    runs: Sequence[Run]
    images: bool = False

    def files(self) -> Iterator[tuple[str, Any]]:
        """Everything by its name."""
        yield f"{VIEWS}site.json", self.site
        for run in self.runs:
            yield f"{VIEWS}model-{run.run_id}.json", self.of_model(open_model(run.run_id))
        yield from self.besides()

    def besides(self) -> Iterator[tuple[str, Any]]:
        """What the views of several models are told besides, and those of a dial."""
        for run in self.dials:
            yield f"{VIEWS}dial-{run.run_id}.json", dial_data(open_model(run.run_id))
        for lined in self.lines:
            yield f"{VIEWS}series-{lined.series.name}.json", of_series(lined)
        for run in filter(has_film, self.runs):
            yield f"{VIEWS}film-{run.run_id}.json", film_data(open_model(run.run_id))
        yield from self.in_layers()

    def in_layers(self) -> Iterator[tuple[str, Any]]:
        """What is written in sentences, in each of the two layers of words."""
        for layer in LAYERS:
            with using(HOME, layer):
                yield _layered("compare", layer), self.of_several()
                yield _layered("turnables", layer), turnables(self.runs, self.lines)
                if self.has_claims:
                    yield _layered("claims", layer), claims_data({run.run_id for run in self.runs})

    @cached_property
    def site(self) -> dict[str, Any]:
        """What there is: the views, with what each keeps of its address and what it opens on."""
        runs = {run.run_id: run for run in self.runs}
        state = PAGES["compare"].state
        firsts = {
            "explore": (PAGES["explore"].state, self._first_shown()),
            "create": (PAGES["create"].state, first_model(runs, prefer_conditional=True)),
            "compare": (state, self._first_compared()),
            "dial": (OF_A_DIAL, next((run.run_id for run in self.dials), "")),
            "series": (OF_A_DIAL, next((lined.series.name for lined in self.lines), "")),
        }
        shown = shown_order(self.runs)
        fits = {
            "nat": (nat.STATE, [run.run_id for run in shown if nat.has_bells(run)]),
            "film": (PAGES["train"].state, [run.run_id for run in shown if has_film(run)]),
        }
        views = {view: {"keeps": keeps, "first": first} for view, (keeps, first) in firsts.items() if first}
        some = {
            view: {"keeps": keeps, "first": names[0], "fits": names} for view, (keeps, names) in fits.items() if names
        }
        if self.has_claims:
            some["claims"] = {"keeps": ("claim",), "first": ""}
        return {
            "views": views | some,
            "models": list(runs),
            "dials": [run.run_id for run in self.dials],
            "series": [lined.series.name for lined in self.lines],
        }

    @cached_property
    def dials(self) -> list[Run]:
        """The models that can be turned."""
        return list(filter(is_dial, shown_order(self.runs)))

    @cached_property
    def lines(self) -> list[Lined]:
        """The series of which every model is among these."""
        names = {run.run_id for run in self.runs}
        return [lined for lined in list_series()[0] if names >= {run.run_id for _, run in lined.steps}]

    @cached_property
    def has_claims(self) -> bool:
        """Whether a claim was measured and has all its models among these."""
        try:
            return bool(claims_data({run.run_id for run in self.runs})["claims"])
        except InputError:
            return False

    @cached_property
    def sets(self) -> list[ReadySet]:
        """The ready sets of which every model is among these."""
        names = {run.run_id for run in self.runs}
        return [row for row in READY_SETS.values() if names >= set(row.models)]

    def of_model(self, opened: OpenModel) -> dict[str, Any]:
        """A model in each of its planes, its codes as `code_bytes` has them, without what only a server has."""
        planes, mu = planes_of(opened), opened.checkpoint.latents.mu
        data = view_data("", opened, planes[""], {}, {})
        thumbs = data["thumbs"] if self.shows_images(opened.checkpoint.run) else None
        model = data["model"] | {"draft": False, "rounded": can_be_rounded(opened.checkpoint.latents)}
        return {
            "data": data | {"figure": None, "thumbs": thumbs, "model": model},
            "planes": {name: plane.to_json(mu) for name, plane in planes.items()},
        }

    def of_several(self) -> dict[str, Any]:
        """The ready sets with their questions, and of each model what tells it apart and what its record says."""
        titles = display_titles(all_runs().runs)
        return {
            "rows": [_row(run, titles[run.run_id]) for run in shown_order(self.runs)],
            "sets": [row for row in map(set_row, self.sets) if row],
            "questions": {row.name: _question(row) for row in self.sets},
            "seeds": seeds_apart(),
        }

    def shows_images(self, run: Run) -> bool:
        """Whether a model's test images go along."""
        return (self.images or run.data.name in MADE_HERE) and test_images(run.data).images is not None

    def _first_shown(self) -> str:
        """The model that the app opens on, or one that is like it and sooner there."""
        runs = {run.run_id: run for run in shown_order(self.runs)}
        usual = runs[first_model(runs)]
        alike = (run for run in runs.values() if _kind(run) == _kind(usual) and run.parameter_count <= LIGHT)
        return next(alike, usual).run_id

    def _first_compared(self) -> str:
        """The first ready set's models, or the first two of one data set; nothing without two."""
        if self.sets:
            return ",".join(self.sets[0].models)
        pairs = itertools.combinations(shown_order(self.runs), FEWEST)
        return next((f"{a.run_id},{b.run_id}" for a, b in pairs if same_images(a, b)), "")


def _layered(name: str, layer: Layer) -> str:
    return f"{VIEWS}{name}{'' if layer == 'simple' else f'-{layer}'}.json"


def of_series(lined: Lined) -> dict[str, Any]:
    """A series with its models by name. Raises InputError where fewer than two can be opened."""
    found = open_series(lined)
    told = series_data(found, {}, {})
    return {name: value for name, value in told.items() if name not in OF_ITS_MODELS} | {
        "models": [opened.checkpoint.run.run_id for _, opened in found.steps]
    }


def planes_of(opened: OpenModel) -> dict[str, Plane]:
    """The planes that a model can be seen in, by name; the one that it opens in has none."""
    latent_dim = opened.checkpoint.run.model.latent_dim
    planes = {"": plane_of(opened, default_plane(opened))}
    if latent_dim > 2:
        pairs = itertools.permutations(range(1, min(latent_dim, MOST_PLANES) + 1), 2)
        names = ["pca", *(f"{a}-{b}" for a, b in pairs)]
        planes |= {name: plane_of(opened, parse_plane(name, latent_dim)) for name in names}
    return planes


def _kind(run: Run) -> tuple[Any, ...]:
    return run.data.name, run.model.family, run.model.latent_dim, run.program


def _row(run: Run, title: str) -> dict[str, Any]:
    return {
        "id": run.run_id,
        "title": title,
        "data": run.data.title,
        "images": [run.data.name, run.data.test_count, *run.model.image],
        "digest": run.data.digest,
        "traits": traits(run, KINDS),
        "facts": facts_of(run),
    }


def _question(row: ReadySet) -> dict[str, Any] | None:
    return question_of(Compared(tuple(open_model(name) for name in row.models), row, ()))
