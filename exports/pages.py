"""The pages of the static site as HTML: the app's own bar and dialogs, and a place for the view. Knows no file.

A page is a folder with an index.html, so that its address is the app's; a `base` leads all of them to the site's root.
"""

import functools
import html
import re
from collections.abc import Mapping
from typing import Any

from live.images import ICON
from live.words import spoken, t
from ui.assets import LIVE, live_url
from ui.page_table import PAGES, Page
from ui.server.bar import bar, dialogs, mark_rule
from ui.server.shell import EARLY, STYLE

LEFT_OUT = ("train", "compare")  # what needs a server
SITE_STYLE = LIVE / "site" / "site.css"


def places() -> list[Page]:
    """The places that the site has."""
    return [page for page in PAGES.values() if page.name not in LEFT_OUT]


def page_of(place: Page, listed: Mapping[str, Any], first: str) -> str:
    """One page's HTML. `listed`: the models, as the chooser reads them; `first`: the one that it opens on."""
    title = html.escape(t("page.tab", title=t(place.title)))
    root = "../" if place.address else "./"
    body = _library(listed) if not place.view else '<div class="lv-host"></div>'
    return (
        f'<!doctype html><html lang="{spoken()["locale"]}"><head><meta charset="utf-8"><base href="{root}">'
        f'<title>{title}</title><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{mark_rule()}{STYLE.read_text()}{SITE_STYLE.read_text()}</style><script>{EARLY.read_text()}</script>"
        f'<link rel="stylesheet" href="./{live_url("live.css")}">'
        f'<script type="module" src="./{live_url("site/main.js")}" data-view="{place.view}" data-first="{first}">'
        "</script>"
        f'<link rel="icon" href="{ICON}"></head>'
        f"<body>{_bar(place.address)}{dialogs()}"
        f'<div id="root"><main id="stMain" class="lp-static lp-{place.name}" tabindex="-1">'
        f'<h1 class="lv-hidden">{html.escape(t(place.title))}</h1>{body}</main></div></body></html>'
    )


@functools.cache
def _bar(address: str) -> str:
    """The app's bar without what needs a server; a place is a folder."""
    made = bar(address)
    for page in PAGES.values():
        if page.name in LEFT_OUT:
            made = re.sub(rf'<a href="\./{page.address}"[^>]*>.*?</a>', "", made)
        elif page.address:
            made = made.replace(f'href="./{page.address}"', f'href="./{page.address}/"')
    return made


def _library(listed: Mapping[str, Any]) -> str:
    shelves = []
    for shelf in listed["shelves"]:
        rows = [row for row in listed["models"] if row["shelf"] == shelf["name"]]
        cards = "".join(_card(row) for row in rows)
        shelves.append(f'<section><h2>{html.escape(shelf["title"])}</h2><ul class="lp-cards">{cards}</ul></section>')
    return f'<div class="lp-shelves-of-cards">{"".join(shelves)}</div>'


def _card(row: Mapping[str, Any]) -> str:
    picture = f'<img src="{html.escape(row["manifold"])}" alt="" loading="lazy" width="280" height="280">'
    title = html.escape(row["title"])
    return f'<li><a class="lp-card" href="./?model={html.escape(row["id"])}">{picture}<span>{title}</span></a></li>'
