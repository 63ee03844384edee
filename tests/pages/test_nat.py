"""Compare by the nat: which models show it, and what its link may say."""

from typing import Any

import pytest

from tests.pages.conftest import Screen

GOOD = {"of": "image", "area": "entropy", "point": "3", "dim": "1"}


@pytest.mark.usefixtures("models")
def test_the_link_names_the_way_and_what_the_view_shows() -> None:
    screen = Screen("compare", by="nat", model="tiny-vae", **GOOD)
    assert screen.data["view"] == "nat"
    assert screen.data["state"] == GOOD
    assert screen.query.items() >= {"by": "nat", "model": "tiny-vae", **GOOD}.items()
    assert screen.warnings == screen.errors == []


@pytest.mark.usefixtures("models")
@pytest.mark.parametrize(
    ("name", "text"),
    [("of", "x"), ("area", "kl"), ("q", "1"), ("p", "0,9"), ("q", "nan,1"), ("dim", "2"), ("dim", "-1")],
)
def test_what_makes_no_sense_is_said_and_left_out(name: str, text: str) -> None:
    screen = Screen("compare", by="nat", model="tiny-vae", **{name: text})
    assert name not in screen.data["state"]
    assert len(screen.warnings) == 1


@pytest.mark.usefixtures("models")
def test_a_model_without_a_posterior_or_with_a_prior_of_its_own_is_not_shown(keep: Any) -> None:
    keep("autoencoder", run_id="points")
    keep("vampprior", run_id="mixture")
    for name in ("points", "mixture"):
        screen = Screen("compare", by="nat", model=name)
        assert screen.data["model"]["id"] == "tiny-vae"
        assert len(screen.warnings) == 1
