"""Mounts a live view: the JavaScript in ui/live, told by URL what to fetch, reporting its state back.

What moves under the pointer runs in the browser; Python hears of it at most every 150 ms and writes the address bar.
Knows Streamlit's components and the assets' URLs; knows nothing of what a view draws.
"""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from analysis.metrics.active_units import collapsed
from models.errors import InputError
from ui import state
from ui.assets import figure_url, live_css, live_url, model_url, plotly_url, thumbs_url
from ui.job_assets import job_url
from ui.library import OpenModel, images_are_here, once
from ui.palette import CLASS_COLOURS
from ui.picks import between_classes, far_apart
from ui.planes import Plane

Parsers = Mapping[str, Callable[[str], Any]]
_KEY = "live"
# the module is fetched by URL, because a component's own script can't import its neighbours
_LOADER = """
export default function (component) {
  let cleanup = null, gone = false
  import(new URL(component.data.module, document.baseURI)).then(
    (module) => { if (!gone) cleanup = module.mount(component) },
    () => {
      const note = document.createElement("p")
      note.textContent = "This view could not be fetched from the server. Reload the page when the connection is back."
      component.parentElement.replaceChildren(note)
    },
  )
  return () => { gone = true; cleanup?.() }
}
"""


def live(
    view: str, opened: OpenModel, plane: Plane | None, parsers: Parsers, more: Mapping[str, Any] | None = None
) -> None:
    """Shows a view of a model and keeps its state in the session and in the address bar.

    `parsers`: the names that the view's state may have, each with what checks its text; whatever the browser sends
    beside them is dropped. What the link says wins over what the session remembers. `more`: what this view alone needs.
    """
    run_id = opened.checkpoint.run.run_id
    present = {name: state.read(name, "", _checked(parse), of=run_id) for name, parse in parsers.items()}
    present = {name: text for name, text in present.items() if text}
    names = {"model": run_id} | ({"plane": plane.name} if plane and opened.checkpoint.run.model.latent_dim > 2 else {})
    state.record(names | present, of=run_id)
    _component()(
        key=f"{_KEY}-{view}-{run_id}",
        data=_data(view, opened, plane, present) | dict(more or {}),
        on_state_change=lambda: _receive(f"{_KEY}-{view}-{run_id}", names, parsers, run_id),
    )


def live_training(job_id: str, mine: bool, steer: Callable[[object], None]) -> None:
    """Shows a training as it is now; the browser asks for its state by URL. `steer` gets what its owner wishes."""
    key = f"{_KEY}-train-{job_id}"
    _component()(
        key=key,
        data={
            "view": "train",
            "module": live_url("main.js"),
            "job": job_url(job_id),
            "mine": mine,
            "colours": list(CLASS_COLOURS),
        },
        on_act_change=lambda: steer(st.session_state[key].get("act")),
    )


def _component() -> Any:
    return st.components.v2.component(
        "latent_playground_live", html='<div class="lv-host"></div>', css=live_css(), js=_LOADER, isolate_styles=False
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


def _data(view: str, opened: OpenModel, plane: Plane | None, present: Mapping[str, str]) -> dict[str, Any]:
    run, latents = opened.checkpoint.run, opened.checkpoint.latents
    classes = len(run.data.class_names)
    start = once(opened, "start", lambda: between_classes(latents, classes))
    first, second = once(opened, "ends", lambda: far_apart(latents, classes))
    kl = list(run.test.kl) if run.test.kl else None
    return {
        "view": view,
        "module": live_url("main.js"),
        "plotly": plotly_url(),
        "figure": figure_url(opened, plane) if plane else None,
        "plane": once(opened, f"plane {plane.name}", lambda: plane.to_json(latents.mu)) if plane else None,
        "thumbs": thumbs_url(opened) if images_are_here(run) else None,
        "colours": list(CLASS_COLOURS),
        "model": {
            "id": run.run_id,
            "base": model_url(opened),
            "title": run.title,
            "conditional": run.model.conditional,
            "stochastic": run.model.stochastic,
            "latentDim": run.model.latent_dim,
            "image": list(run.model.image),
            "classNames": list(run.data.class_names),
            "count": run.data.test_count,
            "kl": kl,
            "dead": collapsed(kl) if kl else [],
        },
        "start": {
            "point": start,
            "label": int(latents.labels[start]),
            "z": latents.mu[start].tolist(),
            "a": latents.mu[first].tolist(),
            "b": latents.mu[second].tolist(),
        },
        "state": dict(present),
    }
