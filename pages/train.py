"""Train: choose a model, see what it will cost, and watch its latent space being born."""

import uuid
from typing import Any

import streamlit as st

from models.errors import InputError
from models.families import FAMILIES, explained, family_of
from models.networks import NETWORKS
from models.run import OPTIMIZERS, SCHEDULES
from training.data import SOURCES, is_here
from training.job import ACTIVE, Job
from training.plans import PRESETS, Plan
from training.recipes import RECIPES, recipe_parts
from training.spec import plan_of
from ui import jobs, page, state
from ui.library import fetch_data
from ui.live_view import live_training
from ui.text import duration, for_markdown

OWN = "own"
FORM_HINT = "Choose a model, see what it maximises and how long it will take, then watch its latent space being born."
HINT = "Watch the map: the classes begin in one heap. Which two part last?"
SHOWN_OTHERS = 5
Spec = dict[str, Any]


def choices() -> Spec:
    """What the person chose, as the job's spec."""
    preset = state.choose("preset", OWN, state.one_of([OWN, *PRESETS], "the preset"))
    preset = st.selectbox("Start from", [OWN, *PRESETS], key="preset", format_func=preset_label)
    if preset != OWN:
        st.caption(for_markdown(f"{PRESETS[preset].note} Source: {PRESETS[preset].citation}."))
        epochs = st.number_input("Epochs", value=plan_of({"preset": preset}).training.epochs, step=1)
        return {"preset": preset, "training": {"epochs": int(epochs)}}
    left, right = st.columns(2)
    with left:
        state.choose("family", "vae", state.one_of(list(FAMILIES), "the model"))
        family = st.selectbox("Model", list(FAMILIES), key="family", format_func=lambda name: FAMILIES[name].title)
    with right:
        state.choose("set", "mnist" if is_here("mnist") else "digits", state.one_of(list(SOURCES), "the data set"))
        data = st.selectbox("Data set", list(SOURCES), key="set", format_func=data_label)
    left, right = st.columns(2)
    with left:
        state.choose("recipe", "quick", state.one_of(list(RECIPES), "how long to train"))
        recipe = st.segmented_control(
            "How long", list(RECIPES), key="recipe", format_func=lambda name: RECIPES[name].title, required=True
        )
    with right:
        state.start("latent", 2, state.number_between(1, 128, "the latent dimensions"))
        latent = st.number_input("Latent dimensions", key="latent", step=1)
    return more_settings(str(family), str(data), str(recipe), int(latent))


