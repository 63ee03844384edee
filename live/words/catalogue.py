"""Every sentence that a person reads, by key, and how numbers are written; `words.js` is its equal in the page.

An entry of the catalogue is a text, `{"one": …, "other": …}` chosen by the placeholder `count`, or
`{"simple": …, "field": …}` with either of the two in each layer. A text holds `{name}`, a string as it is;
`{count:int}`, a whole number with grouping; `{value:.1}`, one decimal; `{value:~2}`, at most two; `{share:%}`, a
percentage without decimals; `{rate:g}`, at most six significant digits; `{kl:term}`, the word of the glossary's
`term.kl`, and `{kl:Term}` where it begins a sentence. `tests/cases/words.json` holds both halves to the same.

`en.json` is for both halves. `en.reasons.json` has what Python alone says: refusals, the reasons of jobs, claims and
what tables of lower rooms leave to words. The page need not load it. Knows no page.
"""

import datetime
import decimal
import functools
import json
import math
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Literal, NamedTuple

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

from live.words.pseudo import pseudo

Layer = Literal["simple", "field"]
Entry = str | Mapping[str, Any]
FOLDER = Path(__file__).parent
LAYERS: tuple[Layer, ...] = ("simple", "field")
PLACEHOLDER = re.compile(r"\{(\w+)(?::([^}]*))?\}")
TERM_FORMS = ("term", "Term")
UNDEFINED = "—"  # what stands where a number is not defined
MINUS, PSEUDO = "−", "-x-pseudo"
_EXACT = decimal.Context(prec=400, rounding=decimal.ROUND_HALF_UP)  # as Intl.NumberFormat rounds
_SIX = decimal.Context(prec=6, rounding=decimal.ROUND_HALF_UP)


class WordsError(Exception):
    """The code asks for what the catalogue does not have, or gives a text not what it needs; names the key."""


class MissingValueError(WordsError):
    """A text needs the value `name`, which was not given."""

    def __init__(self, message: str, name: str) -> None:
        super().__init__(message)
        self.name = name


HOME = os.environ.get("LATENT_LANGUAGE") or "en"  # the language that this server speaks


class Choice(NamedTuple):
    """The language and the layer of the present context."""

    locale: str = HOME
    layer: Layer = "simple"


class Term(NamedTuple):
    """A word of the glossary inside a text: its name, `kl`, and the word."""

    name: str
    word: str


# a context of its own in each thread, so that the sessions of a server do not mix
_present: ContextVar[Choice] = ContextVar("words", default=Choice())  # noqa: B039


def use(locale: str = HOME, layer: Layer = "simple") -> None:
    """Sets what this thread or task speaks from now on."""
    _present.set(Choice(locale, layer))


def spoken() -> dict[str, str]:
    """The language and the layer of this thread, for the page."""
    return _present.get()._asdict()


@contextmanager
def using(locale: str = HOME, layer: Layer = "simple") -> Iterator[None]:
    """Speaks so within a block."""
    before = _present.set(Choice(locale, layer))
    try:
        yield
    finally:
        _present.reset(before)


@functools.cache
def catalogue(locale: str) -> Mapping[str, Entry]:
    """The entries of a language, read once; of the pseudo-language `en-x-pseudo`, made from English."""
    if locale.endswith(PSEUDO):
        made: Mapping[str, Entry] = pseudo(catalogue(_base(locale)))
        return made
    read = [json.loads((FOLDER / name).read_text(encoding="utf-8")) for name in files(locale)]
    entries: dict[str, Entry] = {key: entry for part in read for key, entry in part.items()}
    return entries


def files(locale: str) -> tuple[str, str]:
    """The two files of a language."""
    return f"{locale}.json", f"{locale}.reasons.json"


def has(key: str) -> bool:
    """Whether the present language has an entry."""
    return key in catalogue(_present.get().locale)


def t(key: str, **values: object) -> str:
    """The text of a key in the present language and layer, with its placeholders filled.

    Raises WordsError, naming the key, where there is no such entry, a value is missing, or one is of the wrong type.
    """
    return "".join(piece.word if isinstance(piece, Term) else piece for piece in pieces(key, **values))


def pieces(key: str, **values: object) -> list[str | Term]:
    """The text of a key as `t` gives it, in pieces, so that a page can explain the terms among them."""
    entries = catalogue(_present.get().locale)
    if key not in entries:
        raise WordsError(f"{key}: there is no such entry in the catalogue")
    parts = PLACEHOLDER.split(_chosen(entries[key], values, key))  # text, name, form, text, name, form, … text
    found: list[str | Term] = [parts[0]]
    for name, form, text in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        found += [_term(name, form) if form in TERM_FORMS else _written(name, form, values, key), text]
    return found


