"""Claims: what the published programs say, and what the same programs give here; each model can be opened."""

import streamlit as st

from analysis.claims import CLAIMS, FAILS, FILE, HOLDS, IN_PART, Claim, Judgement, Numbers, judged, load_measured
from models.errors import InputError
from training import store
from training.plans import PRESETS
from ui import page, state
from ui.assets import manifold_url
from ui.library import open_model
from ui.pictures import published_extent
from ui.text import for_html, for_markdown

COLOURS = {HOLDS: "green", IN_PART: "orange", FAILS: "red"}
HINT = "Read a claim, guess whether it holds, then look: every picture is a model that you can open."


def show_claim(claim: Claim, judgement: Judgement | None) -> None:
    """A claim with its verdict and our numbers; beside it the models that it is about."""
    left, right = st.columns([2, 3], gap="large", vertical_alignment="center")
    with left:
        st.markdown(f"#### {for_markdown(claim.text)}")
        st.caption(for_markdown(claim.source))
        if judgement:
            verdict, sentence = judgement
            st.markdown(f":{COLOURS[verdict]}-badge[{verdict}] {for_markdown(sentence)}")
        else:
            st.markdown(":gray-badge[not measured yet] Its models are not all trained on this computer.")
    with right:
        for column, name in zip(st.columns(4), claim.models, strict=False):
            with column:
                show_model(name)


def judgement_of(claim: Claim, numbers: Numbers) -> Judgement | None:
    """Verdict and sentence; None where the numbers that the claim needs are not there."""
    try:
        return judged(claim, numbers)
    except InputError:
        return None


def show_model(name: str) -> None:
    """What one program can draw, as the way to its map; or the way to train it."""
    preset = PRESETS[name]
    try:
        opened = open_model(name)
    except InputError:
        st.caption(f"{for_markdown(preset.title)} is not on this computer.")
        st.page_link("train.py", label="Train it", query_params={"preset": name})
        return
    st.html(
        f'<a class="lp-card-picture" href="map?model={for_html(name)}" target="_self">'
        f'<img src="{manifold_url(opened)}" alt="What {for_html(preset.title)} can draw" loading="lazy"></a>'
    )
    st.page_link("map.py", label=for_markdown(preset.title), query_params={"model": name}, help=preset.note)
    extent, data = published_extent(opened), for_markdown(opened.checkpoint.run.data.title)
    st.caption(f"{data}, both latents from −{extent:g} to {extent:g}" if extent else data)


page.style()
page.hint(HINT)
page.show_notices()
try:
    found = load_measured(store.checkpoint_folder() / FILE)
except InputError as error:
    st.info(f"{for_markdown(str(error))}\n\nMeasure the programs with:\n\n```\npython -m benchmarks reproduce\n```")
else:
    st.caption(
        f"Measured on {' or '.join(f'{count:,}' for count in sorted({model.images for model in found.models}))} test "
        "images. What each script really computes is in the note of its model, and in the presets of the page Train."
    )
    numbers = found.numbers()
    judgements = [(claim, judgement_of(claim, numbers)) for claim in CLAIMS]
    for claim, judgement in sorted(judgements, key=lambda pair: pair[1] is None):
        with st.container(border=True):
            show_claim(claim, judgement)
state.record({})