def more_settings(family: str, data: str, recipe: str, latent: int) -> Spec:
    """The rest of the form, folded away: network, the objective's weights, optimiser. Its defaults are the recipe's."""
    row = family_of(family)
    model, training = recipe_parts(recipe, data)
    weights: dict[str, float] = {}
    key = f"{family}-{data}-{recipe}"  # other defaults, other widgets

    def number(label: str, name: str, value: float) -> float:
        return float(st.number_input(label, value=float(value), format="%g", key=f"{name}-{key}"))

    def whole(label: str, name: str, value: int) -> int:
        return int(st.number_input(label, value=value, step=1, key=f"{name}-{key}"))

    with st.expander("More settings"):
        left, right = st.columns(2)
        with left:
            network = st.selectbox(
                "Network", list(NETWORKS), format_func=lambda name: NETWORKS[name].title, key=f"network-{key}"
            )
            training["epochs"] = whole("Epochs", "epochs", training["epochs"])
            training["batch_size"] = whole("Images a step", "batch", training.get("batch_size", 128))
            training["seed"] = whole("Seed", "seed", 0)
        with right:
            training["learning_rate"] = number("Learning rate", "rate", training.get("learning_rate", 1e-3))
            training["optimizer"] = st.selectbox("Optimiser", OPTIMIZERS, key=f"optimizer-{key}")
            training["schedule"] = st.selectbox(
                "Learning rate over time", SCHEDULES, key=f"schedule-{key}", index=SCHEDULES.index("cosine")
            )
            if row.objective == "beta-elbo" and st.toggle("Hold the KL at a capacity C", key=f"hold-{key}"):
                training["objective"] = "capacity-elbo"
                weights["capacity"] = number("Capacity C, nats", "capacity", 5.0)
                weights["gamma"] = number("Weight of the distance to C", "gamma", 100.0)
                training["capacity_epochs"] = max(1, training["epochs"] // 2)
            elif row.objective == "beta-elbo":
                weights["beta"] = number("beta, the weight of the KL", "beta", row.beta)
            if row.objective == "mmd":
                weights["mmd_weight"] = number("lambda, the weight of the MMD", "mmd", row.mmd_weight)
    if network != "mlp":
        model = {"network": network}
    return {
        "family": family, "data": data, "model": model | {"latent_dim": latent}, "training": training,
        "weights": weights,
    }  # fmt: skip


def preset_label(name: str) -> str:
    """How the picker calls a published program."""
    return "my own settings" if name == OWN else f"{PRESETS[name].title} ({SOURCES[PRESETS[name].data].title})"


def data_label(name: str) -> str:
    """How the picker calls a data set."""
    return (
        SOURCES[name].title if is_here(name) else f"{SOURCES[name].title} (to download, {SOURCES[name].megabytes} MB)"
    )


def explain(plan: Plan) -> None:
    """What will be maximised, as a formula and in words, with the chosen weights."""
    family, weights = family_of(plan.model.family), plan.training.weights
    found = explained(family, plan.training.objective)
    values = {
        "beta-elbo": rf"\beta = {weights.beta:g}",
        "elbo-monte-carlo": rf"\beta = {weights.beta:g}",
        "mmd": rf"\lambda = {weights.mmd_weight:g}",
        "capacity-elbo": rf"C = {weights.capacity:g},\ \gamma = {weights.gamma:g}",
    }
    st.caption("What training maximises")
    st.latex(found.formula)
    if plan.training.objective in values:  # on a line of its own, for a phone
        st.latex(values[plan.training.objective])
    st.markdown(f"{for_markdown(found.sentence)} *{for_markdown(found.citation)}*")


def offer_data(name: str) -> None:
    """The data set is not on this computer: says so, and fetches it."""
    title = for_markdown(SOURCES[name].title)
    st.info(f"{title} is not on this computer yet. It is fetched once ({SOURCES[name].megabytes} MB).")
    if st.button(f"Download {title}"):
        with st.spinner(f"Downloading {title} …"):
            try:
                fetch_data(name)
            except InputError as error:
                st.error(for_markdown(str(error)))
            else:
                st.rerun()


def order(spec: Spec) -> None:
    """The right half of the form: the objective, what it will cost, and the button."""
    try:
        plan = plan_of(spec)
        explain(plan)
        if not is_here(plan.training.data):
            offer_data(plan.training.data)
            return
        with st.spinner("Timing a few batches …"):
            estimate = jobs.estimate_of(plan)
    except InputError as error:
        st.error(for_markdown(str(error)))
        return
    st.markdown(
        f"**{for_markdown(plan.title)}**: {plan.training.epochs} epoch{'s' if plan.training.epochs > 1 else ''} in "
        f"about **{duration(estimate.seconds)}** on this computer ({estimate.images_per_second:,.0f} images a second, "
        f"measured just now on {estimate.batches} batches)."
    )
    # a double click is one training: the key is kept until the page has moved on, see `watch`
    key = st.session_state.setdefault("order", uuid.uuid4().hex)
    if st.button("Train", type="primary", width="stretch"):
        try:
            job_id = jobs.submit(spec, key)
        except InputError as error:
            st.error(for_markdown(str(error)))
        else:
            state.record({"job": job_id})
            st.rerun()


def others() -> None:
    """Trainings of this server that can be watched."""
    found = [job for job in jobs.service().jobs() if job.status in ACTIVE or jobs.is_mine(job)]
    if not found:
        return
    st.caption("Trainings to watch")
    for job in sorted(found, key=lambda job: job.submitted, reverse=True)[:SHOWN_OTHERS]:
        if st.button(
            f"{for_markdown(str(job.spec.get('title', 'a training')))}: {job.status}", key=f"see-{job.job_id}"
        ):
            state.record({"job": job.job_id})
            st.rerun()


def form() -> None:
    """The page while nobody watches a training."""
    service = jobs.service()
    if service.refusal:
        st.warning(for_markdown(f"Nothing can be trained here: {service.refusal}"))
    page.hint(FORM_HINT)
    left, right = st.columns(2, gap="large")
    with left:
        spec = choices()
    with right:
        if not service.refusal:
            order(spec)
        others()
    names = ("preset",) if spec.get("preset") else ("preset", "family", "set", "recipe", "latent")
    state.record({name: st.session_state[name] for name in names} | {"job": None})


def watch(job: Job) -> None:
    """The page while a training runs, and after."""
    st.session_state.pop("order", None)
    with page.top_row():
        if st.button("Train another"):
            state.record({"job": None})
            st.rerun()
        page.hint(HINT)
    state.record({"job": job.job_id})
    page.show_notices()
    live_training(job.job_id, jobs.is_mine(job), lambda wish: steer(job.job_id, wish))


def steer(job_id: str, wish: object) -> None:
    """The live view asks for something: grants it, or says why not."""
    try:
        if isinstance(wish, dict) and wish.get("name") in ("map", "film"):
            st.session_state["go"] = wish["name"]
        else:
            jobs.steer(job_id, wish)
    except InputError as error:
        state.notice(str(error))


@st.fragment
def explore() -> None:
    """The form, or the training that the link names, or the one that this session looks at."""
    page.style()
    job_id = state.read("job", "", str)
    job = jobs.find(job_id) if job_id else None
    go = st.session_state.pop("go", None)
    if job is not None and go and job.status == "done":
        st.switch_page(f"{go}.py", query_params={"model": str(job.spec["run_id"])})
    if job is not None:
        watch(job)
        return
    if job_id:
        state.notice("The training of this link is not known here any more.")
    notices = st.container()
    form()
    with notices:  # drawn last, for the form reads the link too
        page.show_notices()


state.enter("train")
explore()
