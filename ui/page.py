"""What all pages share: the model and the plane of a link, the row over a picture, notices, and "About this model".

Knows Streamlit and the library; knows nothing of what a page shows.
"""

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import NoReturn

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from datasets.catalogue import source_of
from datasets.source import unusable
from live.by_heart import best_epoch
from live.library import OpenModel, all_runs, fetch_data, images_are_here, is_own, open_model
from live.made import is_made, made_of
from live.planes import Plane, default_plane, parse_plane, plane_of
from live.titles import display_titles
from live.words import duration, nats, refusal, t
from models.checkpoint import to_zip
from models.errors import InputError, Reason
from models.families import FAMILIES, Explained, explained
from models.run import Run
from published.programs import program_of
from ui import learnt, state
from ui.page_table import PAGES
from ui.text import for_html, for_markdown, with_terms

FIRST_MODEL = "mnist-vae"
# what few photographs can and can't show, and whose they are
PHOTOGRAPHS = {"frey-faces": "about.photographs.frey", "olivetti-faces": "about.photographs.olivetti"}


def top_row() -> DeltaGenerator:
    """The one row over the picture."""
    return st.container(horizontal=True, vertical_alignment="center", gap="medium", key="top-row")


def model_of_link(
    prefer_conditional: bool = False, fits: Callable[[Run], bool] | None = None,
    prefer: Callable[[Run], int] | None = None,
) -> OpenModel:  # fmt: skip
    """The model that the link names, or a good one; a page without any model says what to do and stops here."""
    runs = {run.run_id: run for run in shown_order(all_runs().runs) if fits is None or fits(run)}
    if not runs:
        st.info(t("pick.no_models") if fits is None else t("pick.no_films"))
        st.stop()
    default = first_model(runs, prefer_conditional, prefer)
    labels = display_titles(all_runs().runs)
    chosen = state.read("model", default, state.model_of({name: labels[name] for name in runs}))
    try:
        return open_model(chosen if chosen in runs else default)
    except InputError as error:
        st.error(t("model.broken", reason=for_markdown(refusal(error))))
        st.stop()


def first_model(
    runs: Mapping[str, Run], prefer_conditional: bool = False, prefer: Callable[[Run], int] | None = None
) -> str:
    """The model that a page opens on where the link names none; `runs` in the order of lists."""
    if prefer is not None:
        return max(runs, key=lambda name: prefer(runs[name]))  # of equals the first one listed
    default = FIRST_MODEL if FIRST_MODEL in runs else next(iter(runs))
    if prefer_conditional:
        return next((name for name, run in runs.items() if run.model.conditional), default)
    return default


def plane_of_link(opened: OpenModel) -> Plane:
    """The plane of the map: for more than two latents any two dimensions or the principal components."""
    latent_dim = opened.checkpoint.run.model.latent_dim
    default = default_plane(opened)
    if latent_dim <= 2:
        return plane_of(opened, default)
    chosen = state.read("plane", default, lambda text: parse_plane(text, latent_dim), of=opened.checkpoint.run.run_id)
    return plane_of(opened, chosen)


def shown_order(runs: Sequence[Run]) -> list[Run]:
    """The order in lists: published programs last, data sets by name, maps of two latents first, families as in their
    table, and of a family the one that was trained longest.
    """
    families, data = list(FAMILIES), {"mnist": 0, "fashion-mnist": 1}
    return sorted(
        runs,
        key=lambda run: (
            program_of(run) is not None,
            data.get(run.data.name, 2),
            run.data.name,
            run.model.latent_dim != 2,
            run.model.latent_dim,
            families.index(run.model.family),
            -run.epochs_done,
            run.run_id,
        ),
    )


def button_link(label: str, href: str) -> None:
    """A link to a page that looks like a button; the label may come from a file, the address is ours."""
    st.html(f'<a class="lp-button" href="{for_html(href)}" target="_self">{for_html(label)}</a>', width="content")


def go(place: str, **names: str) -> NoReturn:
    """Leaves for another page, as a link with these names would; what goes along with a person stays."""
    st.switch_page(PAGES[place].file, query_params=names | state.sticky())


def hint(text: str) -> None:
    """The one sentence that invites an experiment; the text is ours, never from a file."""
    st.html(f'<p class="lp-hint">{text}</p>', width="stretch")


def link(address: str, inside: str) -> str:
    """A link in HTML to an address of ours, which switches pages without a reload; `inside` is HTML, escaped."""
    return f'<a class="lp-card-picture" href="./{for_html(address)}" target="_self">{inside}</a>'


