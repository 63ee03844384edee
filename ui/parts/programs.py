"""The models of published programs side by side, each a way to Explore, or to the page where it can be trained.

Knows Streamlit, the library and the published programs; knows no page and no claim.
"""

from collections.abc import Sequence

import streamlit as st

from datasets.catalogue import SOURCES
from live.codes_picture import codes_span
from live.library import all_runs, open_model
from live.palette import class_colours
from live.pictures import published_extent
from live.words import t
from models.errors import InputError
from published.programs import PROGRAMS, run_of
from ui import page
from ui.assets import codes_url, manifold_url
from ui.text import for_html


def show_programs(names: Sequence[str], of_codes: bool) -> None:
    """The models of the programs: their codes, with the colours of the classes, or what they can draw."""
    key = _colours(SOURCES[PROGRAMS[names[0]].data].class_names) if of_codes else ""
    st.html(f'<div class="lp-models">{"".join(_model(name, of_codes) for name in names)}</div>{key}')


def _colours(class_names: Sequence[str]) -> str:
    """Which class has which colour, in HTML."""
    pairs = zip(class_colours(dark=False), class_colours(dark=True), class_names, strict=False)
    spans = "".join(
        f'<span style="--class: light-dark({light}, {dark})">{for_html(name)}</span>' for light, dark, name in pairs
    )
    return f'<p class="lp-classes">{spans}</p>'


def _model(name: str, of_codes: bool) -> str:
    """The codes of one program, or what it can draw, as a link in HTML."""
    program, run = PROGRAMS[name], run_of(name, all_runs().runs)
    title = for_html(program.title)
    try:
        opened = open_model(run.run_id) if run else None
    except InputError:
        opened = None
    if run is None or opened is None:
        return page.link(f"train?preset={name}", f"<span>{t('compare.away', title=title)}</span>")
    data = for_html(opened.checkpoint.run.data.title)
    if of_codes:
        source, style = codes_url(opened, st.context.theme.type == "dark"), "lp-codes"
        shows, below = t("compare.codes.alt", title=title), t("compare.codes", data=data, span=codes_span(opened))
    else:
        source, style, extent = manifold_url(opened), "", published_extent(opened)
        shows = t("compare.drawn.alt", title=title)
        below = t("compare.drawn", data=data, span=extent) if extent else data
    picture = f'<img class="{style}" src="{source}" alt="{shows}">'
    return page.link(f"?model={run.run_id}", f"{picture}<span><b>{for_html(program.what)}</b><br>{below}</span>")
