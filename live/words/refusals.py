"""What a person reads of a refusal or a job's reason: the catalogue's `refusal.CODE` or `reason.CODE`, with its values.

Knows what a reason is; knows no room that gives one.
"""

import logging
import math
from typing import Any

from live.words.catalogue import WordsError, has, t
from models.errors import InputError, Reason

BEYOND = 1e21  # a number of that size says nothing, and may have any length
_log = logging.getLogger(__name__)


def refusal(error: InputError | Reason) -> str:
    """The sentence of an error in the reader's language; its code and values where there is none."""
    return _sentence(error.reason if isinstance(error, InputError) else error, "refusal")


def job_reason(reason: Reason) -> str:
    """Why a job has its status, or what was done about a trouble; of one that was refused, the refusal."""
    if "epochs" in reason.values:  # as an older journal counts them
        reason = Reason(reason.code, {"count": reason.values["epochs"], **reason.values})
    return _sentence(reason, "reason" if has(f"reason.{reason.code}") else "refusal")


def sentence(reason: Reason, kind: str = "refusal") -> str:
    """The sentence; raises WordsError where there is none for this code with these values."""
    return t(f"{kind}.{reason.code}", **{name: _read(value) for name, value in reason.values.items()})


def _sentence(reason: Reason, kind: str) -> str:
    try:
        return sentence(reason, kind)
    except WordsError as error:  # the journal of another version may know it
        _log.warning("%s", error)
        return str(reason)


def _read(value: Any) -> Any:
    match value:
        case Reason():
            return job_reason(value)
        case str():
            return _printable(value)
        case int() | float() if not -BEYOND < value < BEYOND:
            return math.inf
        case list() | tuple() if value and all(isinstance(part, Reason) for part in value):
            return " ".join(refusal(part) for part in value)
        case list() | tuple():
            return ", ".join(_printable(str(part)) for part in value) or t("unit.none")
    return value


def _printable(text: str) -> str:
    """The text with what nobody sees, and what moves a terminal's cursor, spelled out."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
