"""Which models stand side by side: what a link names, what is left out and why, and what the view is told of them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from live.words import t
from models.checkpoint import Checkpoint
from models.run import Run
from published.ready_sets import READY_SETS, set_of
from tests.pages.conftest import Screen
from ui.compared import Compared, compared, short_titles
from ui.panes_data import KINDS, names_of_panes, panes_data

Keep = Callable[..., Checkpoint]
MANY = ("tiny-vae", "tiny-cvae", "tiny-mmd-vae", "tiny-autoencoder", "tiny-beta-vae")


def found(**asked: str) -> Compared:
    result = compared(asked)
    assert result is not None
    return result


def test_a_link_with_five_models_shows_four_and_says_so(keep: Keep) -> None:
    for name in MANY:
        keep(name.removeprefix("tiny-"))
    four = found(models=",".join(MANY))
    assert four.key == ",".join(MANY[:4])
    assert four.problems == (t("side.problem.many", count=5),)


def test_a_model_that_is_gone_or_damaged_is_a_sentence_and_the_others_stay(keep: Keep, checkpoint_folder: Path) -> None:
    for family in ("vae", "cvae", "mmd-vae"):
        keep(family)
    (checkpoint_folder / "tiny-cvae" / "latents.safetensors").unlink()
    pair = found(models="tiny-vae,gone,tiny-cvae,tiny-mmd-vae")
    assert pair.key == "tiny-vae,tiny-mmd-vae"
    assert pair.problems[0] == t("side.problem.gone", name="gone")
    assert "tiny-cvae" in pair.problems[1]
    assert len(pair.problems) == 2


def test_models_of_other_images_are_left_out_with_a_sentence(keep: Keep) -> None:
    for family in ("vae", "cvae"):
        keep(family)
    keep("mmd-vae", data={"name": "fashion-mnist", "title": "Fashion-MNIST"})
    pair = found(models="tiny-vae,tiny-mmd-vae")
    assert pair.key.split(",")[0] == "tiny-vae"
    assert "tiny-mmd-vae" not in pair.key
    assert any("Fashion-MNIST" in problem for problem in pair.problems)
    assert pair.problems[-1] == t("side.problem.few")


@pytest.mark.parametrize("asked", [{"models": "x" * 5000}, {"models": ",,,"}, {"set": "<img src=x>"}, {"set": "gone"}])
def test_nonsense_opens_what_there_is(keep: Keep, asked: dict[str, str]) -> None:
    keep("vae")
    keep("cvae")
    assert len(found(**asked).models) == 2


def test_two_latents_and_three_stand_together(keep: Keep) -> None:
    keep("vae", latent_dim=2)
    keep("cvae", latent_dim=3)
    pair = found(models="tiny-vae,tiny-cvae")
    assert pair.widest.model.latent_dim == 3
    data = panes_data("compare", pair, names_of_panes(pair), {})
    assert [pane["model"]["latentDim"] for pane in data["panes"]] == [2, 3]
    json.dumps(data, allow_nan=False)


def test_one_model_alone_can_not_be_compared(keep: Keep) -> None:
    assert compared({}) is None
    keep("vae")
    assert compared({"models": "tiny-vae"}) is None


def test_titles_say_in_few_words_what_tells_them_apart(keep: Keep) -> None:
    def runs(*names: str) -> list[Run]:
        return found(models=",".join(names)).runs

    keep("vae")
    keep("cvae")
    assert short_titles(runs("tiny-vae", "tiny-cvae"), KINDS) == ["VAE", "CVAE"]


def test_the_link_names_the_models_and_their_set(keep: Keep) -> None:
    keep("vae")
    keep("cvae")
    assert names_of_panes(found(models="tiny-vae,tiny-cvae")) == {"by": "side", "models": "tiny-vae,tiny-cvae"}
    row = READY_SETS["r-post"]
    assert set_of(row.models) is row
    assert set_of(row.models[::-1]) is None


def test_whose_numbers_are_open_is_in_the_link_and_nonsense_is_a_notice(keep: Keep) -> None:
    for name in MANY[:2]:
        keep(name.removeprefix("tiny-"))
    models = ",".join(MANY[:2])
    screen = Screen("compare", by="side", models=models, whose="2")
    assert (screen.data["state"], screen.warnings) == ({"whose": "2"}, [])
    screen.send({"whose": "1", "numbers": "1"})
    assert screen.query == {"by": "side", "models": models, "whose": "1"}
    assert t("link.what.numbers") in Screen("compare", by="side", models=models, whose="5").warnings[0]
