"""Choose to compare: a switch of the Library, a tick on each card, and the link to the models that are ticked.

Knows Streamlit and what may stand side by side; knows no card.
"""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

import streamlit as st

from live.words import t
from models.run import Run
from ui import page
from ui.compared import FEWEST, MOST, same_images
from ui.text import for_html

SWITCH, BAR = "choosing", "ticks-bar"
_TICKED = "ticked"  # run_ids in the order in which they were ticked; they stay while other tabs are looked at


def together(names: Sequence[str], runs: Mapping[str, Run]) -> list[Run]:
    """Those of the ticked that can stand side by side: still here, tested on the first one's images, four at most."""
    here = [runs[name] for name in names if name in runs]
    return [run for run in here if same_images(here[0], run)][:MOST]


def fits(run: Run, ticked: Sequence[Run]) -> bool:
    """Whether a model can be ticked beside those that are, or is one of them."""
    if any(run.run_id == other.run_id for other in ticked):
        return True
    return len(ticked) < MOST and (not ticked or same_images(ticked[0], run))


def address(ticked: Sequence[Run]) -> str:
    """Where the models stand side by side: what Compare's own choice leads to."""
    return "compare?" + urlencode({"by": "side", "models": ",".join(run.run_id for run in ticked)})


class Ticks:
    """The switch, drawn at once; while it is on, the ticks of the runs and where they lead."""

    def __init__(self, runs: Sequence[Run]) -> None:
        self.ticked = together(st.session_state.get(_TICKED, []), {run.run_id: run for run in runs})
        st.session_state[_TICKED] = [run.run_id for run in self.ticked]
        self.on: bool = st.toggle(t("ticks.choose"), key=SWITCH)

    def bar(self) -> None:
        """What is ticked, what can be, and the link."""
        if not self.on:
            return
        with st.container(horizontal=True, vertical_alignment="center", key=BAR):
            st.html(f'<p class="lp-hint" role="status">{for_html(self._sentence())}</p>', width="stretch")
            if len(self.ticked) >= FEWEST:
                page.button_link(t("side.choose.take"), address(self.ticked))

    def tick(self, run: Run) -> None:
        """The tick of a card; one that does not fit can't be pressed."""
        if not self.on:
            return
        key = f"tick-{run.run_id}"
        st.session_state[key] = any(run.run_id == other.run_id for other in self.ticked)
        st.checkbox(t("ticks.tick"), key=key, disabled=not fits(run, self.ticked), on_change=_turn, args=(run.run_id,))

    def _sentence(self) -> str:
        count = len(self.ticked)
        if not count:
            return t("ticks.none")
        data = self.ticked[0].data.title
        if count < FEWEST:
            return t("ticks.few", data=data)
        return t("ticks.full" if count == MOST else "ticks.some", count=count, data=data)


def _turn(run_id: str) -> None:
    ticked: list[str] = st.session_state[_TICKED]
    st.session_state[_TICKED] = [*(name for name in ticked if name != run_id), *([] if run_id in ticked else [run_id])]
