"""Weigh a nat: two normal distributions under the hand, and those of a real image's code.

Which models can show it, and what its link may hold. Knows Streamlit and the library; knows nothing of what is drawn.
"""

import streamlit as st

from models.run import Run
from ui import page, state
from ui.live_view import live
from ui.page_table import Page
from ui.view_state import parsers

WAY = "nat"
STATE = ("of", "area", "q", "p", "point", "dim")


@st.fragment
def weigh_a_nat(row: Page) -> None:
    """The section, over the model that the link names or the first one that fits."""
    state.enter(row)
    opened = page.model_of_link(fits=has_bells)
    notices = st.container()
    live(WAY, opened, None, parsers(opened.checkpoint.run, STATE), place=WAY, names={"by": WAY})
    page.about(opened)
    with notices:  # drawn last, for the view reads the link too
        page.show_notices()


def has_bells(run: Run) -> bool:
    """Whether each number of a code is a normal distribution, and so is the prior, N(0, 1)."""
    return run.model.stochastic and not run.model.learns_prior
