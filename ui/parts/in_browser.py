"""A training in the browser itself, beside those of the server: its button in the form, its view, and how the model
comes into the app at the end: as a file, the same way as the Library's uploads.

Knows Streamlit and what the trainer in the page is given; the training itself is the browser's alone.
"""

from typing import Any

import streamlit as st

from live.in_page import as_here, begin, lacking
from live.library import all_runs
from live.words import refusal, t
from models import gallery
from models.errors import InputError
from models.run import Run
from training.plans import Plan, new_run_id
from ui import disk, state, switches
from ui.assets import sheet_url
from ui.limits import UPLOAD_MEGABYTES
from ui.live_view import live_in_browser
from ui.text import for_markdown

HERE = "here"  # the job of an address
_BEGUN, _PLACE, _KEPT = "in-browser", "in-browser-file", "in-browser-kept"


def offer(plan: Plan) -> None:
    """The button; where the page can't train this, it is grey and the reason stands under it."""
    reason = lacking(plan)
    if st.button(t("train.start.here"), disabled=reason is not None, width="stretch"):
        try:
            here = as_here(plan)
            st.session_state[_BEGUN] = begin(here, new_run_id(plan), sheet_url(plan.training.data))
        except InputError as error:
            st.error(for_markdown(refusal(error)))
            return
        state.record({"job": HERE})
        st.rerun()
    if reason:
        st.caption(for_markdown(refusal(reason)))
    else:
        st.caption(t("train.here.how"))


def watch(place: str) -> None:
    """The view of the training that this browser does, or did last. `place`: as in `live`."""
    state.record({"job": HERE})
    may_keep = switches.is_on("uploads")
    live_in_browser(st.session_state.get(_BEGUN), f".st-key-{_PLACE} input[type=file]" if may_keep else "", place)
    if may_keep:
        st.html(f"<style>.st-key-{_PLACE}{{display:none}}</style>")
        with st.container(key=_PLACE):
            st.file_uploader(
                t("learn.keep"), type="zip", max_upload_size=UPLOAD_MEGABYTES, key=f"{_PLACE}-zip", on_change=_receive
            )


def _receive() -> None:
    """The page hands its model over. Called once when the file changes, before the page is drawn."""
    upload: Any = st.session_state[f"{_PLACE}-zip"]
    if upload is None:
        return
    try:
        disk.require_room()
        st.session_state[_KEPT] = gallery.add_upload(upload.getvalue(), upload.name).run_id
    except InputError as error:
        state.notice(refusal(error))


def kept() -> Run | None:
    """The model that has just come into the app, once."""
    run_id = st.session_state.pop(_KEPT, None)
    return next((run for run in all_runs().runs if run.run_id == run_id), None)


def show_begun() -> None:
    """In the form: the way back to the training that this browser does, as far as this visit knows of one."""
    if begun := st.session_state.get(_BEGUN):
        title = for_markdown(begun["plan"]["title"])
        if st.button(t("train.here.back", title=title)):
            state.record({"job": HERE})
            st.rerun()
