"""The gallery: a card for every model, the data sets apart, and models that come as a zip."""

import io
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from models.checkpoint import RUN, WEIGHTS, Checkpoint, load, to_files, to_zip
from training import store
from ui.assets import manifold_url
from ui.library import open_model

Open = Callable[..., Any]
Models = dict[str, Checkpoint]


def gallery(open_page: Open, **query: str) -> Any:
    """The gallery, which needs the table of pages for its links."""
    return open_page("main", **query)


def upload(screen: Any, content: bytes, name: str = "model.zip") -> Any:
    screen.test.file_uploader[0].set_value((name, content, "application/zip"))
    return screen.run()


def links(screen: Any) -> list[tuple[str, str]]:
    """What the cards are called and where they lead."""
    found = [node.proto for node in screen.test._tree if node.type == "page_link"]
    return [(link.label, f"{link.page}?{link.query_string}") for link in found]


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class TestCards:
    def test_every_model_has_one_with_picture_formula_number_and_link(self, open_page: Open, models: Models) -> None:
        screen = gallery(open_page)
        assert links(screen) == [
            ("**Autoencoder, 1 latents**", "map?model=tiny-autoencoder"), ("**VAE, 2 latents**", "map?model=tiny-vae"),
            ("**CVAE, 3 latents**", "map?model=tiny-cvae"), ("**beta\\-VAE, 4 latents**", "map?model=tiny-beta-vae"),
        ]  # fmt: skip
        pictures = [html for html in screen.html if '<a class="lp-card-picture"' in html]
        for name, picture in zip(("tiny-autoencoder", "tiny-vae", "tiny-cvae", "tiny-beta-vae"), pictures, strict=True):
            assert f'href="map?model={name}"' in picture
            assert f'src="{manifold_url(open_model(name))}"' in picture
            assert f'alt="What {models[name].run.title} can draw"' in picture
        assert r"$\log p(x|z) - \beta\,\mathrm{KL}$" in screen.rendered
        captions = [element.value for element in screen.test.caption]
        assert captions == ["reconstruction −20.0 nats", "ELBO −23.0 nats", "ELBO −24.5 nats", "ELBO −26.0 nats"]
        assert screen.warnings == screen.errors == []

    def test_without_models_it_says_what_to_do_and_takes_uploads(self, open_page: Open) -> None:
        screen = gallery(open_page)
        assert "python -m training --data digits" in screen.test.info[0].value
        assert links(screen) == []
        assert len(screen.test.file_uploader) == 1

    def test_a_damaged_record_is_named_and_the_others_are_shown(
        self, open_page: Open, models: Models, checkpoint_folder: Path
    ) -> None:
        (checkpoint_folder / "tiny-vae" / RUN).write_text("{")
        screen = gallery(open_page)
        assert len(links(screen)) == 3
        assert [warning[:18] for warning in screen.warnings] == ["tiny-vae: run.json"]

    @pytest.mark.parametrize("damage", ["cut", "missing", "swapped"])
    def test_damaged_weights_are_named_and_the_others_are_shown(
        self, open_page: Open, models: Models, checkpoint_folder: Path, damage: str
    ) -> None:
        weights = checkpoint_folder / "tiny-vae" / WEIGHTS
        content = weights.read_bytes()
        weights.unlink()
        if damage == "cut":
            weights.write_bytes(content[:-4])
        if damage == "swapped":
            shutil.copy(checkpoint_folder / "tiny-cvae" / WEIGHTS, weights)
        screen = gallery(open_page)
        assert len(links(screen)) == 3
        assert len(screen.warnings) == 1
        assert screen.warnings[0].startswith("tiny-vae: weights.safetensors")

    def test_only_damaged_models_leave_the_page_standing(
        self, open_page: Open, models: Models, checkpoint_folder: Path
    ) -> None:
        for folder in checkpoint_folder.iterdir():
            (folder / RUN).write_bytes(b"\xff")
        screen = gallery(open_page)
        assert len(screen.warnings) == 4
        assert "python -m training" in screen.test.info[0].value

    def test_a_model_that_comes_while_the_page_is_open(self, open_page: Open, models: Models, keep: Open) -> None:
        screen = gallery(open_page)
        keep("mmd-vae", 2)
        assert len(links(screen.run())) == 5

    def test_more_than_a_row_of_cards(self, open_page: Open, keep: Open) -> None:
        for number in range(11):
            keep(run_id=f"model-{number:02}")
        assert [link for _, link in links(gallery(open_page))] == [
            f"map?model=model-{number:02}" for number in range(11)
        ]


