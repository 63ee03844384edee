"""The first view in the page's HTML: of a model that is there, with what of the link makes sense, and nothing more."""

import json
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from live.titles import visible
from models import gallery
from models.checkpoint import RUN, WEIGHTS, Checkpoint
from ui.server.first_view import first_view
from ui.server.shell import FIRST_VIEW, _answer

Keep = Callable[..., Checkpoint]
HOSTILE = "</script><script>alert(1)</script><!-- <script> '\" &lt; \u2028" + FIRST_VIEW


@pytest.fixture
def keep(checkpoint_folder: Path, make_checkpoint: Keep) -> Keep:
    """A function that puts a tiny model into the folder; `title` replaces what its record says."""
    assert checkpoint_folder.is_dir()

    def make(family: str = "vae", latent_dim: int = 2, title: str = "", **settings: Any) -> Checkpoint:
        made = make_checkpoint(family, latent_dim, **settings)
        checkpoint = replace(made, run=replace(made.run, title=title or made.run.title))
        gallery.add(checkpoint)
        return checkpoint

    return make


def told(address: str = "", **query: str) -> dict[str, Any]:
    """What the view at an address is told."""
    found = first_view(address, urlencode(query))
    assert found
    return dict(found.data)


class Scripts(HTMLParser):
    """The scripts of a page, as a browser finds them: the attributes of each and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[dict[str, str | None], str]] = []
        self.inside = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag == "script"
        if self.inside:
            self.found.append((dict(attrs), ""))

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "script"

    def handle_data(self, data: str) -> None:
        if self.inside:
            attributes, text = self.found[-1]
            self.found[-1] = (attributes, text + data)


def scripts(**query: str) -> list[tuple[dict[str, str | None], str]]:
    return Scripts(_answer("", urlencode(query), packed=False).body.decode()).found


def test_it_is_the_model_of_the_link_or_a_good_one(keep: Keep) -> None:
    keep()
    keep("cvae", 3)
    assert told(model="tiny-cvae")["model"]["id"] == "tiny-cvae"
    assert told()["model"]["id"] == told(model="gone")["model"]["id"] == "tiny-vae"
    assert told("create")["model"]["id"] == "tiny-cvae"
    assert (told()["view"], told("create")["view"]) == ("explore", "create")


@pytest.mark.parametrize("address", ["train", "compare", "library", "other", "map"])
def test_a_page_without_a_map_has_none(keep: Keep, address: str) -> None:
    keep()
    assert first_view(address, "") is None


def test_without_a_model_there_is_none(checkpoint_folder: Path) -> None:
    assert checkpoint_folder.is_dir()
    assert first_view("", "") is None
    assert [attributes for attributes, _ in scripts() if attributes.get("id") == "lp-first"] == []


@pytest.mark.parametrize("file", [RUN, WEIGHTS])
def test_a_damaged_model_is_left_to_the_page_that_says_so(keep: Keep, checkpoint_folder: Path, file: str) -> None:
    keep()
    (checkpoint_folder / "tiny-vae" / file).write_text("{")
    assert first_view("", "model=tiny-vae") is None


def test_what_the_link_says_and_what_makes_sense_of_it(keep: Keep) -> None:
    keep()
    good = {"z": "1,2", "tool": "slide", "point": "7", "without": "0,9"}
    assert told(model="tiny-vae", **good)["state"] == good
    assert told(**good)["state"] == good, "a link that names no model speaks of the one that is shown"
    assert told(model="gone", **good)["state"] == {}
    bad = {
        "z": "1,2,3",
        "tool": "hammer",
        "point": "20",
        "without": "",
        "stranger": "x",
        "by": "hand",
        "zoom": "nan,0,1",
    }
    assert told(model="tiny-vae", **bad)["state"] == {}
    assert told(model="tiny-vae", **bad | {"point": "7"})["state"] == {"point": "7"}


def test_what_goes_along_stays_where_it_makes_sense(keep: Keep) -> None:
    keep()
    along = {"words": "field", "present": "1", "hide": "nearest,pair"}
    assert told(**along)["names"] == {"model": "tiny-vae"} | along
    assert told(words="klingon", present="0", hide="1")["names"] == {"model": "tiny-vae"}
    assert [told(words=layer)["words"]["layer"] for layer in ("field", "simple", "klingon")] == [
        "field", "simple", "simple",
    ]  # fmt: skip


def test_the_plane_is_that_of_the_link_where_the_model_has_it(keep: Keep) -> None:
    keep(run_id="mnist-vae")
    keep("beta-vae", 4)
    for asked, shown in (("3-4", "3-4"), ("pca", "pca"), ("9-1", "1-2"), ("", "1-2")):
        data = told(model="tiny-beta-vae", plane=asked)
        assert data["plane"]["name"] == data["names"]["plane"] == shown
        assert data["figure"] == f"map-{shown}.json"
    data = told(model="mnist-vae", plane="2-1")
    assert data["plane"]["name"] == "1-2", "two latents have one plane"
    assert "plane" not in data["names"]


def test_it_stands_in_the_html_and_nothing_in_it_can_end_its_script(keep: Keep) -> None:
    keep(run_id="tame")
    keep(run_id="wild", title=HOSTILE)
    tame, wild = scripts(model="tame"), scripts(model="wild", z=HOSTILE, hide=HOSTILE, words=HOSTILE, stranger=HOSTILE)
    assert [attributes for attributes, _ in wild] == [attributes for attributes, _ in tame]
    (text,) = (text for attributes, text in wild if attributes.get("id") == "lp-first")
    assert json.loads(text)["model"]["title"] == visible(HOSTILE)
    assert json.loads(text) == json.loads(json.dumps(told(model="wild")))
    assert "alert(1)" not in "".join(other for _, other in wild if other != text)
