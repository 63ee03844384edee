"""The catalogue's Python half: the table of cases that node reads too, contexts that do not mix, the entries themselves."""

import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from live import words
from live.words import catalogue
from live.words.pseudo import pseudo

CASES = json.loads((Path(__file__).parents[1] / "cases" / "words.json").read_text())
HOW = {
    "number": words.number, "atMost": words.at_most, "percent": words.percent, "nats": words.nats,
    "duration": words.duration,
}  # fmt: skip


@pytest.fixture
def of_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    """The small catalogue of the table, in every language."""

    def small(locale: str) -> Any:
        return pseudo(CASES["catalogue"]) if locale.endswith(catalogue.PSEUDO) else CASES["catalogue"]

    monkeypatch.setattr(catalogue, "catalogue", small)


def choice(case: dict[str, Any]) -> dict[str, Any]:
    return {"locale": case.get("locale", "en"), "layer": case.get("layer", "simple")}


@pytest.mark.parametrize("case", CASES["texts"], ids=lambda case: case["text"])
@pytest.mark.usefixtures("of_cases")
def test_a_text_is_filled(case: dict[str, Any]) -> None:
    with words.using(**choice(case)):
        assert words.t(case["key"], **case.get("values", {})) == case["text"]


@pytest.mark.parametrize("case", CASES["errors"], ids=lambda case: case["says"])
@pytest.mark.usefixtures("of_cases")
def test_what_is_wrong_is_said_with_the_key(case: dict[str, Any]) -> None:
    with pytest.raises(words.WordsError, match="^" + re.escape(case["says"])):
        words.t(case["key"], **case.get("values", {}))


@pytest.mark.parametrize("case", CASES["numbers"], ids=lambda case: f"{case['how']} {case['value']}")
@pytest.mark.usefixtures("of_cases")
def test_a_number_is_written(case: dict[str, Any]) -> None:
    value = float(case["value"]) if isinstance(case["value"], str) else case["value"]
    with words.using(**choice(case)):
        assert HOW[case["how"]](value, *([case["digits"]] if "digits" in case else [])) == case["text"]


def test_each_thread_speaks_its_own_language() -> None:
    heard = {}
    words_are_set = threading.Barrier(2)

    def speak(layer: words.Layer) -> None:
        words.use(layer=layer)
        words_are_set.wait(10)
        heard[layer] = words.t("term.elbo")

    threads = [threading.Thread(target=speak, args=(layer,)) for layer in words.LAYERS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert heard == {"simple": "score (copy minus price)", "field": "ELBO"}
    assert words.t("term.elbo") == heard["simple"]


def texts(entry: Any) -> Iterator[str]:
    """Every text of an entry."""
    if isinstance(entry, str):
        yield entry
    else:
        for part in entry.values():
            yield from texts(part)


def forms(entry: Any) -> Iterator[Any]:
    """Every choice of an entry that has one: `{one, other}` or `{simple, field}`."""
    if not isinstance(entry, str):
        yield entry
        for part in entry.values():
            yield from forms(part)


def test_every_entry_is_well_formed() -> None:
    entries = catalogue.catalogue("en")
    for key, entry in entries.items():
        assert re.fullmatch(r"[a-z]+(\.[a-z0-9_-]+)+", key), key
        for form in forms(entry):
            assert set(form) in ({"one", "other"}, {"simple", "field"}), key
            placeholders = {frozenset(catalogue.PLACEHOLDER.findall(text)) - {("count", "int")} for text in texts(form)}
            assert len(placeholders) == 1 or set(form) == {"simple", "field"}, f"{key}: its forms take other values"
        for text in texts(entry):
            assert text.strip() == text != "", key
            assert not re.search(r"[{}]", catalogue.PLACEHOLDER.sub("", text)), key
            for name, form in catalogue.PLACEHOLDER.findall(text):
                assert form not in catalogue.TERM_FORMS or f"term.{name}" in entries, key
                assert re.fullmatch(r"|int|%|g|[.~]\d|[tT]erm", form), key
            assert not re.search(r"(^|[\s(])-\d", text), f"{key}: a minus sign is U+2212"


def test_no_key_stands_twice() -> None:
    keys: list[str] = []
    for name in catalogue.files("en"):
        text = (catalogue.FOLDER / name).read_text()
        json.loads(text, object_pairs_hook=lambda pairs: keys.extend(key for key, _ in pairs if "." in key))
    assert len(keys) == len(set(keys))


def test_every_term_has_two_layers_and_a_line() -> None:
    entries = catalogue.catalogue("en")
    terms = [key for key in entries if re.fullmatch(r"term\.\w+", key)]
    assert len(terms) == 12
    for key in terms:
        assert set(entries[key]) == {"simple", "field"}
        assert isinstance(entries[f"{key}.line"], str)


def test_a_term_is_a_piece_of_its_sentence(of_cases: None) -> None:
    del of_cases
    found = catalogue.pieces("priced", value=2)
    assert found == ["", ("kl", "Price of the code"), ": ", "2.0", " of the ", ("kl", "price of the code"), ""]


def test_the_pseudo_language_is_longer_and_keeps_its_placeholders() -> None:
    entries = catalogue.catalogue("en")
    for plain, made in zip(texts(entries), texts(catalogue.catalogue("en-x-pseudo")), strict=True):
        letters = len(catalogue.PLACEHOLDER.sub("", re.sub(r"<[^>]*>|`[^`]*`|\$[^$]*\$|\]\([^)]*\)", "", plain)))
        assert len(made) >= len(plain) + int(0.4 * letters)
        assert catalogue.PLACEHOLDER.findall(made) == catalogue.PLACEHOLDER.findall(plain)
        assert made.startswith("[")
        assert made.endswith("]")
