"""Interpolate: the images on the way from one point to another."""

import streamlit as st

from ui import page
from ui.live_view import live


@st.fragment
def explore() -> None:
    """The model and its live view; what moves in the view runs only this."""
    with page.top_row():
        opened = page.pick_model()
        plane = page.pick_plane(opened)
        page.hint("Drag A or B: at which step would you call it the other one?")
        page.about(opened)
    page.show_notices()
    live("interpolate", opened, plane, page.parsers(opened, "a", "b", "class", "path"))


explore()
