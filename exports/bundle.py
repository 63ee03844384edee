"""The browser's half as it goes into one file: some modules of live/ with all that they import, in the order in which a
page can make them.

A page opened from disk has no addresses to import from, so each text names the others as "live:path", and the page puts
an address of its own in the place of each such name (live/single/start.js). The code is the app's own, read when a file
is made: only comments and indentation go. Knows the text of modules; knows no model and no page.
"""

import json
import posixpath
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from live.words.catalogue import catalogue
from ui.assets import live_files
from ui.server.modules import imports_of

MARK = "live:"
ENTRY, WORDS = "single/main.js", "words/en.json"
ENGINE = "engine/network.js"
# comments and indentation: what looks like a comment at the end of a line is one where no string can end behind it
_IDLE = re.compile(r"""(?<!\w)/\*.*?\*/|^[ \t]*//[^\n]*\n|[ \t]+//[^"'`\n]*$|^[ \t]+""", re.DOTALL | re.MULTILINE)
_ONLY = re.compile(r"^/\* only: ([\w ]+) \*/\n(.*?)^/\* end \*/\n", re.DOTALL | re.MULTILINE)  # rules of some views
_NAMED = re.compile(r'''((?:^|[\s;}([])(?:from|import)\s*\(?\s*)"(\.[^"]+)"''')
_BESIDE = re.compile(r'new URL\("(\.[^"]+)", import\.meta\.url\)')
_IMPORT_LINE = re.compile(r'^import ([^;]*?) from "([^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export ", re.MULTILINE)
_EXPORTED = re.compile(r"^export (?:async )?(?:function\*?|class|const) (\w+)", re.MULTILINE)
_KEY = re.compile(r"""["'`]([a-z_]+(?:\.[a-z0-9_]+)+)["'`]""")
_BEGUN = re.compile(r"`((?:[a-z_]+\.)+)\$\{")


def bundle(wanted: Collection[str], told: Mapping[str, Any], entry: str = ENTRY) -> dict[str, str]:
    """The texts of a page by path, each after those that it names. `told`: what the page is told; it names words too.

    `wanted`: modules that are imported only when they are needed, and so are in the file only if they are named here;
    each before those that name it. `entry`: the last, which starts them.
    """
    # the worker holds the engine too: one after the other, gzip writes it once
    sources = {path: _plain(path) for path in _in_order([ENGINE, *wanted, entry])}
    named = "".join(sources.values()) + json.dumps(told)
    beside = (_target(path, name) for path, text in sources.items() for name in _BESIDE.findall(text))
    workers = {path: _worker(path) for path in dict.fromkeys(beside) if path.endswith(".js")}
    parts = {WORDS: words_in(named), **workers, **sources}
    return {path: _marked(path, text, parts) for path, text in parts.items()}


def _in_order(paths: Collection[str]) -> Iterator[str]:
    """These modules and what they import, each after all that it imports."""
    done: set[str] = set()

    def visit(path: str) -> Iterator[str]:
        if path in done:
            return
        for other in imports_of(path):
            yield from visit(other)
        done.add(path)
        yield path

    for path in paths:
        yield from visit(path)


def plain_text(path: Path, views: Collection[str] | None = None) -> str:
    """A module or a sheet of styles without indentation and comments, but for those that hold a quotation mark.

    `views`: without the rules that are for others only; all rules where it is None.
    """

    def kept(found: re.Match[str]) -> str:
        return found[2] if views is None or set(found[1].split()) & set(views) else ""

    return _IDLE.sub("", _ONLY.sub(kept, path.read_text("utf-8")))


def _plain(path: str) -> str:
    return plain_text(live_files()[path])


def _worker(path: str) -> str:
    """A worker with all that it imports as one script: a page opened from disk can't start a worker of modules. Each
    module is a function of its own, for two may have a name in common.
    """
    return "const M = {};\n" + "".join(map(_as_function, _in_order([path])))


def _as_function(path: str) -> str:
    """A module as a function that is called at once, and whose exports lie in `M` under its path."""

    def taken(found: re.Match[str]) -> str:
        names = found[1].replace(" as ", ": ")
        return f'const {names} = M["{_target(path, found[2])}"];\n'

    text = _IMPORT_LINE.sub(taken, _plain(path))
    given = ", ".join(_EXPORTED.findall(text))
    return f'M["{path}"] = (() => {{\n{_EXPORT.sub("", text)}return {{ {given} }};\n}})();\n'


def _marked(path: str, text: str, parts: Collection[str]) -> str:
    """The text with its neighbours under their names; a view that is left out keeps a name that nobody asks for."""

    def name(relative: str) -> str:
        target = _target(path, relative)
        return f'"{MARK}{target}"' if target in parts else f'"{relative}"'

    text = _BESIDE.sub(lambda found: name(found[1]), text)
    return _NAMED.sub(lambda found: found[1] + name(found[2]), text)


def _target(path: str, relative: str) -> str:
    """What a module calls `relative`, by its path."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), relative))


def words_in(text: str) -> str:
    """The catalogue's entries that a text asks for by name or by the beginning of a name, as JSON; units and terms are
    asked for by the catalogue itself.
    """
    keys, begun = set(_KEY.findall(text)), ("unit.", "term.", *_BEGUN.findall(text))
    wanted = {key: entry for key, entry in catalogue("en").items() if key in keys or key.startswith(begun)}
    return json.dumps(wanted, ensure_ascii=False)
