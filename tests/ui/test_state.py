"""What a link may say: parsers accept what they should and refuse the rest with a sentence; state comes back."""

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from live.words import refusal
from models.errors import InputError, Reason
from ui.state import model_of, number_between, numbers, one_of, several, share

NOT_NUMBERS = ["", " ", "x", "nan", "NaN", "-nan", "inf", "-inf", "infinity", "1e400", "-1e400", "1e9999", "1_0", "0x10",
               "١", "²", "½", "१.५", "１", "1\u00a0", " 1", "1 ", "1\n", "\x00", "1;2", "--1", "1e", "e1", ".", "-",
               "\ud800", "1" * 5000, "9" * 400]  # fmt: skip
MAX_SENTENCE = 400


def refused(parse: Callable[[str], Any], text: str) -> str:
    """The sentence with which the text is refused; it shows only the beginning of a long text."""
    with pytest.raises(InputError) as caught:
        parse(text)
    sentence = refusal(caught.value)
    assert sentence.startswith("The link ")
    assert len(sentence) < MAX_SENTENCE
    assert caught.value.reason.values["text"][:20] == text[:20]
    return sentence


class TestOneOf:
    parse = staticmethod(one_of(["lerp", "slerp"], "the path"))

    @pytest.mark.parametrize("text", ["lerp", "slerp"])
    def test_accepts_the_options(self, text: str) -> None:
        assert self.parse(text) == text

    @pytest.mark.parametrize("text", ["", "LERP", "lerp ", "ler", "lerp,slerp", "x" * 10_000, "<b>", "\u202elerp"])
    def test_refuses_the_rest(self, text: str) -> None:
        sentence = refused(self.parse, text)
        assert "the path" in sentence
        assert "lerp, slerp" in sentence

    def test_sentence_lists_at_most_twelve_options(self) -> None:
        sentence = refused(one_of([f"model-{i}" for i in range(500)], "the model"), "gone")
        assert "model-11" in sentence
        assert "model-12" not in sentence


class TestModelOf:
    TITLES = {f"mnist-vae-{i}": f"VAE on MNIST, {i} latents" for i in range(30)} | {"fashion": "Fashion VAE"}
    parse = staticmethod(model_of(TITLES))

    def test_accepts_the_name_of_a_model(self) -> None:
        assert self.parse("fashion") == "fashion"

    @pytest.mark.parametrize("text", ["nosuch", "", "x" * 10_000, "\udcff"])
    def test_a_name_like_no_other_is_answered_without_a_list(self, text: str) -> None:
        with pytest.raises(InputError) as caught:
            self.parse(text)
        assert caught.value.reason == Reason("link.no_model", {"text": text[:40]})

    @pytest.mark.parametrize(("text", "near"), [("mnist-va-7", 3), ("fashionn", 1)])
    def test_at_most_three_titles_are_given_and_no_name(self, text: str, near: int) -> None:
        with pytest.raises(InputError) as caught:
            self.parse(text)
        listed = refusal(caught.value).partition("Near that name: ")[2].removesuffix(".").split("; ")
        assert len(listed) == near and set(listed) <= set(self.TITLES.values())


class TestNumberBetween:
    parse = staticmethod(number_between(0, 9, "the class"))

    @pytest.mark.parametrize(("text", "value"), [("0", 0), ("9", 9), ("5", 5), ("007", 7), ("-0", 0)])
    def test_accepts_whole_numbers_in_range(self, text: str, value: int) -> None:
        assert self.parse(text) == value

    @pytest.mark.parametrize("text", [*NOT_NUMBERS, "-1", "10", "1.0", "1e0", "+1", "1,2", "99999999999"])
    def test_refuses_the_rest(self, text: str) -> None:
        assert "it is 0 to 9" in refused(self.parse, text)

    def test_negative_ranges(self) -> None:
        assert number_between(-5, -1, "it")("-5") == -5
        refused(number_between(-5, -1, "it"), "0")


