"""Which models the views of a lesson name, and so which lessons some models are enough for.

Knows lessons and addresses; knows no file.
"""

from collections.abc import Collection, Iterator
from urllib.parse import parse_qs

from live.lessons import Lesson, lessons


def lessons_of(models: Collection[str]) -> dict[str, Lesson]:
    """The lessons that ship and need no other models than these, by name."""
    return {name: lesson for name, lesson in lessons().items() if models_of(lesson) <= set(models)}


def models_of(lesson: Lesson) -> set[str]:
    """The models that a lesson shows."""
    asked = [parse_qs(view.partition("?")[2]) for view in views_of(lesson)]
    named = (text for query in asked for text in (*query.get("model", []), *query.get("models", [])))
    return {name for text in named for name in text.split(",")}


def views_of(lesson: Lesson) -> Iterator[str]:
    """The address of each view, before and after its answer."""
    for step in lesson.steps:
        yield step.view
        if step.reveal and step.reveal.view:
            yield step.reveal.view
