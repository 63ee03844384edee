"""The latent map: a test set's latents in a plane, coloured by class, with the rings of the prior.

Knows numpy and Plotly; knows no torch, no model, no page.
"""

import html
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from live.palette import class_colour, text_on
from live.words import t

Array = npt.NDArray[np.floating]
MARGIN = {"l": 44, "r": 8, "t": 8, "b": 40}
POINT_SIZE, OPACITY = 4.5, 0.75
MAX_LABELLED = 30


class LatentMapInfo(NamedTuple):
    """What the map shows. `xy`: `[points 2]`, `labels`: `[points]`; `rings`: closed lines `[n 2]`."""

    xy: Array
    labels: npt.NDArray[np.integer]
    class_names: Sequence[str]
    x_title: str
    y_title: str
    rings: Sequence[Array] = ()


def square_span(xy: Array) -> tuple[tuple[float, float], float]:
    """Centre and half side of the square that holds 99.5 % of the points in each direction, at least 3 around 0."""
    if len(xy) == 0:
        return (0.0, 0.0), 3.0
    low, high = np.quantile(xy, [0.0025, 0.9975], axis=0)
    low, high = np.minimum(low, -2.2), np.maximum(high, 2.2)
    centre = (low + high) / 2
    return (float(centre[0]), float(centre[1])), float((high - low).max() / 2 * 1.06)


def plot_latent_map(info: LatentMapInfo, height: int = 540) -> go.Figure:
    """The figure. Every class is one trace named after it; a point's `customdata` is its index in the test set."""
    figure = go.Figure()
    _add_rings(figure, info.rings)
    _add_points(figure, info)
    _add_class_names(figure, info)
    (x, y), half = square_span(info.xy)
    axis = {"zeroline": False, "showgrid": False, "ticks": "outside", "automargin": False}
    figure.update_layout(
        height=height,
        margin=MARGIN,
        showlegend=False,
        dragmode="pan",
        hovermode="closest",
        hoverdistance=12,
        xaxis={**axis, "title": {"text": info.x_title, "standoff": 4}, "range": [x - half, x + half]},
        yaxis={**axis, "title": {"text": info.y_title, "standoff": 2}, "range": [y - half, y + half],
               "scaleanchor": "x", "scaleratio": 1},
    )  # fmt: skip
    if len(info.xy) == 0:
        figure.update_layout(title={"text": t("plane.empty"), "x": 0.5, "y": 0.5})
    return figure


def _add_rings(figure: go.Figure, rings: Sequence[Array]) -> None:
    for number, ring in enumerate(rings, start=1):
        figure.add_trace(
            go.Scatter(
                x=ring[:, 0], y=ring[:, 1], mode="lines", hoverinfo="skip", name=f"ring-{number}",
                meta={"ring": number},
                line={"width": 1.5, "dash": "dot", "color": "#8a8d99"},
            )
        )  # fmt: skip


def _add_points(figure: go.Figure, info: LatentMapInfo) -> None:
    for label in range(max(1, len(info.class_names))):
        chosen = np.flatnonzero(info.labels == label)
        name = _plain(info.class_names[label]) if info.class_names else t("plane.unnamed")
        marker = {"size": POINT_SIZE, "opacity": OPACITY, "color": class_colour(label)}
        figure.add_trace(
            go.Scattergl(
                x=info.xy[chosen, 0].astype(np.float32),
                y=info.xy[chosen, 1].astype(np.float32),
                customdata=chosen.astype(np.int32),
                mode="markers",
                name=name,
                meta={"label": label},
                marker=marker,
                selected={"marker": {"opacity": OPACITY}},
                unselected={"marker": {"opacity": OPACITY}},
                hovertemplate=f"<b>%{{fullData.name}}</b><br>{info.x_title} = %{{x:.2f}}<br>"
                f"{info.y_title} = %{{y:.2f}}<extra></extra>",
            )
        )


def _add_class_names(figure: go.Figure, info: LatentMapInfo) -> None:
    """Each class's name at its median, so that nobody needs the colours."""
    if not 0 < len(info.class_names) <= MAX_LABELLED:
        return
    for label, name in enumerate(info.class_names):
        points = info.xy[info.labels == label]
        if len(points) == 0:
            continue
        x, y = np.median(points.astype(np.float64), axis=0)
        figure.add_annotation(
            x=float(x), y=float(y), name=str(label), text=f"<b>{_plain(name)}</b>", showarrow=False, borderpad=2,
            bgcolor=class_colour(label),
            font={"color": text_on(class_colour(label)), "size": 13}, opacity=0.92, captureevents=False,
        )  # fmt: skip


def _plain(name: str) -> str:
    """The name as text that Plotly, which reads tags and links in any text, shows as it is."""
    return html.escape(name, quote=False)
