"""Train: one place before, during and after a training: its form, its live view, and its film."""

import streamlit as st

from jobs.job import DONE, Job
from live.library import all_runs, has_film, open_model
from live.words import refusal, t
from models.errors import InputError
from models.run import Run
from ui import jobs, page, state
from ui.film_data import film_data
from ui.live_page import live_page
from ui.live_view import live_training
from ui.page_table import PAGES
from ui.parts import in_browser, own_models, own_trainings, sweeps, train_form
from ui.parts.before import show_before, show_model
from ui.text import for_markdown

PLACE = "train"  # of both live views: the one follows the other without a gap


def form() -> None:
    """The page while nobody watches a training: what to train on the left, what it gave before on the right."""
    closed = jobs.closed()
    if closed:
        st.warning(t("train.refused", reason=for_markdown(refusal(closed))))
    page.hint(t(PAGES["train"].hint))
    left, right = st.columns(2, gap="large")
    under = sweeps.places()  # of what moves by itself, before the form is made, which takes time
    with left:
        plan = train_form.show(bool(closed))
    with right:
        if plan:
            show_before(plan)
        own_models.offer_undo()
        in_browser.show_begun()
        own_trainings.show()
    sweeps.show(*under)
    names = ("preset",) if st.session_state["preset"] != train_form.OWN else train_form.NAMES
    state.record({name: st.session_state[name] for name in names} | {"job": None})


def watch(job: Job) -> None:
    """The page while a training runs, and after one that gave no model."""
    st.session_state.pop("order", None)
    with page.top_row():
        if st.button(t("train.another")):
            state.record({"job": None})
            st.rerun()
        page.hint(t("train.watch.hint"))
    state.record({"job": job.job_id})
    page.show_notices()
    live_training(job.job_id, jobs.is_mine(job), lambda message: receive(job.job_id, message), PLACE)


def watch_here() -> None:
    """The page while the browser trains by itself."""
    if run := in_browser.kept():
        look_at(run)
    with page.top_row():
        if st.button(t("train.another")):
            state.record({"job": None})
            st.rerun()
        page.hint(t("train.watch.hint"))
    page.show_notices()
    in_browser.watch(PLACE)


def receive(job_id: str, message: object) -> None:
    """The live view sends a command: carries it out, or says why not. When it is done, the page looks by itself."""
    try:
        if message != {"command": "done"}:
            jobs.command(job_id, message)
    except InputError as error:
        state.notice(refusal(error))


@st.fragment
def before_and_during() -> None:
    """The form, or the training that the link names, or the one that this session looks at."""
    state.enter(PAGES["train"])  # what moves in it runs only this, perhaps in another thread
    job_id = state.read("job", "", str)
    if job_id == in_browser.HERE:
        watch_here()
        return
    job = jobs.find(job_id) if job_id else None
    if job is not None and (run := model_of(job)):
        st.session_state.pop("order", None)
        look_at(run)
    if job is not None:
        watch(job)
        return
    if job_id:
        state.notice(t("train.unknown"))
    notices = st.container()
    form()
    with notices:  # drawn last, for the form reads the link too
        page.show_notices()


def model_of(job: Job) -> Run | None:
    """The model that a training has given, if it is still there."""
    runs = all_runs().runs if job.status == DONE else ()
    return next((run for run in runs if run.run_id == job.spec.get("run_id")), None)


def look_at(run: Run | None) -> None:
    """Goes to a model's film, or to the form."""
    state.record({"model": run and run.run_id, "job": None})
    st.rerun()


def ways_on(run: Run) -> None:
    """From a trained model to its map, or back to the form."""
    page.button_link(t("train.explore"), f"./?model={run.run_id}")
    again()


def again() -> None:
    """Back to the form."""
    if st.button(t("train.another")):
        look_at(None)


@st.fragment
def without_film(run: Run) -> None:
    """A model whose epochs were not kept: says so, and where it can be seen."""
    state.enter(PAGES["train"])
    with page.top_row():
        st.markdown(t("film.none", title=for_markdown(run.title)), width="content")
        ways_on(run)
    try:
        show_model(open_model(run.run_id))
    except InputError as error:
        st.error(t("model.broken", reason=for_markdown(refusal(error))))
    state.record({"model": run.run_id, "job": None})


state.enter(PAGES["train"])
asked = st.query_params.get("model")
known = next((run for run in all_runs().runs if run.run_id == asked), None)
if known and not has_film(known):
    without_film(known)
elif asked is not None:
    live_page(
        PAGES["train"], fits=has_film, prefer=lambda run: run.epochs_done, more=film_data,
        beside=lambda opened: ways_on(opened.checkpoint.run), hint="film.hint", place=PLACE,
    )  # fmt: skip
else:
    before_and_during()
