"""The latent map: one trace a class, indices kept, equal scales, names at medians; and nothing that JSON can't say."""

import base64
import json
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from live.map_figure import LatentMapInfo, plot_latent_map, square_span
from live.palette import class_colour

RING = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]])
XY = np.array([[0.0, 0.0], [1.0, 5.0], [2.0, 1.0], [3.0, 6.0], [4.0, 2.0]])
LABELS = np.array([1, 0, 1, 0, 1])


def info(**changes: object) -> LatentMapInfo:
    plain = LatentMapInfo(XY, LABELS, ("cat", "dog", "cow"), "z₁", "z₂")
    return plain._replace(**changes)


def points(figure: go.Figure) -> dict[int, Any]:
    """The traces of points by label."""
    return {trace.meta["label"]: trace for trace in figure.data if trace.meta and "label" in trace.meta}


def numbers_in(value: object) -> list[float]:
    """Every number in Plotly's JSON, also those in its packed arrays."""
    if isinstance(value, dict):
        if set(value) >= {"dtype", "bdata"}:
            return np.frombuffer(base64.b64decode(value["bdata"]), np.dtype(value["dtype"])).astype(float).tolist()
        return [number for part in value.values() for number in numbers_in(part)]
    if isinstance(value, list):
        return [number for part in value for number in numbers_in(part)]
    return [float(value)] if isinstance(value, int | float) else []


def strict(text: str) -> Any:
    """The JSON as a browser reads it: NaN and Infinity are errors."""

    def refuse(constant: str) -> None:
        raise ValueError(f"{constant} is not JSON")

    return json.loads(text, parse_constant=refuse)


def test_one_trace_a_class_with_the_indices_of_its_images() -> None:
    traces = points(plot_latent_map(info()))
    assert sorted(traces) == [0, 1, 2]
    assert [traces[label].name for label in range(3)] == ["cat", "dog", "cow"]
    assert [list(traces[label].customdata) for label in range(3)] == [[1, 3], [0, 2, 4], []]
    assert list(traces[1].x) == [0, 2, 4]
    assert list(traces[1].y) == [0, 1, 2]
    assert [traces[label].marker.color for label in range(3)] == [class_colour(label) for label in range(3)]
    assert all(trace.type == "scattergl" for trace in traces.values())


def test_data_without_classes_are_one_trace() -> None:
    figure = plot_latent_map(info(class_names=(), labels=np.zeros(5, int)))
    (trace,) = points(figure).values()
    assert trace.name == "image"
    assert list(trace.customdata) == [0, 1, 2, 3, 4]
    assert not figure.layout.annotations


def test_names_stand_at_the_medians_and_say_their_class() -> None:
    notes = plot_latent_map(info()).layout.annotations
    assert [(note.text, note.name, note.x, note.y) for note in notes] == [
        ("<b>cat</b>", "0", 2.0, 5.5), ("<b>dog</b>", "1", 2.0, 1.0)
    ]  # fmt: skip
    assert [note.bgcolor for note in notes] == [class_colour(0), class_colour(1)]


def test_too_many_classes_are_not_labelled() -> None:
    names = tuple(f"class {i}" for i in range(31))
    assert not plot_latent_map(info(class_names=names)).layout.annotations
    assert plot_latent_map(info(class_names=names[:30])).layout.annotations


@pytest.mark.parametrize(
    "name", ['<a href="http://evil.example">x</a>', "<b>big</b>", "a<br>b", "R&D", "<span style='color:red'>x"]
)
def test_names_are_text_to_plotly(name: str) -> None:
    figure = plot_latent_map(info(class_names=(name, "dog", "cow")))
    shown = [points(figure)[0].name, figure.layout.annotations[0].text.removeprefix("<b>").removesuffix("</b>")]
    for text in shown:
        assert "<" not in text
        assert text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == name


def test_rings_say_which_they_are() -> None:
    figure = plot_latent_map(info(rings=[RING, 2 * RING]))
    rings = [trace for trace in figure.data if trace.meta and "ring" in trace.meta]
    assert [(trace.meta["ring"], trace.name) for trace in rings] == [(1, "ring-1"), (2, "ring-2")]
    assert [list(trace.x) for trace in rings] == [[1, 0, 1], [2, 0, 2]]
    assert all(trace.hoverinfo == "skip" for trace in rings)


def test_axes_have_titles_and_one_scale() -> None:
    layout = plot_latent_map(info()).layout
    assert (layout.xaxis.title.text, layout.yaxis.title.text) == ("z₁", "z₂")
    assert (layout.yaxis.scaleanchor, layout.yaxis.scaleratio) == ("x", 1)
    assert layout.xaxis.range[1] - layout.xaxis.range[0] == pytest.approx(layout.yaxis.range[1] - layout.yaxis.range[0])
    # the browser turns pixels into coordinates with fixed margins
    assert not layout.xaxis.automargin
    assert not layout.yaxis.automargin


def test_an_empty_map_is_a_titled_figure() -> None:
    empty = info(xy=np.zeros((0, 2)), labels=np.zeros(0, int))
    figure = plot_latent_map(empty)
    assert figure.layout.title.text == "No test images to show"
    assert [len(trace.x) for trace in points(figure).values()] == [0, 0, 0]
    assert not figure.layout.annotations
    assert list(figure.layout.xaxis.range) == [-3, 3]
    assert plot_latent_map(info()).layout.title.text is None


class TestSquareSpan:
    def test_no_points(self) -> None:
        assert square_span(np.zeros((0, 2))) == ((0.0, 0.0), 3.0)

    def test_few_points_near_the_middle_still_show_the_prior(self) -> None:
        (x, y), half = square_span(np.zeros((5, 2)))
        assert (x, y) == (0, 0)
        assert half == pytest.approx(2.2 * 1.06)

    def test_outliers_do_not_shrink_the_rest(self) -> None:
        cloud = np.random.default_rng(0).standard_normal((10_000, 2))
        usual = square_span(cloud)[1]
        cloud[:10] = 1000
        assert square_span(cloud)[1] < 1.5 * usual

    def test_far_clouds_are_inside(self) -> None:
        cloud = np.random.default_rng(0).normal([50, -20], 1.0, (1000, 2))
        (x, y), half = square_span(cloud)
        assert np.mean(np.all(np.abs(cloud - [x, y]) <= half, axis=1)) >= 0.98
        assert x - half < 0 < y + half


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"xy": np.zeros((0, 2)), "labels": np.zeros(0, int)},
        {"rings": [RING]},
        {"xy": np.array([[3e38, -3e38]] * 5, np.float32)},
        {"xy": np.array([[3e38, 3e38], [-3e38, -3e38], [0, 0], [0, 0], [0, 0]], np.float32)},
    ],
)
def test_json_holds_finite_numbers_only(changes: dict[str, object]) -> None:
    numbers = numbers_in(strict(plot_latent_map(info(**changes)).to_json()))
    assert len(numbers) > 10
    assert np.isfinite(numbers).all()


def test_the_reader_of_packed_numbers_finds_nan() -> None:
    figure = plot_latent_map(info(xy=np.full((5, 2), np.nan)))
    assert not np.isfinite(numbers_in(json.loads(figure.to_json()))).all()
