"""The part of a Markdown file between two marks, which a command writes or checks.

Knows text files; knows nothing of what stands between the marks.
"""

from pathlib import Path

from models.atomic import write_file
from models.errors import InputError, require

BEGIN, END = "<!-- table:begin -->", "<!-- table:end -->"


def replaced(text: str, content: str, source: str) -> str:
    """The text with `content` between the two marks; raises InputError unless each stands there once, in order."""
    require(
        text.count(BEGIN) == text.count(END) == 1 and text.index(BEGIN) < text.index(END),
        "text.marks",
        file=source,
        begin=BEGIN,
        end=END,
    )
    head, rest = text.split(BEGIN)
    return f"{head}{BEGIN}\n{content}{END}{rest.split(END)[1]}"


def write(path: Path, content: str) -> None:
    """Puts the content between the marks of a file, whole or not at all; raises InputError."""
    text = replaced(_read(path), content, str(path))
    try:
        write_file(path, text.encode())
    except OSError as error:
        raise InputError("text.unwritable", file=str(path), problem=error.strerror) from None


def is_current(path: Path, content: str) -> bool:
    """Whether the content stands between the marks of a file; raises InputError."""
    before = _read(path)
    return replaced(before, content, str(path)) == before


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except OSError as error:
        raise InputError("text.unreadable", file=str(path), problem=error.strerror) from None
    except UnicodeDecodeError:
        raise InputError("text.no_utf8", file=str(path)) from None
