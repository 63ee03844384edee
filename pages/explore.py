"""Explore: where the test set lies in latent space, and what any point, slider or way of it decodes to."""

from ui.live_page import live_page
from ui.page_table import PAGES

live_page(PAGES["explore"])
