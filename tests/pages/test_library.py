"""The library: a card for every model, the data sets apart, and models that come as a zip."""

import datetime
import html
import io
import re
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest

from live.library import open_model
from live.words import day, t
from models import gallery
from models.checkpoint import RUN, WEIGHTS, Checkpoint, load, to_files, to_zip
from models.families import FAMILIES
from models.tensors import tensors_to_bytes
from published.programs import PROGRAMS
from tests.exports.test_foreign_onnx import Drawn
from tests.pages.conftest import plain
from ui import switches
from ui.assets import manifold_url
from ui.parts.model_cards import kind_of
from ui.parts.ticks import SWITCH

Open = Callable[..., Any]
Models = dict[str, Checkpoint]
DATA = "Digits 8x8"  # of the tiny models


def library(open_page: Open, **query: str) -> Any:
    return open_page("library", **query)


def upload(screen: Any, content: bytes, name: str = "model.zip") -> Any:
    screen.test.file_uploader[0].set_value((name, content, "application/zip"))
    return screen.run()


LINK = re.compile(r'<a class="lp-card-picture" href="\./([^"]*)" target="_self">(.*?)</a>', re.DOTALL)


def links(screen: Any, to: str = "?model=") -> list[tuple[str, str]]:
    """What the cards are called and where they lead."""
    found = [match for html in screen.html for match in LINK.findall(html)]
    return [(re.sub("<[^>]*>", "", inside), address) for address, inside in found if address.startswith(to)]


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def shipped(*names: str) -> None:
    """These models came with the app."""
    (gallery.checkpoint_folder() / gallery.SHIPPED).write_text("\n".join(names))


