"""Claims: what the published programs say, and what the same programs give here; each model can be opened."""

import streamlit as st

from analysis.claims import (
    CLAIMS,
    FAILS,
    FILE,
    HOLDS,
    IN_PART,
    TOO_CLOSE,
    Claim,
    Judgement,
    Numbers,
    judged,
    load_measured,
)  # fmt: skip
from models.errors import InputError
from training import store
from training.plans import PRESETS
from ui import page, state
from ui.assets import codes_url, manifold_url
from ui.codes_picture import codes_span
from ui.library import open_model
from ui.pictures import published_extent
from ui.text import for_html, for_markdown

COLOURS = {HOLDS: "green", IN_PART: "orange", FAILS: "red", TOO_CLOSE: "blue"}
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
        for column, name in zip(st.columns(max(3, len(claim.models))), claim.models, strict=False):
            with column:
                show_model(name, claim.of_codes)


def judgement_of(claim: Claim, numbers: Numbers) -> Judgement | None:
    """Verdict and sentence; None where the numbers that the claim needs are not there."""
    try:
        return judged(claim, numbers)
    except InputError:
        return None


def show_model(name: str, of_codes: bool) -> None:
    """The codes of one program, or what it can draw, as the way to its map; or the way to train it."""
    preset = PRESETS[name]
    try:
        opened = open_model(name)
    except InputError:
        st.caption(f"{for_markdown(preset.title)} is not on this computer.")
        st.page_link("train.py", label="Train it", query_params={"preset": name})
        return
    title, data = for_html(preset.title), for_markdown(opened.checkpoint.run.data.title)
    if of_codes:
        source, shows, style, span = codes_url(opened), "The codes of", "lp-codes", codes_span(opened)
        caption = f"{data}, axes −{span:g} to {span:g}"
    else:
        source, shows, style, extent = manifold_url(opened), "What is drawn by", "", published_extent(opened)
        caption = f"{data}, z from −{extent:g} to {extent:g}" if extent else data
    st.html(
        f'<a class="lp-card-picture" href="map?model={for_html(name)}" target="_self">'
        f'<img class="{style}" src="{source}" alt="{shows} {title}" loading="lazy"></a>'
    )
    label = preset.title.split("'s ", 1)[-1]  # whose it is stands beside the claim
    st.page_link("map.py", label=for_markdown(label), query_params={"model": name}, help=preset.note)
    st.caption(caption)


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
        "images. In a picture of codes each dot is a test image; the rings are one and two standard deviations of the "
        "prior. What each script really computes is in the note of its model, and in the presets of the page Train."
    )
    numbers = found.numbers()
    judgements = [(claim, judgement_of(claim, numbers)) for claim in CLAIMS]
    for claim, judgement in sorted(judgements, key=lambda pair: pair[1] is None):
        with st.container(border=True):
            show_claim(claim, judgement)
state.record({})
