"""Interpolate: the images on the way from one test image to another."""

import streamlit as st
import torch

from analysis.decoding import decode_images
from analysis.ellipses import prior_rings
from analysis.neighbours import count_within
from analysis.paths import PATHS, cross_fade, path
from ui import page, state
from ui.figures.latent_map import LatentMapInfo, Picked, plot_latent_map
from ui.images import Framed, row
from ui.library import OpenModel, TestImages
from ui.palette import ACCENT
from ui.picks import RADIUS, far_apart, real_or_reconstruction
from ui.planes import default_plane, plane_of, to_plane

STEPS = 11
PATH_NAMES = {"lerp": "straight line", "slerp": "great circle"}


def take_click() -> None:
    """The clicked point becomes the end that is chosen, and the next click sets the other one."""
    points = st.session_state["path_map"]["selection"]["points"]
    if points:
        custom = points[0].get("customdata", 0)
        end = st.session_state.get("end", "a")
        state.put(end, int(custom[0] if isinstance(custom, list) else custom))
        state.put("end", "b" if end == "a" else "a")


def show_map(opened: OpenModel, line: torch.Tensor, ends: tuple[int, int]) -> None:
    """The map with the path on it."""
    latents, run = opened.checkpoint.latents, opened.checkpoint.run
    plane = plane_of(opened, default_plane(opened))
    xy, on_plane = to_plane(plane, latents.mu), to_plane(plane, line)
    picked = [Picked(*xy[index].tolist(), name, ACCENT) for index, name in zip(ends, "AB", strict=True)]
    info = LatentMapInfo(
        xy=xy.numpy(), labels=latents.labels.numpy(), class_names=run.data.class_names, x_title=plane.x_title,
        y_title=plane.y_title, rings=prior_rings().numpy() if plane.dims else (),
        paths=[("path", on_plane.numpy())], picked=picked,
    )  # fmt: skip
    st.plotly_chart(
        plot_latent_map(info, 330), key="path_map", on_select=take_click, selection_mode="points",
        alt="Latent map with the path from A to B", config={"scrollZoom": True, "displaylogo": False},
    )  # fmt: skip


def show_strip(
    opened: OpenModel, images: TestImages, line: torch.Tensor, ends: tuple[int, int], label: int | None
) -> None:
    """The decoded path across the page, and under it the pixel cross-fade of the same two ends as control."""
    codes = opened.checkpoint.latents.mu
    within = count_within(codes, line, RADIUS).tolist()
    decoded = decode_images(opened.checkpoint.model, line, label)
    strip = [Framed(image, "generated", f"{n:,} near", f"step {k} of the path") for k, (image, n) in
             enumerate(zip(decoded, within, strict=True))]  # fmt: skip
    a, b = (real_or_reconstruction(opened, images, index) for index in ends)
    floats = [pixels.float() / 255 if real else pixels for pixels, real in (a, b)]
    faded = [Framed(image, "generated", "", "cross-fade") for image in cross_fade(floats[0], floats[1], STEPS)]
    st.html(
        row(strip, "strip", f"Decoded along the path, and how many test images lie within {RADIUS} of each step")
        + row(faded, "strip", "For comparison: the pixels of A and B mixed, without a model")
    )


@st.fragment
def explore() -> None:
    """The map, the path and its images."""
    stage, side = page.begin(5, 4)
    with side:
        opened = page.pick_model()
    run, latents = opened.checkpoint.run, opened.checkpoint.latents
    names, count = run.data.class_names, len(latents.mu)
    images = page.images_of(opened)
    first, second = far_apart(latents, len(names))
    index = state.number_between(0, count - 1, "the test image")
    a, b = state.choose("a", first, index), state.choose("b", second, index)
    with side:
        ends = []
        for end in (a, b):
            pixels, real = real_or_reconstruction(opened, images, end)
            label = int(latents.labels[end])
            caption = f"{'AB'[len(ends)]}: {names[label] if names else end}"
            ends.append(Framed(pixels, "real" if real else "generated", caption, label=label))
        st.html(row(ends, "small"))
        state.start("end", "a", state.one_of(["a", "b"], "the end"))
        st.segmented_control(
            "The next click on the map sets", ["a", "b"], key="end", format_func=str.upper, required=True
        )
        state.choose("path", "lerp", state.one_of(list(PATHS), "the path"))
        kind = st.segmented_control("Path", list(PATHS), key="path", format_func=PATH_NAMES.get, required=True)
        label = page.pick_class(opened)
        with st.container(horizontal=True):
            left = st.number_input("A is test image", 0, count - 1, key="a")
            right = st.number_input("B is test image", 0, count - 1, key="b")
    line = path(str(kind), latents.mu[int(left)], latents.mu[int(right)], STEPS)
    with stage:
        show_map(opened, line, (int(left), int(right)))
    show_strip(opened, images, line, (int(left), int(right)), label)
    page.hint("Take a 4 and a 9 for A and B. At which step would you call it the other digit?")
    page.show_missing_images(opened, images)
    page.about(opened)
    page.finish(
        {
            "model": run.run_id,
            "a": int(left),
            "b": int(right),
            "path": kind,
            "class": None if label is None else str(label),
        }
    )


explore()
