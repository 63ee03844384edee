"""The form of a training: data set and kind as pictures, how long, and behind "More" what the field asks for.

Knows Streamlit, plans and the library; starts a training, and knows nothing of what becomes of it.
"""

import uuid
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from datasets.catalogue import SOURCES, is_here, sources
from datasets.own import shelf
from datasets.source import unusable
from live.library import OpenModel, all_runs, fetch_data
from live.words import duration, refusal, spoken, t
from models import gallery
from models.aims import DIALS
from models.errors import InputError, Reason
from models.families import FAMILIES, STANDARD, Family, explained, family_of
from models.networks import NETWORKS, ONE_OF_ROWS
from models.run import OPTIMIZERS, SCHEDULES
from published.programs import PROGRAMS, spec_of
from training.plans import Plan
from training.recipes import RECIPES, recipe_parts
from training.spec import plan_of
from ui import jobs, page, state
from ui.assets import codes_url, manifold_url
from ui.parts import in_browser, own_data
from ui.parts.before import is_dark, nearest
from ui.text import for_markdown, with_terms

OWN = "own"
NAMES = ("preset", "family", "data", "recipe", "latent")
# what the form asks of an objective's weights, each with its label
WEIGHTS = {
    "beta-elbo": (("beta", "train.beta"),),
    "beta-tcvae": (("beta", "train.beta.tc"),),
    "mmd": (("mmd_weight", "train.lambda"),),
    "infovae": (("alpha", "train.alpha"), ("mmd_weight", "train.lambda")),
}
COMMON = ("autoencoder", "vae", "cvae", "beta-vae", "mmd-vae")  # the kinds to begin with
SHIFT = 1 / 14  # of an image's width: 2 of 28 pixels
Spec = dict[str, Any]


def show(refused: bool) -> Plan | None:
    """The form, its estimate and its button; returns what it describes, None where that can't be trained.

    `refused`: nothing can be trained here now.
    """
    choices, start, here, about = (st.container() for _ in range(4))
    state.choose("preset", OWN, state.one_of([OWN, *PROGRAMS], t("link.what.preset")))
    more = st.expander(t("train.more"), expanded=st.session_state["preset"] != OWN)
    spec = _choices(choices, more)
    try:
        plan = plan_of(spec)
    except InputError as error:
        start.error(for_markdown(refusal(error)))
        return None
    with about:
        _explain(plan)
    if is_here(plan.training.data):
        with here:  # before the server measures how long it would take
            in_browser.offer(plan)
    with start:
        if not refused:
            _order(spec, plan)
    return plan


def _choices(choices: DeltaGenerator, more: DeltaGenerator) -> Spec:
    """What the person chose, as the job's spec."""
    with more:
        preset = st.selectbox(t("train.preset"), [OWN, *PROGRAMS], key="preset", format_func=_preset_label)
    if preset != OWN:
        program = PROGRAMS[preset]
        with choices:
            note = for_markdown(t(f"program.{program.note}", **program.settings))
            st.markdown(f"__{for_markdown(_preset_label(preset))}__")
            st.caption(t("train.preset.note", note=note, source=for_markdown(program.citation)))
            epochs = st.number_input(t("train.epochs"), value=spec_of(preset)["training"]["epochs"], step=1)
        return spec_of(preset, training={"epochs": int(epochs)})
    with choices:
        family, data = _pictures()
        left, right = st.columns(2)
        with left:
            state.choose("recipe", "quick", state.one_of(list(RECIPES), t("link.what.recipe")))
            recipe = st.segmented_control(
                t("train.recipe"), list(RECIPES), key="recipe", format_func=lambda name: t(f"train.recipe.{name}"),
                required=True,
            )  # fmt: skip
        with right:
            state.start("latent", 2, state.number_between(1, 128, t("link.what.latent")))
            latent = st.number_input(t("train.latent"), key="latent", step=1)
        dial = _dial(family_of(family))
        shift = _shift(data)
    with more:
        spec = _more_settings(family, data, str(recipe), int(latent), dial)
    spec["training"] |= {"shift": shift} if shift else {}
    return spec


def _shift(data: str) -> int:
    """By how many pixels own images are moved while they are learnt from; 0 for others, and where nobody wants it."""
    if not shelf.is_own(data) or not st.toggle(t("train.shift"), help=t("train.shift.help"), key="shift"):
        return 0
    return round(SHIFT * sources()[data].image[2])


def _dial(row: Family) -> str:
    """Which weight a dial shall turn; empty for a model of one weight, and where the kind has none."""
    objective = "beta-elbo" if row.objective == "elbo" else row.objective
    axis = DIALS.get(objective, "") if row.prior == STANDARD else ""
    return axis if axis and st.toggle(t("train.dial"), help=t("train.dial.help"), key=f"dial-{axis}") else ""


