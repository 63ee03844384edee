"""Create: an image of your own, by class, by hand or by chance, and where it lies."""

from ui.live_page import live_page
from ui.page_table import PAGES

live_page(PAGES["create"])