class TestNumbers:
    parse = staticmethod(numbers(2, 100.0, "the point"))

    @pytest.mark.parametrize(
        ("text", "values"),
        [("0,0", (0, 0)), ("0.42,-1.3", (0.42, -1.3)), ("100,-100", (100, -100)), ("1e2,1E-3", (100, 0.001)),
         ("+1,.5", (1, 0.5)), ("1.,-0", (1, 0))],
    )  # fmt: skip
    def test_accepts_as_many_numbers_as_there_are_latents(self, text: str, values: tuple[float, ...]) -> None:
        assert self.parse(text) == pytest.approx(values)

    @pytest.mark.parametrize(
        "text", ["", "1", "1,2,3", "1,", ",1", ",", "1,,2", "1;2", "100.1,0", "0,-1e3", "1,2" + " " * 4000]
    )
    def test_refuses_other_counts_and_numbers_out_of_range(self, text: str) -> None:
        assert "2 numbers up to ±100" in refused(self.parse, text)

    @pytest.mark.parametrize("part", NOT_NUMBERS)
    @pytest.mark.parametrize("place", ["{},0", "0,{}"])
    def test_refuses_what_is_no_number(self, part: str, place: str) -> None:
        refused(self.parse, place.format(part))

    def test_128_latents_as_the_browser_writes_them_are_not_too_long(self) -> None:
        text = ",".join(["-99.999"] * 128)
        assert numbers(128, 100.0, "the point")(text) == (-99.999,) * 128


class TestSeveral:
    parse = staticmethod(several(10, "the class"))

    @pytest.mark.parametrize(
        ("text", "values"), [("0", (0,)), ("3,1,9", (3, 1, 9)), ("0,1,2,3,4,5,6,7,8,9", tuple(range(10)))]
    )
    def test_accepts_each_number_once(self, text: str, values: tuple[int, ...]) -> None:
        assert self.parse(text) == values

    @pytest.mark.parametrize(
        "text", [*NOT_NUMBERS, "10", "-1", "1,1", "1,01", "1,", ",1", "1,,2", "1.0", ",".join("01" * 300)]
    )
    def test_refuses_the_rest(self, text: str) -> None:
        assert "it is 0 to 9" in refused(self.parse, text)

    def test_64_classes_are_not_too_long(self) -> None:
        assert several(64, "the class")(",".join(str(i) for i in range(64))) == tuple(range(64))


class TestShare:
    @pytest.mark.parametrize(("text", "value"), [("0", 0), ("1", 1), ("0.25", 0.25), ("1e-3", 0.001)])
    def test_accepts_0_to_1(self, text: str, value: float) -> None:
        assert share(text) == value

    @pytest.mark.parametrize("text", [*NOT_NUMBERS, "-0.1", "1.1", "0,1", "50%"])
    def test_refuses_the_rest(self, text: str) -> None:
        assert "the share" in refused(share, text)


def script() -> None:
    """A page with one picker and one value without a widget."""
    import streamlit as st

    from ui import state

    number = state.choose("number", 3, state.number_between(0, 9, "the number"))
    st.selectbox("Number", list(range(10)), key="number")
    word = state.read("word", "a", state.one_of(["a", "b"], "the word"), of="m")
    for text in state.take_notices():
        st.warning(text)
    st.text(f"{number} {word}")
    if st.button("forget"):
        state.forget({"word"}, of="m")
        word = None
    state.record(
        {"model": "m", "number": number, "word": word, "pair": (1.23456789, 2), "none": None, "yes": True}, of="m"
    )


def page(**query: str) -> AppTest:
    test = AppTest.from_function(script, default_timeout=10)
    test.query_params.update(query)
    return test.run()


def query(test: AppTest) -> dict[str, str]:
    """The address bar: one value a name."""
    return {name: value[0] if isinstance(value, list) else value for name, value in test.query_params.items()}


def test_without_a_link_the_defaults_are_shown_and_recorded() -> None:
    test = page()
    assert test.text[0].value == "3 a"
    assert query(test) == {"model": "m", "number": "3", "word": "a", "pair": "1.235,2", "yes": "1"}


def test_the_link_wins_over_the_defaults() -> None:
    test = page(number="7", word="b", model="m", stranger="x")
    assert test.text[0].value == "7 b"
    assert not test.warning
    assert "stranger" not in query(test)