def _pictures() -> tuple[str, str]:
    """The kind and the data set, chosen by typical pictures; in simple words only those that can be seen here."""
    data = state.choose(
        "data", "mnist" if is_here("mnist") else "digits", state.one_of(list(sources()), t("link.what.data"))
    )
    seen = {run.data.name for run in all_runs().runs}
    # of what needs a file that somebody puts there a beginner would see one card after another that can't be chosen
    plain = [name for name, source in SOURCES.items()
             if (name in seen or is_here(name)) and not source.draws and not source.file]  # fmt: skip
    known = [name for name in SOURCES if name == data or _in_full() or name in plain]
    own = list(shelf.sources())
    data = _cards("train.data", "data", [*known, *own], _data_label)
    own_data.show_pictures(own, len(known) + 1)
    own_data.show()
    unlabelled = own_data.labels_missing(data)
    fitting = [name for name, row in FAMILIES.items() if not (unlabelled and row.conditional)]
    family = state.choose("family", "vae", state.one_of(fitting, t("link.what.family")))
    kinds = [name for name in fitting if name == family or _in_full() or name in COMMON]
    if unlabelled:
        st.caption(t("mydata.unlabelled"))
    _show_maps(kinds, data)
    family = _cards("train.family", "family", kinds, lambda name: for_markdown(FAMILIES[name].title), _kind)
    return family, data


def _cards(
    label: str, key: str, options: Sequence[str], text: Callable[[str], str],
    caption: Callable[[str], str] | None = None,
) -> str:  # fmt: skip
    """A row of cards of which one is chosen: the options of a radio button, each with its picture."""
    captions = [caption(name) for name in options] if caption else None
    return str(
        st.radio(t(label), options, key=key, format_func=text, captions=captions, horizontal=True, width="stretch")
    )


def _in_full() -> bool:
    return spoken()["layer"] == "field"


def _kind(name: str) -> str:
    return t(f"kind.{name}")


def _show_maps(kinds: Sequence[str], data: str) -> None:
    """Over each kind's title what its map of the chosen data looks like, where the app came with one.

    As style rules, for a radio button knows its options by their labels: with the data these pictures change, and the
    choice must not.
    """
    maps = [(place, _typical(name, data)) for place, name in enumerate(kinds, 1)]
    rules = ";".join(f"--lp-map-{place}:url({codes_url(opened, is_dark())})" for place, opened in maps if opened)
    rules = rules or "--lp-map-height:0"  # of own images the app came with none
    st.html(f"<style>.st-key-family{{{rules}}}</style>")


def _data_label(name: str) -> str:
    """A data set's title under what a model of it draws."""
    source = sources()[name]
    opened = next(filter(None, (_typical(family, name) for family in ("vae", *FAMILIES))), None)
    here = is_here(name) or source.file
    title = source.title if here else t("train.data.away", title=source.title, megabytes=source.megabytes)
    return (f"![]({manifold_url(opened)}) " if opened else "") + for_markdown(title)


def _typical(family: str, data: str) -> OpenModel | None:
    """The model of a family and data set that came with the app, if it did."""
    return nearest(family, data, 2, among=lambda run: gallery.is_shipped(run.run_id))


def _more_settings(family: str, data: str, recipe: str, latent: int, dial: str) -> Spec:
    """The rest of the form: network, the objective's weights, optimiser. Its defaults are the recipe's.

    `dial`: the weight that is trained for all its values; it has no setting.
    """
    row = family_of(family)
    model, training = recipe_parts(recipe, data)
    key = f"{family}-{data}-{recipe}"  # other defaults, other widgets

    def whole(label: str, name: str, value: int) -> int:
        return int(st.number_input(label, value=value, step=1, key=f"{name}-{key}"))

    left, right = st.columns(2)
    with left:
        network = st.selectbox(
            t("train.network"), _networks(data), format_func=lambda name: t(f"network.{name}"), key=f"network-{key}"
        )
        training["epochs"] = whole(t("train.epochs"), "epochs", training["epochs"])
        training["batch_size"] = whole(t("train.batch"), "batch", training.get("batch_size", 128))
        training["seed"] = whole(t("train.seed"), "seed", 0)
    with right:
        training["learning_rate"] = _number(t("train.rate"), f"rate-{key}", training.get("learning_rate", 1e-3))
        training["optimizer"] = st.selectbox(t("train.optimizer"), OPTIMIZERS, key=f"optimizer-{key}")
        training["schedule"] = st.selectbox(
            t("train.schedule"), SCHEDULES, key=f"schedule-{key}", index=SCHEDULES.index("cosine")
        )
        weights = {} if dial else _weights(row, training, key)
    if not NETWORKS[network].widths:
        model = {"network": network}
    return {
        "family": family, "data": data, "model": model | {"latent_dim": latent}, "training": training,
        "weights": weights,
    } | ({"dial": dial} if dial else {})  # fmt: skip


