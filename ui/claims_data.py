"""Claims with their verdicts, and their programs' models as pictures, for whoever shows them: the app's page, and the
view of the static site (`ClaimsData` in live/contract.d.ts).

Knows claims, measurements and the library; knows nothing of Streamlit.
"""

import functools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from datasets.catalogue import SOURCES
from live.codes_picture import codes_span
from live.library import OpenModel, all_runs, open_model
from live.palette import class_colours, palette
from live.pictures import published_extent
from live.words import number, t
from live.words.claims import measured, source_of
from models import gallery
from models.errors import InputError
from published.claims import CLAIMS, Claim, judged
from published.measured import FILE, MeasuredFile, Numbers, load_measured
from published.programs import PROGRAMS, run_of
from published.verdicts import Judgement
from ui.assets import codes_url, manifold_url

Judged = Mapping[str, tuple[Claim, Judgement | None]]


@dataclass(frozen=True)
class Shown:
    """A program's model: where its pictures are on a light and a dark page, what they show, and what is said below."""

    run_id: str
    light: str
    dark: str
    shows: str
    below: str


def measurements() -> MeasuredFile:
    """What was measured of the programs; raises InputError where that was never done."""
    return load_measured(gallery.checkpoint_folder() / FILE)


def judged_claims(numbers: Numbers) -> Judged:
    """The claims by key, those that are not measured last."""
    judgements = [(claim, _judgement_of(claim, numbers)) for claim in CLAIMS]
    return {pair[0].key: pair for pair in sorted(judgements, key=lambda pair: pair[1] is None)}


def _judgement_of(claim: Claim, numbers: Numbers) -> Judgement | None:
    """The verdict; None where a number that it or its words need is not defined."""
    try:
        judgement = judged(claim, numbers)
        measured(claim.subject, judgement.values)
    except InputError:
        return None
    return judgement


def images_measured(found: MeasuredFile) -> str:
    """On how many images all was measured, in words."""
    counts = [number(images) for images in sorted({model.images for model in found.models})]
    return functools.reduce(lambda a, b: t("compare.or", first=a, second=b), counts)


def shown_program(name: str, of_codes: bool) -> Shown | None:
    """A program's codes, or what its model can draw; None where the model is not here."""
    run, title = run_of(name, all_runs().runs), PROGRAMS[name].title
    try:
        opened = open_model(run.run_id) if run else None
    except InputError:
        opened = None
    if opened is None:
        return None
    return _codes(opened, title) if of_codes else _drawn(opened, title)


def _codes(opened: OpenModel, title: str) -> Shown:
    run = opened.checkpoint.run
    below = t("compare.codes", data=run.data.title, span=codes_span(opened))
    shows = t("compare.codes.alt", title=title)
    return Shown(run.run_id, codes_url(opened), codes_url(opened, True), shows, below)


def _drawn(opened: OpenModel, title: str) -> Shown:
    run, picture, extent = opened.checkpoint.run, manifold_url(opened), published_extent(opened)
    below = t("compare.drawn", data=run.data.title, span=extent) if extent else run.data.title
    return Shown(run.run_id, picture, picture, t("compare.drawn.alt", title=title), below)


def colours_of(names: Sequence[str]) -> list[tuple[str, str, str]]:
    """Each class of the programs' data with its colour on a light and a dark page."""
    classes = SOURCES[PROGRAMS[names[0]].data].class_names
    return list(zip(class_colours(dark=False), class_colours(dark=True), classes, strict=False))


def claims_data(runs: Collection[str]) -> dict[str, Any]:
    """The claims that are judged and whose models are all among these, as the view is told them.

    Raises InputError where nothing was measured.
    """
    found = measurements()
    rows = [_row(claim, judgement) for claim, judgement in judged_claims(found.numbers()).values() if judgement]
    there = [row for row in rows if {one["id"] for one in row["models"]} <= set(runs)]
    return {"claims": there, "images": images_measured(found), "palette": palette()}


def _row(claim: Claim, judgement: Judgement) -> dict[str, Any]:
    shown = {name: shown_program(name, claim.of_codes) for name in claim.models}
    return {
        "key": claim.key,
        "text": t(f"claim.{claim.subject}"),
        "source": source_of(claim.source, claim.data),
        "ofCodes": claim.of_codes,
        "models": [_told(name, one) for name, one in shown.items()],
        "colours": colours_of(claim.models) if claim.of_codes else [],
        "verdict": judgement.verdict,
        "measured": measured(claim.subject, judgement.values),
    }


def _told(name: str, shown: Shown | None) -> dict[str, str]:
    """A model that is not here has no name, and so is among none."""
    if shown is None:
        return {"id": ""}
    pictures = {"light": shown.light, "dark": shown.dark, "shows": shown.shows, "below": shown.below}
    return {"id": shown.run_id, "title": PROGRAMS[name].what} | pictures
