"""Text for the screen: hostile names stay text, and numbers read as they should."""

import re
from html.parser import HTMLParser

import pytest

from ui.text import duration, for_html, for_markdown, latent_name, nats, picker_labels, visible

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


def test_visible_is_one_line() -> None:
    assert visible("  a\n\n b\tc\x00d\u202e ") == "a b cd"


def test_picker_labels_are_the_titles() -> None:
    assert picker_labels({"a": "VAE", "b": "CVAE"}) == {"a": "VAE", "b": "CVAE"}
    assert picker_labels({}) == {}


def test_picker_labels_tell_equal_titles_apart() -> None:
    labels = picker_labels({"a": "VAE", "b": "VAE", "c": "CVAE", "d": "V\u202eAE"})
    assert labels == {"a": "VAE (a)", "b": "VAE (b)", "c": "CVAE", "d": "VAE (d)"}


@pytest.mark.parametrize(
    ("value", "shown"),
    [(-135.04, "−135.0 nats"), (0.0, "0.0 nats"), (12.36, "12.4 nats"), (1234.5678, "1234.6 nats"), (None, "—")],
)
def test_nats(value: float | None, shown: str) -> None:
    assert nats(value) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "0 s"), (0.4, "0 s"), (48.2, "48 s"), (59.4, "59 s"), (59.6, "1 min 0 s"), (60, "1 min 0 s"),
     (200, "3 min 20 s"), (3600, "60 min 0 s")],
)  # fmt: skip
def test_duration(seconds: float, shown: str) -> None:
    assert duration(seconds) == shown


@pytest.mark.parametrize(("dim", "name"), [(0, "z₁"), (1, "z₂"), (9, "z₁₀"), (127, "z₁₂₈")])
def test_latent_name(dim: int, name: str) -> None:
    assert latent_name(dim) == name
