"""Claims: judged by numbers alone, each verdict can be reached, and the file of measurements is read strictly."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from analysis.measurement import Measurement
from live.words import using
from live.words.claims import measured
from models.errors import InputError
from published.claims import CLAIMS, Claim, judged
from published.measured import MeasuredFile, ProgramMeasurements, load_measured, save_measured
from published.verdicts import Verdict

BY_KEY = {claim.key: claim for claim in CLAIMS}
KEYS = (
    "elbo", "bound", "kl", "kl_1", "kl_2", "centre", "spread", "mmd", "coverage", "silhouette", "knn_accuracy", "morph_jump", "sharpness",
    "sharpness_of_test",
)  # fmt: skip


HOLDS, IN_PART, FAILS, TOO_CLOSE = Verdict


def told(claim: Claim, numbers: Mapping[str, Mapping[str, float]]) -> tuple[Verdict, str]:
    """Verdict and sentence."""
    judgement = judged(claim, numbers)
    with using(layer="field"):
        return judgement.verdict, measured(claim.subject, judgement.values)


def numbers_of(claim: Claim, **changes: Mapping[str, float]) -> dict[str, dict[str, float]]:
    """The same numbers for every model of a claim but for the changes, by model with _ for -."""
    plain = dict.fromkeys(KEYS, 0.9)
    return {name: plain | dict(changes.get(name.replace("-", "_"), {})) for name in claim.models}


@pytest.mark.parametrize(("beta_9", "beta_10", "verdict"), [
    ((2.0, 1.0), (2.0, 0.001), HOLDS),
    ((2.0, 0.001), (2.0, 0.001), IN_PART),
    ((2.0, 1.0), (2.0, 1.0), FAILS),
])  # fmt: skip
def test_beta_kills_a_dimension_or_does_not(
    beta_9: tuple[float, float], beta_10: tuple[float, float], verdict: Verdict
) -> None:
    claim = BY_KEY["book-beta"]
    as_kl = [{"kl_1": one, "kl_2": two} for one, two in (beta_9, beta_10)]
    found, sentence = told(claim, numbers_of(claim, book_beta_9=as_kl[0], book_beta_10=as_kl[1]))
    assert found == verdict
    assert f"beta 10: {beta_10[0]:.2f} and {beta_10[1]:.2f}" in sentence


@pytest.mark.parametrize(("elbo", "verdict"), [(-147.9, HOLDS), (-145.1, HOLDS), (-149.1, IN_PART), (-160.0, FAILS)])
def test_the_published_loss_is_met_within_two_standard_errors(elbo: float, verdict: Verdict) -> None:
    claim = BY_KEY["keras-loss"]
    found, sentence = told(claim, numbers_of(claim, keras_io_vae={"elbo": elbo, "elbo error": 1.0, "kl": 6.2}))
    assert found == verdict
    assert sentence.startswith(f"{-elbo:.1f} ± 1.0 nats on test images, of which the KL is 6.20")


@pytest.mark.parametrize(("bound", "verdict", "words"), [
    (-86.0, HOLDS, "86.00 nats by the same bound of 5,000 samples on all test images: −0.76 against theirs"),
    (-87.0, HOLDS, "+0.24 against theirs"), (-87.5, IN_PART, "+0.74 against theirs"), (-88.0, FAILS, "+1.24 against theirs"),
])  # fmt: skip
def test_the_published_bound_is_reached_within_three_tenths_of_a_nat(
    bound: float, verdict: Verdict, words: str
) -> None:
    claim = BY_KEY["burda-bound"]
    found, sentence = told(claim, numbers_of(claim, burda_vae={"bound": bound}))
    assert found == verdict
    assert words in sentence


@pytest.mark.parametrize(("jump", "verdict"), [(0.8, HOLDS), (0.9, FAILS), (1.2, FAILS)])
def test_smoother_means_a_smaller_largest_step(jump: float, verdict: Verdict) -> None:
    claim = BY_KEY["post-morph"]
    assert told(claim, numbers_of(claim, post_mmd_vae={"morph_jump": jump}))[0] == verdict


@pytest.mark.parametrize(("error", "verdict"), [(0.0, HOLDS), (0.04, HOLDS), (0.1, TOO_CLOSE)])
def test_a_difference_within_two_standard_errors_is_no_verdict(error: float, verdict: Verdict) -> None:
    """0.9 against 0.7, the same error on both sides: the difference is 3.5 of its errors at 0.04, 1.4 at 0.1."""
    claim = BY_KEY["post-morph"]
    vae, mmd = {"morph_jump error": error}, {"morph_jump": 0.7, "morph_jump error": error}
    found, sentence = told(claim, numbers_of(claim, post_vae=vae, post_mmd_vae=mmd))
    assert found == verdict
    assert f"0.90 ± {error:.2f} against 0.70 ± {error:.2f}" in sentence


def test_sharper_means_a_larger_gradient_and_each_data_set_is_judged_by_itself() -> None:
    fashion, mnist = BY_KEY["post-sharp"], BY_KEY["post-sharp-mnist"]
    assert (fashion.models, mnist.models) == (("post-vae", "post-mmd-vae"), ("post-vae-mnist", "post-mmd-vae-mnist"))
    verdict, sentence = told(fashion, numbers_of(fashion, post_mmd_vae={"sharpness": 0.95}))
    assert verdict == HOLDS
    assert "0.9000 against 0.9500 grey levels a pixel; real test images have 0.9000." in sentence
    assert told(mnist, numbers_of(mnist))[0] == FAILS


@pytest.mark.parametrize(("change", "verdict"), [
    ({"centre": 0.1, "spread": 1.0, "mmd": 0.001, "coverage": 0.95}, HOLDS), ({"centre": 0.1}, IN_PART), ({}, FAILS),
])  # fmt: skip
def test_centred_and_spread_is_four_comparisons(change: dict[str, float], verdict: Verdict) -> None:
    claim = BY_KEY["post-centre"]
    assert told(claim, numbers_of(claim, post_mmd_vae=change))[0] == verdict


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.key)
def test_every_claim_is_judged_from_measured_keys_alone(claim: Claim) -> None:
    verdict, sentence = told(claim, numbers_of(claim))
    assert verdict in (HOLDS, IN_PART, FAILS)
    assert sentence.endswith(".")


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.key)
def test_a_model_that_was_not_measured_is_named(claim: Claim) -> None:
    numbers = numbers_of(claim)
    del numbers[claim.models[0]]
    with pytest.raises(InputError, match=rf"claim\.not_measured: programs=\['{claim.models[0]}'"):
        judged(claim, numbers)


def test_a_number_that_is_not_defined_is_named() -> None:
    claim = BY_KEY["book-beta"]
    numbers = numbers_of(claim)
    del numbers["book-beta-9"]["kl_2"]
    with pytest.raises(InputError, match=r"claim\.not_defined: number=kl_2"):
        judged(claim, numbers)


def test_the_file_goes_out_and_back(tmp_path: Path) -> None:
    rows = (
        Measurement("elbo", "ELBO", -132.5, 0.3, "nats/image", "Kingma and Welling 2013"),
        Measurement("kl", "KL", None, None, "nats/image", "", "Its encoder is deterministic."),
    )
    measured = MeasuredFile((ProgramMeasurements("book-cnn", 500, 2000, rows),))
    save_measured(tmp_path / "measured.json", measured)
    assert load_measured(tmp_path / "measured.json") == measured
    assert measured.numbers() == {"book-cnn": {"elbo": -132.5, "elbo error": 0.3}}


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"samples": 1, "images": "many", "models": []}', "\udcff"])
def test_a_damaged_file_is_refused_with_a_sentence(content: str, tmp_path: Path) -> None:
    (tmp_path / "measured.json").write_bytes(content.encode(errors="surrogateescape"))
    with pytest.raises(InputError, match=r"measured\.json"):
        load_measured(tmp_path / "measured.json")


def test_a_missing_file_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"measured\.unreadable: file=measured\.json"):
        load_measured(tmp_path / "measured.json")