class TestCards:
    def test_every_model_has_one_with_picture_title_and_one_sentence(self, open_page: Open, models: Models) -> None:
        shipped(*models)
        screen = library(open_page)
        assert links(screen) == [
            ("VAE, 2 latents", "?model=tiny-vae"), ("Autoencoder, 1 latents", "?model=tiny-autoencoder"),
            ("CVAE, 3 latents", "?model=tiny-cvae"), ("beta-VAE, 4 latents", "?model=tiny-beta-vae"),
        ]  # fmt: skip
        pictures = [html for html in screen.html if "<img" in html]
        for (title, link), picture in zip(links(screen), pictures, strict=True):
            name = link.removeprefix("?model=")
            assert f'src="{manifold_url(open_model(name))}" alt="What {title} can draw"' in picture
        sentences = [t(f"kind.{family}.line") for family in ("vae", "autoencoder", "cvae", "beta-vae")]
        assert [element.value for element in screen.test.markdown][:4] == sentences
        assert "nats" not in screen.read
        assert "$" not in screen.read
        assert screen.warnings == screen.errors == []

    def test_in_the_field_layer_it_has_formula_number_and_likelihood(self, open_page: Open, models: Models) -> None:
        shipped(*models)
        screen = library(open_page, words="field")
        assert r"$\log p(x|z) - \beta\,\mathrm{KL}$" in screen.rendered
        assert [element.value for element in screen.test.caption] == [
            "ELBO −23.0\u00a0nats, Bernoulli likelihood",
            "log p(x|z) −20.0\u00a0nats, Bernoulli likelihood",
            "ELBO −24.5\u00a0nats, Bernoulli likelihood",
            "ELBO −26.0\u00a0nats, Bernoulli likelihood",
        ]
        assert "Leaves holes" not in screen.read

    def test_elbos_of_two_likelihoods_are_said_to_be_not_comparable(self, open_page: Open, keep: Open) -> None:
        keep()
        assert "not comparable" not in library(open_page, words="field").read
        training = keep(run_id="g").run.training
        weights = replace(training.weights, likelihood="gaussian")
        keep(run_id="g", made={"training": replace(training, weights=weights)})
        read = library(open_page, words="field").read
        assert "not comparable" in read
        assert "Gaussian likelihood\n" in read
        assert "not comparable" not in library(open_page).read

    def test_a_film_is_named_and_linked(self, open_page: Open, models: Models, with_film: Open) -> None:
        gallery.add(with_film(models["tiny-vae"]), replace=True)
        assert links(library(open_page), "train") == [("Film of its training", "train?model=tiny-vae")]

    def test_a_model_has_the_name_that_it_was_given(self, open_page: Open, models: Models) -> None:
        gallery.rename("tiny-vae", "Ours")
        gallery.add(replace(models["tiny-vae"], run=replace(models["tiny-vae"].run, run_id="other", title="Ours")))
        assert {label for label, _ in links(library(open_page)) if "Ours" in label} == {"Ours", "Ours (2)"}

    def test_without_models_it_says_what_to_do_and_takes_uploads(self, open_page: Open) -> None:
        screen = library(open_page)
        assert "Train one" in screen.test.info[0].value
        assert links(screen, "train") == [("Train a model", "train?data=digits")]
        assert links(screen) == []
        assert len(screen.test.file_uploader) == 1

    def test_a_damaged_record_is_named_and_the_others_are_shown(
        self, open_page: Open, models: Models, checkpoint_folder: Path
    ) -> None:
        (checkpoint_folder / "tiny-vae" / RUN).write_text("{")
        screen = library(open_page)
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
        screen = library(open_page)
        assert len(links(screen)) == 3
        assert len(screen.warnings) == 1
        assert screen.warnings[0].startswith("tiny-vae: ")
        assert WEIGHTS in screen.warnings[0]

    def test_only_damaged_models_leave_the_page_standing(
        self, open_page: Open, models: Models, checkpoint_folder: Path
    ) -> None:
        for folder in checkpoint_folder.iterdir():
            (folder / RUN).write_bytes(b"\xff")
        screen = library(open_page)
        assert len(screen.warnings) == 4
        assert "Train one" in screen.test.info[0].value

    def test_a_model_that_comes_while_the_page_is_open(self, open_page: Open, models: Models, keep: Open) -> None:
        screen = library(open_page)
        keep("mmd-vae", 2)
        assert len(links(screen.run())) == 5

    def test_more_than_a_row_of_cards(self, open_page: Open, keep: Open) -> None:
        for number in range(11):
            keep(run_id=f"model-{number:02}")
        assert [link for _, link in links(library(open_page))] == [
            f"?model=model-{number:02}" for number in range(10, -1, -1)
        ]


