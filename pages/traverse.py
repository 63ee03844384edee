"""Traverse: a slider for each latent dimension, and the image that follows it."""

from ui.live_page import live_page

live_page(
    "traverse",
    "Move one slider slowly from end to end: what does this dimension hold?",
    ("z", "class"),
    with_plane=False,
)
