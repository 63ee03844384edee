"""The form of a sweep, for whoever sits at the server's own computer: which values, what it costs, and its start.

Knows Streamlit and sweeps; knows nothing of what becomes of one.
"""

import streamlit as st

from datasets.catalogue import is_here, sources
from live.words import duration, refusal, t
from models.errors import InputError
from training.recipes import RECIPES
from training.sweep import Sweep, Value, bill, numbers
from ui import jobs, limits
from ui.text import for_markdown

NO_WEIGHT = "none"
FIRST = {"beta": "0.5, 1, 4", "lambda": "10, 100, 1000"}  # values to begin with


def show() -> None:
    """The form, once it is asked for."""
    if not st.toggle(t("sweep.form"), key="sweep-form"):
        return
    st.caption(t("sweep.about"))
    try:
        sweep = _asked_for()
        with st.spinner(t("train.timing")):
            cost = bill(sweep, lambda plan: jobs.estimate_of(plan).seconds, len(jobs.places()))
    except InputError as error:
        st.error(for_markdown(refusal(error)))
        return
    st.markdown(
        t(
            "sweep.cost", count=cost.models, cpu=duration(cost.cpu_seconds), wall=duration(cost.seconds),
            places=max(1, len(jobs.places())),
        )
    )  # fmt: skip
    if stops := cost.stops(limits.QUEUE.seconds):
        told = {"longest": duration(cost.longest), "most": duration(limits.QUEUE.seconds)}
        st.warning(t("sweep.stops", count=stops, **told))
    if st.button(t("sweep.start"), type="primary", width="stretch"):
        try:
            jobs.submit_sweep(sweep)
        except InputError as error:
            st.error(for_markdown(refusal(error)))
        else:
            st.rerun()


def _asked_for() -> Sweep:
    """What the widgets say; raises InputError for values that are none."""
    name = st.text_input(t("sweep.name"), "betas", max_chars=60, key="sweep-name").strip()
    here = [name for name in sources() if is_here(name)]
    left, right = st.columns(2)
    with left:
        data = st.multiselect(
            t("sweep.data"), here, here[:1], key="sweep-data", format_func=lambda name: sources()[name].title
        )
        latent = st.text_input(t("sweep.latents"), "2", key="sweep-latents")
        seeds = st.text_input(t("sweep.seeds"), "0, 1, 2", key="sweep-seeds")
    with right:
        weight = st.selectbox(t("sweep.weight"), [*FIRST, NO_WEIGHT], key="sweep-weight", format_func=_weight)
        values = "" if weight == NO_WEIGHT else st.text_input(t("sweep.values"), FIRST[weight], key=f"sweep-{weight}")
        recipe = st.selectbox(
            t("train.recipe"), list(RECIPES), key="sweep-recipe", format_func=lambda name: t(f"train.recipe.{name}")
        )
        chain = weight != NO_WEIGHT and st.toggle(t("sweep.chain"), key="sweep-chain", help=t("sweep.chain.help"))
    settings: dict[str, tuple[Value, ...]] = {"data": tuple(data)}
    given = {"latent": latent, "seed": seeds} | ({} if weight == NO_WEIGHT else {weight: values})
    settings |= {name: numbers(name, text.split(",")) for name, text in given.items()}
    return Sweep(name, settings, recipe, chain)


def _weight(name: str) -> str:
    return t(f"sweep.weight.{name}")
