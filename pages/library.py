"""The library: every trained model as a card with what it can draw; upload of models."""

import streamlit as st

from datasets.catalogue import SOURCES, is_here, sources
from exports.foreign.state_dict import layers_text
from exports.foreign.uploaded import Upload, foreign_upload, take_in
from live.library import all_runs
from live.titles import display_titles, distinct
from live.words import refusal, t
from models import gallery
from models.errors import InputError
from models.layers import ACTIVATIONS
from models.run import Run
from published.programs import PROGRAMS, program_of
from ui import disk, page, state, switches
from ui.limits import UPLOAD_MEGABYTES
from ui.page_table import PAGES
from ui.parts import own_models
from ui.parts.lesson_cards import lesson_cards
from ui.parts.model_cards import cards, program_title
from ui.parts.operator import operator
from ui.parts.ticks import Ticks
from ui.text import card_title, for_markdown

TAB_OF_PROGRAMS, TAB_OF_LESSONS, TAB_OF_TERMS = "programs", "lessons", "glossary"
TABS_OF_OURS = (TAB_OF_PROGRAMS, TAB_OF_LESSONS, TAB_OF_TERMS)


def group_of(run: Run) -> str:
    """The tab of a run: its data set, or the published programs."""
    if program_of(run):
        return TAB_OF_PROGRAMS
    return run.data.name if run.data.name not in TABS_OF_OURS else f"{run.data.name}."  # no data set can be called so


def tab_title(run: Run) -> str:
    """What the tab of a run is called; an upload can't rename that of a data set which the app knows."""
    if program_of(run):
        return t("library.programs")
    return SOURCES[run.data.name].title if run.data.name in SOURCES else run.data.title


def titles_of(shown: list[Run], runs: list[Run]) -> dict[str, str]:
    """What each card is called below the title of its tab; `runs`: of all tabs."""
    plain = display_titles(runs)
    return distinct(
        {
            run.run_id: program_title(run) if program_of(run) else card_title(plain[run.run_id], run.data.title)
            for run in shown
        }
    )


def in_order(runs: list[Run]) -> list[Run]:
    """Those that were made here, the newest first, then those that shipped, published programs in their own order."""
    own = [run for run in runs if not gallery.is_shipped(run.run_id)]
    shipped = [run for run in page.shown_order(runs) if run not in own]
    programs = list(PROGRAMS)
    shipped.sort(key=lambda run: programs.index(run.program) if run.program in programs else -1)
    return sorted(own, key=lambda run: (run.made, run.run_id), reverse=True) + shipped


def receive() -> None:
    """Puts an uploaded model into the library, or notes why it is refused.

    Called once when the upload changes, before the page is drawn; the uploader holds its file in every later run too.
    """
    upload = st.session_state.upload
    st.session_state.foreign = False
    if upload is None:
        return
    try:
        disk.require_room()
        st.session_state.foreign = foreign_upload(upload.getvalue(), upload.name) is not None
        if not st.session_state.foreign:
            received(gallery.add_upload(upload.getvalue(), upload.name))
    except InputError as error:
        st.session_state.received = (False, refusal(error))


def received(run: Run) -> None:
    """Notes that a model is in the library now, and where it is to be seen."""
    st.session_state.received = (True, t("library.added", title=run.title))
    st.session_state["data"] = group_of(run)


def measure() -> None:
    """Takes the model of others in, as the form beside it says, or notes why it is refused."""
    held, data = st.session_state.upload, st.session_state.foreign_data
    st.session_state.foreign = False
    try:
        disk.require_room()
        received(
            take_in(
                Upload(held.name, held.getvalue()), data, st.session_state.get("foreign_activation", ACTIVATIONS[0])
            )
        )
    except InputError as error:
        st.session_state.received = (False, refusal(error))


def offer_foreign(upload: Upload) -> None:
    """What a model of others learnt from, the layers that its weights are taken for, and the button that adds it."""
    known = {name: source for name, source in sources().items() if is_here(name)}
    data = st.selectbox(
        t("library.foreign.data"),
        list(known),
        format_func=lambda name: for_markdown(known[name].title),
        key="foreign_data",
    )
    activation = ACTIVATIONS[0]
    if upload.is_weights:
        activation = st.selectbox(t("library.foreign.activation"), ACTIVATIONS, key="foreign_activation")
    try:
        _, guessed = upload.model(known[data], activation)
    except InputError as error:
        st.error(for_markdown(refusal(error)))
        return
    if guessed:
        st.markdown(t("library.foreign.guess"))
        st.code(layers_text(guessed), language=None)
    st.button(t("library.foreign.take"), on_click=measure)
    st.caption(t("library.foreign.how"))


def show_terms() -> None:
    """The glossary, whose pictures nobody pays for who looks at models."""
    from ui.parts.glossary import glossary

    glossary()


def offer_upload() -> None:
    """The place for a model's file, and what became of the last one."""
    if not switches.is_on("uploads"):
        return
    with st.expander(t("library.add")):
        st.markdown(t("library.add.how"))
        upload = st.file_uploader(
            t("library.upload", megabytes=UPLOAD_MEGABYTES), type=["zip", "safetensors"], key="upload",
            max_upload_size=UPLOAD_MEGABYTES, on_change=receive,
        )  # fmt: skip
        if upload is not None and st.session_state.get("foreign"):
            offer_foreign(Upload(upload.name, upload.getvalue()))
        elif upload is not None and "received" in st.session_state:
            kept, sentence = st.session_state.received
            (st.success if kept else st.error)(for_markdown(sentence))


state.enter(PAGES["library"])
listing = all_runs()
runs = page.shown_order(listing.runs)
if not runs:
    st.info(t("library.empty"))
    st.html(page.link("train?data=digits", f"<span><b>{t('library.train')}</b></span>"))
ours = {TAB_OF_LESSONS: t("library.lessons"), TAB_OF_TERMS: t("library.glossary")}
labels = distinct({group_of(run): tab_title(run) for run in runs} | ours)
options = list(labels)
own_models.offer_undo()
state.choose("data", options[0], state.one_of(options, t("link.what.data")))
chosen = st.segmented_control(
    t("library.tabs"), options, key="data", format_func=lambda name: for_markdown(labels[name]), required=True,
    label_visibility="collapsed",
)  # fmt: skip
if chosen == TAB_OF_TERMS:
    show_terms()
elif chosen == TAB_OF_LESSONS:
    lesson_cards()
else:
    shown = in_order([run for run in runs if group_of(run) == chosen])
    with page.top_row():
        page.hint(t("page.library.hint"))
        ticks = Ticks(runs)
    ticks.bar()
    cards(shown, titles_of(shown, runs), ticks)
for reason in listing.refused:
    st.warning(for_markdown(refusal(reason)))
offer_upload()
operator()
page.show_notices()
state.record({"data": chosen})
if chosen == options[0]:  # nobody chose it: Train is free to offer what is on this computer
    state.forget({"data"})
