"""Train after a training: it opens on models whose epochs were kept, and says what to do where there are none."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from live.words import t
from models import gallery
from models.checkpoint import EPOCHS, Checkpoint
from models.families import FAMILIES

Open = Callable[..., Any]


@pytest.fixture
def filmed(keep: Open, with_film: Callable[..., Checkpoint]) -> Callable[..., Checkpoint]:
    """A function that keeps a tiny model of which some epochs were kept: `filmed("cvae", 3, numbers=(0, 1, 4))`."""

    def make(
        family: str = "vae", latent_dim: int = 2, numbers: tuple[int, ...] = (0, 1, 2), **settings: Any
    ) -> Checkpoint:
        checkpoint = with_film(keep(family, latent_dim, **settings), numbers)
        gallery.add(checkpoint, replace=True)
        return checkpoint

    return make


def test_without_any_model_it_says_where_films_come_from(open_page: Open) -> None:
    screen = open_page("train", model="")
    assert [element.value for element in screen.test.info] == [t("pick.no_films")]
    assert not screen.has_view


def test_models_without_a_film_are_not_offered(open_page: Open, keep: Open, filmed: Open) -> None:
    keep(run_id="mnist-vae", made={"title": "Without"})
    assert [element.value for element in open_page("train", model="").test.info] == [t("pick.no_films")]
    filmed(run_id="one", made={"title": "With"})
    screen = open_page("train", model="")
    assert screen.data["model"]["id"] == screen.query["model"] == "one"


@pytest.mark.parametrize("family", FAMILIES)
def test_it_opens_with_every_family(open_page: Open, filmed: Open, family: str) -> None:
    latents = 1 + len(family) % 4
    filmed(family, latents, (0, 1, 4), run_id="one")
    screen = open_page("train", model="one")
    assert screen.data["epochs"] == [0, 1, 4]
    assert screen.data["second"] == ("kl" if screen.data["model"]["stochastic"] else "mmd")
    second = 1.5 * latents if screen.data["model"]["stochastic"] else 0.01
    assert screen.data["history"] == [[epoch, -20.0, -20.0, second, second] for epoch in (1, 2, 3, 4)]
    assert screen.warnings == screen.errors == []
    assert screen.data["state"] == {}


def test_it_opens_on_the_film_with_most_epochs_unless_the_link_names_one(open_page: Open, filmed: Open) -> None:
    """A quick film of one's own, first in the list, is not worth as much as one of many epochs."""
    filmed(run_id="a-quick-one", numbers=(0, 1), made={"title": "Mine", "epochs_done": 1})
    filmed(run_id="b-good-one", numbers=(0, 1, 4), made={"title": "Good"})
    assert open_page("train", model="").data["model"]["id"] == "b-good-one"
    assert open_page("train", model="a-quick-one").data["model"]["id"] == "a-quick-one"


def test_the_link_names_epoch_and_point(open_page: Open, filmed: Open) -> None:
    filmed()
    screen = open_page("train", model="tiny-vae", epoch="1", z="0.5,-1")
    assert screen.data["state"] == {"epoch": "1", "z": "0.5,-1"}
    screen.send({"epoch": "2", "z": "1,1"})
    assert (screen.query["epoch"], screen.query["z"]) == ("2", "1,1")
    screen.send({"epoch": "3", "z": "<img>"})
    assert "epoch" not in screen.query and "z" not in screen.query


@pytest.mark.parametrize("text", ["3", "--1", "-1", "x", "1.3", "١", "9" * 5000])
def test_a_bad_epoch_in_the_link_becomes_a_sentence(open_page: Open, filmed: Open, text: str) -> None:
    filmed()
    screen = open_page("train", model="tiny-vae", epoch=text)
    assert screen.warnings == [f"The link asks for the epoch “{text[:20]}”; it is 0 to 2."]
    assert screen.data["state"] == {}
    assert screen.run().warnings == []


def test_a_model_without_a_film_says_so_and_offers_its_map(open_page: Open, keep: Open) -> None:
    keep(run_id="plain", made={"title": "Plain"})
    screen = open_page("train", model="plain")
    assert t("film.none", title="Plain") in screen.read
    assert not screen.has_view
    assert any('href="./?model=plain"' in text for text in screen.html)
    assert "model" not in screen.click("Train another").query


def test_a_film_in_parts_of_epochs(open_page: Open, filmed: Open) -> None:
    filmed(numbers=(0, 0.125, 0.5, 1))
    screen = open_page("train", model="tiny-vae", epoch="0.125")
    assert screen.data["epochs"] == [0, 0.125, 0.5, 1]
    assert screen.data["state"] == {"epoch": "0.125"}
    assert screen.warnings == []


@pytest.mark.parametrize("damage", ["cut", "empty", "garbage", "flipped"])
def test_a_damaged_film_is_a_sentence_and_leaves_the_others(
    open_page: Open, filmed: Open, checkpoint_folder: Path, damage: str
) -> None:
    filmed()
    filmed("cvae")
    path = checkpoint_folder / "tiny-vae" / EPOCHS
    content = path.read_bytes()
    path.write_bytes(
        {"cut": content[:-4], "empty": b"", "garbage": b"\0" * 500, "flipped": content[:9] + b"!" + content[10:]}[
            damage
        ]
    )
    os.utime(path, ns=(1, 1))
    screen = open_page("train", model="tiny-vae")
    assert len(screen.errors) == 1
    assert EPOCHS in screen.errors[0]
    assert "Choose another model." in screen.errors[0]
    assert not screen.has_view
    other = open_page("train", model="tiny-cvae")
    assert other.data["model"]["id"] == "tiny-cvae"
    assert other.errors == []


def test_a_film_that_goes_while_it_is_shown(open_page: Open, filmed: Open, checkpoint_folder: Path) -> None:
    checkpoint = filmed()
    screen = open_page("train", model="tiny-vae")
    (checkpoint_folder / "tiny-vae" / EPOCHS).unlink()
    screen.run()
    assert t("film.none", title=checkpoint.run.title) in screen.read
    assert not screen.has_view


def test_the_form_is_one_press_away(open_page: Open, filmed: Open) -> None:
    filmed()
    screen = open_page("train", model="tiny-vae")
    assert screen.data["view"] == "film"
    screen.click("Train another")
    assert not screen.has_view
    assert screen.test.radio(key="family").value == "vae"
