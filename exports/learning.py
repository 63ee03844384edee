"""What the static site's Train place is told: sheets of images to learn from, and plans of what can be trained there.

Sheets of MNIST and Fashion-MNIST are made from the copy on this computer, and left out where there is none. Knows data
sets, plans and models that ship; knows no page.
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from datasets.catalogue import SOURCES, is_here
from live.in_page import SHEETS, plan_records, sheet_of, without_muon
from live.library import has_film
from live.palette import palette
from live.words import t
from models.families import FAMILIES
from models.run import Run
from training.plans import make_plan
from training.recipes import FEW, RECIPES, recipe_parts
from ui.assets import codes_url, manifold_url
from ui.parts.before import nearest
from ui.view_data import things_of

LEARN = "assets/views/learn.json"
DRAWN = "own-drawings"  # the data set of drawings that are made in the page, live/trainer/drawn.js
KINDS = ("autoencoder", "vae", "cvae", "beta-vae", "mmd-vae")  # those that live/trainer/ has the objectives of


def sheets() -> dict[str, bytes]:
    """The sheets that can be made here, by their paths in the site."""
    return {_path(name): sheet_of(name)[1] for name in _there()}


def learning(runs: Sequence[Run]) -> dict[str, Any]:
    """What the form is told. `runs`: the site's models, which show what a choice may give; some have a film."""
    return on_drawings() | {
        "sets": [_set(name) for name in _there()],
        "plans": {data: {kind: _plans(kind, data) for kind in KINDS} for data in _there()},
        "pictures": {data: _pictures(data, {run.run_id for run in runs}) for data in _there()},
        "films": [{"id": run.run_id, "title": run.title} for run in runs if has_film(run)],
    }


def on_drawings() -> dict[str, Any]:
    """The same where there is nothing to learn from but what is drawn in the page."""
    return {
        "sets": [], "plans": {}, "pictures": {}, "films": [], "palette": palette(),
        "kinds": [{"name": name, "title": FAMILIES[name].title} for name in KINDS],
        "recipes": [{"name": name, "title": t(f"train.recipe.{name}")} for name in RECIPES],
        "drawn": {kind: _drawn(kind) for kind in KINDS},
    }  # fmt: skip


def _there() -> list[str]:
    return [name for name in SHEETS if is_here(name)]


def _path(name: str) -> str:
    return f"assets/sheets/{name}.bin"


def _set(name: str) -> dict[str, Any]:
    record, content = sheet_of(name)
    source = SOURCES[name]
    return {
        "name": name, "title": source.title, "file": _path(name), "image": list(source.image),
        "record": asdict(record), "bytes": len(content), "things": things_of(name), "rows": list(source.rows),
    }  # fmt: skip


def _plans(family: str, data: str) -> dict[str, Any]:
    """Of each recipe: the records of model and training, as a checkpoint has them."""
    plans = {}
    for place, recipe in enumerate(RECIPES):
        model, training = recipe_parts(recipe, data)
        if epochs := SHEETS[data].epochs:
            training["epochs"] = epochs[place]
        if recipe == "quick" and (widths := SHEETS[data].quick):
            model["widths"] = widths
        plan = make_plan(family, data, 2, model, training | {"precision": "float32"})
        plan = replace(plan, training=without_muon(plan.training))
        plans[recipe] = plan_records(plan) | {"work": _work(plan.model.widths, math.prod(plan.model.image))}
    return plans


def _drawn(family: str) -> dict[str, Any]:
    """Of each recipe the records for drawings of one's own; the page knows how many there are, and of which classes."""
    plans = {}
    for name, recipe in RECIPES.items():
        plan = make_plan(family, "mnist", 2, recipe.model, {**FEW, "epochs": 1, "precision": "float32"})
        plan = replace(plan, training=replace(plan.training, data=DRAWN))
        work = _work(plan.model.widths, math.prod(plan.model.image))
        plans[name] = plan_records(plan) | {"work": work, "passes": recipe.passes}
    return plans


def _work(widths: Sequence[int], pixels: int) -> int:
    """Multiplications an image, about: by which the time of one network tells that of another."""
    sizes = (pixels, *widths)
    return sum(a * b for a, b in itertools.pairwise(sizes))


def _pictures(data: str, names: set[str]) -> dict[str, Any]:
    """What the site's models of a data set draw, and their maps by kind, where it has them."""
    found = {kind: nearest(kind, data, 2, among=lambda run: run.run_id in names) for kind in KINDS}
    there = {kind: opened for kind, opened in found.items() if opened}
    first = there.get("vae") or next(iter(there.values()), None)
    return {
        "draws": first and manifold_url(first),
        "maps": {kind: {"light": codes_url(one, False), "dark": codes_url(one, True)} for kind, one in there.items()},
    }
