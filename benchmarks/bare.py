"""A page of Streamlit alone: the floor under every first and second visit."""

import streamlit as st

st.write("Streamlit alone")
