"""What a page shows when something went wrong: a sentence for bad input, a short apology for a defect."""

import logging

import streamlit as st

from live.words import refusal, t
from models.errors import InputError
from ui.text import for_markdown

_log = logging.getLogger(__name__)


def show_script_error(error: Exception) -> bool:
    """Shows an error of a page's script and returns True, so that Streamlit shows nothing of its own."""
    if isinstance(error, InputError):
        st.error(for_markdown(refusal(error)))
        return True
    _log.exception("a page failed", exc_info=error)
    st.error(t("error.page"))
    return True
