"""Compare: one claim at a time, its models before the guess, its verdict after it, and where something is missing."""

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from analysis.measurement import Measurement
from live.words import LAYERS, in_layers, t, using
from live.words import claims as words_of_claims
from models.checkpoint import Checkpoint
from published.claims import CLAIMS, Claim, judged
from published.measured import FILE, MeasuredFile, ProgramMeasurements, save_measured
from published.programs import PROGRAMS
from tests.pages.conftest import Screen

KEYS = (
    "elbo", "bound", "kl", "kl_1", "kl_2", "centre", "spread", "mmd", "coverage", "silhouette", "knn_accuracy", "morph_jump", "sharpness",
    "sharpness_of_test",
)  # fmt: skip
Open = Callable[..., Screen]
Keep = Callable[..., Checkpoint]


ROWS = tuple(Measurement(key, key, 0.9, None, "", "") for key in KEYS)


def write_measured(folder: Path, *names: str) -> None:
    """The same numbers for each of the programs, as `python -m published reproduce` would leave them."""
    save_measured(folder / FILE, MeasuredFile(tuple(ProgramMeasurements(name, 500, 2000, ROWS) for name in names)))


NUMBERS = MeasuredFile(tuple(ProgramMeasurements(name, 500, 2000, ROWS) for name in PROGRAMS)).numbers()
GUESSES = ("Confirmed", "Confirmed in part", "Not confirmed", "Too close to tell")


@pytest.fixture
def measured(checkpoint_folder: Path) -> None:
    write_measured(checkpoint_folder, *PROGRAMS)


def verdict_of(claim: Claim) -> str:
    return t(f"compare.verdict.{judged(claim, NUMBERS).verdict}")


def heading(screen: Screen) -> str:
    """What the claim on screen says."""
    (found,) = (match[1] for html in screen.html if (match := re.search('<h2 class="lp-claim">(.*?)</h2>', html)))
    return unescape(found)


def models_of(screen: Screen) -> str:
    """The HTML of the models of the claim on screen."""
    (found,) = (html for html in screen.html if '<div class="lp-models">' in html)
    return found


def steps(screen: Screen) -> list[str]:
    (row,) = screen.test.button_group
    return list(row.options)


def badges(screen: Screen) -> int:
    return screen.read.count("-badge[")


@pytest.mark.usefixtures("measured")
class TestOneClaim:
    @pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.key)
    def test_its_link_opens_it_unguessed_in_words_of_its_layer(self, open_page: Open, claim: Claim) -> None:
        screen = open_page("compare", claim=claim.key)
        in_words = in_layers(f"claim.{claim.subject}")
        assert heading(screen) == in_words["simple"] != in_words["field"]
        assert any(words_of_claims.source_of(claim.source, claim.data) in unescape(html) for html in screen.html)
        assert badges(screen) == 0
        assert [button.label for button in screen.test.button][:4] == list(GUESSES)
        assert screen.query == {"by": "claims", "claim": claim.key}
        assert heading(open_page("compare", claim=claim.key, words="field")) == in_words["field"]

    @pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.key)
    def test_after_a_guess_it_tells_what_was_measured_in_both_layers(self, open_page: Open, claim: Claim) -> None:
        values = judged(claim, NUMBERS).values
        with using(layer="field"):
            sentence = words_of_claims.measured(claim.subject, values)
        simple, field = (open_page("compare", claim=claim.key, words=layer).click(GUESSES[0]) for layer in LAYERS)
        for screen in (simple, field):
            assert f"-badge[{verdict_of(claim)}]" in screen.read
            assert badges(screen) == 1
        assert sentence in field.read
        assert sentence not in simple.read

    @pytest.mark.parametrize("guess", GUESSES)
    def test_it_says_whether_the_guess_was_right(self, open_page: Open, guess: str) -> None:
        screen = open_page("compare", claim="book-cvae").click(guess)
        right = guess == verdict_of(next(claim for claim in CLAIMS if claim.key == "book-cvae"))
        assert (f"You guessed “{guess}”: right." in screen.read) is right
        assert f"{int(right)} of 1 guessed right" in screen.read
        assert steps(screen)[1] == ("2 ✓" if right else "2 ✗")
        assert not set(GUESSES) & {button.label for button in screen.test.button}

    def test_guesses_are_counted_and_kept_while_the_session_lasts(self, open_page: Open) -> None:
        screen = open_page("compare", by="claims").click(GUESSES[0]).click("Next").click(GUESSES[0]).click("Previous")
        assert badges(screen) == 1
        told = [verdict_of(claim) for claim in CLAIMS[:2]]
        assert f"{told.count(GUESSES[0])} of 2 guessed right" in screen.read
        assert badges(open_page("compare", by="claims")) == 0

    def test_next_and_previous_and_the_numbers_walk_and_the_link_follows(self, open_page: Open) -> None:
        screen = open_page("compare", by="claims")
        assert steps(screen) == [str(number) for number in range(1, len(CLAIMS) + 1)]
        assert next(button for button in screen.test.button if button.label == "Previous").disabled
        screen.click("Next")
        assert screen.query == {"by": "claims", "claim": CLAIMS[1].key}
        screen.click("Previous")
        screen.test.button_group[0].set_value(CLAIMS[-1].key)
        screen.run()
        assert screen.query == {"by": "claims", "claim": CLAIMS[-1].key}
        assert heading(screen) == t(f"claim.{CLAIMS[-1].subject}")
        assert next(button for button in screen.test.button if button.label == "Next").disabled

    @pytest.mark.parametrize("name", ["gone", "", "1", "x" * 5000, "<img src=x>"])
    def test_a_claim_that_is_not_there_becomes_a_sentence_and_the_first(self, open_page: Open, name: str) -> None:
        screen = open_page("compare", claim=name)
        assert screen.warnings == [t("refusal.link.no_claim", text=name[:40])]
        assert screen.query == {"by": "claims", "claim": CLAIMS[0].key}
        assert screen.run().warnings == []

    def test_all_answers_can_be_read_without_a_guess(self, open_page: Open) -> None:
        screen = open_page("compare", by="claims")
        screen.test.toggle[0].set_value(True)
        screen.run()
        assert badges(screen) == len(CLAIMS)
        assert sum("<h3" in html for html in screen.html) == len(CLAIMS)
        assert "2,000 test images" in screen.read


