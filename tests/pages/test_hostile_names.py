"""Names from files and links are text wherever a page shows them: no tag, no link, no picture, no icon."""

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from models.checkpoint import load, to_zip
from models.errors import InputError
from models.gallery import add
from published.measured import FILE

Open = Callable[..., Any]
SHIPPED = Path(__file__).parents[2] / "checkpoints"
PAYLOADS = [
    "![x](http://evil.example/a.png)",
    "[x](http://evil.example)",
    "http://evil.example/x",
    "www.evil.example",
    "me@evil.example",
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "'\"><svg onload=alert(1)>",
    "<a href=http://evil.example>x",
    ":material/delete: :streamlit:",
    ":red[x] $x^2$ `x` **x**",
    "one\n\n# two",
    "a\u202eb\x07c",
]
OURS = {"style", "button", "h1", "h2", "div", "span", "a", "img", "p", "b", "br", "nav"}
ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
# what the payloads would begin where they are not escaped, and what Streamlit finds once more when Markdown is done
MARKDOWN = re.compile(r"!?\[[^\]]*\]|<\w|<[^>]*\w=|\$x|`x|\*\*x|\n# two|:red")
# of the only style that stands in HTML: the colours of a class
COLOURS = re.compile(r"(--class: light-dark\(#[0-9a-f]{6}, #[0-9a-f]{6}\))?")
FOUND_LATER = re.compile(r"https?://|www\.|[\w.]@\w|:material/|:streamlit:|[\x07\u202e]")


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def assert_only_text(screen: Any) -> None:
    """No payload of this page is more than text."""
    for text in screen.rendered:
        assert not MARKDOWN.search(ESCAPED.sub("", text)), text
        assert not FOUND_LATER.search(ESCAPED.sub(r"\1", text)), text
    for html in screen.html:
        for tag, attributes in Tags(html).found:
            assert tag in OURS, html
            assert set(attributes) <= {
                "class",
                "href",
                "target",
                "src",
                "alt",
                "loading",
                "type",
                "data-term",
                "aria-haspopup",
                "aria-current",
                "aria-label",
                "style",
            }, html
            assert COLOURS.fullmatch(attributes.get("style") or ""), html
            assert all("evil.example" not in str(attributes.get(name)) for name in ("href", "src")), html


def test_the_check_can_fail() -> None:
    class Bad:
        def __init__(self, rendered: list[str], html: list[str]) -> None:
            self.rendered, self.html = rendered, html

    for payload in PAYLOADS:
        with pytest.raises(AssertionError):
            assert_only_text(Bad([payload], []))
    for payload in PAYLOADS[5:9]:
        with pytest.raises(AssertionError):
            assert_only_text(Bad([], [f"<p>{payload}</p>"]))


@pytest.mark.parametrize("payload", PAYLOADS)
class TestNames:
    @pytest.fixture(autouse=True)
    def _models(self, keep: Open, payload: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LATENT_DATA", str(tmp_path / "none"))
        keep()
        names = (payload[:40], *"123456789")
        keep(
            "cvae", run_id="evil", data={"name": "evil-data", "title": payload, "class_names": names},
            made={"title": payload, "device": payload, "versions": {payload: payload}},
        )  # fmt: skip

    def test_in_the_library(self, open_page: Open, payload: str) -> None:
        screen = open_page("library")
        assert_only_text(screen)
        screen.test.button_group[0].set_value("evil-data")
        assert_only_text(screen.run())
        assert any('href="./?model=evil"' in html for html in screen.html)

    def test_on_a_live_page(self, open_page: Open, payload: str) -> None:
        screen = open_page("explore", model="evil")
        assert_only_text(screen)
        assert any("are not on this computer" in html for html in screen.html)
        assert screen.data["model"]["classNames"][0] == payload[:40]  # as data: the view writes it with textContent
        screen.test.button[0].click()
        assert_only_text(screen.run())
        assert len(screen.errors) == 1

    def test_in_a_link(self, open_page: Open, payload: str) -> None:
        for name in ("model", "z", "class", "point", "without", "layers", "tool", "words", "hide"):
            screen = open_page("explore", **{"model": "evil", name: payload})
            assert len(screen.warnings) == 1
            assert_only_text(screen)
        screen = open_page("library", data=payload + "?")
        assert len(screen.warnings) == 1
        assert_only_text(screen)

    def test_of_a_claim(self, open_page: Open, payload: str, checkpoint_folder: Path) -> None:
        shutil.copy(SHIPPED / FILE, checkpoint_folder)
        run = load(checkpoint_folder / "evil").run
        keep_as = replace(run, run_id="book-cvae", program="book-cvae")
        add(replace(load(checkpoint_folder / "evil"), run=keep_as))
        screen = open_page("compare", claim="book-cvae")
        assert_only_text(screen)
        assert any('href="./?model=book-cvae"' in html for html in screen.html)
        screen = open_page("compare", claim=payload)
        assert len(screen.warnings) == 1
        assert_only_text(screen)

    def test_a_record_can_not_hold_it_where_a_plain_name_or_a_date_is_wanted(
        self, payload: str, make_checkpoint: Open
    ) -> None:
        run = make_checkpoint().run
        for changes, field in (({"data": replace(run.data, name=payload)}, "data.name"), ({"made": payload}, "made"),
                               ({"program": payload}, "program")):  # fmt: skip
            with pytest.raises(InputError, match=rf"run\.(plain_name: field={field},|{field}:)"):
                replace(run, **changes)

    def test_in_the_name_of_an_upload(self, open_page: Open, payload: str, make_checkpoint: Open) -> None:
        screen = open_page("library")
        screen.test.file_uploader[0].set_value((f"{payload}.zip", b"no zip", "application/zip"))
        assert len(screen.run().errors) == 1
        assert_only_text(screen)
        screen.test.file_uploader[0].set_value(("good.zip", to_zip(make_checkpoint(run_id="sent")), "application/zip"))
        assert_only_text(screen.run())

    def test_in_the_name_of_a_damaged_folder(self, open_page: Open, payload: str, checkpoint_folder: Path) -> None:
        folder = checkpoint_folder / payload.replace("/", "∕")
        folder.mkdir()
        (folder / "run.json").write_text(json.dumps({payload: payload}))
        screen = open_page("library")
        assert len(screen.warnings) == 1
        assert_only_text(screen)
