"""What the static site's Train place is told: sheets of images to learn from, and plans of what can be trained there.

A sheet is training images, their labels, test images, theirs, a byte a pixel and a byte a label, in gzip; live/trainer/
reads it. Those of MNIST and Fashion-MNIST are made from the copy on this computer, and left out where there is none.
Knows data sets, plans and models that ship; knows no page.
"""

import functools
import gzip
import itertools
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from datasets.catalogue import SOURCES, is_here, load
from live.library import has_film
from live.palette import palette
from live.words import t
from models.families import FAMILIES
from models.run import DataRecord, Run
from training.plans import make_plan
from training.recipes import RECIPES, recipe_parts
from ui.assets import codes_url, manifold_url
from ui.parts.before import nearest
from ui.view_data import things_of

LEARN = "assets/views/learn.json"
KINDS = ("autoencoder", "vae", "cvae", "beta-vae", "mmd-vae")  # those that live/trainer/ has the objectives of
WHITE = 255


@dataclass(frozen=True)
class Sheet:
    """How much of a data set goes along: images to learn from and to measure with, None for all, and in how many grey
    levels. Its file is then at most 2 MB.
    """

    train: int | None = None
    test: int | None = None
    levels: int = 256
    quick: tuple[int, ...] | None = (
        None  # a network for Quick, where the app's is too large for some seconds of one core
    )
    epochs: tuple[int, int, int] | None = None  # of Quick, Good and Best, where the app's are for six times as many


SHEETS = {
    "digits": Sheet(quick=(64, 64)),  # -25.2 nats instead of -24.9, in a quarter of the time
    "mnist": Sheet(10_000, 2_000, epochs=(6, 24, 60)),
    "fashion-mnist": Sheet(8_000, 1_000, 17, epochs=(6, 24, 60)),
    "rhythms": Sheet(8_000, 1_000, epochs=(4, 16, 40)),
}


@functools.cache
def sheet_of(name: str) -> tuple[DataRecord, bytes]:
    """What a checkpoint remembers of a sheet's images, and the sheet."""
    data, sheet = load(name, download=False), SHEETS[name]
    train, test = data.train_x[: sheet.train], data.test_x[: sheet.test]
    parts = (_in_levels(train, sheet), data.train_classes[: sheet.train],
             _in_levels(test, sheet), data.test_classes[: sheet.test])  # fmt: skip
    content = b"".join(part.tobytes() for part in parts)
    same = (len(train), len(test), sheet.levels) == (len(data.train_x), len(data.test_x), 256)
    digest = data.digest if same else None
    record = replace(data.record(), train_count=len(train), test_count=len(test), digest=digest)
    return record, gzip.compress(content, mtime=0)


def _in_levels(images: np.ndarray, sheet: Sheet) -> np.ndarray:
    step = np.float32(WHITE / (sheet.levels - 1))
    levels: np.ndarray = np.rint(np.rint(images / step) * step).astype(np.uint8)
    return levels


def sheets() -> dict[str, bytes]:
    """The sheets that can be made here, by their paths in the site."""
    return {_path(name): sheet_of(name)[1] for name in _there()}


def learning(runs: Sequence[Run]) -> dict[str, Any]:
    """What the form is told. `runs`: the site's models, which show what a choice may give; some have a film."""
    return {
        "sets": [_set(name) for name in _there()],
        "kinds": [{"name": name, "title": FAMILIES[name].title} for name in KINDS],
        "recipes": [{"name": name, "title": t(f"train.recipe.{name}")} for name in RECIPES],
        "plans": {data: {kind: _plans(kind, data) for kind in KINDS} for data in _there()},
        "pictures": {data: _pictures(data, {run.run_id for run in runs}) for data in _there()},
        "films": [{"id": run.run_id, "title": run.title} for run in runs if has_film(run)],
        "palette": palette(),
    }


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
        plans[recipe] = {
            "model": asdict(plan.model), "training": asdict(plan.training), "conditional": plan.model.conditional,
            "work": _work(plan.model.widths, math.prod(plan.model.image)),
        }  # fmt: skip
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
