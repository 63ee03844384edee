"""Generate: draw me a 7, the same z in every class, samples, and mixtures of two classes."""

from ui.live_page import live_page

live_page(
    "generate",
    "Choose a class, then drag z: what changes, and what stays?",
    ("z", "class", "mix", "with", "seed"),
    prefer_conditional=True,
)
