"""A language made by code, 40 % longer than the one it is made from: what it breaks, a translation would break.

`words.js` makes the same. Knows no numbers and no page.
"""

import re
from collections.abc import Mapping
from typing import Any

LONGER = 0.4
# what stays as it is: a placeholder, a tag, code and formulas, the address of a link
_KEPT = re.compile(r"(\{[^}]*\}|<[^>]*>|`[^`]*`|\$[^$]*\$|\]\([^)]*\))")
_ACCENTED = str.maketrans("aceinouyACEINOUY", "áçéíñöüýÁÇÉÍÑÖÜÝ")


def pseudo(entries: Mapping[str, Any]) -> dict[str, Any]:
    """The entries with every text lengthened, accented and in brackets; placeholders stay."""
    return {key: _made(entry) for key, entry in entries.items()}


def _made(entry: Any) -> Any:
    return _text(entry) if isinstance(entry, str) else pseudo(entry)


def _text(text: str) -> str:
    made, owed = [], 0.0
    for number, part in enumerate(_KEPT.split(text)):
        if number % 2:
            made.append(part)
            continue
        for letter in part:
            owed += LONGER
            made.append(letter.translate(_ACCENTED))
            if owed >= 1 and letter.isascii() and letter.isalpha():  # a word grows by doubled letters, and still breaks
                made.append(made[-1])
                owed -= 1
    return f"[{''.join(made)}{'~' * int(owed)}]"