class TestChoosingToCompare:
    @staticmethod
    def open(open_page: Open) -> Any:
        screen = library(open_page, data="digits")
        assert not list(screen.test.checkbox), "the cards are calm until somebody wants to compare"
        screen.test.toggle(key=SWITCH).set_value(True)
        return screen.run()

    @staticmethod
    def tick(screen: Any, name: str, on: bool = True) -> Any:
        screen.test.checkbox(key=f"tick-{name}").set_value(on)
        return screen.run()

    @staticmethod
    def said(screen: Any) -> str:
        """The sentence of the bar."""
        (found,) = [match[1] for text in screen.html if (match := re.search(r'role="status">([^<]*)<', text))]
        return html.unescape(found)

    @staticmethod
    def leads(screen: Any) -> list[str]:
        """Where "Compare these" leads, if it is there."""
        found = [re.search(r'class="lp-button" href="([^"]*)"', text) for text in screen.html]
        return [html.unescape(match[1]) for match in found if match]

    def test_two_ticks_lead_to_where_compares_own_choice_leads(self, open_page: Open, models: Models) -> None:
        screen = self.open(open_page)
        assert self.said(screen) == t("ticks.none")
        self.tick(screen, "tiny-cvae")
        assert self.said(screen) == t("ticks.few", data=DATA)
        assert self.leads(screen) == []
        self.tick(screen, "tiny-vae")
        (address,) = self.leads(screen)
        query = dict(parse_qsl(urlsplit(address).query))
        assert query == {"by": "side", "models": "tiny-cvae,tiny-vae"}
        told = open_page("compare", **query).data
        assert [pane["model"]["id"] for pane in told["panes"]] == ["tiny-cvae", "tiny-vae"]
        assert told["problems"] == []
        self.tick(screen, "tiny-cvae", on=False)
        assert self.leads(screen) == []

    def test_four_at_most(self, open_page: Open, models: Models, keep: Open) -> None:
        keep(run_id="fifth")
        screen = self.open(open_page)
        for name in models:
            self.tick(screen, name)
        assert self.said(screen) == t("ticks.full", count=4, data=DATA)
        assert screen.test.checkbox(key="tick-fifth").disabled
        assert not screen.test.checkbox(key="tick-tiny-vae").disabled, "what is ticked can be unticked"
        self.tick(screen, "tiny-vae", on=False)
        assert not screen.test.checkbox(key="tick-fifth").disabled

    def test_of_one_data_set_also_in_another_tab(self, open_page: Open, models: Models, keep: Open) -> None:
        keep(run_id="other", data={"name": "fashion-mnist", "title": "Fashion-MNIST", "digest": "0" * 64})
        screen = self.tick(self.open(open_page), "tiny-vae")
        screen.test.session_state["data"] = "fashion-mnist"
        screen.run()
        assert screen.test.checkbox(key="tick-other").disabled
        assert self.said(screen) == t("ticks.few", data=DATA)
        screen.test.session_state["data"] = "digits"
        assert screen.run().test.checkbox(key="tick-tiny-vae").value, "a look at another tab forgets no tick"

    def test_a_model_that_is_removed_is_no_longer_ticked(self, open_page: Open, models: Models) -> None:
        screen = self.tick(self.tick(self.open(open_page), "tiny-vae"), "tiny-cvae")
        gallery.remove("tiny-vae")
        assert self.leads(screen.run()) == []
        assert self.said(screen) == t("ticks.few", data=DATA)


class TestKinds:
    @pytest.mark.parametrize("family", FAMILIES)
    def test_a_family_trained_on_its_own_objective_is_itself(self, family: str, make_checkpoint: Open) -> None:
        assert kind_of(make_checkpoint(family).run) == family
        assert t(f"kind.{family}.line")

    @pytest.mark.parametrize(("family", "objective", "beta", "kind"), [
        ("vae", "kl", 1.0, "empty"), ("vae", "reconstruction", 1.0, "copies"), ("cvae", "reconstruction", 1.0, "copies"),
        ("vae", "elbo-monte-carlo", 0.01, "cheap"), ("beta-vae", "beta-elbo", 0.5, "cheap"),
        ("vae", "elbo-monte-carlo", 1.0, "vae"), ("vae", "elbo", 0.5, "vae"), ("vae", "capacity-elbo", 1.0, "capacity"),
    ])  # fmt: skip
    def test_what_it_was_trained_on_counts(
        self, family: str, objective: str, beta: float, kind: str, make_checkpoint: Open
    ) -> None:
        run = make_checkpoint(family).run
        weights = replace(run.training.weights, beta=beta)
        assert kind_of(replace(run, training=replace(run.training, objective=objective, weights=weights))) == kind
        assert t(f"kind.{kind}.line")

    def test_an_even_grey_picture_is_explained_in_both_layers(self, open_page: Open, keep: Open) -> None:
        training = replace(keep().run.training, objective="kl")
        keep(made={"training": training})
        assert t("kind.empty.line") in library(open_page).read
        assert "no image is learnt" in library(open_page, words="field").read


