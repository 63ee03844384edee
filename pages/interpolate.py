"""Interpolate: the images on the way from one point to another."""

from ui.live_page import live_page

live_page(
    "interpolate",
    "Drag A or B: at which step would you call it the other one?",
    ("a", "b", "class", "path"),
)