class TestDataSets:
    @pytest.fixture(autouse=True)
    def _models(self, keep: Open) -> None:
        keep(run_id="d")
        keep(run_id="m", data={"name": "mnist", "title": "MNIST"})
        keep(run_id="f", data={"name": "fashion-mnist", "title": "Fashion-MNIST"})

    def test_mnist_comes_first_and_is_shown(self, open_page: Open) -> None:
        screen = gallery(open_page)
        (picker,) = screen.test.button_group
        assert picker.options == ["MNIST", r"Fashion\-MNIST", "Digits 8x8"]
        assert [link for _, link in links(screen)] == ["map?model=m"]
        assert screen.query == {"data": "mnist"}

    def test_switching_shows_the_others_and_is_linked(self, open_page: Open) -> None:
        screen = gallery(open_page)
        screen.test.button_group[0].set_value("fashion-mnist")
        screen.run()
        assert [link for _, link in links(screen)] == ["map?model=f"]
        assert screen.query == {"data": "fashion-mnist"}

    def test_the_link_names_one(self, open_page: Open) -> None:
        assert [link for _, link in links(gallery(open_page, data="digits"))] == ["map?model=d"]

    @pytest.mark.parametrize("name", ["gone", "", "MNIST", "x" * 5000, "<img src=x>", "mnist,digits"])
    def test_an_unknown_one_becomes_a_sentence_and_the_default(self, open_page: Open, name: str) -> None:
        screen = gallery(open_page, data=name)
        assert [link for _, link in links(screen)] == ["map?model=m"]
        assert screen.warnings == [
            f"The link asks for the data set “{name[:40]}”; there is mnist, fashion-mnist, digits."
        ]
        assert screen.query == {"data": "mnist"}
        assert screen.run().warnings == []

    def test_two_of_one_title_can_both_be_chosen(self, open_page: Open, keep: Open) -> None:
        keep(run_id="other", data={"name": "other", "title": "MNIST"})
        screen = gallery(open_page)
        assert screen.test.button_group[0].options[0] != screen.test.button_group[0].options[-1]
        for name, link in (("other", "map?model=other"), ("mnist", "map?model=m")):
            screen.test.button_group[0].set_value(name)
            assert [found for _, found in links(screen.run())] == [link]

    def test_the_choice_outlives_a_visit_to_a_model(self, open_page: Open) -> None:
        screen = gallery(open_page, data="digits").go("map", model="m").go("gallery")
        assert [link for _, link in links(screen)] == ["map?model=d"]


