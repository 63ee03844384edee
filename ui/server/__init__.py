"""What a request meets before and beside Streamlit: the middleware, the page's HTML with its bar, what is fetched."""
