"""The glossary as a page shows it: each term in both layers of words, with its picture and its line.

Knows Streamlit and the catalogue; the same cards open at each dotted word, see live/shell/terms.js.
"""

import functools
from pathlib import Path

import streamlit as st

from live.words import in_layers, spoken, t
from live.words.catalogue import FOLDER, catalogue
from ui.text import for_html

PICTURES: Path = FOLDER / "pictures"
MORE = {"nat": "compare?by=nat"}


def term_names() -> list[str]:
    """The names of all terms, `kl` of `term.kl`, in the catalogue's order."""
    return [
        key.removeprefix("term.")
        for key in catalogue(spoken()["locale"])
        if key.startswith("term.") and key.count(".") == 1
    ]


def glossary() -> None:
    """All terms as cards, as many side by side as fit."""
    cards = f'<div class="lp-glossary">{"".join(map(card, term_names()))}</div>'
    # a component, because st.html leaves drawings out; its name stands for its content
    name = "_".join(["latent_playground_glossary", *spoken().values()])
    st.components.v2.component(name.replace("-", "_"), html=cards, isolate_styles=False)(key="glossary")


def card(name: str) -> str:
    """One term as HTML."""
    key = f"term.{name}"
    other = t("glossary.other", **in_layers(key))
    return (
        f'<section class="lp-meaning"><h2 class="lp-meaning-name">{for_html(t(key))}</h2>'
        f'<p class="lp-meaning-other">{for_html(other)}</p>{picture(name)}'
        f'<p class="lp-meaning-line">{for_html(t(f"{key}.line"))}{_more(name)}</p></section>'
    )


def _more(name: str) -> str:
    """A link to the view that is about the term, where there is one."""
    if name not in MORE:
        return ""
    return f' <a class="lp-link" href="./{MORE[name]}" target="_self">{for_html(t(f"term.{name}.more"))}</a>'


@functools.cache
def picture(name: str) -> str:
    """The picture of a term as SVG."""
    return (PICTURES / f"{name}.svg").read_text(encoding="utf-8")
