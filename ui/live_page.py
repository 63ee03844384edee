"""The shape of a live page: the row with model, plane, hint and "About this model", and under it one live view.

Knows the page's parts; knows nothing of what a view draws.
"""

import streamlit as st

from ui import page, state
from ui.live_view import live


@st.fragment
def live_page(
    view: str, hint: str, parameters: tuple[str, ...], with_plane: bool = True, prefer_conditional: bool = False
) -> None:
    """Shows a live view of the chosen model; what moves in the view runs only this.

    `parameters`: the parts of the view's state that the link carries, rows of `page.parsers`. `prefer_conditional`:
    whether the page opens on a conditional model where the link names none.
    """
    state.enter(view)
    with page.top_row():
        opened = page.pick_model(prefer_conditional)
        plane = page.pick_plane(opened) if with_plane else None
        page.hint(hint)
        page.about(opened)
    notices = st.container()
    live(view, opened, plane, page.parsers(opened, *parameters))
    with notices:  # drawn last, for the view reads the link too
        page.show_notices()
