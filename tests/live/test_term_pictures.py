"""The glossary's pictures: those in the folder are those that the code draws, in the page's colours, and true."""

import re
import xml.etree.ElementTree as ET

import pytest

from live.term_pictures import FOLDER, PICTURES, picture


@pytest.mark.parametrize("name", list(PICTURES))
def test_the_file_is_what_the_code_draws(name: str) -> None:
    assert (FOLDER / f"{name}.svg").read_text() == picture(name), "python -m live.term_pictures writes them again"


def test_there_are_no_others() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(PICTURES)


@pytest.mark.parametrize("name", list(PICTURES))
def test_it_is_painted_in_the_colours_of_the_page(name: str) -> None:
    drawing = ET.parse(FOLDER / f"{name}.svg")
    for element in drawing.iter():
        assert element.tag.rpartition("}")[2] in {"svg", "g", "path", "circle", "ellipse", "rect", "text"}
        assert "id" not in element.attrib, "it may stand on a page twice"
        for paint in ("fill", "stroke"):  # black and white are an image's own pixels
            assert element.get(paint, "none") in {"none", "currentColor", "#000", "#fff"}


def dots(svg: str) -> list[int]:
    """How many dots each path of dots has."""
    return [path.count("h0") for path in re.findall(r'd="((?:M[\d. -]+h0)+)"', svg)]


def test_the_rings_hold_what_the_line_says() -> None:
    inner, between, outer = dots(picture("prior"))
    assert (inner, inner + between, inner + between + outer) == (39, 86, 100)


def test_an_unused_slider_changes_nothing() -> None:
    images = re.findall(r"<g transform=[^>]*>(.*?)</g>", picture("collapsed"))
    assert len(images) == 5
    assert len(set(images)) == 1
