"""Text for the screen: hostile names stay text, and numbers read as they should."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from jobs.journal import JOURNAL, Journal
from live.titles import visible
from live.words import refusal
from models.errors import InputError
from ui.text import for_html, for_markdown, without_folders

PAYLOADS = [
    "![x](http://evil.example/a.png)",
    "![x][ref]",
    "[click](http://evil.example)",
    "[click](javascript:alert(1))",
    "[ref]: http://evil.example",
    "[^1]",
    "<http://evil.example>",
    "<me@evil.example>",
    "http://evil.example/x",
    "HTTPS://EVIL.EXAMPLE",
    "www.evil.example/x",
    "WWW.EVIL.EXAMPLE",
    "(www.evil.example)",
    "me@evil.example",
    "mailto:me.and.you@evil.example",
    "xmpp:me@evil.example",
    "javascript:alert(1)",
    "ftp://evil.example",
    "<img src=x onerror=alert(1)>",
    "<img src='http://evil.example/a.png'>",
    "<script>alert(1)</script>",
    "<svg onload=alert(1)>",
    "<a href=http://evil.example>z</a>",
    "</p><h1>big</h1>",
    "'\"><iframe src=//evil.example>",
    "\" onmouseover=\"alert(1)",
    "x<br>y",
    "&lt;b&gt; &#60;img src=x&#62; &amp;",
    ":material/delete:",
    ":streamlit:",
    ":smile: :+1: :-1:",
    ":red[hot] :blue-background[x]",
    ":small[x] :orange-badge[x]",
    ":color[x]{foreground=\"red\"}",
    ":::note",
    "$x^2$",
    "$$\\href{http://evil.example}{x}$$",
    "\\(x\\) \\[y\\]",
    "a -> b <- c -- d >= e",
    "`code` ``more``",
    "**bold** __bold__ *it* _it_ ~~gone~~",
    "# head",
    "one\n\n# head\n\n- item",
    "    indented code",
    "```\nfence\n```",
    "~~~\nfence\n~~~",
    "1. item",
    "1) item",
    "- [ ] task",
    "> quote",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "---",
    "title\n====",
    "line \\\nbreak",
    "back\\slash\\![x](http://evil.example)",
    "nul\x00 bell\x07 escape\x1b[31m delete\x7f",
    "right\u202eto left\u2066 isolate",
    "line\u2028separator\u2029paragraph\x85next",
    "{{x}} %{x} ${x}",
]  # fmt: skip
INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
# What Streamlit's Markdown looks for in the text that is left when the Markdown itself is done, each seen to work
# in Chromium: mdast-util-gfm-autolink-literal's two patterns, then Streamlit's icons, logo and emoji, and its arrows
FOUND_LATER = [
    re.compile(r"(https?://|www(?=\.))([-.\w]+)([^ \t\r\n]*)", re.IGNORECASE),
    re.compile(r"(^|\s|[^\w\s])?([-.\w+]+)@([-\w]+(?:\.[-\w]+)+)"),
    re.compile(r":material/(\w+):"),
    re.compile(r":streamlit:"),
    re.compile(r":[\w+-]+:"),
    re.compile(r"<-|->|--"),
]
BACKSLASHED = re.compile(r"\\([!-/:-@\[-`{-~])")
SPECIAL = set("\\`*_{}[]()#+-.!|<>~$:&")


def left_by_markdown(escaped: str) -> str:
    """The text node that Markdown makes of the text; fails where a character that Markdown reads is not escaped."""
    assert not SPECIAL & set(BACKSLASHED.sub("", escaped)), escaped
    return BACKSLASHED.sub(r"\1", escaped)


class Tags(HTMLParser):
    """What a browser finds in a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def test_there_are_enough_payloads() -> None:
    assert len(PAYLOADS) >= 50


@pytest.mark.parametrize("payload", PAYLOADS)
def test_markdown_shows_the_text_and_nothing_else(payload: str) -> None:
    text = left_by_markdown(for_markdown(payload))
    assert "\n" not in text
    assert not INVISIBLE.search(text)
    for pattern in FOUND_LATER:
        assert not pattern.search(text), pattern.pattern
    assert text.replace("\u2060", "") == visible(payload)


def test_the_referee_of_markdown_finds_what_is_not_escaped() -> None:
    with pytest.raises(AssertionError):
        left_by_markdown("![x](y)")
    assert FOUND_LATER[0].search(left_by_markdown(r"http\:\/\/evil\.example"))
    assert FOUND_LATER[1].search(left_by_markdown(r"me@evil\.example"))
    assert FOUND_LATER[2].search(left_by_markdown(r"\:material/delete\:"))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_html_shows_the_text_and_nothing_else(payload: str) -> None:
    found = Tags(f"<p title=\"{for_html(payload)}\">{for_html(payload)}</p><p title='{for_html(payload)}'>")
    assert found.tags == ["p", "p"]
    assert found.attributes == [("title", visible(payload))] * 2
    assert found.text == visible(payload)
    assert not INVISIBLE.search(found.text)


@pytest.mark.parametrize(
    "name", ["VAE on MNIST, 2 latents", "Ankle boot", "日本語", "naïve — “quoted”", "emoji 🙂", ""]
)
def test_plain_names_are_shown_as_they_are(name: str) -> None:
    assert visible(name) == for_html(name) == left_by_markdown(for_markdown(name)) == name


class TestWithoutFolders:
    @pytest.fixture(autouse=True)
    def _folders(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LATENT_CHECKPOINTS", "/srv/lp/models (new)")
        monkeypatch.setenv("LATENT_DATA", "/data")

    @pytest.mark.parametrize(
        ("text", "shown"),
        [("/srv/lp/models (new)/.unfinished/jobs.sqlite can't be used", "models (new)/.unfinished/jobs.sqlite can't be used"),
         ("MNIST is not usable: /data/MNIST/raw", "MNIST is not usable: data/MNIST/raw"),
         ("[Errno 13] Permission denied: '/srv/lp/models (new)'", "[Errno 13] Permission denied: 'models (new)'"),
         ("/srv/lp/models (new)er/x, /database, my/data", "/srv/lp/models (new)er/x, /database, my/data"),
         ("log p(x/z)", "log p(x/z)"), ("", "")],
    )  # fmt: skip
    def test_the_folders_are_named_and_not_where_they_lie(self, text: str, shown: str) -> None:
        assert without_folders(text) == shown

    def test_folders_beside_the_app_are_found_too(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LATENT_DATA", "sets")
        assert without_folders(f"{Path('sets').absolute()}/MNIST is damaged") == "sets/MNIST is damaged"
        assert without_folders("sets/MNIST is damaged") == "sets/MNIST is damaged"

    def test_the_root_of_a_disk_is_no_reason_to_fail(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LATENT_DATA", "/")
        assert without_folders("/etc is not ours") == "/etc is not ours"

    def test_a_page_shows_why_nothing_can_be_trained_and_not_where(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("LATENT_CHECKPOINTS", str(tmp_path / "models"))
        (tmp_path / "models" / ".unfinished" / JOURNAL).mkdir(parents=True)
        with pytest.raises(InputError) as caught:
            Journal(tmp_path / "models" / ".unfinished")
        shown = for_markdown(refusal(caught.value)).replace("\\", "")
        assert shown.startswith(f"{JOURNAL} can't be used")
        assert str(tmp_path) not in shown
