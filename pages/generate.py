"""Generate: draw me a 7, the same z in every class, samples, and mixtures of two classes."""

import streamlit as st

from ui import page
from ui.live_view import live


@st.fragment
def explore() -> None:
    """The model and its live view; what moves in the view runs only this."""
    with page.top_row():
        opened = page.pick_model(prefer_conditional=True)
        plane = page.pick_plane(opened)
        page.hint("Choose a class, then drag z: what changes, and what stays?")
        page.about(opened)
    page.show_notices()
    live("generate", opened, plane, page.parsers(opened, "z", "class", "mix", "with"))


explore()
