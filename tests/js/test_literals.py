"""Nobody writes a sentence into the browser's half either: views, tools, parts and maps ask the catalogue."""

import re
from pathlib import Path

import pytest

LIVE = Path(__file__).parents[2] / "live"
# files whose sentences are still to be moved; a file that has none any more must leave this list
TO_CONVERT: set[str] = set()
TOKEN = re.compile(
    r"//[^\n]*|/\*.*?\*/"  # comments
    r"|(?P<text>\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)",
    re.DOTALL,
)
CLASSES = re.compile(r"[`\"']?(\s*\b(?:lv|lp)-[\w-]*(?:\$\{[^}]*\}[\w-]*)*)+\s*[`\"']?")
ALLOWED = {"(prefers-reduced-motion: reduce)": "a media query"}


def sentences(source: str) -> list[str]:
    """The strings with two words that are no class names, no path and no style."""
    found = []
    for match in TOKEN.finditer(source):
        text = match["text"]
        if text is None or CLASSES.fullmatch(text):
            continue
        plain = re.sub(r"\$\{[^}]*\}", " x ", text[1:-1]) if text[0] == "`" else text[1:-1]
        words = re.search(r"[A-Za-z]{2,}[,;:.?]? +(?:\S+ +)*[A-Za-z]{2,}", plain)
        if words and not re.search(r"\blv-|[<>{}]|^rgba?\(|\dpx", plain) and plain not in ALLOWED:
            found.append(plain)
    return found


def files() -> list[str]:
    folders = ("views", "tools", "parts", "maps")
    paths = [path for folder in folders for path in sorted((LIVE / folder).rglob("*.js"))] + sorted(LIVE.glob("*.js"))
    return [path.relative_to(LIVE).as_posix() for path in paths]


@pytest.mark.parametrize("file", files())
def test_no_sentence_is_written_into_a_view(file: str) -> None:
    found = sentences((LIVE / file).read_text())
    assert bool(found) is (file in TO_CONVERT), found


def test_the_list_names_files_that_are_there() -> None:
    assert set(files()) >= TO_CONVERT


@pytest.mark.parametrize(("line", "expected"), [
    ('h("p", {}, "Nearest test images")', ["Nearest test images"]),
    ("say(`Your drawing: z = ${z}`)", ["Your drawing: z =  x "]),
    ("const label = 'Go there now';", ["Go there now"]),
    ('h("div", { class: "lv-bar lv-tight" }) // a comment on it', []),
    ('t("map.hint"); /* two "words here" */', []),
    ("h(`div`, { class: `lv lv-${view}` })", []),
    ('context.font = "12px sans serif";', []),
])  # fmt: skip
def test_the_finder_finds(line: str, expected: list[str]) -> None:
    assert sentences(line) == expected