class TestUpload:
    def test_a_good_model_is_in_the_gallery_at_once(
        self, open_page: Open, models: Models, make_checkpoint: Open, checkpoint_folder: Path
    ) -> None:
        sent = make_checkpoint("mmd-vae", run_id="sent")
        screen = upload(gallery(open_page), to_zip(sent))
        assert screen.errors == []
        assert [element.value for element in screen.test.success] == [
            "MMD\\-VAE on Digits 8x8, 2 latents is in the gallery now\\."
        ]
        assert "map?model=sent" in [link for _, link in links(screen)]
        kept = load(checkpoint_folder / "sent")
        assert kept.run == sent.run
        assert all(torch.equal(kept.weights[name], sent.weights[name]) for name in sent.weights)
        assert screen.go("map", model="sent").data["model"]["id"] == "sent"

    def test_into_an_empty_gallery(self, open_page: Open, make_checkpoint: Open) -> None:
        screen = upload(gallery(open_page), to_zip(make_checkpoint(run_id="sent")))
        assert [link for _, link in links(screen)] == ["map?model=sent"]
        assert not screen.test.info

    def test_whatever_is_clicked_next_does_not_receive_it_again(
        self, open_page: Open, models: Models, keep: Open, make_checkpoint: Open
    ) -> None:
        keep(run_id="m", data={"name": "mnist", "title": "MNIST"})
        screen = upload(gallery(open_page), to_zip(make_checkpoint(run_id="sent")))
        for name in ("digits", "mnist", "digits"):
            screen.test.button_group[0].set_value(name)
            screen.run()
            assert screen.errors == []
            assert len(screen.test.success) == 1

    def test_the_same_one_again_is_refused(
        self, open_page: Open, models: Models, make_checkpoint: Open, checkpoint_folder: Path
    ) -> None:
        before = everything(checkpoint_folder)
        screen = upload(gallery(open_page), to_zip(make_checkpoint("vae", seed=9)))
        assert screen.errors == ["there is already a model called tiny-vae; choose another name."]
        assert everything(checkpoint_folder) == before
        assert screen.run().errors == ["there is already a model called tiny-vae; choose another name."]

    def test_after_a_refusal_a_good_one_is_taken(self, open_page: Open, models: Models, make_checkpoint: Open) -> None:
        screen = upload(gallery(open_page), b"no zip")
        assert len(screen.errors) == 1
        upload(screen, to_zip(make_checkpoint(run_id="sent")))
        assert screen.errors == []
        assert "map?model=sent" in [link for _, link in links(screen)]

    def test_without_a_file_nothing_is_said(self, open_page: Open, models: Models) -> None:
        screen = upload(gallery(open_page), b"no zip")
        screen.test.file_uploader[0].set_value(None)
        screen.run()
        assert screen.errors == screen.warnings == []
        assert not screen.test.success

    def test_a_damaged_model_of_that_name_is_not_replaced(
        self, open_page: Open, models: Models, checkpoint_folder: Path
    ) -> None:
        content = to_zip(models["tiny-vae"])
        (checkpoint_folder / "tiny-vae" / RUN).write_text("{")
        assert "already a model called tiny-vae" in upload(gallery(open_page), content).errors[0]
        assert (checkpoint_folder / "tiny-vae" / RUN).read_text() == "{"


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def bad_zips(good: Checkpoint) -> dict[str, bytes]:
    files = to_files(good)
    inside = {f"sent/{name}": content for name, content in files.items()}
    whole = zipped(inside)
    return {
        "empty": b"",
        "no zip": b"hello",
        "cut": whole[: len(whole) // 2],
        "nothing in it": zipped({}),
        "three files": zipped({name: inside[name] for name in list(inside)[:3]}),
        "five files": zipped(inside | {"sent/more.txt": b"x"}),
        "climbs": zipped({f"../{name}": content for name, content in files.items()}),
        "absolute": zipped({f"/tmp/{name}": content for name, content in files.items()}),
        "pickle": zipped(inside | {f"sent/{WEIGHTS}": b"\x80\x04\x95cos\nsystem\n."}),
        "other weights": zipped(inside | {f"sent/{WEIGHTS}": files[WEIGHTS][:-4]}),
        "no JSON": zipped(inside | {f"sent/{RUN}": b"{"}),
        "hostile name": zipped(
            inside | {f"sent/{RUN}": files[RUN].replace(b'"run_id": "sent"', b'"run_id": "../sent"')}
        ),
        "bomb": zipped(inside | {f"sent/{RUN}": b" " * 4_000_000}),
    }


REASONS = {
    "empty": "not a readable zip file",
    "no zip": "not a readable zip file",
    "cut": "not a readable zip file",
    "nothing in it": "found nothing",
    "three files": "holds exactly",
    "five files": "more.txt",
    "climbs": "../run.json",
    "absolute": "/tmp/run.json",
    "pickle": "weights.safetensors",
    "other weights": "weights.safetensors",
    "no JSON": "run.json",
    "hostile name": "run_id must be",
    "bomb": "at most 100:1",
}


@pytest.mark.parametrize(("what", "reason"), REASONS.items())
def test_a_bad_zip_is_refused_with_its_reason_and_changes_nothing(
    open_page: Open, models: Models, make_checkpoint: Open, checkpoint_folder: Path, what: str, reason: str
) -> None:
    before = everything(checkpoint_folder.parent)
    screen = upload(gallery(open_page), bad_zips(make_checkpoint(run_id="sent"))[what], "my model.zip")
    assert len(screen.errors) == 1
    assert screen.errors[0].startswith("my model.zip: ")
    assert reason in screen.errors[0]
    assert len(screen.errors[0]) < 500
    assert not screen.test.success
    assert everything(checkpoint_folder.parent) == before
    assert len(links(screen)) == 4


def test_a_folder_that_cannot_be_written_is_said(
    open_page: Open, models: Models, make_checkpoint: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_call: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store.checkpoints, "save", full)
    screen = upload(gallery(open_page), to_zip(make_checkpoint(run_id="sent")))
    assert "can't be written: No space left on device" in screen.errors[0]
    assert "The models that were there are untouched" in screen.errors[0]


def test_what_is_downloaded_can_be_uploaded_elsewhere(open_page: Open, models: Models, checkpoint_folder: Path) -> None:
    content = to_zip(open_model("tiny-cvae").checkpoint)
    shutil.rmtree(checkpoint_folder / "tiny-cvae")
    screen = upload(gallery(open_page), content)
    assert screen.errors == []
    found = load(checkpoint_folder / "tiny-cvae")
    assert to_files(found) == to_files(models["tiny-cvae"])
