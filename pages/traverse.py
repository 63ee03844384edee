"""Traverse: a slider for each latent dimension, and the image that follows."""

from collections.abc import Sequence

import streamlit as st
import torch

from analysis.decoding import decode_images
from analysis.grids import prior_quantile, traversal
from analysis.metrics.active_units import collapsed
from ui import page, state
from ui.images import Framed, framed, row
from ui.library import OpenModel
from ui.picks import between_classes, near, real_or_reconstruction
from ui.text import for_html, latent_name, vector

EDGE = round(prior_quantile(0.999), 1)
TRAVERSAL_IMAGES = 5


def slider_key(run_id: str, dim: int) -> str:
    """The widget key of a dimension's slider."""
    return f"z{dim}:{run_id}"


def set_z(run_id: str, z: Sequence[float]) -> None:
    """Moves all sliders."""
    for dim, value in enumerate(z):
        state.put(slider_key(run_id, dim), round(min(EDGE, max(-EDGE, float(value))), 2))


def start_z(opened: OpenModel) -> list[float]:
    """Where the sliders stand: in the link, else where this session left them, else between two classes."""
    run, latents = opened.checkpoint.run, opened.checkpoint.latents
    keys = [slider_key(run.run_id, dim) for dim in range(run.model.latent_dim)]
    if keys[0] not in st.session_state:
        default = tuple(latents.mu[between_classes(latents, len(run.data.class_names))].tolist())
        z = state.read("z", default, state.numbers(run.model.latent_dim, 100.0, "z"), of=run.run_id)
        set_z(run.run_id, z)
    return [st.session_state[key] for key in keys]


def order_of_dims(kl: Sequence[float] | None, latent_dim: int) -> list[int]:
    """The dimensions that carry most first."""
    return sorted(range(latent_dim), key=lambda dim: -kl[dim]) if kl else list(range(latent_dim))


def dimension_label(dim: int, kl: Sequence[float] | None) -> str:
    """`z₁ · 3.4 nats`, or that the dimension is dead."""
    if kl is None:
        return latent_name(dim)
    if dim in collapsed(kl):
        return f"{latent_name(dim)} · collapsed: {kl[dim]:.3f} nats, the image does not change"
    return f"{latent_name(dim)} · {kl[dim]:.1f} nats"


def show_sliders(opened: OpenModel, z: list[float], label: int | None) -> None:
    """A row for each dimension: its slider, and beside it what turning it from end to end would draw."""
    run = opened.checkpoint.run
    model = opened.checkpoint.model
    present = torch.tensor(z)
    for dim in order_of_dims(run.test.kl, run.model.latent_dim):
        left, right = st.columns([3, 2], gap="small", vertical_alignment="bottom")
        left.slider(
            dimension_label(dim, run.test.kl), -EDGE, EDGE, key=slider_key(run.run_id, dim), step=0.05, format="%.2f σ"
        )
        images = decode_images(model, traversal(present, dim, TRAVERSAL_IMAGES), label)
        right.html(row([Framed(image, "generated", alt=f"{latent_name(dim)} traversed") for image in images], "strip"))


@st.fragment
def explore() -> None:
    """The image and its sliders; a slider runs only this."""
    stage, side = page.begin(2, 3)
    with stage:
        opened = page.pick_model()
    run, latents = opened.checkpoint.run, opened.checkpoint.latents
    images = page.images_of(opened)
    z = start_z(opened)
    with stage:
        label = page.pick_class(opened)
        picture = decode_images(opened.checkpoint.model, torch.tensor([z]), label)[0]
        around = near(opened, torch.tensor(z), 5)
        where = f"{around.within:,} test images within 0.2"
        if around.within == 0:
            where = "no test image within 0.2: the decoder extrapolates here"
        st.html(
            framed(Framed(picture, "generated", f"generated at z = {vector(z)}"), "large")
            + f'<p class="lp-facts">{for_html(where)}</p>'
        )
        neighbours = []
        for index in around.indices:
            pixels, real = real_or_reconstruction(opened, images, index)
            nearest = int(latents.labels[index])
            name = run.data.class_names[nearest]
            neighbours.append(Framed(pixels, "real" if real else "generated", name, label=nearest))
        st.html(row(neighbours, "thumb", "Nearest test images"))
    with side:
        with st.container(horizontal=True):
            st.button("Reset to 0", on_click=set_z, args=(run.run_id, [0.0] * run.model.latent_dim))
            st.button("Draw from the prior", on_click=lambda: set_z(run.run_id, torch.randn(len(z)).tolist()))
            st.button("Take a test image", on_click=lambda: set_z(run.run_id, random_code(opened)))
        many = run.model.latent_dim > 5
        with st.container(height=520 if many else "content", border=many):
            show_sliders(opened, z, label)
        page.hint("Move one slider slowly from end to end. What does this dimension hold: slant, width, another digit?")
        page.show_missing_images(opened, images)
        page.about(opened)
    page.finish({"model": run.run_id, "z": tuple(z), "class": None if label is None else str(label)}, of=run.run_id)


def random_code(opened: OpenModel) -> list[float]:
    """The latents of a random test image."""
    codes = opened.checkpoint.latents.mu
    return [float(value) for value in codes[int(torch.randint(len(codes), ()))]]


explore()
