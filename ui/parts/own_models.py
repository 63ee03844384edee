"""Renaming and removing the models that were made here; what was removed comes back with one press.

Knows Streamlit and the gallery; a model that shipped has neither. Whoever may upload a model may do both.
"""

from typing import Literal

import streamlit as st

from live.words import refusal, t
from models import gallery
from models.errors import InputError
from models.run import Run
from ui import state, switches
from ui.text import for_markdown

_REMOVED = "removed"  # run_id and title of the model that was removed last


def manage(run: Run, title: str, width: Literal["stretch", "content"] = "stretch") -> None:
    """The part of a card with which its model is renamed or removed; nothing for a model that shipped."""
    if gallery.is_shipped(run.run_id) or not switches.is_on("uploads"):
        return
    with st.popover(t("own.manage"), width=width):
        key = f"title-{run.run_id}"
        st.text_input(t("own.title"), value=run.title, key=key, on_change=_rename, args=(run.run_id, key))
        st.button(t("own.remove"), key=f"remove-{run.run_id}", on_click=remove, args=(run.run_id, title))


def offer_undo() -> None:
    """Says which model was removed last, beside the button that brings it back."""
    if _REMOVED not in st.session_state:
        return
    run_id, title = st.session_state[_REMOVED]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(t("own.removed", title=for_markdown(title)), width="content")
        st.button(t("own.undo"), on_click=restore, args=(run_id,))


def _rename(run_id: str, key: str) -> None:
    try:
        gallery.rename(run_id, st.session_state[key])
    except InputError as error:
        state.notice(refusal(error))
        del st.session_state[key]  # the field shows the present title again


def remove(run_id: str, title: str) -> None:
    """Removes a model, or notes why it can't be; `offer_undo` then has it."""
    try:
        gallery.remove(run_id)
    except InputError as error:
        state.notice(refusal(error))
    else:
        st.session_state[_REMOVED] = (run_id, title)


def restore(run_id: str) -> None:
    """Brings a removed model back, or notes why it can't be."""
    st.session_state.pop(_REMOVED, None)
    try:
        gallery.restore(run_id)
    except InputError as error:
        state.notice(refusal(error))
