"""The map: where the test set lies in latent space, and what any point of it decodes to."""

import streamlit as st

from ui import page
from ui.live_view import live


@st.fragment
def explore() -> None:
    """The model and its live view; what moves in the view runs only this."""
    with page.top_row():
        opened = page.pick_model()
        plane = page.pick_plane(opened)
        page.hint("Move the pointer from one class into the next: where does the image turn?")
        page.about(opened)
    page.show_notices()
    live("map", opened, plane, page.parsers(opened, "z", "class", "point", "hide", "layers"))


explore()
