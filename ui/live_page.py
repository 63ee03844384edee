"""The shape of a live page: the row with model, plane, hint and "About this model", and under it one live view.

Knows the page's parts; knows nothing of what a view draws.
"""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from models.errors import InputError
from models.run import Run
from ui import page, state
from ui.library import OpenModel
from ui.live_view import live
from ui.text import for_markdown


@st.fragment
def live_page(
    view: str, hint: str, parameters: tuple[str, ...], with_plane: bool = True, prefer_conditional: bool = False,
    fits: Callable[[Run], bool] | None = None, more: Callable[[OpenModel], Mapping[str, Any]] | None = None,
) -> None:  # fmt: skip
    """Shows a live view of the chosen model; what moves in the view runs only this.

    `parameters`: the parts of the view's state that the link carries, rows of `page.parsers`. `prefer_conditional`:
    whether the page opens on a conditional model where the link names none. `fits`: which models the page can show;
    `more`: what this view alone needs of a model.
    """
    state.enter(view)
    with page.top_row():
        opened = page.pick_model(prefer_conditional, fits)
        plane = page.pick_plane(opened) if with_plane else None
        page.hint(hint)
        page.about(opened)
    notices = st.container()
    try:
        extra = more(opened) if more else None
    except InputError as error:
        st.error(f"{for_markdown(str(error))}\n\nChoose another model above.")
        return
    live(view, opened, plane, page.parsers(opened, *parameters), extra)
    with notices:  # drawn last, for the view reads the link too
        page.show_notices()