class TestDataSets:
    @pytest.fixture(autouse=True)
    def _models(self, keep: Open) -> None:
        keep(run_id="d")
        keep(run_id="m", data={"name": "mnist", "title": "MNIST"})
        keep(run_id="f", data={"name": "fashion-mnist", "title": "Fashion-MNIST"})

    def test_mnist_comes_first_and_is_shown(self, open_page: Open) -> None:
        screen = library(open_page)
        (picker,) = screen.test.button_group
        assert picker.options == ["MNIST", r"Fashion\-MNIST", "Digits 8x8", "Lessons", "Glossary"]
        assert [link for _, link in links(screen)] == ["?model=m"]
        assert screen.query == {"data": "mnist"}

    def test_switching_shows_the_others_and_is_linked(self, open_page: Open) -> None:
        screen = library(open_page)
        screen.test.button_group[0].set_value("fashion-mnist")
        screen.run()
        assert [link for _, link in links(screen)] == ["?model=f"]
        assert screen.query == {"data": "fashion-mnist"}

    def test_the_link_names_one(self, open_page: Open) -> None:
        assert [link for _, link in links(library(open_page, data="digits"))] == ["?model=d"]

    @pytest.mark.parametrize("name", ["gone", "", "MNIST", "x" * 5000, "<img src=x>", "mnist,digits"])
    def test_an_unknown_one_becomes_a_sentence_and_the_default(self, open_page: Open, name: str) -> None:
        screen = library(open_page, data=name)
        assert [link for _, link in links(screen)] == ["?model=m"]
        assert screen.warnings == [
            f"The link asks for the data set “{name[:40]}”; there is mnist, fashion-mnist, digits, lessons, glossary."
        ]
        assert screen.query == {"data": "mnist"}
        assert screen.run().warnings == []

    def test_two_of_one_title_can_both_be_chosen(self, open_page: Open, keep: Open) -> None:
        keep(run_id="other", data={"name": "other", "title": "MNIST"})
        screen = library(open_page)
        options = screen.test.button_group[0].options
        assert len(set(options)) == len(options) == 6
        for name, link in (("other", "?model=other"), ("mnist", "?model=m")):
            screen.test.button_group[0].set_value(name)
            assert [found for _, found in links(screen.run())] == [link]

    def test_the_choice_outlives_a_visit_to_a_model(self, open_page: Open) -> None:
        screen = open_page("main").go("library", data="digits").go("explore", model="m")
        assert screen.has_view
        screen.go("library")
        assert [link for _, link in links(screen)] == ["?model=d"]


class TestPrograms:
    def test_they_are_told_apart_by_author_year_and_data(self, open_page: Open, keep: Open) -> None:
        title = PROGRAMS["post-vae"].title
        keep(run_id="post-vae-mnist", data={"name": "mnist", "title": "MNIST"},
             made={"program": "post-vae-mnist", "title": title})  # fmt: skip
        keep(run_id="post-vae", data={"name": "fashion-mnist", "title": "Fashion-MNIST"},
             made={"program": "post-vae", "title": title})  # fmt: skip
        keep("autoencoder", run_id="deck-autoencoder", made={"program": "deck-autoencoder"})
        shipped("post-vae", "post-vae-mnist", "deck-autoencoder")
        assert [title for title, _ in links(library(open_page))] == [
            "Keydana 2018: VAE (Fashion-MNIST)", "Keydana 2018: VAE (MNIST)", "Teaching deck: autoencoder (Digits 8x8)",
        ]  # fmt: skip

    def test_a_model_of_that_name_is_none(self, open_page: Open, keep: Open) -> None:
        keep(run_id="book-mlp")
        screen = library(open_page)
        assert "Published programs" not in screen.read
        assert screen.query == {"data": "digits"}

    def test_an_upload_can_not_become_one(self, open_page: Open, models: Models, make_checkpoint: Open) -> None:
        """Neither by its name nor by what its record says; a program that is not on this computer is free to take."""
        sent = make_checkpoint(run_id="zhao-mmd-vae", program="zhao-mmd-vae")
        screen = upload(library(open_page), to_zip(sent))
        assert screen.errors == []
        assert load(gallery.checkpoint_folder() / "zhao-mmd-vae").run.program is None
        assert "Published programs" not in screen.read
        assert "What the script really computes" not in open_page("explore", model="zhao-mmd-vae").read

    def test_a_data_set_called_glossary_has_a_tab_of_its_own(self, open_page: Open, keep: Open) -> None:
        keep(run_id="taken", data={"name": "glossary", "title": "Mine"})
        screen = library(open_page)
        assert screen.test.button_group[0].options == ["Mine", "Lessons", "Glossary"]
        assert [link for _, link in links(screen)] == ["?model=taken"]

    def test_the_glossary_stands_beside_the_models(self, open_page: Open, models: Models) -> None:
        screen = library(open_page, data="glossary")
        assert screen.has_view
        assert links(screen) == []

    def test_a_data_set_called_programs_has_a_tab_of_its_own(self, open_page: Open, keep: Open) -> None:
        keep(run_id="taken", data={"name": "programs", "title": "Mine"})
        keep(run_id="book-mlp", made={"program": "book-mlp"})
        screen = library(open_page, data="programs")
        assert [link for _, link in links(screen)] == ["?model=book-mlp"]
        assert sorted(screen.test.button_group[0].options) == ["Glossary", "Lessons", "Mine", "Published programs"]

    def test_an_upload_can_not_rename_the_tab_of_a_data_set(self, open_page: Open, keep: Open) -> None:
        keep(run_id="d")
        keep(run_id="e", data={"title": "Ha ha"})
        assert "Ha ha" not in library(open_page).read


