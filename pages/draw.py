"""Draw: your own image, encoded in the browser, on the map of the test set."""

import streamlit as st

from ui import page
from ui.live_view import live


@st.fragment
def explore() -> None:
    """The model and its live view; what moves in the view runs only this."""
    with page.top_row():
        opened = page.pick_model()
        plane = page.pick_plane(opened)
        page.hint("Draw a digit between two others, a 4 that is nearly a 9: where does it land?")
        page.about(opened)
    page.show_notices()
    live("draw", opened, plane, page.parsers(opened, "z", "class", "a", "b"))


explore()
