"""The map: where the test set lies in latent space, and what a point of it looks like."""

from collections.abc import Callable

import streamlit as st

from analysis.decoding import decode_images
from analysis.ellipses import posterior_ellipse, prior_rings
from analysis.grids import linear_grid, mosaic
from ui import page, state
from ui.figures.latent_map import LatentMapInfo, Picked, Underlay, plot_latent_map
from ui.images import Framed, data_url, framed, row
from ui.library import OpenModel, TestImages
from ui.palette import ACCENT
from ui.picks import between_classes, near, real_or_reconstruction, reconstruction
from ui.planes import PCA, Plane, default_plane, parse_plane, plane_of, to_plane
from ui.text import for_html, latent_name, vector

GRID_SIDE, GRID_EDGE = 17, 3.0
LAYERS = {"rings": "prior, 1 and 2 sigma", "grid": "decoded grid"}


def pick_from_click() -> None:
    """Takes the clicked point's index, which each point carries as its custom data."""
    points = st.session_state["map"]["selection"]["points"]
    if points:
        custom = points[0].get("customdata", -1)
        state.put("point", int(custom[0] if isinstance(custom, list) else custom))


def plane_picker(opened: OpenModel) -> Plane:
    """For more than two latents: which two dimensions, or the principal components."""
    latent_dim = opened.checkpoint.run.model.latent_dim
    if latent_dim <= 2:
        return plane_of(opened, default_plane(opened))
    names = [f"{i}-{j}" for i in range(1, latent_dim + 1) for j in range(i + 1, latent_dim + 1)]
    options = [default_plane(opened), *([PCA] if latent_dim > 2 else []), *names]
    options = list(dict.fromkeys(options))
    state.choose("plane", options[0], lambda text: parse_plane(text, latent_dim))
    return plane_of(opened, st.selectbox("Plane", options, key="plane", format_func=plane_title, required=True))


def plane_title(name: str) -> str:
    """How the picker names a plane."""
    if name == PCA:
        return "principal components"
    i, j = name.split("-")
    return f"{latent_name(int(i) - 1)} and {latent_name(int(j) - 1)}"


def underlay(opened: OpenModel, plane: Plane, point: int) -> Underlay:
    """What the decoder draws all over the plane; a conditional model draws the picked point's class."""
    latents = opened.checkpoint.latents
    base = None if plane.dims is None and plane.name != PCA else latents.mu[point]
    z = plane.projection.to_latent(linear_grid(GRID_SIDE, -GRID_EDGE, GRID_EDGE), base)
    images = decode_images(opened.checkpoint.model, z, int(latents.labels[point]))
    edge = GRID_EDGE + GRID_EDGE / (GRID_SIDE - 1)
    return Underlay(data_url(mosaic(images, GRID_SIDE, GRID_SIDE)), -edge, edge, -edge, edge)


def map_info(opened: OpenModel, plane: Plane, point: int, hidden: frozenset[int], layers: list[str]) -> LatentMapInfo:
    """All that the figure shows."""
    latents, run = opened.checkpoint.latents, opened.checkpoint.run
    xy = to_plane(plane, latents.mu)
    ellipse = None
    if latents.log_var is not None and plane.dims is not None and run.model.latent_dim > 1:
        chosen = list(plane.dims)
        ellipse = posterior_ellipse(latents.mu[point][chosen], latents.log_var[point][chosen]).numpy()
    x, y = xy[point].tolist()
    return LatentMapInfo(
        xy=xy.numpy(),
        labels=latents.labels.numpy(),
        class_names=run.data.class_names,
        x_title=plane.x_title,
        y_title=plane.y_title,
        hidden=hidden,
        rings=prior_rings().numpy() if "rings" in layers and plane.dims is not None else (),
        picked=[Picked(x, y, "", ACCENT, ellipse)],
        underlay=underlay(opened, plane, point) if "grid" in layers else None,
    )


def show_point(opened: OpenModel, images: TestImages, point: int) -> None:
    """The picked test image, its reconstruction, its latents and its neighbours."""
    latents, names = opened.checkpoint.latents, opened.checkpoint.run.data.class_names
    label = int(latents.labels[point])
    pair = [Framed(reconstruction(opened, point), "generated", "reconstruction")]
    if images.images is not None:
        pair.insert(0, Framed(images.images[point], "real", f"test image: {names[label]}", label=label))
    z = latents.mu[point]
    around = near(opened, z, 7)
    neighbours = []
    for index in around.indices[1:]:
        pixels, real = real_or_reconstruction(opened, images, index)
        name = names[int(latents.labels[index])]
        neighbours.append(Framed(pixels, "real" if real else "generated", name, label=int(latents.labels[index])))
    st.html(
        f'<div class="lp-row">{"".join(framed(image, "medium") for image in pair)}</div>'
        f'<p class="lp-facts">z = {for_html(vector(z.tolist()))} · {around.within:,} test images within 0.2</p>'
        + row(neighbours, "thumb", "Nearest test images")
    )


def parse_some(allowed: list[str], what: str) -> Callable[[str], list[str]]:
    """A parser of a comma-separated choice among `allowed`."""
    one = state.one_of(allowed, what)
    return lambda text: [one(part) for part in text.split(",") if part]


@st.fragment
def explore() -> None:
    """The picture and its controls; a click or a toggle runs only this."""
    stage, side = page.begin()
    with side:
        opened = page.pick_model()
    images = page.images_of(opened)
    latents, run = opened.checkpoint.latents, opened.checkpoint.run
    names, count = run.data.class_names, len(latents.mu)
    with side:
        plane = plane_picker(opened)
        point = state.choose(
            "point", between_classes(latents, len(names)), state.number_between(0, count - 1, "the test image")
        )
        details = st.container()
        state.choose("layers", ["rings"], parse_some(list(LAYERS), "the layer"))
        layers = st.pills("Show", list(LAYERS), selection_mode="multi", key="layers", format_func=LAYERS.get)
    with stage:
        chart = st.container()
        keys = [str(label) for label in range(len(names))]
        state.choose("classes", keys, parse_some(keys, "the class"))
        shown = st.pills(
            "Classes", keys, selection_mode="multi", key="classes", format_func=lambda key: names[int(key)],
            label_visibility="collapsed",
        )  # fmt: skip
        page.hint("Click a point between two classes. What does the decoder make of an image that could be either?")
    hidden = frozenset(range(len(names))) - {int(key) for key in shown}
    figure = plot_latent_map(map_info(opened, plane, point, hidden, list(layers)))
    chart.plotly_chart(
        figure, key="map", on_select=pick_from_click, selection_mode="points",
        alt=f"Latent map of {run.title}: {count:,} test images, coloured by class",
        config={"scrollZoom": True, "displaylogo": False},
    )  # fmt: skip
    with details:
        show_point(opened, images, point)
    with side:
        page.show_missing_images(opened, images)
        page.about(opened)
    page.finish(
        {
            "model": run.run_id,
            "point": point,
            "plane": plane.name if run.model.latent_dim > 2 else None,
            "classes": list(shown) if hidden else None,
            "layers": list(layers),
        }
    )


explore()