def in_words(found: Explained) -> str:
    """What a training maximises and where that is from, as Markdown."""
    return f"{for_markdown(t(f'explained.{found.name}'))} *{for_markdown(found.citation)}*"


def about(opened: OpenModel) -> None:
    """The unfolding "About this model": its formula, numbers and settings, its test images, the file for download."""
    run = opened.checkpoint.run
    found = explained(run.model.family, run.training.objective)
    with st.expander(t("about.title")):
        st.latex(found.formula)
        st.markdown(in_words(found))
        if program := program_of(run):
            note = for_markdown(t(f"program.{program.note}", **program.settings))
            st.info(t("about.programs", note=note, source=for_markdown(program.citation)))
        st.html(f'<p class="lp-facts">{facts(run)}</p>')
        by_heart(opened)
        separation(opened)
        learnt.show(opened)
        if photographs := PHOTOGRAPHS.get(run.data.name):
            st.html(f'<p class="lp-facts">{t(photographs)}</p>')
        st.caption(_training_sentence(run))
        if run.begun_from:
            st.caption(t("about.begun", name=for_markdown(run.begun_from)))
        _offer_test_images(run)
        st.download_button(
            t("about.download"), functools.partial(to_zip, opened.checkpoint), f"{run.run_id}.zip",
            "application/zip", on_click="ignore",
        )  # fmt: skip


def facts(run: Run) -> str:
    """The test metrics of a run as HTML, one a line, with units and a word where one is not defined."""
    test = run.test
    lines = []
    if test.elbo is None:
        lines.append(with_terms("about.undefined"))
    else:
        lines.append(with_terms("about.elbo", nats=nats(test.elbo)))
    lines.append(with_terms("about.reconstruction", nats=nats(test.log_likelihood)))
    if test.kl is not None:
        lines.append(with_terms("about.kl", nats=nats(sum(test.kl))))
    if test.mmd is not None:
        lines.append(with_terms("about.mmd", value=test.mmd))
    return "<br>".join(lines)


def by_heart(opened: OpenModel) -> None:
    """Says from which epoch on a model has learnt its images by heart, if it has."""
    if epoch := best_epoch(opened.checkpoint.history, opened.checkpoint.run.kept_epoch):
        count = opened.checkpoint.run.data.train_count
        st.html(f'<p class="lp-warn">{t("about.by_heart", epoch=epoch, count=count)}</p>')


def separation(opened: OpenModel) -> None:
    """Says how far each known factor of the images has a latent of its own, if that was measured."""
    source = source_of(opened.checkpoint.run.data.name)
    gaps = made_of(opened).gaps if source and source.factors and is_made(opened) else None
    if source is None or gaps is None:
        return
    names = [t(f"factor.{name}") for name in source.factors] + [t("factor.class")]
    each = ", ".join(t("about.gap", name=name, value=gap) for name, gap in zip(names, gaps, strict=True))
    st.html(f'<p class="lp-facts">{t("about.mig", value=sum(gaps) / len(gaps), each=each)}</p>')


def show_notices() -> None:
    """Sentences about what a link asked for and this page could not do."""
    for text in state.take_notices():
        st.warning(for_markdown(text))


def _offer_test_images(run: Run) -> None:
    if images_are_here(run):
        return
    if is_own(run):
        st.html(f'<p class="lp-warn">{t("mydata.away", title=for_html(run.data.title))}</p>')
        return
    st.html(f'<p class="lp-warn">{t("about.no_images", data=for_html(run.data.title))}</p>')
    source = source_of(run.data.name)
    if source and source.file:
        st.caption(for_markdown(refusal(unusable(source, Reason("data.not_there")))))
        return
    if st.button(t("data.download", data=for_markdown(run.data.title))):
        with st.spinner(t("data.downloading", data=for_markdown(run.data.title))):
            try:
                fetch_data(run.data.name)
            except InputError as error:
                st.error(for_markdown(refusal(error)))
            else:
                st.rerun()


def _training_sentence(run: Run) -> str:
    training = run.training
    if run.epochs_done == 0:
        return t("about.came", parameters=run.parameter_count, images=run.data.test_count)
    return t(
        "about.training", parameters=run.parameter_count, count=run.epochs_done, duration=duration(run.seconds),
        device=for_markdown(run.device), batch=training.batch_size, rate=f"{training.learning_rate:g}",
        beta=f"{training.weights.beta:g}", seed=str(training.seed), images=run.data.test_count,
    )  # fmt: skip
