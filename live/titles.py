"""What models are called in pickers and on cards: their titles, and where those are equal what else tells them apart.

Never an id: nobody reads those. Knows the record of a run; knows no page.
"""

import re
from collections.abc import Callable, Mapping, Sequence

from live.library import has_film
from live.words import t
from models.run import Run

# control characters, and those that turn the direction of the text that follows
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
Trait = Callable[[Run], str]
TRAITS: tuple[Trait, ...] = (
    lambda run: run.data.title,
    lambda run: t("title.latents", count=run.model.latent_dim),
    lambda run: t("title.own_layers") if run.model.layers else t(f"network.{run.model.network}"),
    lambda run: t("title.epochs", count=run.epochs_done),
    lambda run: t("title.film") if has_film(run) else "",
    lambda run: run.made[:10],  # the date
    lambda run: run.made[11:16],  # hour and minute, UTC
)


def visible(text: str) -> str:
    """The text on one line without the characters that nobody sees and that change how the rest is read."""
    return _INVISIBLE.sub("", " ".join(text.split()))


def display_titles(runs: Sequence[Run]) -> dict[str, str]:
    """A title for each `run_id`, no two alike: the model's own, with as many traits behind it as it takes.

    Pass all runs, not only those that a picker offers, so that a model has the same title everywhere.
    """
    groups: dict[str, list[Run]] = {}
    for run in sorted(runs, key=lambda run: (run.made, run.run_id)):
        groups.setdefault(visible(run.title), []).append(run)
    told_apart: dict[str, str] = {}
    for title, group in groups.items():
        told_apart |= _told_apart(title, group, TRAITS)
    return distinct(told_apart)


def distinct(titles: Mapping[str, str]) -> dict[str, str]:
    """The visible titles by name; the second of equal ones gets "(2)" behind it, and so on.

    Streamlit's pickers tell their options apart by this text alone.
    """
    plain = {name: visible(title) for name, title in titles.items()}
    given: dict[str, str] = {}
    taken = set[str]()
    for name, title in plain.items():
        text, number = title, 1
        while text in taken or (number > 1 and text in plain.values()):
            number += 1
            text = f"{title} ({number})"
        taken.add(text)
        given[name] = text
    return given


def _told_apart(title: str, group: Sequence[Run], traits: Sequence[Trait]) -> dict[str, str]:
    """Titles of runs that share one; a trait that all of them share is left out."""
    if len(group) == 1 or not traits:
        return {run.run_id: title for run in group}
    trait, *others = traits
    parts: dict[str, list[Run]] = {}
    for run in group:
        parts.setdefault(visible(trait(run)), []).append(run)
    titles: dict[str, str] = {}
    for value, part in parts.items():
        longer = f"{title}, {value}" if value and len(parts) > 1 else title
        titles |= _told_apart(longer, part, others)
    return titles
