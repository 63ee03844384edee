"""Check the claims: what published programs say, one claim at a time; its models are seen first, then one guesses.

Verdict and measurement are told after the guess. Guesses live in the session, the claim on screen in the link.
Knows Streamlit, claims and measurements; knows no other section of its page.
"""

from collections.abc import Callable
from typing import Literal

import streamlit as st

from live.words import refusal, t
from live.words.claims import measured, source_of
from models.errors import InputError, require
from published.claims import Claim
from published.verdicts import Judgement, Verdict
from ui import state
from ui.claims_data import Judged, images_measured, judged_claims, measurements
from ui.parts.programs import show_programs
from ui.text import for_html, for_markdown

COLOURS = {Verdict.HOLDS: "green", Verdict.IN_PART: "orange", Verdict.FAILS: "red", Verdict.TOO_CLOSE: "blue"}
RIGHT, WRONG, UNCOUNTED = "✓", "✗", "≈"
# how wide the pictures are against the guess, by how many there are
WIDTHS = {1: (1, 1), 2: (2, 1), 3: (5, 2)}
MANY = (3, 1)


def check_the_claims() -> str | None:
    """The section; returns the key of the claim on screen, None where nothing has been measured."""
    try:
        found = measurements()
    except InputError as error:
        st.info(t("compare.measure", reason=for_markdown(refusal(error))))
        return None
    claims = judged_claims(found.numbers())
    keys = list(claims)
    chosen = state.choose("claim", keys[0], _claim_of(keys))
    claim, judgement = claims[chosen]
    _compare(claim, judgement)
    _steps(claims, keys.index(chosen))
    st.caption(t("compare.about", images=images_measured(found)))
    if st.toggle(t("compare.answers")):
        for one, of_one in claims.values():
            _answered(one, of_one)
    return chosen


def _claim_of(keys: list[str]) -> Callable[[str], str]:
    """A parser that accepts the keys of claims."""

    def parse(text: str) -> str:
        require(text in keys, "link.no_claim", text=text[:40])
        return text

    return parse


def _guesses() -> dict[str, Verdict]:
    guesses: dict[str, Verdict] = st.session_state.setdefault("guesses", {})
    return guesses


def _compare(claim: Claim, judgement: Judgement | None) -> None:
    """One claim, large: its words, its models side by side, and beside them the guess or the answer."""
    _heading(claim, 2)
    seen, said = st.columns(WIDTHS.get(len(claim.models), MANY), gap="medium", vertical_alignment="center")
    with seen:
        show_programs(claim.models, claim.of_codes)
    with said:
        if judgement and claim.key not in _guesses():
            _ask(claim)
        else:
            _answer(claim, judgement)


def _heading(claim: Claim, level: int) -> None:
    said, source = for_html(t(f"claim.{claim.subject}")), for_html(source_of(claim.source, claim.data))
    st.html(f'<h{level} class="lp-claim">{said}</h{level}><p class="lp-source">{source}</p>')


def _ask(claim: Claim) -> None:
    st.markdown(f"**{t('compare.guess')}**")
    for verdict in Verdict:
        label, key = t(f"compare.verdict.{verdict}"), f"guess-{verdict}"
        st.button(label, key=key, width="stretch", on_click=_keep, args=(claim.key, verdict))


def _keep(key: str, guess: Verdict) -> None:
    _guesses()[key] = guess


def _answer(claim: Claim, judgement: Judgement | None) -> None:
    """The verdict, what was measured, and whether the guess was right."""
    if judgement is None:
        st.markdown(f":gray-badge[{t('compare.pending')}] {t('compare.pending.why')}")
        return
    badge = f":{COLOURS[judgement.verdict]}-badge[{t(f'compare.verdict.{judgement.verdict}')}]"
    guess = _guesses().get(claim.key)
    if guess:
        keys = {RIGHT: "compare.right", WRONG: "compare.wrong", UNCOUNTED: "compare.not_counted"}
        told = t(keys[_mark(guess, judgement)], guess=t(f"compare.verdict.{guess}"))
        st.markdown(f"**{for_markdown(told)}**")
    st.markdown(f"{badge} {for_markdown(measured(claim.subject, judgement.values))}")


def _mark(guess: Verdict, judgement: Judgement) -> str:
    if guess is judgement.verdict:
        return RIGHT
    return UNCOUNTED if judgement.verdict is Verdict.TOO_CLOSE else WRONG


def _marks(claims: Judged) -> dict[str, str]:
    """The mark of each claim that was guessed."""
    guesses = _guesses()
    return {
        key: _mark(guesses[key], judgement) for key, (_, judgement) in claims.items() if judgement and key in guesses
    }


def _steps(claims: Judged, at: int) -> None:
    """The way to every claim, with what was guessed so far."""
    keys, marks = list(claims), _marks(claims)

    def label(key: str) -> str:
        return f"{keys.index(key) + 1} {marks.get(key, '')}".strip()

    with st.container(horizontal=True, vertical_alignment="center", key="steps"):
        _step_to("compare.previous", keys, at - 1)
        st.pills(
            t("compare.claims"), keys, key="claim", format_func=label, required=True, label_visibility="collapsed",
            width="content",
        )  # fmt: skip
        _step_to("compare.next", keys, at + 1, inviting=keys[at] in _guesses())
        counted = [mark for mark in marks.values() if mark != UNCOUNTED]
        if counted:
            st.markdown(t("compare.score", right=counted.count(RIGHT), count=len(counted)), width="content")


def _step_to(words: str, keys: list[str], at: int, inviting: bool = False) -> None:
    there = 0 <= at < len(keys)
    kind: Literal["primary", "secondary"] = "primary" if inviting and there else "secondary"
    st.button(t(words), key=words, type=kind, disabled=not there, on_click=_go, args=(keys[at] if there else "",))


def _go(key: str) -> None:
    st.session_state["claim"] = key


def _answered(claim: Claim, judgement: Judgement | None) -> None:
    """One claim of the list of all answers."""
    with st.container(border=True):
        said, seen = st.columns([2, 3], gap="large", vertical_alignment="center")
        with said:
            _heading(claim, 3)
            _answer(claim, judgement)
        with seen:
            show_programs(claim.models, claim.of_codes)
