"""The gallery: every trained model as a card with what it can draw; upload and download of models."""

import streamlit as st

from models.checkpoint import from_zip
from models.errors import InputError
from models.families import explained, family_of
from models.run import Run
from training import store
from training.plans import PRESETS
from ui import page, state
from ui.assets import manifold_url
from ui.library import all_runs, open_model
from ui.text import card_title, for_html, for_markdown, nats, picker_labels

COLUMNS = 5
PROGRAMS, PROGRAMS_TITLE = "programs", "Published programs"


def card(run: Run) -> None:
    """One model: the picture of its manifold, its formula, its numbers, and the way in."""
    try:
        opened = open_model(run.run_id)
    except InputError as error:
        st.warning(for_markdown(str(error)))
        return
    test = run.test
    st.html(
        f'<a class="lp-card-picture" href="map?model={for_html(run.run_id)}" target="_self">'
        f'<img src="{manifold_url(opened)}" alt="What {for_html(run.title)} can draw" loading="lazy"></a>'
    )
    st.page_link(
        "map.py",
        label=f"**{for_markdown(run.title if run.run_id in PRESETS else card_title(run))}**",
        query_params={"model": run.run_id},
    )
    st.markdown(f"${explained(family_of(run.model.family), run.training.objective).short_formula}$")
    quality = f"reconstruction {nats(test.log_likelihood)}" if test.elbo is None else f"ELBO {nats(test.elbo)}"
    st.caption(quality)


def group_of(run: Run) -> str:
    """The tab of a run: its data set, or the published programs."""
    return PROGRAMS if run.run_id in PRESETS else run.data.name


def receive() -> None:
    """Puts an uploaded model into the gallery, or notes why it is refused.

    Called once when the upload changes, before the page is drawn; the uploader holds its file in every later run too.
    """
    upload = st.session_state.upload
    if upload is None:
        return
    try:
        checkpoint = from_zip(upload.getvalue(), upload.name)
        store.keep(checkpoint)
    except InputError as error:
        st.session_state.received = (False, str(error))
    else:
        st.session_state.received = (True, f"{checkpoint.run.title} is in the gallery now.")


page.style()
listing = all_runs()
runs = page.shown_order(listing.runs)
if not runs:
    st.info(page.NO_MODELS)
labels = picker_labels({group_of(run): PROGRAMS_TITLE if run.run_id in PRESETS else run.data.title for run in runs})
options = list(labels)
if options:
    state.choose("data", options[0], state.one_of(options, "the data set"))
    chosen = st.segmented_control(
        "Data set", options, key="data", format_func=lambda name: for_markdown(labels[name]), required=True,
        label_visibility="collapsed",
    )  # fmt: skip
    page.hint("Each picture shows what one model can draw. Open one to walk through its latent space.")
    shown = [run for run in runs if group_of(run) == chosen]
    for start in range(0, len(shown), COLUMNS):
        for column, run in zip(st.columns(COLUMNS), shown[start : start + COLUMNS], strict=False):
            with column, st.container(border=True):
                card(run)
else:
    chosen = None
for reason in listing.refused:
    st.warning(for_markdown(reason))
with st.expander("Add a model, or train one"):
    st.markdown(
        "A model that somebody downloaded here opens in any Latent Playground. Or train one on this computer:\n\n"
        "```\npython -m training --family mmd-vae --data fashion-mnist --latent 2 --epochs 30\n```"
    )
    upload = st.file_uploader(
        "A model's .zip file, at most 32 MB", type="zip", max_upload_size=32, key="upload", on_change=receive
    )
    if upload is not None and "received" in st.session_state:
        kept, sentence = st.session_state.received
        (st.success if kept else st.error)(for_markdown(sentence))
page.show_notices()
state.record({"data": chosen})
