"""A model as a card: what it can draw, what it is called, one sentence on its kind, or its formula and its numbers.

Knows Streamlit, the library and the published programs; knows no page.
"""

import datetime
import zoneinfo
from collections.abc import Sequence

import streamlit as st

from live.library import has_film, open_model
from live.words import day, nats, refusal, spoken, t
from models import gallery
from models.errors import InputError
from models.families import explained, family_of
from models.run import Run
from published.programs import program_of
from ui import page
from ui.assets import manifold_url
from ui.parts import own_models
from ui.parts.ticks import Ticks
from ui.text import for_html, for_markdown

# what a model is like that is not trained on its family's own objective
KINDS = {"capacity-elbo": "capacity", "reconstruction": "copies", "kl": "empty"}
WEIGHED_BY_BETA = ("beta-elbo", "elbo-monte-carlo")


def cards(runs: Sequence[Run], titles: dict[str, str], ticks: Ticks) -> None:
    """A card for each run, as many in a row as there is room for; `titles` by `run_id`."""
    likelihoods = {run.training.weights.density for run in runs if run.test.elbo is not None}
    if _in_field() and len(likelihoods) > 1:
        st.caption(t("library.two_likelihoods"))
    with st.container(key="cards"):
        for run in runs:
            with st.container(border=True, key=f"card-{run.run_id}"):
                _card(run, titles[run.run_id], ticks)


def kind_of(run: Run) -> str:
    """Which `kind.….line` says what the model is like: its family's, unless it was trained on something else."""
    training = run.training
    if training.objective in KINDS and training.objective != family_of(run.model.family).objective:
        return KINDS[training.objective]
    if training.objective in WEIGHED_BY_BETA and training.weights.beta < 1:
        return "cheap"
    return run.model.family


def program_title(run: Run) -> str:
    """What the card of a published program is called: by whom, what, and on which data."""
    program = program_of(run)
    if program is None:
        return run.title
    return t("library.program", by=program.by, what=program.what, data=run.data.title)


def _card(run: Run, title: str, ticks: Ticks) -> None:
    try:
        opened = open_model(run.run_id)
    except InputError as error:
        st.warning(for_markdown(refusal(error)))
        return
    shows = t("library.picture", title=for_html(title))
    picture = f'<img src="{manifold_url(opened)}" alt="{shows}" loading="lazy">'
    st.html(page.link(f"?model={run.run_id}", f"{picture}<span><b>{for_html(title)}</b></span>"))
    ticks.tick(run)
    if not gallery.is_shipped(run.run_id):
        st.caption(_made(run.made))
    if _in_field():
        _explain(run)
    else:
        st.markdown(t(f"kind.{kind_of(run)}.line"))
    if has_film(run):
        st.html(page.link(f"train?model={run.run_id}", f"<span><b>{t('library.film')}</b></span>"))
    own_models.manage(run, title)


def _explain(run: Run) -> None:
    """The formula and the numbers; for one that is not trained on its family's objective also what that means."""
    test, family = run.test, family_of(run.model.family)
    found = explained(run.model.family, run.training.objective)
    st.markdown(f"${found.short_formula}$")
    likelihood = t(f"library.likelihood.{run.training.weights.likelihood}")
    if test.elbo is None:
        st.caption(t("library.reconstruction", nats=nats(test.log_likelihood), likelihood=likelihood))
    else:
        st.caption(t("library.elbo", nats=nats(test.elbo), likelihood=likelihood))
    if run.training.objective != family.objective:
        st.caption(for_markdown(t(f"explained.{found.name}")))


def _made(moment: str) -> str:
    """When a model was made, by the clock of whoever looks."""
    try:
        zone = zoneinfo.ZoneInfo(st.context.timezone or "UTC")
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):  # the browser names it
        zone = zoneinfo.ZoneInfo("UTC")
    made = datetime.datetime.fromisoformat(moment).astimezone(zone)
    time = f"{made:%H:%M}"
    if made.date() == datetime.datetime.now(zone).date():
        return t("library.made.today", time=time)
    return t("library.made", day=day(made.date()), time=time)


def _in_field() -> bool:
    return spoken()["layer"] == "field"
