"""The table of pages as Streamlit's navigation, each with its title and heading; the links are ui/server/bar.py's."""

import streamlit as st

from live.images import ICON
from live.words import t
from ui.page_table import PAGES
from ui.text import for_html

st.set_page_config(page_icon=ICON, layout="wide")
chosen = st.navigation(
    [st.Page(page.file, title=t(page.title), url_path=page.address, default=page.start) for page in PAGES.values()],
    position="hidden",
)
st.set_page_config(page_title=t("page.tab", title=chosen.title))
st.html(f'<h1 class="lp-heading">{for_html(chosen.title)}</h1>')
chosen.run()
