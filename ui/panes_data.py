"""What a live view of several models is told; live/contract.d.ts is its type.

Knows the library, the ready sets and the assets' URLs; knows nothing of Streamlit.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from live.library import OpenModel, all_runs, digest_of, once
from live.planes import default_plane, plane_of
from live.starts import between_classes, class_medians
from live.words import spoken, t
from models.errors import InputError
from models.families import FAMILIES
from models.run import Run
from published.ready_sets import READY_SETS, Facts, ReadySet, outcome
from ui.assets import live_url, picture_urls
from ui.compared import Compared, short_titles
from ui.view_data import view_data

KINDS = {name: family.title for name, family in FAMILIES.items()}


def panes_data(view: str, found: Compared, names: Mapping[str, str], present: Mapping[str, str]) -> dict[str, Any]:
    """The data of a view of several models. `names`, `present`: as in `ui.view_data.view_data`."""
    return of_many(view, found.models, names, present) | {
        "titles": short_titles(found.runs, KINDS),
        "facts": [facts_of(run) for run in found.runs],
        "problems": list(found.problems),
        "sets": [row for row in map(set_row, READY_SETS.values()) if row],
        "chosen": found.chosen.name if found.chosen else "",
        "question": question_of(found),
        "seeds": seeds_apart(),
    }


def of_many(
    view: str, models: Sequence[OpenModel], names: Mapping[str, str], present: Mapping[str, str]
) -> dict[str, Any]:
    """What every view of several models of one data set is told."""
    panes = [
        view_data(view, opened, plane_of(opened, default_plane(opened)), {}, present, beside=True) for opened in models
    ]
    return {
        "view": view,
        "module": live_url("main.js"),
        "unreachable": t("error.view"),
        **{name: panes[0][name] for name in ("palette", "things", "thumbs")},
        "words": spoken(),
        "names": dict(names),
        "state": dict(present),
        "panes": panes,
        "point": once(models[0], "between", lambda: _point(models[0])),
    }


def names_of_panes(found: Compared) -> dict[str, str]:
    """What the link always holds of the models."""
    return {"by": "side", "models": found.key} | ({"set": found.chosen.name} if found.chosen else {})


def _point(opened: OpenModel) -> int:
    """The test image that a view opens on: between two classes of the first map, where models differ most."""
    first = opened.checkpoint
    return between_classes(first.latents, class_medians(first.latents, len(first.run.data.class_names)))


def facts_of(run: Run) -> dict[str, Any]:
    """The record's numbers of one model: nats of the test set, and what it was trained with."""
    return {
        "logLikelihood": run.test.log_likelihood,
        "elbo": run.test.elbo,
        "kl": sum(run.test.kl) if run.test.kl else None,
        "mmd": run.test.mmd,
        "network": run.model.network,
        "bandwidth": run.training.weights.bandwidth,
        "seed": run.training.seed,
    }


def set_row(row: ReadySet) -> dict[str, Any] | None:
    """A ready set for the chooser; None where one of its models is not here."""
    try:
        pictures = [picture_urls(name, digest_of(name))["codes"] for name in row.models]
    except InputError:
        return None
    return {
        "name": row.name,
        "title": t(f"side.set.{row.name}"),
        "about": t(f"side.set.{row.name}.about"),
        "models": ",".join(row.models),
        "pictures": pictures,
    }


def seeds_apart() -> float | None:
    """How far the ELBOs of the ready set of seeds are apart, nats; None where there are no two of them."""
    seeds = READY_SETS["three-seeds"].models
    elbos = [run.test.elbo for run in all_runs().runs if run.run_id in seeds and run.test.elbo is not None]
    return max(elbos) - min(elbos) if len(elbos) > 1 else None


def question_of(found: Compared) -> dict[str, Any] | None:
    """The question of the ready set, with its answer; None without a set, or where a record lacks a number."""
    row = found.chosen
    if row is None:
        return None
    try:
        facts = [Facts(one.checkpoint.run, one.checkpoint.latents.mu) for one in found.models]
        result = once(found.models[0], f"outcome {row.name} {found.key}", lambda: outcome(row, facts))
    except InputError:
        return None
    return {
        "text": t(f"side.set.{row.name}.question"),
        "options": [t(f"side.set.{row.name}.option.{number}") for number in range(row.options)],
        "right": result.right,
        "reveal": t(f"side.set.{row.name}.reveal", **result.values),
        "hides": row.hides,
        "hidden": row.hidden % len(row.models),
    }
