"""The table of pages, and nothing else."""

import streamlit as st

from ui.images import ICON

st.set_page_config(page_title="Latent Playground", page_icon=ICON, layout="wide")
st.navigation(
    [
        st.Page("gallery.py", title="Gallery", default=True),
        st.Page("map.py", title="Map", url_path="map"),
        st.Page("traverse.py", title="Traverse", url_path="traverse"),
        st.Page("generate.py", title="Generate", url_path="generate"),
        st.Page("interpolate.py", title="Interpolate", url_path="interpolate"),
        st.Page("draw.py", title="Draw", url_path="draw"),
        st.Page("train.py", title="Train", url_path="train"),
        st.Page("film.py", title="Film", url_path="film"),
        st.Page("claims.py", title="Claims", url_path="claims"),
    ],
    position="top",
).run()
