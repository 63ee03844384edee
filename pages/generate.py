"""Generate: draw me a 7, the same z in every class, and samples from the prior."""

import streamlit as st
import torch

from analysis.decoding import all_classes, decode_images
from ui import page, state
from ui.images import Framed, framed, row
from ui.library import OpenModel
from ui.picks import class_cloud
from ui.text import vector

SAMPLES = 20
MAX_SEED = 999_999


def draws(opened: OpenModel, seed: int, label: int | None) -> torch.Tensor:
    """`[samples latent]`: from the prior, or for a class of a model that knows none, from that class's latents."""
    run = opened.checkpoint.run
    if label is not None and not run.model.conditional:
        return class_cloud(opened.checkpoint.latents, label, SAMPLES, seed)
    return torch.randn(SAMPLES, run.model.latent_dim, generator=torch.Generator().manual_seed(seed))


def next_seed() -> None:
    """Another seed, from a button."""
    state.put("seed", (int(st.session_state.get("seed", 0)) + 1) % (MAX_SEED + 1))


@st.fragment
def explore() -> None:
    """The images and their controls."""
    stage, side = page.begin(3, 5)
    with stage:
        opened = page.pick_model()
    run, model = opened.checkpoint.run, opened.checkpoint.model
    names = run.data.class_names
    with stage:
        label = page.pick_class(opened, optional=not run.model.conditional)
        state.choose("seed", 0, state.number_between(0, MAX_SEED, "the seed"))
        with st.container(horizontal=True, vertical_alignment="bottom"):
            seed = int(st.number_input("Seed", 0, MAX_SEED, key="seed", width=140))
            st.button("Another draw", on_click=next_seed, type="primary")
    z = draws(opened, seed, label)
    with stage:
        first = decode_images(model, z[:1], label)[0]
        what = f"a generated {names[label]}" if label is not None else "generated"
        st.html(framed(Framed(first, "generated", f"{what}, z = {vector(z[0].tolist())}"), "large"))
    with side:
        if run.model.conditional:
            tens = zip(all_classes(model, z[0]), names, strict=True)
            st.html(row([Framed(i, "generated", n) for i, n in tens], "tenth", "The same z in every class"))
            page.hint("Read along the row: the class changes, and the handwriting stays. That is what z holds here.")
        elif label is not None:
            page.hint(
                "This model was never told a class. These z are drawn around the codes of that class's test images: "
                "some will look like a neighbour. A CVAE can be asked directly."
            )
        else:
            page.hint("Every z here comes from the prior. How many of these images would you take for real ones?")
        images = decode_images(model, z, label)
        source = "Samples from the prior" if run.model.conditional or label is None else "Samples around that class"
        st.html(row([Framed(image, "generated", alt="generated sample") for image in images], "sample", source))
        page.about(opened)
    page.finish({"model": run.run_id, "seed": seed, "class": None if label is None else str(label)})


explore()
