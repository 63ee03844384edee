"""What whoever runs the server sees, at its own computer only: its switches, and what was made here, with its room.

Knows Streamlit and the gallery.
"""

import streamlit as st

from live.library import all_runs
from live.words import refusal, t
from models import gallery
from models.errors import InputError
from ui import disk, limits, state, switches
from ui.parts import own_models
from ui.switches import SWITCHES, Switch
from ui.text import for_markdown

MOST_SHOWN = 100  # models


def operator() -> None:
    """What visitors may do, as one switch each, and the models that they left; nothing for everybody else."""
    if not switches.is_operator():
        return
    with st.expander(t("operator.title")):
        st.markdown(t("operator.about"))
        for switch in SWITCHES:
            key = f"switch-{switch}"
            st.session_state[key] = switches.is_on(switch)
            st.toggle(t(f"switch.{switch}"), key=key, on_change=_turn, args=(switch, key))

    made = st.expander(t("operator.made"), key="operator-made", on_change="rerun")
    if made.open:
        with made:
            _show_made()


def _show_made() -> None:
    """Every model that did not ship, the newest first, then those that were removed and can come back."""
    folder = gallery.checkpoint_folder()
    used, most = disk.bytes_in(folder) / limits.GB, limits.FOLDER_BYTES / limits.GB
    st.markdown(t("operator.share", used=used, most=most))
    own = [run for run in all_runs().runs if not gallery.is_shipped(run.run_id)]
    for run in sorted(own, key=lambda run: run.made, reverse=True)[:MOST_SHOWN]:
        size = disk.bytes_in(folder / run.run_id) / limits.MB
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(t("operator.model", title=for_markdown(run.title), size=size), width="content")
            key = f"operator-remove-{run.run_id}"
            st.button(t("own.remove"), key=key, on_click=own_models.remove, args=(run.run_id, run.title))
    for name in gallery.removed()[:MOST_SHOWN]:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(t("operator.removed", name=name), width="content")
            key = f"operator-restore-{name}"
            st.button(t("operator.restore"), key=key, on_click=own_models.restore, args=(name,))


def _turn(switch: Switch, key: str) -> None:
    try:
        switches.turn(switch, bool(st.session_state[key]))
    except InputError as error:
        state.notice(refusal(error))
