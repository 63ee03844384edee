"""The shape of a live page: one live view of the model that the link names, and under it "About this model".

Knows the page's parts; knows nothing of what a view draws.
"""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from live.library import OpenModel
from live.words import refusal, t
from models.errors import InputError
from models.run import Run
from ui import page, state
from ui.live_view import live
from ui.page_table import Page
from ui.text import for_markdown
from ui.view_state import parsers


@st.fragment
def live_page(
    row: Page, fits: Callable[[Run], bool] | None = None, prefer: Callable[[Run], int] | None = None,
    more: Callable[[OpenModel], Mapping[str, Any]] | None = None, beside: Callable[[OpenModel], None] | None = None,
    hint: str = "", place: str = "",
) -> None:  # fmt: skip
    """Shows the live view of a page for the model that the link names; what moves in the view runs only this.

    `fits`: which models the page can show; `prefer`: the page opens on the model for which this is largest; `more`:
    what this view alone needs of a model; `beside`: what else stands in the row; `hint`: the key of
    another sentence than the page's own; `place`: see `live`.
    """
    state.enter(row)
    opened = page.model_of_link(row.conditional, fits, prefer)
    plane = page.plane_of_link(opened) if row.preloads == "map" else None
    if beside:
        with page.top_row():
            page.hint(t(hint or row.hint))
            beside(opened)
    notices = st.container()
    try:
        extra = more(opened) if more else None
    except InputError as error:
        st.error(t("model.broken_film", reason=for_markdown(refusal(error))))
        return
    live(row.view, opened, plane, parsers(opened.checkpoint.run, row.state), extra, place)
    page.about(opened)
    with notices:  # drawn last, for the view reads the link too
        page.show_notices()
