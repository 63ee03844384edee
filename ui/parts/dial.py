"""Turn the dial: one network that is every beta at once, or every lambda. The models that can, and the view of one.

Knows Streamlit and the library; knows nothing of what the view draws, nor of the page's other sections.
"""

import streamlit as st

from live.library import all_runs, digest_of
from live.titles import distinct
from live.words import t
from models.errors import InputError
from models.run import Run
from ui import page, state
from ui.assets import picture_urls
from ui.dial_data import dial_data
from ui.live_view import live
from ui.page import shown_order
from ui.page_table import Page
from ui.parts.ways import show_ways
from ui.text import for_markdown
from ui.view_state import parsers

WAY = "dial"
STATE = ("at", "point", "seed", "class")


@st.fragment
def turn_the_dial(row: Page) -> None:
    """The section: the dial that the link names, or the first one."""
    state.enter(row)  # what moves in the view runs only this, perhaps in another thread
    if not any(map(is_dial, all_runs().runs)):
        show_ways(WAY)
        st.info(t("dial.none"))
        return
    opened = page.model_of_link(fits=is_dial)
    plane = page.plane_of_link(opened)
    notices = st.container()
    try:
        more = dial_data(opened) | {"dials": _dials()}
    except InputError as error:
        show_ways(WAY)
        st.error(t("model.broken", reason=for_markdown(str(error))))
        return
    live("dial", opened, plane, parsers(opened.checkpoint.run, STATE), more, place=WAY, names={"by": WAY})
    page.about(opened)
    with notices:  # drawn last, for the view reads the link too
        page.show_notices()


def is_dial(run: Run) -> bool:
    """Whether the model can be turned."""
    return run.model.dial is not None


def _dials() -> list[dict[str, str]]:
    """The dials to choose from, each with its picture; one that can't be read is left out."""
    runs = list(filter(is_dial, shown_order(all_runs().runs)))
    titles = distinct({run.run_id: _title(run) for run in runs})
    rows = []
    for run in runs:
        try:
            picture = picture_urls(run.run_id, digest_of(run.run_id))["manifold"]
        except InputError:
            continue
        rows.append({"id": run.run_id, "title": titles[run.run_id], "picture": picture})
    return rows


def _title(run: Run) -> str:
    key = "dial.of.lambda" if run.model.dial and run.model.dial.axis == "lambda" else "dial.of"
    return t(key, data=run.data.title, count=run.model.latent_dim)
