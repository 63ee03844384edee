"""The lessons that ship, as cards, each a link to its first view. Knows lessons and Streamlit; knows no panel."""

import streamlit as st

from live.lessons import Lesson, Step, lessons
from live.words import t
from ui import page
from ui.text import for_html


def lesson_cards() -> None:
    """One card a lesson: what it is called, what it is about, how long it takes."""
    page.hint(t("library.lessons.hint"))
    cards = "".join(_card(name, lesson) for name, lesson in lessons().items())
    st.html(f'<div class="lp-glossary">{cards}</div>')
    own = f"<b>{for_html(t('lessons.title'))}</b><span>{for_html(t('library.lessons.own'))}</span>"
    st.html(f'<button type="button" class="lp-own-lessons" data-lessons>{own}</button>')


def _card(name: str, lesson: Lesson) -> str:
    steps, minutes = t("lesson.steps", count=len(lesson.steps)), t("lesson.minutes", count=lesson.minutes)
    return (
        f'<a class="lp-card-picture lp-lesson-card" href="{for_html(first_address(name, lesson.steps[0]))}" '
        f'target="_self"><b>{for_html(lesson.title)}</b><span>{for_html(lesson.about)}</span>'
        f"<small>{steps}, {minutes}</small></a>"
    )


def first_address(name: str, step: Step) -> str:
    """Where a lesson begins, as live/shell/lesson_steps.js writes it."""
    path, _, query = step.view.partition("?")
    hide = f"&hide={','.join(step.hide)}" if step.hide else ""
    return f"./{path}?{query}{hide}&lesson={name}&step=1"
