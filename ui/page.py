"""What all pages share: the row over the picture with model, plane and hint, notices, and "About this model".

Knows Streamlit and the library; knows nothing of what a page shows.
"""

import functools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from models.checkpoint import to_zip
from models.errors import InputError
from models.families import FAMILIES, explained, family_of
from models.run import Run
from training.plans import PRESETS
from ui import state
from ui.library import OpenModel, all_runs, fetch_data, images_are_here, open_model
from ui.planes import PCA, Plane, default_plane, parse_plane, plane_of, plane_title
from ui.text import duration, for_html, for_markdown, nats, picker_labels

STYLE = Path(__file__).parent / "style.css"
FIRST_MODEL = "mnist-vae"
MAX_LATENT = 100.0
NO_MODELS = (
    "There are no trained models here yet. Train one, in about a minute and without any download:\n\n"
    "```\npython -m training --data digits\n```\n\nthen reload this page. The models that ship with the app are in the "
    "folder `checkpoints`; if it is empty, fetch the repository again."
)
NO_FILMS = (
    "No model here has kept the epochs of its training. Train one on the page Train: its epochs are kept by themselves."
)


def style() -> None:
    """Puts the house's few style rules on the page."""
    st.html(f"<style>{_style_text()}</style>")


def top_row() -> DeltaGenerator:
    """The one row over the picture; style comes with it."""
    style()
    return st.container(horizontal=True, vertical_alignment="center", gap="medium", key="top-row")


def pick_model(prefer_conditional: bool = False, fits: Callable[[Run], bool] | None = None) -> OpenModel:
    """The model picker and the model it shows; a page without any model says what to do and stops here."""
    runs = {run.run_id: run for run in shown_order(all_runs().runs) if fits is None or fits(run)}
    if not runs:
        st.info(NO_MODELS if fits is None else NO_FILMS)
        st.stop()
    default = FIRST_MODEL if FIRST_MODEL in runs else next(iter(runs))
    if prefer_conditional:
        default = next((name for name, run in runs.items() if run.model.conditional), default)
    state.choose("model", default, state.one_of(list(runs), "the model"))
    labels = picker_labels({name: run.title for name, run in runs.items()})
    chosen = st.selectbox(
        "Model", list(runs), key="model", format_func=labels.__getitem__, label_visibility="collapsed", width=300
    )
    try:
        return open_model(str(chosen))
    except InputError as error:
        st.error(f"{for_markdown(str(error))}\n\nChoose another model above, or see the gallery.")
        st.stop()


def pick_plane(opened: OpenModel) -> Plane:
    """The plane of the map; for more than two latents a picker of any two dimensions or the principal components."""
    latent_dim = opened.checkpoint.run.model.latent_dim
    default = default_plane(opened)
    if latent_dim <= 2:
        return plane_of(opened, default)
    pairs = [f"{i}-{j}" for i in range(1, latent_dim + 1) for j in range(i + 1, latent_dim + 1)]
    present = state.choose("plane", default, lambda text: parse_plane(text, latent_dim))
    options = list(dict.fromkeys([default, PCA, *pairs, present]))  # a link may also name 2-1
    chosen = st.selectbox(
        "Plane", options, key="plane", format_func=plane_title, label_visibility="collapsed", width=190
    )
    return plane_of(opened, str(chosen))


def parsers(opened: OpenModel, *names: str) -> dict[str, Callable[[str], Any]]:
    """What checks the text of each named part of a view's state, for this model."""
    run = opened.checkpoint.run
    classes, latent_dim = len(run.data.class_names), run.model.latent_dim
    vector = state.numbers(latent_dim, MAX_LATENT, "the point")
    known: dict[str, Callable[[str], Any]] = {
        "z": vector,
        "a": vector,
        "b": vector,
        "class": state.number_between(0, max(0, classes - 1), "the class"),
        "with": state.number_between(0, max(0, classes - 1), "the class"),
        "point": state.number_between(0, run.data.test_count - 1, "the test image"),
        "hide": state.several(classes, "the class"),
        "layers": state.several(10, "the layer"),
        "mix": state.share,
        "seed": state.number_between(0, 999_999, "the seed"),
        "path": state.one_of(["lerp", "slerp"], "the path"),
        "epoch": state.number_between(0, run.epochs_done, "the epoch"),
    }
    return {name: known[name] for name in names}


