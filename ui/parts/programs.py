"""The models of published programs side by side, each a way to Explore, or to the page where it can be trained.

Knows Streamlit, the library and the published programs; knows no page and no claim.
"""

from collections.abc import Sequence

import streamlit as st

from live.words import t
from published.programs import PROGRAMS
from ui import page
from ui.claims_data import colours_of, shown_program
from ui.text import for_html


def show_programs(names: Sequence[str], of_codes: bool) -> None:
    """The models of the programs: their codes, with the colours of the classes, or what they can draw."""
    key = _colours(names) if of_codes else ""
    st.html(f'<div class="lp-models">{"".join(_model(name, of_codes) for name in names)}</div>{key}')


def _colours(names: Sequence[str]) -> str:
    """Which class has which colour, in HTML."""
    spans = "".join(
        f'<span style="--class: light-dark({light}, {dark})">{for_html(name)}</span>'
        for light, dark, name in colours_of(names)
    )
    return f'<p class="lp-classes">{spans}</p>'


def _model(name: str, of_codes: bool) -> str:
    """The codes of one program, or what it can draw, as a link in HTML."""
    program, shown = PROGRAMS[name], shown_program(name, of_codes)
    if shown is None:
        away = t("compare.away", title=for_html(program.title))
        return page.link(f"train?preset={name}", f"<span>{away}</span>")
    source = shown.dark if st.context.theme.type == "dark" else shown.light
    style = "lp-codes" if of_codes else ""
    picture = f'<img class="{style}" src="{source}" alt="{for_html(shown.shows)}">'
    below = f"<span><b>{for_html(program.what)}</b><br>{for_html(shown.below)}</span>"
    return page.link(f"?model={shown.run_id}", f"{picture}{below}")
