"""The ready sets: their models ship, their questions have one right answer, and the numbers are those of the records."""

from pathlib import Path

import pytest

from live.words import using
from live.words.catalogue import LAYERS, catalogue, t
from models import checkpoint
from models.errors import InputError
from published.ready_sets import READY_SETS, Facts, ReadySet, outcome

SHIPPED = Path(__file__).parents[2] / "checkpoints"
RIGHT = {  # as looked up in the records by hand
    "four-objectives": 1, "r-post": 1, "r-post-mnist": 1, "book-betas": 1, "deck-forces": 1, "three-seeds": -1,
    "autoencoder-vae": 1,
}  # fmt: skip


def facts_of(row: ReadySet) -> list[Facts]:
    opened = [checkpoint.load(SHIPPED / name) for name in row.models]
    return [Facts(one.run, one.latents.mu) for one in opened]


@pytest.mark.parametrize("row", READY_SETS.values(), ids=lambda row: row.name)
def test_it_is_answered_by_its_models_records(row: ReadySet) -> None:
    found = outcome(row, facts_of(row))
    assert found.right == RIGHT[row.name]
    assert found.right < row.options
    for layer in LAYERS:
        with using(layer=layer):
            said = t(f"side.set.{row.name}.reveal", **found.values)
            assert any(character.isdigit() for character in said)
    options = [key for key in catalogue("en") if key.startswith(f"side.set.{row.name}.option.")]
    assert len(options) == row.options


def test_the_answer_follows_the_records_and_is_not_written_down() -> None:
    row = READY_SETS["r-post"]
    vae, mmd = facts_of(row)
    assert row.judge([vae, mmd]).right == 1
    assert row.judge([mmd, vae]).right == 0
    assert row.judge([mmd, mmd]).right == 2
    beta = READY_SETS["book-betas"]
    plain, *_, most = facts_of(beta)
    assert beta.judge([plain, plain]).right == 0
    assert beta.judge([plain, most]).right == 1


def test_a_number_that_is_missing_is_a_sentence() -> None:
    with pytest.raises(InputError, match=r"ready_set\.models: .*wanted=2, got=1"):
        outcome(READY_SETS["r-post"], facts_of(READY_SETS["r-post"])[:1])
    autoencoder = facts_of(READY_SETS["autoencoder-vae"])[0]
    with pytest.raises(InputError, match=r"ready_set\.not_defined"):
        READY_SETS["three-seeds"].judge([autoencoder, autoencoder])
    with pytest.raises(InputError, match=r"ready_set\.no_kl"):
        READY_SETS["book-betas"].judge([autoencoder, autoencoder])
