"""Turn the dial: one network that is every beta at once, or every lambda; or separate models along an axis.

Which of them can be chosen, and the view of the one that is. Knows Streamlit and the library; knows nothing of
what a view draws, nor of the page's other sections.
"""

import streamlit as st

from live.library import all_runs
from live.words import refusal, t
from models.errors import InputError
from models.model_series import Lined, list_series
from ui import page, state
from ui.dial_data import dial_data
from ui.live_view import live, live_series
from ui.page_table import Page
from ui.parts.series_about import about_series
from ui.parts.ways import show_ways
from ui.series_data import open_series
from ui.text import for_markdown
from ui.turnables import is_dial, turnables
from ui.view_state import OF_A_DIAL, parsers

WAY = "dial"


@st.fragment
def turn_the_dial(row: Page) -> None:
    """The section: the dial or the series that the link names, or the first one."""
    state.enter(row)  # what moves in the view runs only this, perhaps in another thread
    lines, refused = list_series()
    chosen = _series_of_link({lined.series.name: lined for lined in lines})
    if any(map(is_dial, all_runs().runs)) and chosen is None:
        _show_dial(lines)
    elif lines:
        _show_series(chosen or lines[0], lines)
    else:
        show_ways(WAY)
        st.info(t("dial.none"))
    for reason in refused:
        st.warning(for_markdown(refusal(reason)))


def _series_of_link(lines: dict[str, Lined]) -> Lined | None:
    """The series that the link names, or the one that was looked at last; None where it is a dial."""
    if "series" not in st.query_params and "model" in st.query_params:
        state.forget({"series"})
        return None
    return lines.get(state.read("series", "", state.one_of(list(lines), t("link.what.series"))))


def _show_dial(lines: tuple[Lined, ...]) -> None:
    opened = page.model_of_link(fits=is_dial)
    plane = page.plane_of_link(opened)
    notices = st.container()
    try:
        more = dial_data(opened) | {"dials": turnables(all_runs().runs, lines)}
    except InputError as error:
        show_ways(WAY)
        st.error(t("model.broken", reason=for_markdown(refusal(error))))
        return
    live("dial", opened, plane, parsers(opened.checkpoint.run, OF_A_DIAL), more, place=WAY, names={"by": WAY})
    page.about(opened)
    with notices:  # drawn last, for the view reads the link too
        page.show_notices()


def _show_series(lined: Lined, lines: tuple[Lined, ...]) -> None:
    notices = st.container()
    try:
        found = open_series(lined)
    except InputError as error:
        show_ways(WAY)
        st.error(for_markdown(refusal(error)))
        return
    live_series(found, parsers(found.steps[0][1].checkpoint.run, OF_A_DIAL), turnables(all_runs().runs, lines), WAY)
    about_series(found)
    with notices:
        page.show_notices()
