"""The model card of a hub's folder: what a model is, learnt from, is for, and gets wrong, each number with its error.

The YAML head is JSON a line, which every reader of YAML reads: no title can end it or be read as markup. Knows a
checkpoint and what was measured of it; knows no file and no hub.
"""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from analysis.metrics.active_units import collapsed
from analysis.metrics.mean_with_error import mean_with_error
from analysis.neighbours import own_neighbours
from analysis.paired import kl_of_images
from datasets.catalogue import SOURCES
from live.by_heart import best_epoch
from live.titles import visible
from live.words import number, t, using
from live.words.catalogue import HOME
from models.checkpoint import Checkpoint, Latents
from models.run import Run
from ui.learnt import is_large
from ui.parts.model_cards import kind_of
from ui.text import for_markdown

PROGRAM = "latent-playground"
SEEN = 2  # codes, each beside another
Sections = Iterator[str]


class Measured(NamedTuple):
    """A mean over the test images in nats; `error`: its standard error, None where it was not kept for each image."""

    name: str
    mean: float
    error: float | None


class MixedUp(NamedTuple):
    """The share of test codes whose nearest other code is of another class, its error, and the pair it hits most."""

    share: float
    error: float
    ours: int
    other: int
    most: float


def card(checkpoint: Checkpoint, licence: str) -> str:
    """README.md of a model. `licence`: what its maker says, as hubs write it."""
    with using(HOME, "field"):
        found = measured(checkpoint)
        head = "\n".join(["---", *_head(checkpoint.run, found, licence), "---"])
        return "\n\n".join([head, *_body(checkpoint, found, licence)]) + "\n"


def measured(checkpoint: Checkpoint) -> list[Measured]:
    """What was measured on the test images: log p(x|z), and of a stochastic encoder ELBO and KL divergence."""
    test, kl = checkpoint.run.test, kl_of_images(checkpoint)
    likelihood = None if checkpoint.scores is None else checkpoint.scores.log_likelihood.astype(np.float64)
    elbo = None if likelihood is None or kl is None else likelihood - kl
    rows = (
        ("elbo", test.elbo, elbo),
        ("log_likelihood", test.log_likelihood, likelihood),
        ("kl", None if test.kl is None else sum(test.kl), kl),
    )
    return [
        Measured(name, mean, None if each is None else mean_with_error(each).error)
        for name, mean, each in rows
        if mean is not None
    ]


def mixed_up(latents: Latents) -> MixedUp | None:
    """How far classes lie in each other, by the nearest other code; None without two classes, or where none does."""
    labels = latents.class_of_each().astype(np.int64)
    if len(labels) < SEEN:
        return None
    others = labels[own_neighbours(latents.mu, 1)[:, 0]]
    apart = mean_with_error((others != labels).astype(np.float64))
    if not apart.mean:
        return None
    size = int(labels.max()) + 1
    pairs = np.bincount(labels * size + others, minlength=size * size).reshape(size, size)
    shares = pairs / np.maximum(pairs.sum(axis=1, keepdims=True), 1)
    np.fill_diagonal(shares, 0)
    place = int(shares.argmax())
    return MixedUp(apart.mean, apart.error or 0.0, *divmod(place, size), float(shares.flat[place]))


def _head(run: Run, found: list[Measured], licence: str) -> Iterator[str]:
    data = [run.data.name] if run.data.name in SOURCES else []
    metrics = [{"type": row.name, "name": _named(row), "value": row.mean} for row in found]
    task = {"type": "unconditional-image-generation"}
    on = {"type": run.data.name, "name": visible(run.data.title), "split": "test"}
    fields: dict[str, Any] = {
        "license": licence,
        "library_name": PROGRAM,
        "tags": [PROGRAM, "variational-autoencoder", run.model.family],
        "datasets": data,
        "model-index": [{"name": visible(run.title), "results": [{"task": task, "dataset": on, "metrics": metrics}]}],
    }
    yield from (f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in fields.items() if value)


def _named(row: Measured) -> str:
    name = t(f"card.number.{row.name}")
    return name if row.error is None else t("card.with_error", name=name, error=row.error)


def _body(checkpoint: Checkpoint, found: list[Measured], licence: str) -> Sections:
    run = checkpoint.run
    yield f"# {for_markdown(run.title)}"
    yield f"{t(f'kind.{kind_of(run)}.line')} {t('card.about', count=run.model.latent_dim)}"
    yield _heading("use")
    yield t("card.use")
    yield _heading("data")
    yield from _data(run, licence)
    yield _heading("numbers")
    yield t("card.numbers", count=run.data.test_count, likelihood=_likelihood(run))
    yield "\n".join(["| | |", "| --- | ---: |", *map(_row, found)])
    yield _heading("wrong")
    yield "\n".join(f"- {sentence}" for sentence in _wrong(checkpoint))
    yield _heading("files")
    yield t("card.files")


def _heading(name: str) -> str:
    return f"## {t(f'card.heading.{name}')}"


def _likelihood(run: Run) -> str:
    return t(f"library.likelihood.{run.training.weights.likelihood}")


def _row(row: Measured) -> str:
    error = "" if row.error is None else f" ± {number(row.error, 2)}"
    return f"| {for_markdown(t(f'card.number.{row.name}'))} | {number(row.mean, 2)}{error} |"


def _data(run: Run, licence: str) -> Sections:
    title = for_markdown(run.data.title)
    yield t("card.data", data=title, train=run.data.train_count, test=run.data.test_count)
    yield t(f"card.data.{run.data.name}") if run.data.name in SOURCES else t("card.data.own")
    yield t("card.licence", licence=licence)


def _wrong(checkpoint: Checkpoint) -> Sections:
    """What it gets wrong: each sentence stands on a measurement, or on what its kind of model can't do."""
    run = checkpoint.run
    yield t("card.wrong.else", data=for_markdown(run.data.title))
    if run.test.elbo is None:
        yield t("card.wrong.no_prior")
    if dead := collapsed(run.test.kl or ()):
        yield t("learnt.collapsed", count=len(dead), all=run.model.latent_dim)
    seen, unseen = (part.log_likelihood if part.elbo is None else part.elbo for part in (run.train, run.test))
    if is_large(seen, unseen):
        yield t("card.wrong.gap", train=seen, test=unseen)
    if epoch := best_epoch(checkpoint.history, run.kept_epoch):
        yield t("about.by_heart", epoch=epoch, count=run.data.train_count)
    if run.model.conditional:
        yield t("card.wrong.mixtures")
    elif found := mixed_up(checkpoint.latents):
        names = run.data.class_names
        yield t(
            "card.wrong.classes", share=100 * found.share, error=100 * found.error, most=found.most,
            ours=for_markdown(names[found.ours]), other=for_markdown(names[found.other]),
        )  # fmt: skip