def test_what_the_link_asks_in_vain_becomes_a_notice_shown_once() -> None:
    test = page(number="70", word="c", model="m")
    assert test.text[0].value == "3 a"
    assert [w.value for w in test.warning] == [
        "The link asks for the number “70”; it is 0 to 9.", "The link asks for the word “c”; there is a, b."
    ]  # fmt: skip
    assert not test.run().warning


def test_a_link_about_another_model_says_nothing_about_this_one() -> None:
    assert page(word="b", model="other").text[0].value == "3 a"


def test_a_link_that_names_no_model_speaks_of_the_one_that_is_shown() -> None:
    assert page(word="b").text[0].value == "3 b"


def test_the_picker_wins_over_the_link_once_it_is_there() -> None:
    test = page(number="7")
    test.selectbox[0].select(5).run()
    assert test.text[0].value == "5 a"
    assert query(test)["number"] == "5"


def test_what_the_session_remembers_fills_in_where_the_link_is_silent() -> None:
    test = page(word="b", model="m")
    test.query_params.clear()
    assert test.run().text[0].value == "3 b"


def test_what_is_forgotten_is_gone() -> None:
    test = page(word="b", model="m")
    test.button[0].click().run()
    test.query_params.clear()
    assert test.run().text[0].value == "3 a"


def entered() -> None:
    """A page that is entered, says something in the present layer of words, and records."""
    import streamlit as st

    from live.words import t
    from ui import state
    from ui.page_table import PAGES

    state.enter(PAGES["train"])
    st.text(t("library.picture", title="it"))
    for text in state.take_notices():
        st.warning(text)
    for name, text in state.sticky().items():
        st.caption(f"{name} {text}")
    state.record({"data": "digits"})


def enter(**query: str) -> AppTest:
    test = AppTest.from_function(entered, default_timeout=10)
    test.query_params.update(query)
    return test.run()


STICKY = {"words": "field", "present": "1", "hide": "nearest,pair"}


class TestWhatGoesAlong:
    def test_it_stays_in_the_link_with_what_the_page_records(self) -> None:
        test = enter(**STICKY, stranger="x")
        assert query(test) == {"data": "digits"} | STICKY
        assert [caption.value for caption in test.caption] == [f"{name} {text}" for name, text in STICKY.items()]
        assert query(test.run()) == {"data": "digits"} | STICKY
        assert not test.warning

    def test_the_link_chooses_the_layer_of_words(self) -> None:
        simple, field = ("What it can draw", "Decoded grid of it")
        assert [enter(**asked).text[0].value for asked in ({}, {"words": "simple"}, {"words": "field"})] == [
            simple, simple, field,
        ]  # fmt: skip
        test = enter(words="field")
        del test.query_params["words"]
        assert test.run().text[0].value == simple

    @pytest.mark.parametrize(
        ("name", "text"),
        [("words", "klingon"), ("words", ""), ("present", "yes"), ("hide", "3"), ("hide", "a,,b"), ("hide", "A b"),
         ("hide", "<b>"), ("hide", "a" * 21), ("hide", ",".join("ab" * 20))],
    )  # fmt: skip
    def test_what_makes_no_sense_is_told_once_and_left_out(self, name: str, text: str) -> None:
        test = enter(**STICKY | {name: text})
        assert len(test.warning) == 1
        assert f"“{text[:40]}”" in test.warning[0].value
        assert len(test.warning[0].value) < MAX_SENTENCE
        assert query(test) == {"data": "digits"} | {kept: STICKY[kept] for kept in STICKY if kept != name}
        assert not test.run().warning

    def test_an_older_name_becomes_the_new_one(self) -> None:
        assert query(enter(set="digits", words="field")) == {"data": "digits", "words": "field"}


@pytest.mark.parametrize("lesson", ["holes", "own-abcdefgh", "1.aB-_9"])
def test_a_lesson_is_one_that_ships_or_the_browsers_own_affair(lesson: str) -> None:
    test = enter(lesson=lesson)
    assert [caption.value for caption in test.caption] == [f"lesson {lesson}"]
    assert not test.warning


@pytest.mark.parametrize("lesson", ["Holes", "own-", "1.a+b", "<b>", "1." + "a" * 2001])
def test_a_lesson_that_is_none_is_said(lesson: str) -> None:
    test = enter(lesson=lesson)
    assert not test.caption
    assert len(test.warning) == 1
