"""The bar over every page as HTML: wordmark, the five places, the tools; and the dialogs that its tools open.

It is on the screen before any script; live/shell/ makes it live. Every word of it is written here, so that the browser
needs none. Knows the table of pages; knows no page's content.
"""

import base64
import functools
from collections.abc import Sequence
from pathlib import Path

from live.wordmark import FILE as WORDMARK
from live.words import t
from ui.assets import LIVE
from ui.page_table import PAGES, Page
from ui.text import for_html

ICONS = Path(__file__).parent / "icons.svg"
NEEDS = LIVE / "shell" / "needs.js"
_THEMES = {"system": "shell.theme.system", "light": "shell.theme.light", "dark": "shell.theme.dark"}


def bar(place: str) -> str:
    """Skip link, wordmark, places and tools; `place` is the address of the present page."""
    return f"{_skip()}{_icons()}{_mark()}{_places(place)}{_tools()}{_away()}"


def bar_of_file(title: str, places: Sequence[Page]) -> str:
    """The bar of a model that is one file: what it is called, its places if there are several, words and theme."""
    links = "".join(_link(page, False) for page in places) if len(places) > 1 else ""
    tools = (
        f'<div class="lp-tools" role="group" aria-label="{_words("shell.tools")}">{_words_tool()}{_theme_tool()}</div>'
    )
    return (
        f'{_icons()}<header class="lp-name"><h1>{for_html(title)}</h1></header>'
        f'<nav class="lp-places" aria-label="{_words("shell.pages")}">{links}</nav>{tools}'
    )


def dialogs() -> str:
    """The dialogs that the tools open, closed; the places of a lesson, its editor and a class, see live/shell/."""
    parts = ("lp-lesson", "lp-editor", "lp-class")
    under = "".join(f'<section class="{part}" hidden></section>' for part in parts)
    return f'{_chooser()}{_share()}{_large_code()}{_take()}{_lessons()}<div class="lp-under">{under}</div>'


@functools.cache
def needs(on_disk: bool = False) -> str:
    """What is said where the page can't run: without scripts, in a browser of before modules, and, `on_disk`, of a copy
    that somebody opens without a server.
    """
    disk = f' data-disk="{for_html(t("needs.disk"))}"' if on_disk else ""
    return (
        f'<p class="lp-needs" role="alert" hidden data-old="{for_html(t("needs.old"))}"{disk}></p>'
        f'<noscript><p class="lp-needs">{for_html(t("needs.script"))}</p></noscript>'
        f"<script>{NEEDS.read_text('utf-8')}</script>"
    )


@functools.cache
def mark_rule() -> str:
    """The style rule that gives the wordmark its picture."""
    data = base64.b64encode(WORDMARK.read_bytes()).decode()
    return f":root{{--lp-picture:url(data:image/png;base64,{data})}}"


@functools.cache
def _icons() -> str:
    return ICONS.read_text("utf-8")


def _icon(name: str) -> str:
    return f'<svg class="lp-icon" aria-hidden="true"><use href="#lp-{name}"/></svg>'


def _skip() -> str:
    return f'<a class="lp-skip" href="#stMain">{_words("shell.skip")}</a>'


def _mark() -> str:
    name = f'<span class="lp-name-text">{_words("shell.name")}</span>'
    return f'<header class="lp-name"><a class="lp-mark" href="./"><span class="lp-picture"></span>{name}</a></header>'


def _places(place: str) -> str:
    links = "".join(_link(page, page.address == place) for page in PAGES.values())
    leave = f'<button type="button" class="lp-leave" {_named("shell.present.end")}>{_icon("close")}</button>'
    return f'<nav class="lp-places" aria-label="{_words("shell.pages")}">{links}{leave}</nav>'


def _link(page: Page, current: bool) -> str:
    """`data-model` marks a place that shows any model that is chosen."""
    marks = (" aria-current=page" if current else "") + (" data-model" if page.preloads == "map" else "")
    return f'<a href="./{page.address}"{marks}>{_icon(page.name)}<span>{_words(page.title)}</span></a>'


def _tools() -> str:
    model = (
        f'<button type="button" class="lp-model" aria-haspopup="dialog" title="{_words("chooser.title")}">'
        f'{_icon("model")}<span class="lp-model-name">{_words("chooser.title")}</span>{_icon("down")}</button>'
    )
    tools = (
        _words_tool()
        + _tool("share", f'aria-haspopup="dialog" {_named("share.title")}', _icon("share"))
        + _tool("take", f'aria-haspopup="dialog" {_named("take.title")}', _icon("take"))
        + _tool("full", _named("shell.full"), _icon("full"))
        + _theme_tool()
    )
    return f'<div class="lp-tools" role="group" aria-label="{_words("shell.tools")}">{model}{tools}</div>'