class TestUpload:
    def test_a_good_model_is_in_the_library_at_once(
        self, open_page: Open, models: Models, make_checkpoint: Open, checkpoint_folder: Path
    ) -> None:
        sent = make_checkpoint("mmd-vae", run_id="sent")
        screen = upload(open_page("main").go("library"), to_zip(sent))
        assert screen.errors == []
        assert [element.value for element in screen.test.success] == [
            "MMD\\-VAE on Digits 8x8, 2 latents is in the library now\\."
        ]
        assert "?model=sent" in [link for _, link in links(screen)]
        kept = load(checkpoint_folder / "sent")
        assert kept.run == sent.run
        assert all(np.array_equal(kept.weights[name], sent.weights[name]) for name in sent.weights)
        assert screen.go("explore", model="sent").data["model"]["id"] == "sent"

    def test_into_an_empty_library(self, open_page: Open, make_checkpoint: Open) -> None:
        screen = upload(library(open_page), to_zip(make_checkpoint(run_id="sent")))
        assert [link for _, link in links(screen)] == ["?model=sent"]
        assert not screen.test.info

    def test_whatever_is_clicked_next_does_not_receive_it_again(
        self, open_page: Open, models: Models, keep: Open, make_checkpoint: Open
    ) -> None:
        keep(run_id="m", data={"name": "mnist", "title": "MNIST"})
        screen = upload(library(open_page), to_zip(make_checkpoint(run_id="sent")))
        for name in ("digits", "mnist", "digits"):
            screen.test.button_group[0].set_value(name)
            screen.run()
            assert screen.errors == []
            assert len(screen.test.success) == 1

    def test_the_same_one_again_is_refused(
        self, open_page: Open, models: Models, make_checkpoint: Open, checkpoint_folder: Path
    ) -> None:
        before = everything(checkpoint_folder)
        screen = upload(library(open_page), to_zip(make_checkpoint("vae", seed=9)))
        assert screen.errors == ["there is already a model called tiny-vae; choose another name."]
        assert everything(checkpoint_folder) == before
        assert screen.run().errors == ["there is already a model called tiny-vae; choose another name."]

    def test_after_a_refusal_a_good_one_is_taken(self, open_page: Open, models: Models, make_checkpoint: Open) -> None:
        screen = upload(library(open_page), b"no zip")
        assert len(screen.errors) == 1
        upload(screen, to_zip(make_checkpoint(run_id="sent")))
        assert screen.errors == []
        assert "?model=sent" in [link for _, link in links(screen)]

    def test_without_a_file_nothing_is_said(self, open_page: Open, models: Models) -> None:
        screen = upload(library(open_page), b"no zip")
        screen.test.file_uploader[0].set_value(None)
        screen.run()
        assert screen.errors == screen.warnings == []
        assert not screen.test.success

    def test_a_damaged_model_of_that_name_is_not_replaced(
        self, open_page: Open, models: Models, checkpoint_folder: Path
    ) -> None:
        content = to_zip(models["tiny-vae"])
        (checkpoint_folder / "tiny-vae" / RUN).write_text("{")
        assert "already a model called tiny-vae" in upload(library(open_page), content).errors[0]
        assert (checkpoint_folder / "tiny-vae" / RUN).read_text() == "{"


