"""Titles in pickers: the models' own, told apart by what differs, never by an id."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from live.titles import display_titles, distinct, visible
from models import gallery
from models.checkpoint import Checkpoint
from models.run import Run

Make = Callable[..., Checkpoint]


@pytest.fixture
def run(make_checkpoint: Make, checkpoint_folder: Path) -> Callable[..., Run]:
    """A function that makes a record called "VAE": `run("a", latent_dim=3, epochs_done=4)`."""
    assert checkpoint_folder.is_dir()

    def make(run_id: str, latent_dim: int = 2, network: str = "mlp", **changes: object) -> Run:
        checkpoint = make_checkpoint(run_id=run_id, latent_dim=latent_dim, network=network)
        return replace(checkpoint.run, **({"title": "VAE"} | changes))  # type: ignore[arg-type]

    return make


def test_visible_is_one_line() -> None:
    assert visible("  a\n\n b\tc\x00d\u202e ") == "a b cd"


def test_different_titles_are_shown_as_they_are(run: Callable[..., Run]) -> None:
    assert display_titles([run("a"), run("b", title="CVAE")]) == {"a": "VAE", "b": "CVAE"}
    assert display_titles([]) == {}


@pytest.mark.parametrize(("first", "second", "titles"), [
    ({}, {"latent_dim": 10}, ["VAE, 2 latents", "VAE, 10 latents"]),
    ({"latent_dim": 1}, {}, ["VAE, 1 latent", "VAE, 2 latents"]),
    ({}, {"network": "book-cnn"}, ["VAE, Fully connected", "VAE, Convolutional, of the book"]),
    ({}, {"epochs_done": 20}, ["VAE, 1 epoch", "VAE, 20 epochs"]),
    ({}, {"made": "2026-03-04T05:06:07+00:00"}, ["VAE, 2026-01-02", "VAE, 2026-03-04"]),
    ({}, {"made": "2026-01-02T05:06:07+00:00"}, ["VAE, 03:04", "VAE, 05:06"]),
    ({}, {}, ["VAE", "VAE (2)"]),
    ({}, {"latent_dim": 3, "epochs_done": 20}, ["VAE, 2 latents", "VAE, 3 latents"]),  # no more than it takes
])  # fmt: skip
def test_equal_titles_are_told_apart_by_what_differs(
    first: dict[str, object], second: dict[str, object], titles: list[str], run: Callable[..., Run]
) -> None:
    shown = display_titles([run("a", **first), run("b", **second)])
    assert shown == dict(zip("ab", titles, strict=True))


def test_each_is_told_apart_from_those_that_are_still_like_it(run: Callable[..., Run]) -> None:
    runs = [run("a"), run("b", epochs_done=9), run("c", latent_dim=3)]
    assert display_titles(runs) == {
        "a": "VAE, 2 latents, 1 epoch",
        "b": "VAE, 2 latents, 9 epochs",
        "c": "VAE, 3 latents",
    }


def test_a_film_is_named(run: Callable[..., Run], make_checkpoint: Make, with_film: Callable[..., Checkpoint]) -> None:
    filmed = with_film(make_checkpoint(run_id="b"), (0, 1))
    gallery.add(replace(filmed, run=run("b")))
    assert display_titles([run("a"), run("b")]) == {"a": "VAE", "b": "VAE, with film"}


def test_no_two_titles_are_alike_whatever_they_say(run: Callable[..., Run]) -> None:
    """Among them titles that look like what is put behind others, and one that differs in what nobody sees."""
    titles = ["VAE", "VAE", "VAE", "VAE (2)", "VAE, 2 latents", "V\u202eAE", "VAE (3)"]
    runs = [run(f"r{number}", title=title) for number, title in enumerate(titles)]
    shown = display_titles([*runs, run("other", latent_dim=3)])
    assert len(set(shown.values())) == 8
    assert not any(run_id in title for run_id, title in shown.items())
    assert shown["r3"] == "VAE (2)"


def test_the_order_of_the_runs_does_not_matter(run: Callable[..., Run]) -> None:
    runs = [run("a"), run("b"), run("c", epochs_done=5)]
    assert display_titles(runs) == display_titles(runs[::-1])


def test_distinct_counts() -> None:
    assert distinct({"a": "x", "b": "x", "c": "y", "d": "x"}) == {"a": "x", "b": "x (2)", "c": "y", "d": "x (3)"}
