"""What a choice of data set and model gave before: the model here that is most like it, its map, what it draws.

Knows Streamlit, the library and plans; knows nothing of the form.
"""

from collections.abc import Callable

import streamlit as st

from live.library import OpenModel, all_runs, has_film, open_model
from live.titles import display_titles
from live.words import duration, t
from models.errors import InputError
from models.run import Run
from training.plans import Plan
from ui import page
from ui.assets import codes_url, film_url, manifold_url
from ui.text import for_html


def is_dark() -> bool:
    """Whether the page's ground is dark."""
    return bool(st.context.theme.type == "dark")


def nearest(
    family: str, data: str, latent_dim: int, program: str | None = None, among: Callable[[Run], bool] | None = None
) -> OpenModel | None:
    """The model of the same family and data set whose latents are nearest in number; of several one with a film. One
    that was trained elsewhere tells of no choice here.
    """
    runs = [run for run in all_runs().runs if run.epochs_done and (among is None or among(run))]
    alike = [run for run in runs if (run.model.family, run.data.name) == (family, data)]

    def distance(run: Run) -> tuple[bool, int, bool]:
        return run.program != program, abs(run.model.latent_dim - latent_dim), not has_film(run)

    for run in sorted(alike, key=distance):
        try:
            return open_model(run.run_id)
        except InputError:
            continue  # the library says what is wrong with it
    return None


def show_before(plan: Plan) -> None:
    """The right half of the form."""
    opened = nearest(plan.model.family, plan.training.data, plan.model.latent_dim, plan.program)
    st.caption(t("before.title"))
    if opened is None:
        st.html(f'<p class="lp-hint">{t("before.none")}</p>')
        return
    show_model(opened)


def show_model(opened: OpenModel) -> None:
    """A model's map, or the film of it, what it draws, and how good it is; both pictures lead to it."""
    run = opened.checkpoint.run
    title = for_html(display_titles(all_runs().runs).get(run.run_id, run.title))
    look = f"./train?model={run.run_id}" if has_film(run) else f"./?model={run.run_id}"
    st.html(
        f'<div class="lp-before">{_figure(look, _moving(opened), t("before.map"))}'
        f"{_figure(f'./?model={run.run_id}', _drawn(opened), t('before.draws'))}</div>"
        f'<p class="lp-facts"><b>{title}</b>: {_facts(run)}</p>'
    )
    page.by_heart(opened)
    page.link(t("before.look") if has_film(run) else t("train.explore"), look)


def _figure(href: str, picture: str, caption: str) -> str:
    link = f'<a class="lp-card-picture" href="{href}" target="_self">{picture}</a>'
    return f"<figure>{link}<figcaption>{caption}</figcaption></figure>"


def _moving(opened: OpenModel) -> str:
    """The film of its codes, or the codes for whoever wants less motion (ui/style.css); without a film the codes.

    Two images of which the browser fetches the one that is shown. No <picture>: Streamlit reads HTML in a document that
    is never shown, and Chromium keeps each such document whose <source> has a condition, 39 nodes at every rerun.
    """
    still = _codes(codes_url(opened, is_dark()), "lp-still")
    return _codes(film_url(opened, is_dark()), "lp-moves") + still if has_film(opened.checkpoint.run) else still


def _codes(url: str, name: str) -> str:
    return f'<img class="lp-codes {name}" loading="lazy" src="{url}" alt="{t("before.map.alt")}">'


def _drawn(opened: OpenModel) -> str:
    return f'<img src="{manifold_url(opened)}" alt="{t("before.draws.alt")}">'


def _facts(run: Run) -> str:
    values = {"count": run.epochs_done, "duration": duration(run.seconds)}
    if run.test.elbo is None:
        return t("before.facts.copy", **values, value=run.test.log_likelihood)
    return t("before.facts", **values, value=run.test.elbo)