def in_layers(key: str) -> dict[Layer, str]:
    """The text of a key in each layer."""
    found: dict[Layer, str] = {}
    for layer in LAYERS:
        with using(_present.get().locale, layer):
            found[layer] = t(key)
    return found


def _term(name: str, form: str) -> Term:
    word = t(f"term.{name}")
    return Term(name, word[:1].upper() + word[1:] if form == "Term" else word)


def _chosen(entry: Entry, values: Mapping[str, object], key: str) -> str:
    """The text of an entry in the present layer and plural form."""
    if not isinstance(entry, str) and "simple" in entry:
        entry = entry[_present.get().layer]
    if not isinstance(entry, str):
        entry = entry.get(_plural(_number_of(values, "count", key)), entry["other"])
    return str(entry)


def number(value: float | None, digits: int = 0) -> str:
    """A number with exactly `digits` decimals, grouped; the minus is U+2212, and nothing is `−0`."""
    return _signed(value, digits, "0" * digits)


def at_most(value: float | None, digits: int) -> str:
    """A number with at most `digits` decimals."""
    return _signed(value, digits, "#" * digits)


def significant(value: float | None) -> str:
    """A number with at most six significant digits."""
    if value is None or not math.isfinite(value):
        return UNDEFINED
    return at_most(float(_SIX.create_decimal(repr(float(value)))), 15)


def percent(share: float | None) -> str:
    """A share of 1 as a percentage without decimals."""
    if share is None or not math.isfinite(share):
        return UNDEFINED
    return _minus(share, lambda size, locale: str(format_percent(size, locale=locale)))


def nats(value: float | None) -> str:
    """A number of nats with one decimal, or a dash where it is not defined."""
    return UNDEFINED if value is None or not math.isfinite(value) else t("unit.nats", value=value)


def duration(seconds: float | None) -> str:
    """`48 s`, `3 min 20 s` or `2 h 5 min`."""
    if seconds is None or not math.isfinite(seconds):
        return UNDEFINED
    whole = math.floor(seconds + 0.5)
    if whole < 60:
        return t("unit.seconds", seconds=whole)
    if whole < 3600:
        return t("unit.minutes", minutes=whole // 60, seconds=whole % 60)
    return t("unit.hours", hours=whole // 3600, minutes=whole % 3600 // 60)


def day(date: datetime.date) -> str:
    """A day as `November 21, 2026`."""
    return str(format_date(date, "long", locale=Locale.parse(_base(_present.get().locale), sep="-")))


def _written(name: str, form: str | None, values: Mapping[str, object], key: str) -> str:
    if form is None:
        value = _value_of(values, name, key)
        if not isinstance(value, str):
            raise WordsError(f"{key}: {name} must be a text, it is {value!r}")
        return value
    value = _number_of(values, name, key)
    if form == "int":
        return number(value)
    if form == "%":
        return percent(value)
    if form == "g":
        return significant(value)
    if re.fullmatch(r"[.~]\d", form):
        return number(value, int(form[1])) if form[0] == "." else at_most(value, int(form[1]))
    raise WordsError(f"{key}: there is no form {form!r} of a number")


def _value_of(values: Mapping[str, object], name: str, key: str) -> object:
    if name not in values:
        raise MissingValueError(f"{key}: the placeholder {name} has no value", name)
    return values[name]


def _number_of(values: Mapping[str, object], name: str, key: str) -> float | None:
    value = _value_of(values, name, key)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise WordsError(f"{key}: {name} must be a number, it is {value!r}")
    return value


def _plural(count: float | None) -> str:
    if count is None or not math.isfinite(count):
        return "other"
    whole = abs(int(count) if count == int(count) else count)  # 1.0 is one, as in the page
    return str(Locale.parse(_base(_present.get().locale), sep="-").plural_form(whole))


def _signed(value: float | None, digits: int, decimals: str) -> str:
    if value is None or not math.isfinite(value):
        return UNDEFINED
    pattern = f"#,##0.{decimals}" if digits else "#,##0"
    return _minus(value, lambda size, locale: str(format_decimal(size, format=pattern, locale=locale)))


def _minus(value: float, write: Any) -> str:
    """Writes the size and sets the sign before it, unless it is written as 0 is."""
    locale = Locale.parse(_base(_present.get().locale), sep="-")
    with decimal.localcontext(_EXACT):
        text, zero = (str(write(decimal.Decimal(repr(size)), locale)) for size in (abs(float(value)), 0.0))
    return MINUS + text if value < 0 and text != zero else text


def _base(locale: str) -> str:
    return locale.removesuffix(PSEUDO)
