"""All that knows Streamlit, Plotly or the browser: state and URL, pictures, figures, assets."""
