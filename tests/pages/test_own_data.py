"""My own images on the page Train: what is shown of an upload, what becomes of it, and that it leaves."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from datasets.own import shelf
from datasets.own.reasons import LEFT_OUT
from live import library
from live.words import refusal, t
from models import gallery
from models.families import FAMILIES
from tests.datasets.own_files import csv, noise, npz, shapes, two_kinds, zipped
from training.estimate import Estimate
from ui import jobs, switches

Open = Callable[..., Any]
ODD = {"notes.txt": b"hello", "read.me": b"hello", "more.zip": zipped({"a": b"b"})}


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Data in a folder of the test, and no time spent on measuring."""
    monkeypatch.setenv("LATENT_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(jobs, "estimate_of", lambda plan: Estimate(2.0, 2.0, 12_345.6, 20))


def opened(open_page: Open, **query: str) -> Any:
    """The page Train with its part for own images unfolded."""
    screen = open_page("train", **query)
    screen.test.session_state["my-data"] = True
    return screen.run()


def uploaded(open_page: Open, content: bytes, name: str = "shapes.zip", **query: str) -> Any:
    screen = opened(open_page, **query)
    screen.test.file_uploader[0].set_value((name, content, "application/octet-stream"))
    return screen.run()


def used(open_page: Open, content: bytes, name: str = "shapes.zip") -> Any:
    return uploaded(open_page, content, name).click(t("mydata.use"))


def lines(screen: Any) -> list[str]:
    """The items of the lists of counts and reasons."""
    return [item for text in screen.html for item in re.findall(r"<li>(.*?)</li>", text)]


def test_the_privacy_line_is_there_before_anything_else(open_page: Open) -> None:
    screen = opened(open_page)
    assert any(t("mydata.privacy") in text for text in screen.html)
    assert not lines(screen)


def test_where_uploads_are_switched_off_no_door_is_open(open_page: Open, checkpoint_folder: Path) -> None:
    del checkpoint_folder
    switches.turn("uploads", False)
    screen = opened(open_page)
    assert not screen.test.file_uploader
    assert [note.value for note in screen.test.info] == [refusal(switches.OFF["uploads"])]


def test_an_upload_is_shown_as_the_model_will_see_it(open_page: Open) -> None:
    screen = uploaded(open_page, zipped(two_kinds(40)))
    assert "64 of them, as the model will see them" in screen.read
    (sheet,) = (text for text in screen.html if "lp-tiles" in text)
    assert "data:image/png;base64," in sheet
    assert lines(screen)[:3] == ["80 images can be used", "boxes: 40", "circles: 40"]


def test_what_is_left_out_is_said_with_its_reason(open_page: Open) -> None:
    screen = uploaded(open_page, zipped(shapes(60) | ODD))
    assert any("3 are left out:" in text for text in screen.html)
    assert lines(screen)[-2:] == [
        "2 are no images (PNG, JPEG, GIF, BMP or WebP)", "1 is a zip in the zip: unpack it first"
    ]  # fmt: skip


@pytest.mark.parametrize("code", LEFT_OUT)
def test_every_reason_has_its_sentence(code: str) -> None:
    assert t(f"mydata.left.{code}", count=1).startswith("1 ")
    assert t(f"mydata.left.{code}", count=1234).startswith("1,234 ")


def test_few_images_are_warned_of(open_page: Open) -> None:
    assert any(t("mydata.few", count=12) in text for text in uploaded(open_page, zipped(shapes(12))).html)
    assert not any("learns them by heart" in text for text in uploaded(open_page, zipped(shapes(60))).html)


@pytest.mark.parametrize(("content", "name", "sentence"), [
    (b"hello", "a.zip", "this is no zip of images, no .npz, no CSV of pixels and no Parquet table"),
    (zipped(shapes(3)), "a.zip", "3 images can be used; a model needs at least 10."),
    (npz(x=noise(12, 28, 28).astype(float)), "a.npz", "numbers of the type float64"),
    (csv([[1, 2]]), "a.csv", "the first row has 2 numbers"),
])  # fmt: skip
def test_what_cant_be_used_is_a_sentence(open_page: Open, content: bytes, name: str, sentence: str) -> None:
    screen = uploaded(open_page, content, name)
    assert len(screen.errors) == 1 and sentence in screen.errors[0]
    assert not [button for button in screen.test.button if button.label == t("mydata.use")]


def test_ink_on_paper_is_turned_about_by_itself(open_page: Open) -> None:
    screen = uploaded(open_page, zipped(shapes(20)))
    (invert,) = (toggle for toggle in screen.test.toggle if toggle.label == t("mydata.invert"))
    assert invert.value
    screen.click(t("mydata.use"))
    assert shelf.load("own-shapes").train_x.mean() < 128
    night = uploaded(open_page, npz(x=noise(20, 28, 28) // 4), "night.npz")
    (invert,) = (toggle for toggle in night.test.toggle if toggle.label == t("mydata.invert"))
    assert not invert.value


def test_size_and_colour_are_what_is_kept(open_page: Open) -> None:
    screen = uploaded(open_page, zipped(shapes(20)), "My drawings.zip")
    screen.test.session_state["my-data-side"], screen.test.session_state["my-data-colour"] = 32, True
    screen.run().click(t("mydata.use"))
    assert shelf.load("own-my-drawings").image == (3, 32, 32)


def test_use_these_keeps_them_and_chooses_them(open_page: Open) -> None:
    screen = used(open_page, zipped(two_kinds(25)))
    assert shelf.names() == ["own-shapes"]
    assert screen.query["data"] == screen.test.radio(key="data").value == "own-shapes"
    assert "VAE on shapes, 2 latents" in screen.read
    assert any("--lp-own:url(data:image/png" in text for text in screen.html)
    assert not screen.test.file_uploader, "the part is folded"
    assert not opened(open_page).test.file_uploader[0].value


def test_a_name_that_is_taken_is_said(open_page: Open) -> None:
    used(open_page, zipped(two_kinds(25)))
    screen = used(open_page, zipped(two_kinds(25)))
    assert screen.warnings == ["there are images called shapes already; choose another name."]
    (field,) = screen.test.text_input
    field.set_value("others")
    screen.run().click(t("mydata.use"))
    assert shelf.names() == ["own-others", "own-shapes"]


def test_a_hostile_name_is_text(open_page: Open) -> None:
    screen = used(open_page, zipped(shapes(20, folder="<script>/") | shapes(20, "box", "$x$/")), "<b>$a$.zip")
    assert "VAE on <b>$a$, 2 latents" in screen.read
    assert not any("<script>" in text or "<b>$a" in text for text in (*screen.html, *screen.rendered))


def test_models_of_classes_need_two_labels_of_twenty(open_page: Open) -> None:
    conditional = {row.title for row in FAMILIES.values() if row.conditional}
    for name, kinds, offered in (("a", two_kinds(20), True), ("b", two_kinds(19), False), ("c", shapes(40), False)):
        screen = used(open_page, zipped(kinds), f"{name}.zip")
        options = set(map(str, screen.test.radio(key="family").options))
        assert bool(options & conditional) == offered
        assert (t("mydata.unlabelled") in screen.read) != offered
    screen = open_page("train", data="own-b", family="cvae")
    assert screen.query["family"] == "vae"
    assert len(screen.warnings) == 1


def test_delete_now_takes_them_off_the_disk_and_the_form(open_page: Open, tmp_path: Path) -> None:
    used(open_page, zipped(two_kinds(25)))
    images = library.test_images(shelf.load("own-shapes").record()).images
    assert images is not None
    screen = opened(open_page, data="own-shapes").click(t("mydata.delete.yes"))
    assert not list((tmp_path / "data" / "own").iterdir())
    assert screen.query["data"] == "digits"
    assert library._data.cache_info().currsize == 0


def test_a_damaged_set_can_be_deleted(open_page: Open, tmp_path: Path) -> None:
    (tmp_path / "data" / "own" / "own-x").mkdir(parents=True)
    screen = opened(open_page)
    assert "own-x, damaged" in screen.read
    screen.click(t("mydata.delete.yes"))
    assert shelf.names() == []


def test_a_link_to_images_that_are_gone_is_a_notice(open_page: Open) -> None:
    screen = open_page("train", data="own-gone")
    assert screen.query["data"] == "digits"
    assert len(screen.warnings) == 1


def test_a_model_that_learnt_by_heart_says_so(open_page: Open, keep: Open) -> None:
    checkpoint = keep()
    assert not any("by heart" in text for text in open_page("explore", model="tiny-vae").html)
    (row,) = checkpoint.history
    history = tuple(
        replace(
            row, epoch=epoch, train=replace(row.train, log_likelihood=seen), test=replace(row.test, log_likelihood=new)
        )
        for epoch, seen, new in ((1, -30.0, -32.0), (2, -20.0, -25.0), (3, -10.0, -30.0))
    )
    gallery.add(replace(checkpoint, history=history), replace=True)
    sentence = t("about.by_heart", epoch=2, count=checkpoint.run.data.train_count)
    assert any(sentence in text for text in open_page("explore", model="tiny-vae").html)


def test_own_images_can_be_moved_while_they_are_learnt(open_page: Open, own_shapes: str) -> None:
    planned = []
    screen = open_page("train", data=own_shapes)
    (toggle,) = (toggle for toggle in screen.test.toggle if toggle.label == t("train.shift"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jobs, "estimate_of", lambda plan: planned.append(plan) or Estimate(2.0, 2.0, 1.0, 20))
        toggle.set_value(True)
        screen.run()
        assert planned[-1].training.shift == 2
        assert not [one for one in open_page("train", data="digits").test.toggle if one.label == t("train.shift")]
        assert planned[-1].training.shift == 0
