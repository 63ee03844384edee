"""What a page shows first: its live view, told by the link alone, so that it can be on the screen before Streamlit is.

The browser mounts it at once; when Streamlit's own component comes, it takes the same view over (live/main.js). Knows
the pages and the library; knows nothing of a session.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from live.library import OpenModel, all_runs, open_model
from live.planes import Plane, default_plane, parse_plane, plane_of
from live.words import using
from models.errors import InputError
from ui import state
from ui.compared import Compared, compared
from ui.page import first_model, shown_order
from ui.page_table import PAGES, Page
from ui.panes_data import names_of_panes, panes_data
from ui.view_data import names_of, view_data
from ui.view_state import parsers

LIVE_PAGES = {page.address: page for page in PAGES.values() if page.preloads == "map"}
SIDE_BY_SIDE = PAGES["compare"]


@dataclass(frozen=True)
class FirstView:
    """A model in a plane, as the link `asked`, and what its view is told, put together when it is wanted."""

    row: Page
    opened: OpenModel
    plane: Plane
    asked: Mapping[str, str]

    @cached_property
    def data(self) -> Mapping[str, Any]:
        """See `ui.view_data.view_data`."""
        with using(layer="field" if self.asked.get("words") == "field" else "simple"):
            names = names_of(self.opened, self.plane) | _sound(state.sticky_rules(), self.asked)
            present = _state(self.row, self.opened, self.asked)
            return view_data(self.row.view, self.opened, self.plane, names, present)


@dataclass(frozen=True)
class FirstPanes:
    """Several models side by side, as the link `asked`, and what their view is told."""

    found: Compared
    asked: Mapping[str, str]

    @cached_property
    def data(self) -> Mapping[str, Any]:
        """See `ui.panes_data.panes_data`."""
        with using(layer="field" if self.asked.get("words") == "field" else "simple"):
            rules = parsers(self.found.widest, SIDE_BY_SIDE.state)
            names = names_of_panes(self.found) | _sound(state.sticky_rules(), self.asked)
            return panes_data(SIDE_BY_SIDE.view, self.found, names, _sound(rules, self.asked))

    @property
    def opened(self) -> tuple[OpenModel, ...]:
        """The models."""
        return self.found.models


def first_panes(address: str, query: str) -> FirstPanes | None:
    """The models side by side at an address; None at any other, or where the link asks for another way to compare."""
    asked = dict(parse_qsl(query, keep_blank_values=True))
    if address != SIDE_BY_SIDE.address or asked.get("by", "side") != "side" or "claim" in asked:
        return None
    found = compared(asked)
    return FirstPanes(found, asked) if found else None


def first_view(address: str, query: str) -> FirstView | None:
    """The view of the page at an address; None where it has none, or no model: Streamlit then says what is wrong."""
    row = LIVE_PAGES.get(address)
    runs = {run.run_id: run for run in shown_order(all_runs().runs)} if row else {}
    if row is None or not runs:
        return None
    asked = dict(parse_qsl(query, keep_blank_values=True))
    try:
        named = asked.get("model", "")
        opened = open_model(named if named in runs else first_model(runs, row.conditional))
    except InputError:
        return None
    return FirstView(row, opened, _plane(opened, asked), asked)


def _plane(opened: OpenModel, asked: Mapping[str, str]) -> Plane:
    default, latent_dim = default_plane(opened), opened.checkpoint.run.model.latent_dim
    if latent_dim <= 2 or not _is_about(opened, asked):
        return plane_of(opened, default)
    try:
        return plane_of(opened, parse_plane(asked.get("plane", default), latent_dim))
    except InputError:
        return plane_of(opened, default)


def _state(row: Page, opened: OpenModel, asked: Mapping[str, str]) -> dict[str, str]:
    """What the link names of the view's state; of another model's link nothing fits, as in a session."""
    return _sound(parsers(opened.checkpoint.run, row.state), asked) if _is_about(opened, asked) else {}


def _is_about(opened: OpenModel, asked: Mapping[str, str]) -> bool:
    run_id = opened.checkpoint.run.run_id
    return asked.get("model", run_id) == run_id


def _sound(rules: Mapping[str, Callable[[str], Any]], asked: Mapping[str, str]) -> dict[str, str]:
    """What the link says of the names that have rules, where the rules accept it."""
    named = {name: asked[name] for name in rules if asked.get(name)}
    return {name: text for name, text in named.items() if _is_sound(rules[name], text)}


def _is_sound(parse: Callable[[str], Any], text: str) -> bool:
    try:
        parse(text)
    except InputError:
        return False
    return True
