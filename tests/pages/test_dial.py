"""Compare by the dial: what its view is told, and what stands there where a dial is missing, damaged or gone."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from streamlit.testing.v1 import AppTest

from datasets.data_set import DataSet
from live.words import t
from models.checkpoint import DIAL, WEIGHTS, Checkpoint, save
from models.model_series import list_series
from tests.pages.conftest import Screen
from training.finish import finish
from training.loop import train
from training.plans import as_dial, make_plan
from training.state import TrainState
from ui.series_data import open_series

NAME = "tiny-dial"


@pytest.fixture(scope="module")
def turned(few_digits: DataSet) -> Checkpoint:
    """A dial of one short epoch."""
    plan = as_dial(make_plan("vae", "digits", 2, {"widths": (8,)}, {"epochs": 1, "batch_size": 64}), "beta")
    state = TrainState(NAME, plan.title, plan.model, plan.training, few_digits.record(), torch.device("cpu"))
    list(train(state, few_digits))
    return finish(state, few_digits)


@pytest.fixture
def folder(checkpoint_folder: Path, turned: Checkpoint) -> Path:
    """Where that dial lies."""
    save(checkpoint_folder / NAME, turned)
    return checkpoint_folder


@pytest.mark.usefixtures("folder")
def test_the_view_is_told_the_dials_values_and_the_link_names_the_way() -> None:
    screen = Screen("compare", by="dial", at="3")
    data = screen.data
    assert (data["view"], data["axis"], data["oneNetwork"]) == ("dial", "beta", True)
    values = [step["value"] for step in data["steps"]]
    assert values == sorted(values)
    assert len(values) >= 13
    assert all(len(step["kl"]) == 2 and step["elbo"] <= 0 for step in data["steps"])
    assert (data["state"]["at"], data["names"]["by"]) == ("3", "dial")
    assert screen.query.items() >= {"by": "dial", "model": NAME, "at": "3"}.items()
    (dial,) = data["dials"]
    assert (dial["id"], dial["title"]) == (NAME, t("dial.of", data=data_title(data), count=2))
    assert dial["picture"].endswith("manifold.webp")


def data_title(data: dict[str, object]) -> str:
    """What the data set of the only dial is called: the title without what stands behind it."""
    (dial,) = data["dials"]  # type: ignore[misc]
    return str(dial["title"]).rsplit(", ", 1)[0]


@pytest.mark.usefixtures("folder")
def test_the_way_stays_when_the_view_moves_and_what_it_may_not_say_is_dropped() -> None:
    screen = Screen("compare", by="dial").send({"at": "7.5", "point": "2", "seed": "9", "z": "1,1"})
    assert screen.query.items() >= {"by": "dial", "at": "7.5", "point": "2", "seed": "9"}.items()
    assert "z" not in screen.query
    screen.send({"at": "high", "point": "2"})
    assert "at" not in screen.query


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("at", ["high", "nan", "1,2", "9999999999"])
def test_a_value_that_makes_no_sense_is_a_notice_and_the_dial_opens(at: str) -> None:
    screen = Screen("compare", by="dial", at=at)
    assert len(screen.warnings) == 1
    assert t("link.what.weight") in screen.warnings[0]
    assert "at" not in screen.data["state"]


@pytest.mark.usefixtures("folder")
def test_a_dial_that_is_gone_is_a_notice_and_another_one_opens() -> None:
    screen = Screen("compare", by="dial", model="tiny-dail")
    assert t("refusal.link.no_model", text="tiny-dail") in screen.warnings[0]
    assert screen.data["model"]["id"] == NAME


def test_a_model_that_cannot_be_turned_is_not_among_the_dials(folder: Path, tiny_checkpoint: Checkpoint) -> None:
    save(folder / "plain", tiny_checkpoint)
    screen = Screen("compare", by="dial", model="plain")
    assert screen.data["model"]["id"] == NAME
    assert [dial["id"] for dial in screen.data["dials"]] == [NAME]
    assert len(screen.warnings) == 1


@pytest.mark.parametrize("content", [None, b"torso"])
def test_a_dial_without_its_values_is_a_sentence(folder: Path, content: bytes | None) -> None:
    path = folder / NAME / DIAL
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    screen = Screen("compare", by="dial")
    assert not screen.has_view
    assert len(screen.errors) == 1
    assert any("by=claims" in html for html in screen.html)  # the other ways are a press away


@pytest.mark.usefixtures("checkpoint_folder")
def test_without_a_dial_the_page_says_how_to_train_one() -> None:
    screen = Screen("compare", by="dial")
    assert not screen.has_view
    assert "python -m training dial" in screen.read


@pytest.mark.usefixtures("folder")
def test_a_link_with_a_model_keeps_its_way() -> None:
    assert Screen("compare", by="dial", model=NAME).data["view"] == "dial"
    assert Screen("compare", by="claims", model=NAME).query["by"] == "claims"


@pytest.fixture
def sizes(folder: Path, make_checkpoint: Callable[..., Checkpoint]) -> Path:
    """Models of one and of two latents as a series, beside the dial."""
    for size in (1, 2):
        save(folder / f"size-{size}", make_checkpoint("vae", size, run_id=f"size-{size}"))
    record = {"name": "sizes", "axis": "latent", "models": ["size-1", "size-2"]}
    (folder / "series-sizes.json").write_text(json.dumps(record))
    return folder


@pytest.mark.usefixtures("sizes")
def test_a_series_stands_beside_the_dials_and_the_link_names_it() -> None:
    dials = Screen("compare", by="dial").data["dials"]
    assert [(one["id"], one["series"]) for one in dials] == [(NAME, False), ("sizes", True)]
    screen = Screen("compare", by="dial", series="sizes", at="1.4")
    data = screen.data
    assert (data["view"], data["series"], data["dials"]) == ("series", "sizes", dials)
    assert [pane["model"]["id"] for pane in data["panes"]] == ["size-1", "size-2"]
    assert data["state"] == {"at": "1.4"}
    assert screen.query == {"by": "dial", "series": "sizes", "at": "1.4"}
    (about,) = [one for one in screen.test.expander if one.label == t("series.about.title")]
    table = about.markdown[1].value.splitlines()
    assert [line.split("|")[1].strip() for line in table] == [t("series.about.value"), "---:", "1", "2"]
    assert not about.code, "nobody knows how they were made"
    screen.send({"at": "2", "point": "3", "zoom": "1,1,1"})
    assert screen.query == {"by": "dial", "series": "sizes", "at": "2", "point": "3"}


def test_the_models_of_a_series_that_ships_are_told_with_seeds_and_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_CHECKPOINTS", str(Path(__file__).parents[2] / "checkpoints"))
    lines = {lined.series.name: open_series(lined) for lined in list_series()[0]}
    about = AppTest.from_function(_about, args=(lines["mnist-latents"],)).run()
    names = [f"mnist-latents-{n}" for n in (1, 2, 3, 5, 10, 20)]
    assert about.code[0].value == f"python -m training --shipped {' '.join(names)}"
    assert "| 20 | −116.8" in about.markdown[1].value
    books = AppTest.from_function(_about, args=(lines["book-betas"],)).run()
    assert books.code[0].value.splitlines()[-1] == "python -m published train book-beta-10"
    assert "Keras" in books.markdown[0].value


def _about(found: object) -> None:
    from ui.parts.series_about import about_series  # it runs as a page of its own

    about_series(found)  # type: ignore[arg-type]


@pytest.mark.usefixtures("sizes")
def test_back_at_a_dial_the_series_is_forgotten_and_elsewhere_it_is_kept() -> None:
    screen = Screen("compare", by="dial", series="sizes")
    assert screen.go("library").go("compare").data["view"] == "series"
    assert screen.visit(by="dial", model=NAME).data["view"] == "dial"
    assert screen.go("library").go("compare").data["view"] == "dial"


@pytest.mark.usefixtures("sizes")
def test_a_series_that_is_not_here_is_a_notice_and_a_dial_opens() -> None:
    screen = Screen("compare", by="dial", series="colours")
    assert screen.data["view"] == "dial"
    assert t("link.what.series") in screen.warnings[0]


def test_a_series_without_any_dial_opens_by_itself(sizes: Path) -> None:
    shutil.rmtree(sizes / NAME)
    assert Screen("compare", by="dial").data["view"] == "series"


def test_a_damaged_step_is_told_to_the_view_and_a_damaged_record_to_the_person(sizes: Path) -> None:
    (sizes / "size-1" / WEIGHTS).write_bytes(b"torso")
    screen = Screen("compare", by="dial", series="sizes")
    assert not screen.has_view
    assert "only one model can be opened" in screen.errors[0]
    assert any("by=claims" in html for html in screen.html)
    (sizes / "series-sizes.json").write_text("{")
    screen = Screen("compare", by="dial")
    assert screen.data["view"] == "dial"
    assert "series-sizes.json" in screen.warnings[0]