class TestModelsOfOthers:
    def test_of_weights_the_guess_is_shown_and_waits_for_a_yes(
        self, open_page: Open, models: Models, checkpoint_folder: Path
    ) -> None:
        weights = tensors_to_bytes(models["tiny-vae"].weights)
        screen = upload(library(open_page), weights, "theirs.safetensors")
        (data, activation) = screen.test.selectbox
        assert (data.label, activation.label) == (t("library.foreign.data"), t("library.foreign.activation"))
        data.set_value("digits")
        screen.run()
        assert "linear" in screen.test.code[0].value
        assert not (checkpoint_folder / "theirs").exists(), "nobody has said yes"
        next(button for button in screen.test.button if button.label == t("library.foreign.take")).click()
        screen.run()
        assert [plain(success.value) for success in screen.test.success] == [t("library.added", title="theirs")]
        assert "?model=theirs" in [link for _, link in links(screen)]
        assert not screen.test.code, "the question is answered"

    def test_what_they_can_not_be_is_said_with_the_tensor_and_another_choice_helps(
        self, open_page: Open, models: Models
    ) -> None:
        weights = tensors_to_bytes(models["tiny-vae"].weights)
        screen = upload(library(open_page), weights, "theirs.safetensors")
        screen.test.selectbox[0].set_value("faces")
        screen.run()
        assert "theirs.safetensors: there is no way from an image" in screen.errors[0]
        assert t("library.foreign.take") not in [button.label for button in screen.test.button]
        screen.test.selectbox[0].set_value("digits")
        screen.run()
        assert screen.errors == []

    def test_a_zip_with_an_operator_that_no_layer_is_names_it(self, open_page: Open, models: Models) -> None:
        bad = Drawn({"x": ["n", 1, 8, 8]})
        content = bad.content(bad.node("Sin", "x"))
        screen = upload(library(open_page), zipped({"encoder.onnx": content, "decoder.onnx": content}))
        screen.test.selectbox[0].set_value("digits")
        screen.run()
        assert "is the operator Sin, which no layer here is" in screen.errors[0]
        assert "both be in the zip" in upload(library(open_page), zipped({"encoder.onnx": content})).errors[0]


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
    "nothing in it": "found none",
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
    screen = upload(library(open_page), bad_zips(make_checkpoint(run_id="sent"))[what], "my model.zip")
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

    monkeypatch.setattr(gallery.checkpoints, "save", full)
    screen = upload(library(open_page), to_zip(make_checkpoint(run_id="sent")))
    assert "can't be written: No space left on device" in screen.errors[0]
    assert "The models that were there are untouched" in screen.errors[0]


def test_what_is_downloaded_can_be_uploaded_elsewhere(open_page: Open, models: Models, checkpoint_folder: Path) -> None:
    content = to_zip(open_model("tiny-cvae").checkpoint)
    shutil.rmtree(checkpoint_folder / "tiny-cvae")
    screen = upload(library(open_page), content)
    assert screen.errors == []
    found = load(checkpoint_folder / "tiny-cvae")
    assert to_files(found) == to_files(models["tiny-cvae"])


