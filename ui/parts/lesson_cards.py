"""The lessons that ship, as cards, each a link to its first view, and the classes that one can begin or join.

Knows lessons and Streamlit; knows no panel. What a button does: live/shell/classroom/follow.js.
"""

import streamlit as st

from live.lessons import Lesson, Step, lessons
from live.words import t
from ui import page
from ui.text import for_html


def lesson_cards() -> None:
    """One card a lesson: what it is called, what it is about, how long it takes; below it, a class in it."""
    page.hint(t("library.lessons.hint"))
    cards = "".join(_place(name, lesson) for name, lesson in lessons().items())
    st.html(
        f'<div class="lp-class-ways"><span>{t("classroom.library")}</span>{_button("code", "classroom.join")}'
        f"{_button('free', 'classroom.start.free')}</div>"
    )
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


def _place(name: str, lesson: Lesson) -> str:
    return f'<div class="lp-lesson-cell">{_card(name, lesson)}{_button(name, "classroom.start")}</div>'


def _button(what: str, key: str) -> str:
    """A button that begins a class in a lesson, in none (`free`), or asks for the code of one (`code`)."""
    return f'<button type="button" class="lp-button" data-class="{what}">{for_html(t(key))}</button>'


def first_address(name: str, step: Step) -> str:
    """Where a lesson begins, as live/shell/lesson_steps.js writes it."""
    path, _, query = step.view.partition("?")
    hide = f"&hide={','.join(step.hide)}" if step.hide else ""
    return f"./{path}?{query}{hide}&lesson={name}&step=1"
