"""The pages of the static site as HTML: the app's own bar and dialogs, and a place for the view. Knows no file.

A page is a folder with an index.html, so that its address is the app's; a `base` leads all of them to the site's root.
"""

import functools
import html
import re
from collections.abc import Mapping, Sequence
from typing import Any

from live.images import ICON
from live.lessons import Lesson
from live.words import spoken, t
from ui.assets import LIVE, live_url
from ui.page_table import PAGES, Page
from ui.parts.lesson_cards import first_address
from ui.server.bar import bar, dialogs, mark_rule, needs
from ui.server.shell import EARLY, STYLE

HOST = '<div class="lv-host"></div>'
SITE_STYLE = LIVE / "site" / "site.css"


def body_of(place: Page, listed: Mapping[str, Any], lessons: Mapping[str, Lesson]) -> str:
    """What a place shows. `listed`: the models, as the chooser reads them."""
    return HOST if place.view else _library(listed, lessons)


def page_of(place: Page, body: str, about: Sequence[str]) -> str:
    """One page's HTML. `about`: what is said of the whole copy."""
    title = html.escape(t("page.tab", title=t(place.title)))
    root = "../" if place.address else "./"
    return (
        f'<!doctype html><html lang="{spoken()["locale"]}"><head><meta charset="utf-8"><base href="{root}">'
        f'<title>{title}</title><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{mark_rule()}{STYLE.read_text('utf-8')}{SITE_STYLE.read_text('utf-8')}</style><script>{EARLY.read_text('utf-8')}</script>"
        f'<link rel="stylesheet" href="./{live_url("live.css")}">'
        f'<script type="module" src="./{live_url("site/main.js")}" data-place="{place.name}"></script>'
        f'<link rel="icon" href="{ICON}"></head>'
        f"<body>{_bar(place.address)}{dialogs()}{needs(on_disk=True)}"
        f'<div id="root"><main id="stMain" class="lp-static lp-{place.name}" tabindex="-1">'
        f'<h1 class="lv-hidden">{html.escape(t(place.title))}</h1>{body}{_about(about)}</main></div></body></html>'
    )


def _about(sentences: Sequence[str]) -> str:
    said = "".join(f"<p>{html.escape(sentence)}</p>" for sentence in sentences)
    return f'<details class="lp-about"><summary>{html.escape(t("site.about"))}</summary>{said}</details>'


@functools.cache
def _bar(address: str) -> str:
    """The app's bar; a place is a folder."""
    made = bar(address)
    for page in PAGES.values():
        if page.address:
            made = made.replace(f'href="./{page.address}"', f'href="./{page.address}/"')
    return made


def _library(listed: Mapping[str, Any], lessons: Mapping[str, Lesson]) -> str:
    shelves = [
        _shelf(shelf["title"], [_card(row) for row in listed["models"] if row["shelf"] == shelf["name"]])
        for shelf in listed["shelves"]
    ]
    if lessons:
        shelves.insert(0, _shelf(t("library.lessons"), [_lesson(name, lesson) for name, lesson in lessons.items()]))
    return f'<div class="lp-shelves-of-cards">{"".join(shelves)}</div>'


def _shelf(title: str, cards: list[str]) -> str:
    return f'<section><h2>{html.escape(title)}</h2><ul class="lp-cards">{"".join(cards)}</ul></section>'


def _lesson(name: str, lesson: Lesson) -> str:
    steps, minutes = t("lesson.steps", count=len(lesson.steps)), t("lesson.minutes", count=lesson.minutes)
    address = re.sub(r"^\./(\w+)\?", r"./\1/?", first_address(name, lesson.steps[0]))
    return (
        f'<li><a class="lp-card" href="{html.escape(address)}"><span><b>{html.escape(lesson.title)}</b>'
        f"<small>{html.escape(lesson.about)}</small><small>{steps}, {minutes}</small></span></a></li>"
    )


def _card(row: Mapping[str, Any]) -> str:
    picture = f'<img src="{html.escape(row["manifold"])}" alt="" loading="lazy" width="280" height="280">'
    title = html.escape(row["title"])
    return f'<li><a class="lp-card" href="./?model={html.escape(row["id"])}">{picture}<span>{title}</span></a></li>'