def _words_tool() -> str:
    return _tool("words", f'aria-pressed="false" {_named("shell.words")}', "Aa")


def _theme_tool() -> str:
    themes = " ".join(f'data-{name}="{_words(key)}"' for name, key in _THEMES.items())
    return _tool("theme", f"{_named('shell.theme.system')} {themes}", _icon("system"))


def _tool(name: str, attributes: str, content: str) -> str:
    return f'<button type="button" class="lp-tool lp-{name}" {attributes}>{content}</button>'


def _away() -> str:
    return f'<p class="lp-away" role="status" data-words="{_words("shell.away")}"></p>'


def _chooser() -> str:
    return (
        '<dialog class="lp-dialog lp-chooser" aria-labelledby="lp-chooser-title">'
        f"{_head('lp-chooser-title', 'chooser.title')}"
        f'<div class="lp-shelves" role="group" aria-label="{_words("chooser.data")}"></div><ul class="lp-kinds"></ul>'
        f'<p class="lp-note" role="status" data-problem="{_words("chooser.problem")}"></p></dialog>'
    )


def _share() -> str:
    copy = f'data-done="{_words("share.copied")}">{_words("share.copy")}'
    return (
        '<dialog class="lp-dialog lp-share-dialog" aria-labelledby="lp-share-title">'
        f"{_head('lp-share-title', 'share.title')}"
        f'<div class="lp-copy"><input readonly aria-label="{_words("share.link")}">'
        f'<button type="button" class="lp-primary" {copy}</button></div>'
        f'<p class="lp-note" data-local hidden>{_words("share.local")}</p>'
        f'<button type="button" class="lp-code" {_named("share.enlarge")}><img alt="{_words("share.code")}"></button>'
        f'<p class="lp-note" data-long hidden>{_words("share.long")}</p>'
        f'<button type="button" class="lp-wide lp-presenter">{_icon("present")}<span>{_words("shell.present")}'
        f"<small>{_words('shell.present.line')}</small></span></button>"
        f'<button type="button" class="lp-wide" data-lessons>{_icon("library")}<span>{_words("lessons.share")}'
        f"<small>{_words('lessons.share.line')}</small></span></button></dialog>"
    )


def _lessons() -> str:
    """A person's own lessons: live/shell/lessons_dialog.js."""
    ways = "".join(
        f'<button type="button" class="lp-wide lp-{name}">{_icon(icon)}<span>{_words(key)}'
        f"<small>{_words(line)}</small></span></button>"
        for name, icon, key, line in (
            ("add-view", "create", "lessons.add", "lessons.add.line"),
            ("open-lesson", "library", "lessons.file", "lessons.file.line"),
        )
    )
    return (
        '<dialog class="lp-dialog lp-lessons-dialog" aria-labelledby="lp-lessons-title">'
        f"{_head('lp-lessons-title', 'lessons.title')}{ways}"
        f'<input type="file" accept=".json,application/json" hidden aria-label="{_words("lessons.file")}">'
        '<p class="lp-note" role="status"></p><ul class="lp-own-list"></ul></dialog>'
    )


def _take() -> str:
    note = f'data-none="{_words("take.none")}" data-problem="{_words("take.problem")}"'
    return (
        '<dialog class="lp-dialog lp-take-dialog" aria-labelledby="lp-take-title">'
        f"{_head('lp-take-title', 'take.title')}"
        f'<ul class="lp-offers"></ul><p class="lp-note" role="status" {note}></p></dialog>'
    )


def _large_code() -> str:
    return (
        f'<dialog class="lp-large-code" aria-label="{_words("share.code")}">'
        f'<button type="button" data-close {_named("shell.close")}><img alt="{_words("share.code")}"></button></dialog>'
    )


def _head(identifier: str, key: str) -> str:
    close = _tool("close", f"data-close {_named('shell.close')}", _icon("close"))
    return f'<div class="lp-head"><h2 id="{identifier}">{_words(key)}</h2>{close}</div>'


def _named(key: str) -> str:
    """The name of a button that shows an icon only, which the mouse reads too."""
    return f'aria-label="{_words(key)}" title="{_words(key)}"'


def _words(key: str) -> str:
    return for_html(t(key))
