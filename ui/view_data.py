"""What a live view of a model is told: where its files are, what it is, where to begin; live/contract.d.ts is its type.

Knows the library and the assets' URLs; knows nothing of Streamlit, so that a page's HTML can carry it too.
"""

from collections.abc import Callable, Mapping
from typing import Any

from analysis.metrics.active_units import collapsed
from datasets.catalogue import SOURCES
from live.library import OpenModel, all_runs, images_are_here, once, shows_training_images
from live.made import nearness
from live.palette import palette
from live.planes import Plane
from live.prior import prior_json
from live.starts import between_classes, class_medians, far_apart, walk
from live.titles import display_titles
from live.words import spoken, t
from models.run import Run
from ui.assets import DIRECTIONS, THUMBS, code_name, figure_name, is_drafted, live_url, model_url, plotly_url

_NO_START = {"point": 0, "label": 0, "z": [], "a": [], "b": [], "walk": None}
Parsers = Mapping[str, Callable[[str], Any]]
_THINGS = {
    "mnist": "things.mnist",
    "binarised-mnist": "things.mnist",
    "fashion-mnist": "things.fashion",
    "digits": "things.digits",
    "faces": "things.faces",
    "rhythms": "things.rhythms",
    "chorales": "things.chorales",
    "dsprites": "things.dsprites",
    "frey-faces": "things.photographs",
    "olivetti-faces": "things.photographs",
}


def things_of(data: str) -> str:
    """What the images of a data set are called."""
    return t(_THINGS.get(data, "things.images"))


def names_of(opened: OpenModel, plane: Plane | None) -> dict[str, str]:
    """What the link holds of model and plane."""
    run = opened.checkpoint.run
    return {"model": run.run_id} | ({"plane": plane.name} if plane and run.model.latent_dim > 2 else {})


def view_data(
    view: str, opened: OpenModel, plane: Plane | None, names: Mapping[str, str], present: Mapping[str, str],
    beside: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """The data of a view. `names`: what its link always holds; `present`: the state that the link names, checked.

    `beside`: a model that stands beside others: its view opens where the first one does, and asks no ranks of nearness.
    """
    run, latents = opened.checkpoint.run, opened.checkpoint.latents
    return {
        "view": view,
        "module": live_url("main.js"),
        "unreachable": t("error.view"),
        "plotly": plotly_url(),
        "figure": figure_name(plane) if plane else None,
        "plane": once(opened, f"plane {plane.name}", lambda: plane.to_json(latents.mu)) if plane else None,
        "code": code_name(),
        "thumbs": THUMBS if images_are_here(run) else None,
        "palette": palette(),
        "words": spoken(),
        "names": dict(names),
        "things": things_of(run.data.name),
        "trained": run.data.train_count,
        "model": _model(opened)
        | {
            "nearness": [] if beside else nearness(opened),
            "draft": not beside and plane is not None and is_drafted(opened),
        },
        "start": _NO_START if beside else once(opened, "start", lambda: _start(opened)),
        "state": dict(present),
    }


def _model(opened: OpenModel) -> dict[str, Any]:
    run = opened.checkpoint.run
    weights = run.training.weights
    kl = list(run.test.kl) if run.test.kl else None
    return {
        "id": run.run_id,
        "base": model_url(opened),
        "title": display_titles(all_runs().runs).get(run.run_id, run.title),
        "conditional": run.model.conditional,
        "stochastic": run.model.stochastic,
        "latentDim": run.model.latent_dim,
        "image": list(run.model.image),
        "classNames": list(run.data.class_names),
        "count": run.data.test_count,
        "kl": kl,
        "dead": collapsed(kl) if kl else [],
        "likelihood": {"name": weights.density, "pixelStd": weights.pixel_std},
        "objective": run.training.objective,
        "prior": prior_json(opened),
        "kind": run.data.kind,
        "learnt": shows_training_images(run.data),
        "rows": list(SOURCES[run.data.name].rows) if run.data.name in SOURCES else [],
        "directions": DIRECTIONS if _has_factors(run) else None,
    }


def _has_factors(run: Run) -> bool:
    """Whether factors of the test images are known, and the images here."""
    return run.data.name in SOURCES and bool(SOURCES[run.data.name].factors) and images_are_here(run)


def _start(opened: OpenModel) -> dict[str, Any]:
    latents = opened.checkpoint.latents
    medians = class_medians(latents, len(opened.checkpoint.run.data.class_names))
    point = between_classes(latents, medians)
    first, second = far_apart(latents, medians)
    steps = walk(latents, medians)
    return {
        "point": point,
        "label": int(latents.class_of_each()[point]),
        "z": latents.mu[point].tolist(),
        "a": latents.mu[first].tolist(),
        "b": latents.mu[second].tolist(),
        "walk": steps and {"from": steps[0].tolist(), "to": steps[1].tolist(), "classes": list(steps[2])},
    }
