"""Side by side: the live view of the models that the link names.

Knows Streamlit and which models belong together; knows nothing of what the view draws.
"""

import streamlit as st

from live.words import t
from ui import page, state
from ui.compared import compared
from ui.live_view import live_panes
from ui.page_table import Page
from ui.view_state import parsers

ASKED = ("models", "set")


@st.fragment
def side_by_side(row: Page) -> None:
    """The section; what moves in the view runs only this."""
    state.enter(row)
    named = {name: st.query_params[name] for name in ASKED if name in st.query_params}
    found = compared(named or {name: state.kept(name) or "" for name in ASKED})
    if found is None:
        st.info(t("side.none"))
        return
    notices = st.container()
    live_panes(row.view, found, parsers(found.widest, row.state))
    with notices:  # drawn last, for the view reads the link too
        page.show_notices()
