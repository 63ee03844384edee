"""Traverse: a slider for each latent dimension, and the image that follows it."""

import streamlit as st

from ui import page
from ui.live_view import live


@st.fragment
def explore() -> None:
    """The model and its live view; what moves in the view runs only this."""
    with page.top_row():
        opened = page.pick_model()
        page.hint("Move one slider slowly from end to end: what does this dimension hold?")
        page.about(opened)
    page.show_notices()
    live("traverse", opened, None, page.parsers(opened, "z", "class"))


explore()
