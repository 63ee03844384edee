"""The table of pages: each has its file, its words and its state; nothing in pages/ is left out, and no older link."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from live.words import t
from models.checkpoint import Checkpoint
from ui.page_table import FORWARDS, PAGES, STICKY, Page
from ui.server.shell import forwarded
from ui.view_state import STATE, parsers

# every address that a page has had
ADDRESSES_OF_BEFORE = {
    "", "map", "traverse", "generate", "interpolate", "draw", "train", "film", "claims", "gallery",
}  # fmt: skip

FILES = {path.stem for path in (Path(__file__).parents[2] / "pages").glob("*.py")} - {"main"}


def test_every_file_in_pages_is_a_page_and_every_page_has_its_file() -> None:
    assert set(PAGES) == FILES


def test_one_page_opens_first() -> None:
    assert [page.name for page in PAGES.values() if page.address == ""] == ["explore"]


@pytest.mark.parametrize("page", PAGES.values(), ids=lambda page: page.name)
def test_every_page_has_words_and_known_state(page: Page) -> None:
    assert t(page.title)
    assert t(page.hint).endswith((".", "?"))
    assert set(page.state) <= set(STATE)


def test_titles_tell_the_pages_apart() -> None:
    assert len({t(page.title) for page in PAGES.values()}) == len(PAGES)


def test_no_old_name_is_one_of_the_names_in_use() -> None:
    for page in PAGES.values():
        assert not set(page.old_names) & set(STATE)
        assert all(new not in page.old_names for new in page.old_names.values())


def test_every_address_of_before_is_one_of_today_or_leads_to_one() -> None:
    today = {page.address for page in PAGES.values()}
    assert today | set(FORWARDS) >= ADDRESSES_OF_BEFORE
    assert not today & set(FORWARDS), "a page of today would be forwarded"
    assert {page.name for page in PAGES.values()} <= today | set(FORWARDS), "a page's name is no address"


@pytest.mark.parametrize("name", FORWARDS)
def test_what_a_forward_says_is_known_where_it_leads(name: str, make_checkpoint: Callable[..., Checkpoint]) -> None:
    forward = FORWARDS[name]
    rules = parsers(make_checkpoint().run, PAGES[forward.place].state)
    assert set(forward.renames.values()) <= set(rules)
    for known, text in forward.adds.items():
        if known not in STICKY and text not in PAGES[forward.place].ways:
            rules[known](text)
    target = forwarded(name, "model=m&z=1%2C2")
    assert target
    address, _, query = target.removeprefix("./").partition("?")
    assert address == PAGES[forward.place].address
    assert query.endswith("model=m&z=1%2C2")


def test_an_older_link_keeps_what_it_said_under_todays_names() -> None:
    assert forwarded("map", "hide=3%2C4&z=1%2C2&words=field") == ("./?tool=point&without=3%2C4&z=1%2C2&words=field")
    assert forwarded("interpolate", "a=1%2C2&path=slerp") == "./?tool=path&a=1%2C2&path=slerp"
    assert forwarded("traverse", "") == "./?tool=slide"
    assert forwarded("gallery", "") == "./library"


@pytest.mark.parametrize("name", ["", "create", "nosuch"])
def test_what_is_no_older_link_stays(name: str) -> None:
    assert forwarded(name, "z=1%2C2") is None


def test_the_ways_to_compare_are_the_same_in_the_page() -> None:
    text = (Path(__file__).parents[2] / "live" / "parts" / "ways.js").read_text()
    ways = PAGES["compare"].ways
    assert f"WAYS = {json.dumps(list(ways))}" in text
    assert all(t(f"ways.{way}") for way in ways)
