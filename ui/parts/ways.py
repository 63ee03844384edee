"""The ways to compare, as a row of links at the page's top: side by side, and check the claims.

The live views draw the same row themselves (live/parts/ways.js), so that it stands there before Streamlit does. Knows
Streamlit and the table of pages; knows no way.
"""

import streamlit as st

from live.words import t
from ui.page_table import PAGES
from ui.text import for_html

WAYS = PAGES["compare"].ways


def show_ways(present: str) -> None:
    """The row; `present` is marked."""
    links = "".join(_link(way, present) for way in WAYS)
    st.html(f'<nav class="lv-ways-row" aria-label="{for_html(t("ways.label"))}">{links}</nav>')


def _link(way: str, present: str) -> str:
    mark = ' aria-current="page"' if way == present else ""
    return f'<a href="./compare?by={way}" target="_self"{mark}>{for_html(t(f"ways.{way}"))}</a>'
