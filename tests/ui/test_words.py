"""Nobody writes a sentence into code: what a person reads comes from the catalogue, and every key of it is known."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from live.words.catalogue import catalogue
from models.families import FAMILIES
from models.objectives import OBJECTIVES
from ui.page_table import PAGES

ROOT = Path(__file__).parents[2]
ROOMS = ("pages", "ui", "live")
ASKING = (*ROOMS, "exports", "training", "analysis", "published")  # of which the programs ask, see test_boundaries.py
ASKS = r"\b(?:t|pieces|terms|with_terms|in_layers|inLayers)"  # for a text of the catalogue
# what these calls say is for programs
FOR_PROGRAMS = {"WordsError", "MissingValueError", "PlainTextResponse", "close", "warning", "exception"}
# what is shown by st.name("…")
SHOWS = {"button", "caption", "checkbox", "download_button", "error", "expander", "file_uploader", "header", "info", "latex",
         "markdown", "number_input", "page_link", "popover", "segmented_control", "selectbox", "slider", "spinner", "success",
         "tabs", "text_input", "title", "toggle", "warning", "write"}  # fmt: skip
SHOWN_BY_NAME = {"label", "help", "placeholder", "page_title"}
WRITES_PYTHON = {"live/numbers/snippet.py"}  # its texts are lines of a program, in the language of programs
NOT_YET = {"curve.legend"}  # Film and Train are still to ask for it
# file, the beginning of the text, why it is no sentence of ours
ALLOWED = {
    ("ui/server/preload.py", "rel=preload; as=fetch; crossorigin"): "a header",
    ("ui/answers.py", "public, max-age="): "a header",
    ("ui/visitors.py", "{}={}; Max-Age="): "a header",
    ("ui/server/shell.py", "window.__streamlit = "): "JavaScript",
    ("ui/live_view.py", "export default function"): "JavaScript",
    ("ui/parts/own_data.py", ".st-key-data ["): "a selector",
}


def literals(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and text of every string that is no docstring; what is filled into an f-string is `{}`."""
    skipped = set(_not_read(tree)) | set(_for_programs(tree))
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.JoinedStr):
            skipped |= {id(part) for part in node.values}
            parts = [str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values]
            yield node.lineno, "".join(parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def _not_read(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Constant(value=str()) as text):
                yield id(text)
            case ast.Subscript(slice=part):  # the shape in a type: Float[Tensor, "batch latent"]
                yield from (id(text) for text in ast.walk(part))


def _for_programs(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in FOR_PROGRAMS:
            if isinstance(node.func, ast.Attribute) and _name(node.func.value) == "st":
                continue
            yield from (id(part) for argument in node.args for part in ast.walk(argument))


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def is_sentence(text: str) -> bool:
    """Whether it has two words with a space between, once tags and formulas are gone."""
    left = re.sub(r"<[^>]*>?|[\w-]+=\"[^\"]*\"?|\$[^$]*\$|\{\}", " ", text)
    return re.search(r"[A-Za-z]{2,}[,;:.]? +(\S+ +)*[A-Za-z]{2,}", left) is not None


def sentences(source: str, file: str) -> list[str]:
    """Each sentence, and each word that Streamlit shows, that is written into this file."""
    tree = ast.parse(source)
    found = [
        f"{file}:{line}: {text[:60]!r}"
        for line, text in literals(tree)
        if is_sentence(text) and not any(file == where and text.strip().startswith(start) for where, start in ALLOWED)
    ]
    return found + [f"{file}:{line}: {text[:60]!r}" for line, text in _shown(tree)]


def _shown(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        shows = isinstance(node.func, ast.Attribute) and _name(node.func.value) == "st" and node.func.attr in SHOWS
        arguments = node.args[:1] if shows else []
        arguments += [keyword.value for keyword in node.keywords if keyword.arg in SHOWN_BY_NAME]
        for argument in arguments:
            is_text = isinstance(argument, ast.Constant) and isinstance(argument.value, str)
            if is_text and re.search("[A-Za-z]", argument.value) and not argument.value.endswith(".py"):
                yield node.lineno, argument.value


def files() -> list[str]:
    found = [path.relative_to(ROOT).as_posix() for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
    assert set(found) >= WRITES_PYTHON
    return [file for file in found if file not in WRITES_PYTHON]


@pytest.mark.parametrize("file", files())
def test_no_sentence_is_written_into_code(file: str) -> None:
    assert sentences((ROOT / file).read_text(), file) == []


@pytest.mark.parametrize("line", [
    'st.button("Train")', 'st.caption("Trainings to watch")', 'HINT = "Choose a model, then watch."', 'x = f"{n} images per step"',
    'st.warning(f"Nothing can be trained here: {why}")', 'st.page_link("map.py", label="Open")', 'st.html("<p>See the map</p>")',
    'lines.append("ELBO and KL: not defined")', 'require(x, "z must be finite.")', 'raise InputError(f"{name} is gone")',
])  # fmt: skip
def test_a_planted_sentence_is_found(line: str) -> None:
    assert len(sentences(line, "pages/planted.py")) >= 1


@pytest.mark.parametrize("line", [
    '"""What comes out."""', 'st.button(t("train.start"))', 'require(x, "codes.not_finite")', 'st.markdown(f"${formula}$")',
    'st.html(f\'<a class="lp-card picture" href="{url}">{text}</a>\')', 'st.page_link("map.py", label=t("a.b"))',
])  # fmt: skip
def test_what_is_no_sentence_of_ours_is_left(line: str) -> None:
    assert sentences(line, "pages/planted.py") == []


def test_what_is_allowed_is_still_there() -> None:
    for file, start in ALLOWED:
        assert any(text.strip().startswith(start) for _, text in literals(ast.parse((ROOT / file).read_text()))), (
            file,
            start,
        )


def sources() -> str:
    """The code of every file that may ask for a text, the catalogue's own halves left out."""
    paths = [path for room in ASKING for end in ("py", "js") for path in (ROOT / room).rglob(f"*.{end}")]
    return "\n".join(path.read_text() for path in paths if path.parent.name != "words")


def test_every_key_that_is_asked_for_is_in_the_catalogue() -> None:
    asked = set(re.findall(rf"""{ASKS}\(\s*["']([^"']+)["']""", sources()))
    assert len(asked) > 60
    assert asked - set(catalogue("en")) == set()


@pytest.mark.parametrize("name", FAMILIES)
def test_every_family_has_its_words(name: str) -> None:
    assert {f"kind.{name}", f"kind.{name}.line", f"explained.{name}"} <= set(catalogue("en"))


@pytest.mark.parametrize("name", OBJECTIVES)
def test_every_objective_has_its_words(name: str) -> None:
    assert f"train.maximises.{name.replace('-', '_')}" in catalogue("en")


def test_every_key_of_the_catalogue_is_asked_for() -> None:
    """Units are asked for by the catalogue itself; `tests/live/test_refusals.py` asks for refusals and reasons."""
    text = sources()
    begun = tuple(re.findall(rf"""{ASKS}\([f`]["']?([a-z_.]+\.)\$?\{{""", text))
    quoted = set(re.findall(r"""["'`]([a-z_]+(?:\.[a-z0-9_]+)+)["'`]""", text))
    pages = {key for page in PAGES.values() for key in (page.title, page.hint)}
    unused = [
        key
        for key in catalogue("en")
        if key not in quoted | pages | NOT_YET and not key.startswith(("unit.", "refusal.", "reason.", *begun))
    ]
    assert unused == []
