"""Draw: your own image, encoded in the browser, on the map of the test set."""

from ui.live_page import live_page

live_page(
    "draw",
    "Draw a digit between two others, a 4 that is nearly a 9: where does it land?",
    ("z", "class", "a", "b"),
)