def shown_order(runs: Sequence[Run]) -> list[Run]:
    """The order in lists: published programs last, data sets by name, few latents first, families as in their table."""
    families, data = list(FAMILIES), {"mnist": 0, "fashion-mnist": 1}
    return sorted(
        runs,
        key=lambda run: (
            run.run_id in PRESETS,
            data.get(run.data.name, 2),
            run.data.name,
            run.model.latent_dim,
            families.index(run.model.family),
            run.run_id,
        ),
    )


def hint(text: str) -> None:
    """The one sentence that invites an experiment; the text is ours, never from a file."""
    st.html(f'<p class="lp-hint">{text}</p>', width="stretch")


def about(opened: OpenModel) -> None:
    """The unfolding "About this model": its formula, numbers and settings, its test images, the file for download."""
    run = opened.checkpoint.run
    found = explained(family_of(run.model.family), run.training.objective)
    with st.popover("About this model"):
        st.latex(found.formula)
        st.markdown(f"{for_markdown(found.sentence)} *{for_markdown(found.citation)}*")
        if run.run_id in PRESETS:
            preset = PRESETS[run.run_id]
            st.info(f"What the script really computes: {for_markdown(preset.note)} *{for_markdown(preset.citation)}*")
        st.html(f'<p class="lp-facts">{facts(run)}</p>')
        st.caption(_training_sentence(run))
        _offer_test_images(run)
        st.download_button(
            "Download this model", functools.partial(to_zip, opened.checkpoint), f"{run.run_id}.zip",
            "application/zip", on_click="ignore",
        )  # fmt: skip


def facts(run: Run) -> str:
    """The test metrics of a run as HTML, one a line, with units and a word where one is not defined."""
    test = run.test
    lines = []
    if test.elbo is None:
        lines.append("ELBO and KL: not defined, its encoder is deterministic")
    else:
        lines.append(f"ELBO <b>{nats(test.elbo)}</b> an image (higher is better)")
    lines.append(f"Reconstruction, log p(x|z): <b>{nats(test.log_likelihood)}</b>")
    if test.kl is not None:
        lines.append(f"KL divergence: <b>{nats(sum(test.kl))}</b>")
    if test.mmd is not None:
        lines.append(f"MMD² to the prior: <b>{test.mmd:.4f}</b>".replace("-", "−"))
    return "<br>".join(lines)


def show_notices() -> None:
    """Sentences about what a link asked for and this page could not do."""
    for text in state.take_notices():
        st.warning(for_markdown(text))


def _offer_test_images(run: Run) -> None:
    if images_are_here(run):
        return
    st.html(
        f'<p class="lp-warn">The test images of {for_html(run.data.title)} are not on this computer, so '
        "reconstructions stand in for them.</p>"
    )
    if st.button(f"Download {for_markdown(run.data.title)}"):
        with st.spinner(f"Downloading {for_markdown(run.data.title)} …"):
            try:
                fetch_data(run.data.name)
            except InputError as error:
                st.error(for_markdown(str(error)))
            else:
                st.rerun()


def _training_sentence(run: Run) -> str:
    training = run.training
    return (
        f"{run.parameter_count:,} parameters, {run.epochs_done} epochs in {duration(run.seconds)} on "
        f"{for_markdown(run.device)}, batch {training.batch_size}, learning rate {training.learning_rate:g}, "
        f"beta {training.weights.beta:g}, seed {training.seed}. "
        f"Numbers: means over {run.data.test_count:,} test images."
    )


@functools.cache
def _style_text() -> str:
    return STYLE.read_text()