class TestOwnModels:
    @pytest.fixture
    def screen(self, open_page: Open, keep: Open, models: Models, tmp_path: Path) -> Any:
        """The library with models that shipped and one that was made here."""
        shipped(*models)
        keep("vae", 2, run_id="own")
        return library(open_page)

    def test_they_come_first_the_newest_before_the_others(self, screen: Any, keep: Open) -> None:
        keep("vae", 2, run_id="newest", made={"made": "2026-03-04T05:06:07+00:00"})
        found = [link for _, link in links(screen.run())]
        assert found[:2] == ["?model=newest", "?model=own"]
        assert len(found) == 6

    def test_they_say_when_they_were_made(self, screen: Any, keep: Open) -> None:
        assert [caption.value for caption in screen.test.caption] == ["made January 2, 2026, 03:04"]
        now = datetime.datetime.now(datetime.UTC)
        keep("vae", 2, run_id="newest", made={"made": now.isoformat(timespec="seconds")})
        assert screen.run().test.caption[0].value in (
            f"made today, {now:%H:%M}",
            f"made {day(now.date())}, {now:%H:%M}",
        )

    def test_only_an_own_model_can_be_renamed_or_removed(self, screen: Any) -> None:
        assert [field.key for field in screen.test.text_input] == ["title-own"]
        assert [button.key for button in screen.test.button] == ["remove-own"]

    def test_a_new_title_is_on_the_card_at_once_and_the_link_stays(self, screen: Any) -> None:
        screen.test.text_input(key="title-own").set_value("Ada's first")
        screen.run()
        assert ("Ada&#x27;s first", "?model=own") in links(screen)
        assert gallery.open_run("own").run.title == "Ada's first"

    @pytest.mark.parametrize("title", ["", "   ", "a\u202eb"])
    def test_a_title_that_cannot_be_is_refused_in_words_and_the_old_one_shown(self, screen: Any, title: str) -> None:
        before = gallery.open_run("own").run.title
        screen.test.text_input(key="title-own").set_value(title)
        screen.run()
        assert "a title has 1 to" in screen.warnings[0]
        assert screen.test.text_input(key="title-own").value == gallery.open_run("own").run.title == before

    def test_what_was_removed_comes_back_with_one_press(self, screen: Any) -> None:
        kept = everything(gallery.checkpoint_folder() / "own")
        screen.click("Remove this model")
        assert not [link for _, link in links(screen) if link == "?model=own"]
        assert any("is removed." in text for text in screen.rendered)
        screen.click("Undo")
        assert [link for _, link in links(screen) if link == "?model=own"]
        assert everything(gallery.checkpoint_folder() / "own") == kept
        assert not [button for button in screen.test.button if button.label == "Undo"]

    def test_the_servers_owner_sees_what_was_made_here_and_what_was_removed_comes_back(
        self, screen: Any, keep: Open, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(switches, "is_operator", lambda: False)
        assert t("operator.made") not in [part.label for part in screen.run().test.expander]
        monkeypatch.setattr(switches, "is_operator", lambda: True)
        keep("vae", 2, run_id="newest", made={"made": "2026-03-04T05:06:07+00:00"})
        kept = everything(gallery.checkpoint_folder())
        screen.test.session_state["operator-made"] = True
        screen.run()

        def shown() -> list[str]:
            return [button.key for button in screen.test.button if str(button.key).startswith("operator-")]

        assert shown() == ["operator-remove-newest", "operator-remove-own"]
        assert any("of its 10 GB" in text for text in screen.rendered)
        for name in ("own", "newest"):  # the undo of the page knows the last one only
            screen.test.button(key=f"operator-remove-{name}").click()
            screen.run()
        assert sorted(shown()) == ["operator-restore-newest", "operator-restore-own"]
        for name in ("own", "newest"):
            screen.test.button(key=f"operator-restore-{name}").click()
            screen.run()
        assert shown() == ["operator-remove-newest", "operator-remove-own"]
        assert everything(gallery.checkpoint_folder()) == kept

    def test_a_model_that_another_one_removed_meanwhile_is_told(self, screen: Any) -> None:
        gallery.remove("own")
        screen.click("Remove this model")
        assert screen.warnings == ["there is no model called own; it may have been removed."]
