"""The page of claims: every claim with its verdict and its models, and what it says where something is missing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from analysis.claims import CLAIMS, FILE, Measured, MeasuredModel, save_measured
from analysis.measurement import Measurement
from models.checkpoint import Checkpoint
from tests.pages.conftest import Screen
from training.plans import PRESETS

KEYS = (
    "elbo", "bound", "kl", "kl_1", "kl_2", "centre", "spread", "mmd", "coverage", "silhouette", "knn_accuracy", "morph_jump", "sharpness",
    "sharpness_of_test",
)  # fmt: skip
Open = Callable[..., Screen]
Keep = Callable[..., Checkpoint]


def write_measured(folder: Path, *names: str) -> None:
    """The same numbers for each of the programs, as `python -m benchmarks reproduce` would leave them."""
    rows = tuple(Measurement(key, key, 0.9, None, "", "") for key in KEYS)
    save_measured(folder / FILE, Measured(tuple(MeasuredModel(name, 500, 2000, rows) for name in names)))


def claims(open_page: Open) -> Screen:
    """The page of claims, which needs the table of pages for its links."""
    return open_page("main").go("claims")


@pytest.fixture
def measured(checkpoint_folder: Path) -> None:
    write_measured(checkpoint_folder, *PRESETS)


@pytest.mark.usefixtures("measured")
def test_every_claim_has_its_verdict_and_its_numbers(open_page: Open) -> None:
    read = claims(open_page).read
    for claim in CLAIMS:
        assert claim.text in read
        assert claim.source in read
    assert read.count("-badge[") == len(CLAIMS)
    assert "not measured yet" not in read
    assert "2,000 test images" in read


@pytest.mark.usefixtures("measured")
def test_a_program_that_is_not_here_can_be_trained(open_page: Open) -> None:
    read = claims(open_page).read
    assert "Book's CVAE is not on this computer." in read
    assert "Train it" in read


@pytest.mark.usefixtures("measured")
def test_a_program_that_is_here_is_shown_and_opened(open_page: Open, keep: Keep) -> None:
    keep("cvae", made={"run_id": "book-cvae", "title": "Book's CVAE"})
    screen = claims(open_page)
    assert "Book's CVAE is not on this computer." not in screen.read
    assert any('href="map?model=book-cvae"' in html for html in screen.html)


@pytest.mark.usefixtures("measured")
def test_a_claim_of_codes_shows_codes_and_one_of_images_shows_images(open_page: Open, keep: Keep) -> None:
    keep("vae", made={"run_id": "post-vae-mnist", "title": PRESETS["post-vae-mnist"].title})
    screen = claims(open_page)
    pictures = [html for html in screen.html if 'href="map?model=post-vae-mnist"' in html]
    of_codes = [claim.of_codes for claim in CLAIMS if "post-vae-mnist" in claim.models]
    assert True in of_codes
    assert False in of_codes
    assert ["codes.webp" in html for html in pictures] == of_codes
    assert ["manifold.png" in html for html in pictures] == [not codes for codes in of_codes]
    assert "axes −4 to 4" in screen.read
    assert "z from −4 to 4" in screen.read


def test_what_was_not_measured_is_said(open_page: Open, checkpoint_folder: Path) -> None:
    write_measured(checkpoint_folder, "book-mlp", "book-cnn", "book-cvae")
    read = claims(open_page).read
    assert read.count("[not measured yet]") == len(CLAIMS) - 2
    assert read.rindex("Once the label is given") < read.index("[not measured yet]")  # what can be read comes first


@pytest.mark.parametrize("content", [None, "", '{"samples": 1}'])
def test_without_measurements_it_says_how_to_make_them(
    open_page: Open, checkpoint_folder: Path, content: str | None
) -> None:
    if content is not None:
        (checkpoint_folder / FILE).write_text(content)
    screen = claims(open_page)
    assert "measured.json" in screen.read
    assert "python -m benchmarks reproduce" in screen.read


def test_the_gallery_keeps_the_programs_apart(open_page: Open, keep: Keep) -> None:
    mine = keep("vae")
    keep("cvae", made={"run_id": "book-cvae", "title": "Book's CVAE"})
    read = open_page("main").read
    assert "Published programs" in read
    assert mine.run.data.title in read
    assert "Book's CVAE" not in read
    assert "Book's CVAE" in open_page("main", data="programs").read


def test_about_says_what_the_script_computes(open_page: Open, keep: Keep) -> None:
    keep("cvae", made={"run_id": "book-cvae", "title": "Book's CVAE"})
    assert "What the script really computes: 784 x mean squared error" in open_page("map", model="book-cvae").read
