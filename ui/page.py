"""What all pages share: the picture's stage and the side with the controls, the model picker, notices, "About this".

Knows Streamlit and the library; knows nothing of what a page shows.
"""

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from models.checkpoint import to_zip
from models.errors import InputError
from models.families import FAMILIES, family_of
from models.run import Run
from training import store
from ui import state
from ui.library import OpenModel, TestImages, fetch_data, open_model, test_images
from ui.text import duration, for_html, for_markdown, nats, run_label

STYLE = Path(__file__).parent / "style.css"
FIRST_MODEL = "mnist-vae"
ANY_CLASS = "any"
NO_MODELS = (
    "There are no trained models here yet. Train one, in about a minute and without any download:\n\n"
    "```\npython -m training --data digits\n```\n\nthen reload this page. The models that ship with the app are in the "
    "folder `checkpoints`; if it is empty, fetch the repository again."
)


def begin(stage_share: int = 5, side_share: int = 3) -> tuple[DeltaGenerator, DeltaGenerator]:
    """Puts the style on the page and returns its two halves: the stage for the picture, the side for the controls."""
    style()
    stage, side = st.columns([stage_share, side_share], gap="medium")
    return stage, side


def style() -> None:
    """Puts the house's few style rules on the page."""
    st.html(f"<style>{_style_text()}</style>")


def pick_model(needs_class: bool = False) -> OpenModel:
    """The model picker and the model it shows; a page without any model says what to do and stops here."""
    runs = {run.run_id: run for run in shown_order(store.list_runs().runs)}
    if not runs:
        st.info(NO_MODELS)
        st.stop()
    default = FIRST_MODEL if FIRST_MODEL in runs else next(iter(runs))
    if needs_class:
        default = next((name for name, run in runs.items() if run.model.conditional), default)
    state.choose("model", default, state.one_of(list(runs), "the model"))
    chosen = st.selectbox(
        "Model", list(runs), key="model", format_func=lambda name: run_label(runs[name]),
        label_visibility="collapsed",
    )  # fmt: skip
    try:
        return open_model(str(chosen))
    except InputError as error:
        st.error(f"{for_markdown(str(error))}\n\nChoose another model above, or see the gallery.")
        st.stop()


def shown_order(runs: Sequence[Run]) -> list[Run]:
    """The order in lists: data sets by name, few latents first, families as in their table, newest first."""
    families, data = list(FAMILIES), {"mnist": 0, "fashion-mnist": 1}
    return sorted(
        runs,
        key=lambda run: (
            data.get(run.data.name, 2),
            run.data.name,
            run.model.latent_dim,
            families.index(run.model.family),
            run.run_id,
        ),
    )


def pick_class(opened: OpenModel, optional: bool = False) -> int | None:
    """The class selector; None for a model that is told no class, unless `optional` offers the classes beside "any"."""
    run = opened.checkpoint.run
    names = run.data.class_names
    if not run.model.conditional and not optional:
        return None
    options = [*([ANY_CLASS] if optional else []), *(str(label) for label in range(len(names)))]
    state.choose("class", options[0], state.one_of(options, "the class"))
    chosen = st.pills(
        "Class", options, key="class", required=True, label_visibility="collapsed",
        format_func=lambda key: key if key == ANY_CLASS else names[int(key)],
    )  # fmt: skip
    return None if chosen in (None, ANY_CLASS) else int(chosen)


def images_of(opened: OpenModel) -> TestImages:
    """The test images behind the model's latents, or why they are missing."""
    run = opened.checkpoint.run
    return test_images(run.data.name, run.data.test_count)


def about(opened: OpenModel) -> None:
    """The unfolding "About this model": its formula, numbers and settings, and the file for download."""
    run = opened.checkpoint.run
    family = family_of(run.model.family)
    with st.expander("About this model"):
        st.latex(family.formula)
        st.markdown(f"{for_markdown(family.sentence)} *{for_markdown(family.citation)}*")
        st.html(f'<p class="lp-facts">{facts(run)}</p>')
        st.caption(_training_sentence(run))
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
        lines += [f"ELBO <b>{nats(test.elbo)}</b> an image (higher is better)"]
    lines.append(f"Reconstruction, log p(x|z): <b>{nats(test.log_likelihood)}</b>")
    if test.kl is not None:
        lines.append(f"KL divergence: <b>{nats(sum(test.kl))}</b>")
    if test.mmd is not None:
        lines.append(f"MMD² to the prior: <b>{test.mmd:.4f}</b>".replace("-", "−"))
    return "<br>".join(lines)


def show_missing_images(opened: OpenModel, images: TestImages) -> None:
    """Where the test images are missing: says so, says what is shown instead, and offers to fetch them."""
    if images.images is not None:
        return
    run = opened.checkpoint.run
    st.html(
        '<p class="lp-warn">The test images of '
        f"{for_html(run.data.title)} are not on this computer, so reconstructions stand in for them.</p>"
    )
    with st.expander("How to get them"):
        st.markdown(for_markdown(images.reason))
        if st.button(f"Download {for_markdown(run.data.title)} now"):
            with st.spinner(f"Downloading {for_markdown(run.data.title)} …"):
                try:
                    fetch_data(run.data.name)
                except InputError as error:
                    st.error(for_markdown(str(error)))
                else:
                    st.rerun()


def hint(text: str) -> None:
    """The one sentence that invites an experiment; the text is ours, never from a file."""
    st.html(f'<p class="lp-hint">{text}</p>')


def finish(values: dict[str, Any], of: str = "") -> None:
    """The end of every page: sentences about the link, then the page's state into the address bar."""
    for text in state.take_notices():
        st.warning(for_markdown(text))
    state.record(values, of)


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
