"""The switches of whoever runs the server, seen at its own computer only. Knows Streamlit."""

import streamlit as st

from live.words import refusal, t
from models.errors import InputError
from ui import state, switches
from ui.switches import SWITCHES, Switch


def operator() -> None:
    """What visitors may do, as one switch each; nothing for everybody else."""
    if not switches.is_operator():
        return
    with st.expander(t("operator.title")):
        st.markdown(t("operator.about"))
        for switch in SWITCHES:
            key = f"switch-{switch}"
            st.session_state[key] = switches.is_on(switch)
            st.toggle(t(f"switch.{switch}"), key=key, on_change=_turn, args=(switch, key))


def _turn(switch: Switch, key: str) -> None:
    try:
        switches.turn(switch, bool(st.session_state[key]))
    except InputError as error:
        state.notice(refusal(error))
