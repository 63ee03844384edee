"""The page Film: it opens on models whose epochs were kept, and says what to do where there are none."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from models.checkpoint import EPOCHS, Checkpoint
from models.families import FAMILIES
from training import store
from ui.page import NO_FILMS

Open = Callable[..., Any]


@pytest.fixture
def filmed(keep: Open, with_film: Callable[..., Checkpoint]) -> Callable[..., Checkpoint]:
    """A function that keeps a tiny model of which some epochs were kept: `filmed("cvae", 3, numbers=(0, 1, 4))`."""

    def make(
        family: str = "vae", latent_dim: int = 2, numbers: tuple[int, ...] = (0, 1, 2), **settings: Any
    ) -> Checkpoint:
        checkpoint = with_film(keep(family, latent_dim, **settings), numbers)
        store.keep(checkpoint, replace=True)
        return checkpoint

    return make


def test_without_any_model_it_says_where_films_come_from(open_page: Open) -> None:
    screen = open_page("film")
    assert [element.value for element in screen.test.info] == [NO_FILMS]
    assert not screen.has_view


def test_models_without_a_film_are_not_offered(open_page: Open, keep: Open, filmed: Open) -> None:
    keep(run_id="mnist-vae", made={"title": "Without"})
    assert [element.value for element in open_page("film").test.info] == [NO_FILMS]
    filmed(run_id="one", made={"title": "With"})
    screen = open_page("film")
    assert screen.test.selectbox(key="model").options == ["With"]
    assert screen.data["model"]["id"] == screen.query["model"] == "one"


@pytest.mark.parametrize("family", FAMILIES)
def test_it_opens_with_every_family(open_page: Open, filmed: Open, family: str) -> None:
    latents = 1 + len(family) % 4
    filmed(family, latents, (0, 1, 4), run_id="one")
    screen = open_page("film", model="one")
    assert screen.data["epochs"] == [0, 1, 4]
    assert screen.data["second"] == ("KL divergence" if screen.data["model"]["stochastic"] else "MMD²")
    second = 1.5 * latents if screen.data["model"]["stochastic"] else 0.01
    assert screen.data["history"] == [[epoch, -20.0, -20.0, second, second] for epoch in (1, 2, 3, 4)]
    assert screen.warnings == screen.errors == []
    assert screen.data["state"] == {}


def test_the_link_names_epoch_and_point(open_page: Open, filmed: Open) -> None:
    filmed()
    screen = open_page("film", model="tiny-vae", epoch="1", z="0.5,-1")
    assert screen.data["state"] == {"epoch": "1", "z": "0.5,-1"}
    screen.send({"epoch": "2", "z": "1,1"})
    assert (screen.query["epoch"], screen.query["z"]) == ("2", "1,1")
    screen.send({"epoch": "3", "z": "<img>"})
    assert "epoch" not in screen.query and "z" not in screen.query


@pytest.mark.parametrize("text", ["3", "--1", "-1", "x", "1.5", "١", "9" * 5000])
def test_a_bad_epoch_in_the_link_becomes_a_sentence(open_page: Open, filmed: Open, text: str) -> None:
    filmed()
    screen = open_page("film", model="tiny-vae", epoch=text)
    assert screen.warnings == [f"The link asks for the epoch “{text[:20]}”; it is 0 to 2."]
    assert screen.data["state"] == {}
    assert screen.run().warnings == []


def test_a_link_to_a_model_without_a_film_says_so(open_page: Open, keep: Open, filmed: Open) -> None:
    keep(run_id="plain")
    filmed()
    screen = open_page("film", model="plain")
    assert screen.warnings == ["The link asks for the model “plain”; there is tiny-vae."]
    assert screen.data["model"]["id"] == "tiny-vae"


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
    screen = open_page("film", model="tiny-vae")
    assert len(screen.errors) == 1
    assert EPOCHS in screen.errors[0]
    assert "Choose another model above." in screen.errors[0]
    assert not screen.has_view
    assert screen.pick("model", "CVAE on Digits 8x8, 2 latents").data["model"]["id"] == "tiny-cvae"
    assert screen.errors == []


def test_a_film_that_goes_while_it_is_shown(open_page: Open, filmed: Open, checkpoint_folder: Path) -> None:
    filmed()
    screen = open_page("film")
    (checkpoint_folder / "tiny-vae" / EPOCHS).unlink()
    screen.run()
    assert [element.value for element in screen.test.info] == [NO_FILMS]


def test_another_page_remembers_a_model_without_a_film(open_page: Open, keep: Open, filmed: Open) -> None:
    keep(run_id="plain")
    filmed()
    screen = open_page("main").go("map", model="plain").go("film")
    assert screen.data["model"]["id"] == "tiny-vae"
    assert screen.warnings == []
    assert NO_FILMS not in screen.read
