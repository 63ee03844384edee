"""Train: choose a model, see what it will cost, and watch its latent space being born."""

import streamlit as st

from models.errors import InputError
from models.families import FAMILIES, family_of
from models.networks import NETWORKS
from training.plans import PRESETS, Plan
from ui import page, state, training_jobs
from ui.text import duration, for_markdown

OWN = "own"
EFFORTS = {"Quick": 5, "Good": 20, "Best": 50}


def choices() -> dict[str, object]:
    """The form: what the person chose, as the job's specification."""
    presets = [OWN, *PRESETS]
    state.choose("preset", OWN, state.one_of(presets, "the preset"))
    preset = st.selectbox(
        "Start from", presets, key="preset",
        format_func=lambda name: "my own settings" if name == OWN else f"{PRESETS[name].title} ({PRESETS[name].data})",
    )  # fmt: skip
    if preset != OWN:
        st.caption(for_markdown(f"{PRESETS[preset].note} {PRESETS[preset].citation}."))
        epochs = st.number_input("Epochs", 1, 200, training_jobs.preset_epochs(preset))
        return {"preset": preset, "training": {"epochs": int(epochs)}}
    left, right = st.columns(2)
    with left:
        family = st.selectbox("Model", list(FAMILIES), index=1, format_func=lambda name: FAMILIES[name].title)
        effort = st.segmented_control("How long", list(EFFORTS), default="Quick", required=True)
    with right:
        data = st.selectbox("Data set", training_jobs.data_choices(), format_func=training_jobs.data_label)
        latent = st.number_input("Latent dimensions", 1, 128, 2)
    spec: dict[str, object] = {"family": family, "data": data, "latent_dim": int(latent)}
    return spec | advanced(str(family), EFFORTS[str(effort)])


def advanced(family: str, epochs: int) -> dict[str, object]:
    """The settings that unfold: network, objective's weights, optimiser."""
    row = family_of(family)
    weights: dict[str, float] = {}
    with st.expander("More settings"):
        left, right = st.columns(2)
        with left:
            network = st.selectbox("Network", list(NETWORKS), format_func=lambda name: NETWORKS[name].title)
            epochs = int(st.number_input("Epochs", 1, 200, epochs))
            batch = int(st.number_input("Images a step", 8, 1024, 128))
        with right:
            rate = float(st.number_input("Learning rate", 1e-7, 1.0, 1e-3, format="%g"))
            seed = int(st.number_input("Seed", 0, 2**31 - 1, 0))
            if row.objective == "beta-elbo":
                weights["beta"] = float(st.number_input("beta, the weight of the KL", 0.0, 1000.0, row.beta))
            if row.objective == "mmd":
                weights["mmd_weight"] = float(st.number_input("lambda, weight of the MMD", 0.0, 1e6, row.mmd_weight))
    training = {"epochs": epochs, "batch_size": batch, "learning_rate": rate, "seed": seed}
    return {"network": network, "training": training, "weights": weights}


def explain(plan: Plan) -> None:
    """What will be maximised, in words and as a formula."""
    family = family_of(plan.model.family)
    st.latex(family.formula)
    st.markdown(f"{for_markdown(family.sentence)} *{for_markdown(family.citation)}*")


def form() -> None:
    """The page while nothing trains."""
    left, right = st.columns([1, 1], gap="large")
    with left:
        spec = choices()
    with right:
        try:
            plan = training_jobs.plan_of(spec)
            explain(plan)
            with st.spinner("Timing a few batches …", show_time=False):
                seconds = training_jobs.estimate(plan)
        except InputError as error:
            st.error(for_markdown(str(error)))
            return
        st.markdown(
            f"**{for_markdown(plan.title)}**: {plan.training.epochs} epochs, about **{duration(seconds)}** here, "
            "measured on a few batches."
        )
        if st.button("Train", type="primary"):
            try:
                state.record({"job": training_jobs.submit(spec)})
            except InputError as error:
                st.error(for_markdown(str(error)))
            else:
                st.rerun()
        page.hint("Watch the map: the classes begin in one heap. Which two part last?")
        training_jobs.show_others()


def watch(job_id: str) -> None:
    """The page while a job runs, and after."""
    with page.top_row():
        st.button("Train another", on_click=lambda: state.record({"job": None}))
        page.hint("Watch the map: the classes begin in one heap. Which two part last?")
    training_jobs.live_job(job_id)


@st.fragment
def explore() -> None:
    """The form, or the running job of this session or of the link."""
    page.style()
    job_id = training_jobs.current_job()
    page.show_notices()
    if job_id is None:
        form()
    else:
        watch(job_id)


explore()
