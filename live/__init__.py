"""The browser's half of the app, plain ES modules, and in Python what it is told. Knows no Streamlit."""