def _networks(data: str) -> list[str]:
    """The networks whose output suits a data set."""
    if sources()[data].kind == "voices":
        return [ONE_OF_ROWS]
    return [name for name in NETWORKS if name != ONE_OF_ROWS]


def _weights(row: Family, training: dict[str, Any], key: str) -> dict[str, float]:
    """The weights of the objective's terms; a capacity is another objective."""
    if row.objective == "beta-elbo" and st.toggle(t("train.hold"), key=f"hold-{key}"):
        training["objective"] = "capacity-elbo"
        training["capacity_epochs"] = max(1, training["epochs"] // 2)
        capacity = _number(t("train.capacity"), f"capacity-{key}", 5.0)
        return {"capacity": capacity, "gamma": _number(t("train.gamma"), f"gamma-{key}", 100.0)}
    fields = WEIGHTS.get(row.objective, ())
    return {name: _number(t(label), f"{name}-{key}", getattr(row, name)) for name, label in fields}


def _number(label: str, key: str, value: float) -> float:
    return float(st.number_input(label, value=float(value), format="%g", key=key))


def _preset_label(name: str) -> str:
    """How the picker calls a published program."""
    if name == OWN:
        return t("train.preset.own")
    return t("train.preset.program", title=PROGRAMS[name].title, data=SOURCES[PROGRAMS[name].data].title)


def _explain(plan: Plan) -> None:
    """What will be maximised: in words, and for the field as a formula with the chosen weights."""
    weights = plan.training.weights
    if not _in_full():
        st.caption(t(f"kind.{plan.model.family}.line"))
        return
    found = explained(plan.model.family, plan.training.objective)
    values = {
        "beta-elbo": rf"\beta = {weights.beta:g}",
        "elbo-monte-carlo": rf"\beta = {weights.beta:g}",
        "beta-tcvae": rf"\beta = {weights.beta:g}",
        "mmd": rf"\lambda = {weights.mmd_weight:g}",
        "infovae": rf"\alpha = {weights.alpha:g},\ \lambda = {weights.mmd_weight:g}",
        "capacity-elbo": rf"C = {weights.capacity:g},\ \gamma = {weights.gamma:g}",
    }
    page.hint(with_terms(f"train.maximises.{plan.training.objective.replace('-', '_')}"))
    st.latex(found.formula)
    if plan.model.dial:
        st.latex(rf"\{plan.model.dial.axis} = {plan.model.dial.low:g}\ \ldots\ {plan.model.dial.high:g}")
    elif plan.training.objective in values:  # on a line of its own, for a phone
        st.latex(values[plan.training.objective])
    st.markdown(page.in_words(found))


def _offer_data(name: str) -> None:
    """The data set is not on this computer: says so, and fetches it."""
    title = for_markdown(SOURCES[name].title)
    if SOURCES[name].file:
        st.info(for_markdown(refusal(unusable(SOURCES[name], Reason("data.not_there")))))
        return
    st.info(t("train.no_data", data=title, megabytes=SOURCES[name].megabytes))
    if st.button(t("data.download", data=title)):
        with st.spinner(t("data.downloading", data=title)):
            try:
                fetch_data(name)
            except InputError as error:
                st.error(for_markdown(refusal(error)))
            else:
                st.rerun()


def _order(spec: Spec, plan: Plan) -> None:
    """What the training will cost, and the button."""
    if not is_here(plan.training.data):
        _offer_data(plan.training.data)
        return
    try:
        with st.spinner(t("train.timing")):
            estimate = jobs.estimate_of(plan)
    except InputError as error:
        st.error(for_markdown(refusal(error)))
        return
    sentence = t(
        "train.estimate", title=for_markdown(plan.title), count=plan.training.epochs,
        duration=duration(estimate.seconds), rate=estimate.images_per_second, batches=estimate.batches,
    )  # fmt: skip
    st.markdown(sentence)
    # a double click is one training: the key is kept until the page has moved on, see `watch`
    key = st.session_state.setdefault("order", uuid.uuid4().hex)
    if st.button(t("train.start"), type="primary", width="stretch"):
        try:
            job_id = jobs.submit(spec, key)
        except InputError as error:
            st.error(for_markdown(refusal(error)))
        else:
            state.record({"job": job_id})
            st.rerun()
