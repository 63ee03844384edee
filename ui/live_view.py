"""Mounts a live view: the JavaScript in live/, told by URL what to fetch, reporting its state back.

What moves under the pointer runs in the browser; Python hears of it at most every 150 ms and writes the address bar.
Knows Streamlit's components and the assets' URLs; knows nothing of what a view draws.
"""

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from live.library import OpenModel
from live.palette import palette
from live.planes import Plane
from live.words import spoken, t
from models.errors import InputError
from ui import state
from ui.assets import live_url
from ui.compared import Compared
from ui.job_assets import job_url
from ui.panes_data import names_of_panes, panes_data
from ui.series_data import OpenSeries, series_data
from ui.view_data import Parsers, names_of, view_data
from ui.view_state import OF_NO_MODEL

_KEY = "live"
# the module is fetched by URL, because a component's own script can't import its neighbours
_LOADER = """
export default function (component) {
  let cleanup = null, gone = false
  import(new URL(component.data.module, document.baseURI)).then(
    (module) => { if (!gone) cleanup = module.mount(component) },
    () => {
      const note = document.createElement("p")
      note.textContent = component.data.unreachable
      component.parentElement.replaceChildren(note)
    },
  )
  return () => { gone = true; cleanup?.() }
}
"""


def live(
    view: str, opened: OpenModel, plane: Plane | None, parsers: Parsers, more: Mapping[str, Any] | None = None,
    place: str = "", names: Mapping[str, str] | None = None,
) -> None:  # fmt: skip
    """Shows a view of a model and keeps its state in the session and in the address bar.

    `parsers`: the names that the view's state may have, each with what checks its text; whatever the browser sends
    beside them is dropped. What the link says wins over what the session remembers. `more`: what this view alone needs.
    `place`: views of one place follow each other without a gap. `names`: what its link holds besides model and plane.
    """
    run_id = opened.checkpoint.run.run_id

    def data(told: Mapping[str, str], present: Mapping[str, str]) -> dict[str, Any]:
        return view_data(view, opened, plane, told, present) | dict(more or {})

    every = dict(names or {}) | names_of(opened, plane)
    _mount(place or f"{view}-{run_id}", every, parsers, run_id, data)


def live_panes(view: str, found: Compared, parsers: Parsers) -> None:
    """Shows a view of several models, as `live` shows one of a single model."""
    _mount(view, names_of_panes(found), parsers, found.key, functools.partial(panes_data, view, found))


def live_series(found: OpenSeries, parsers: Parsers, dials: Sequence[Mapping[str, Any]], place: str) -> None:
    """Shows a series of separate models, as `live` shows one of a single model. `dials`: what else can be chosen."""

    def data(told: Mapping[str, str], present: Mapping[str, str]) -> dict[str, Any]:
        return series_data(found, told, present) | {"dials": dials}

    _mount(place, {"by": place, "series": found.name}, parsers, f"series-{found.name}", data)


def _mount(
    place: str, names: Mapping[str, str], parsers: Parsers, of: str,
    data: Callable[[Mapping[str, str], Mapping[str, str]], dict[str, Any]],
) -> None:  # fmt: skip
    """Puts a view in its place with the state that link and session hold of it; `of`: whose state it is."""
    present = {
        name: state.read(name, "", _checked(parse), of="" if name in OF_NO_MODEL else of)
        for name, parse in parsers.items()
    }
    present = {name: text for name, text in present.items() if text}
    state.record({**names, **present}, of=of)
    key = f"{_KEY}-{place}"
    _component()(
        key=key,
        data=data({**names, **state.sticky()}, present),
        on_state_change=lambda: _receive(key, names, parsers, of),
    )


def live_training(job_id: str, mine: bool, receive: Callable[[object], None], place: str) -> None:
    """Shows a training as it is now; the browser asks for its state by URL. `receive` gets the browser's commands.

    `place`: as in `live`.
    """
    key = f"{_KEY}-{place}"
    _component()(
        key=key,
        data={
            "view": "train",
            "module": live_url("main.js"),
            "unreachable": t("error.view"),
            "job": job_url(job_id),
            "mine": mine,
            "palette": palette(),
            "words": spoken(),
        },
        on_command_change=lambda: receive(st.session_state[key].get("command")),
    )


def live_in_browser(begin: Mapping[str, Any] | None, keep: str, place: str) -> None:
    """Shows a training that the browser does itself. `begin`: see live/in_page.py, None for the one that it has kept;
    `keep`: the selector of the place for files that the model is handed to, empty where there is none.

    `place`: as in `live`.
    """
    data = {
        "view": "train", "module": live_url("main.js"), "unreachable": t("error.view"), "job": "job.json",
        "mine": True, "palette": palette(), "words": spoken(), "begin": begin, "keep": keep,
    }  # fmt: skip
    _component()(key=f"{_KEY}-{place}", data=data)


def live_collect(door: str, place: str, taken: str) -> None:
    """Shows the view in which a person collects images: by which `door`, `draw` or `camera`.

    `place`: the selector of the place for files that they are handed to; `taken`: the file that was kept last.
    """
    data = {
        "view": "collect", "module": live_url("main.js"), "unreachable": t("error.view"), "door": door,
        "place": place, "taken": taken, "palette": palette(), "words": spoken(),
    }  # fmt: skip
    _component()(key=f"{_KEY}-collect-{door}", data=data)


def live_gather(place: str) -> None:
    """Shows the view in which the drawings of a class come together. `place`: as in `live_collect`."""
    data = {
        "view": "gather", "module": live_url("main.js"), "unreachable": t("error.view"), "place": place,
        "palette": palette(), "words": spoken(),
    }  # fmt: skip
    _component()(key=f"{_KEY}-gather", data=data)


def live_sweep(name: str, axis: str, measured: Sequence[Mapping[str, float]]) -> None:
    """Shows the plane of a sweep; see `ui.sweep_data`. `name`: of the plane, which stays the same while it fills."""
    data = {
        "view": "sweep", "module": live_url("main.js"), "unreachable": t("error.view"), "sweep": name, "axis": axis,
        "measured": list(measured), "palette": palette(), "words": spoken(),
    }  # fmt: skip
    _component()(key=f"{_KEY}-sweep-{name}", data=data)


def _component() -> Any:
    """The view's place; its style rules are in the page's own HTML."""
    return st.components.v2.component(
        "latent_playground_live", html='<div class="lv-host"></div>', js=_LOADER, isolate_styles=False
    )


def _receive(key: str, names: Mapping[str, str], parsers: Parsers, run_id: str) -> None:
    """The view moved: keeps what passes the checks. The browser is not trusted."""
    sent = st.session_state[key].get("state")
    if not isinstance(sent, dict):
        return
    kept = {}
    for name, parse in parsers.items():
        text = sent.get(name)
        if isinstance(text, str):
            try:
                kept[name] = _checked(parse)(text)
            except InputError:
                continue
    state.forget(set(parsers) - set(kept), of=run_id)
    state.record(dict(names) | kept, of=run_id)


def _checked(parse: Callable[[str], Any]) -> Callable[[str], str]:
    def check(text: str) -> str:
        if text:
            parse(text)
        return text

    return check
