"""The map: where the test set lies in latent space, and what any point of it decodes to."""

from ui.live_page import live_page

live_page(
    "map",
    "Move the pointer from one class into the next: where does the image turn?",
    ("z", "class", "point", "hide", "layers"),
)