def test_what_the_numbers_can_not_tell_does_not_count(open_page: Open, checkpoint_folder: Path) -> None:
    unsure = tuple(replace(row, error=1.0) for row in ROWS)
    models = tuple(ProgramMeasurements(name, 500, 2000, unsure) for name in PROGRAMS)
    save_measured(checkpoint_folder / FILE, MeasuredFile(models))
    screen = open_page("compare", claim="post-morph").click("Confirmed")
    assert "Too close to tell" in screen.read
    assert "does not count" in screen.read
    assert "guessed right" not in screen.read
    assert "7 ≈" in steps(screen)


@pytest.mark.usefixtures("measured")
class TestModels:
    def test_a_program_that_is_not_here_can_be_trained(self, open_page: Open) -> None:
        models = models_of(open_page("compare", claim="book-cvae"))
        assert "Book&#x27;s CVAE is not on this computer. Train it" in models
        assert 'href="./train?preset=book-cvae"' in models

    def test_one_that_is_here_is_shown_and_opened(self, open_page: Open, keep: Keep) -> None:
        keep("cvae", made={"run_id": "book-cvae", "title": "Book's CVAE", "program": "book-cvae"})
        models = models_of(open_page("compare", claim="book-cvae"))
        assert "Book&#x27;s CVAE is not on this computer" not in models
        assert 'href="./?model=book-cvae"' in models
        assert 'alt="Map of codes: Book&#x27;s CVAE"' in models

    @pytest.mark.parametrize(
        "claim", [claim for claim in CLAIMS if "post-vae-mnist" in claim.models], ids=lambda claim: claim.key
    )
    def test_a_claim_of_codes_shows_codes_and_one_of_images_shows_images(
        self, open_page: Open, keep: Keep, claim: Claim
    ) -> None:
        keep("vae", made={"run_id": "post-vae-mnist", "title": "R post's VAE", "program": "post-vae-mnist"})
        models = models_of(open_page("compare", claim=claim.key))
        assert ("codes.webp" in models) is claim.of_codes
        assert ("manifold.webp" in models) is not claim.of_codes
        assert ("axes −4 to 4" if claim.of_codes else "codes from −4 to 4") in models


def test_what_was_not_measured_is_said_and_can_not_be_guessed(open_page: Open, checkpoint_folder: Path) -> None:
    write_measured(checkpoint_folder, "book-mlp", "book-cnn", "book-cvae")
    screen = open_page("compare", claim="book-beta")
    assert "[not measured yet]" in screen.read
    assert not set(GUESSES) & {button.label for button in screen.test.button}
    screen = open_page("compare", by="claims")
    walked = [heading(screen)]
    for _ in range(2):
        walked.append(heading(screen.click("Next")))
    assert walked[0] == t("claim.book-map")  # what can be guessed comes first
    assert walked[1] == t("claim.book-cvae")
    assert "[not measured yet]" in screen.read


@pytest.mark.parametrize("content", [None, "", '{"samples": 1}'])
def test_without_measurements_it_says_how_to_make_them(
    open_page: Open, checkpoint_folder: Path, content: str | None
) -> None:
    if content is not None:
        (checkpoint_folder / FILE).write_text(content)
    screen = open_page("compare", by="claims")
    assert "measured.json" in screen.read
    assert "python -m published reproduce" in screen.read


def test_the_library_keeps_the_programs_apart(open_page: Open, keep: Keep) -> None:
    keep("vae")
    keep("cvae", made={"run_id": "book-cvae", "title": "Book's CVAE", "program": "book-cvae"})
    screen = open_page("library")
    assert screen.test.button_group[0].options == ["Digits 8x8", "Published programs", "Lessons", "Glossary"]
    assert not any("book-cvae" in html for html in screen.html)
    assert any("book-cvae" in html for html in open_page("library", data="programs").html)


def test_about_says_what_the_script_computes(open_page: Open, keep: Keep) -> None:
    keep("cvae", made={"run_id": "book-cvae", "title": "Book's CVAE", "program": "book-cvae"})
    assert "What the script really computes: 784 x mean squared error" in open_page("explore", model="book-cvae").read
