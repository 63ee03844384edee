"""Which files of the browser's half a module imports, and so the page fetches with it, one after the other.

Reads `import … from "./x.js"` in live/; what is imported only when it is wanted, `import("./x.js")`, is not among them.
Knows the files; knows no page and no browser.
"""

import functools
import posixpath
import re

from ui.assets import live_files

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_IMPORT = re.compile(r"^\s*(?:import|export)\b[^\"';]*?\bfrom\s+\"(\.[^\"]+)\"", re.MULTILINE)


@functools.cache
def imported_by(*names: str) -> tuple[str, ...]:
    """The modules of these names, and all that they import, directly or not, each once; by their paths in live/."""
    found: dict[str, None] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = None
            waiting += imports_of(name)
    return tuple(found)


def imports_of(name: str) -> list[str]:
    """The modules that this one imports at once, by their paths in live/."""
    text = _COMMENT.sub("", live_files()[name].read_text("utf-8"))
    return [posixpath.normpath(posixpath.join(posixpath.dirname(name), other)) for other in _IMPORT.findall(text)]
