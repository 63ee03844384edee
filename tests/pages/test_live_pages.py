"""The places with a map: they open, say what is wrong with a link, and keep what the browser reports."""

import json
import math
import shutil
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest

from analysis.nearness import own_quantiles
from live.library import all_runs
from live.palette import CLASS_COLOURS, CLASS_COLOURS_DARK, text_on
from live.words import t
from models import gallery
from models.checkpoint import RUN, WEIGHTS, Checkpoint
from models.families import FAMILIES
from ui.page import shown_order
from ui.page_table import PAGES
from ui.server import streamlit_mends
from ui.server.first_view import first_view

Open = Callable[..., Any]
Models = dict[str, Checkpoint]
LIVE = {page.name: page.state for page in PAGES.values() if page.preloads == "map"}
GOOD = {
    "z": "0.5,-1.25", "a": "1,2", "b": "-1,-2", "class": "7", "point": "19", "without": "0,9", "layers": "0,2", "with": "3",
    "mix": "0.25", "path": "slerp", "tool": "slide", "by": "hand", "zoom": "0.5,-1,2.5", "seed": "42",
    "numbers": "1", "plus": "c3", "minus": "i4.2", "times": "-1.5", "range": "data",
    "guesses": "abca.",
}  # fmt: skip
BAD = {
    "z": ["1", "1,2,3", "nan,0", "1_0,0", "١,٢", "200,0", "<img src=x>,0"],
    "a": ["1,1e400"],
    "b": ["--1,2"],
    "class": ["10", "--1", "١", "9" * 5000],
    "point": ["20", "--1"],
    "without": ["1,1", "²"],
    "layers": ["x"],
    "with": ["-1"],
    "mix": ["nan"],
    "path": ["<script>"],
    "tool": ["hammer"],
    "by": ["<b>"],
    "zoom": ["1,2", "1,2,inf"],
    "seed": ["-1", "1000000"],
    "numbers": ["2"],
    "plus": ["c", "c100", "i1,2", "<b>+", "i" + ".".join("1" * 61)],
    "minus": ["glasses", "i1..2"],
    "times": ["4", "1,2"],
    "range": ["all"],
    "guesses": ["d", "abcabcabc.", "a.b"],
}
BAD_CASES = [(page, name, text) for page, names in LIVE.items() for name in names for text in BAD[name]]


@pytest.mark.parametrize("page", LIVE)
class TestOpens:
    @pytest.mark.parametrize("family", FAMILIES)
    def test_with_every_family(self, open_page: Open, keep: Open, page: str, family: str) -> None:
        latents = 1 + len(page + family) % 4
        keep(family, latents, run_id="one")
        screen = open_page(page, model="one")
        model = screen.data["model"]
        assert (model["id"], model["latentDim"]) == ("one", latents)
        assert screen.warnings == screen.errors == []

    def test_on_a_good_model_without_any_link(self, open_page: Open, models: Models, page: str) -> None:
        screen = open_page(page)
        expected = "tiny-cvae" if page == "create" else "tiny-vae"  # the first in the list
        assert screen.data["model"]["id"] == expected
        assert screen.data["view"] == page
        assert screen.data["state"] == {}
        assert screen.query["model"] == expected
        assert not screen.test.selectbox, "the bar has the chooser of models"

    def test_on_the_houses_first_model_where_it_is(
        self, open_page: Open, models: Models, keep: Open, page: str
    ) -> None:
        keep(run_id="mnist-vae")
        expected = "tiny-cvae" if page == "create" else "mnist-vae"
        assert open_page(page).data["model"]["id"] == expected

    def test_without_models_and_says_what_to_do(self, open_page: Open, page: str) -> None:
        screen = open_page(page)
        assert "python -m training --data digits" in screen.test.info[0].value
        assert not screen.has_view

    def test_without_a_folder(
        self, open_page: Open, page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("LATENT_CHECKPOINTS", str(tmp_path / "none"))
        assert "python -m training" in open_page(page).test.info[0].value

    def test_beside_a_damaged_record(self, open_page: Open, models: Models, checkpoint_folder: Path, page: str) -> None:
        (checkpoint_folder / "tiny-vae" / RUN).write_text("{")
        assert open_page(page).data["model"]["id"] in models.keys() - {"tiny-vae"}
        assert open_page(page, model="tiny-beta-vae").data["model"]["id"] == "tiny-beta-vae"

    @pytest.mark.parametrize("damage", ["cut", "missing"])
    def test_names_a_damaged_model_and_leaves_the_others(
        self, open_page: Open, models: Models, checkpoint_folder: Path, page: str, damage: str
    ) -> None:
        weights = checkpoint_folder / "tiny-vae" / WEIGHTS
        content = weights.read_bytes()
        weights.unlink()
        if damage == "cut":
            weights.write_bytes(content[:-4])
        screen = open_page(page, model="tiny-vae")
        assert "tiny-vae: " in screen.errors[0]
        assert WEIGHTS in screen.errors[0]
        assert "Choose another model" in screen.errors[0]
        assert not screen.has_view
        screen.visit(model="tiny-beta-vae")
        assert screen.data["model"]["id"] == "tiny-beta-vae"
        assert screen.errors == []

    @pytest.mark.parametrize(
        "name", ["gone", "", "../tiny-vae", "TINY-VAE", "x" * 5000, "<img src=x>", "\u202etiny", "tiny-vae "]
    )
    def test_says_that_a_model_is_gone(self, open_page: Open, models: Models, page: str, name: str) -> None:
        screen = open_page(page, model=name)
        assert screen.data["model"]["id"] in models
        assert len(screen.warnings) == 1
        assert screen.warnings[0].startswith("This link asks for a model that is not here: “")
        listed = screen.warnings[0].partition("”")[2]
        assert not [known for known in models if known in listed], "an id is nothing to read"
        assert len(screen.warnings[0]) < 300
        assert screen.query["model"] == screen.data["model"]["id"]
        assert screen.run().warnings == []

    def test_says_it_when_the_model_goes_while_it_is_shown(
        self, open_page: Open, models: Models, checkpoint_folder: Path, page: str
    ) -> None:
        screen = open_page(page, model="tiny-beta-vae")
        shutil.rmtree(checkpoint_folder / "tiny-beta-vae")
        screen.run()
        assert screen.data["model"]["id"] != "tiny-beta-vae"
        assert screen.query["model"] == screen.data["model"]["id"]


class TestAnotherModel:
    def test_it_is_shown_and_linked(self, open_page: Open, models: Models) -> None:
        screen = open_page("explore", model="tiny-vae", z="1,2").visit(model="tiny-cvae")
        assert screen.data["model"]["id"] == screen.query["model"] == "tiny-cvae"
        assert "z" not in screen.data["state"] | screen.query

    def test_each_model_remembers_its_own_point(self, open_page: Open, models: Models) -> None:
        screen = open_page("explore", model="tiny-vae", z="1,2")
        screen.visit(model="tiny-beta-vae").send({"z": "1,2,3,4"})
        screen.visit(model="tiny-vae")
        assert screen.data["state"]["z"] == screen.query["z"] == "1,2"
        screen.visit(model="tiny-beta-vae")
        assert screen.data["state"]["z"] == screen.query["z"] == "1,2,3,4"

    def test_a_link_takes_the_point_along_to_a_model_of_as_many_latents(self, open_page: Open, keep: Open) -> None:
        keep()
        keep("cvae", 2)
        screen = open_page("explore", model="tiny-vae", z="1,2").visit(model="tiny-cvae", z="1,2", zoom="0,0,2")
        assert screen.data["state"] == {"z": "1,2", "zoom": "0,0,2"}
        assert screen.warnings == []

    def test_a_link_opens_either_of_two_models_of_one_title(self, open_page: Open, keep: Open) -> None:
        for run_id in ("monday", "tuesday"):
            keep(run_id=run_id)
        for run_id in ("tuesday", "monday"):
            assert open_page("explore", model=run_id).run().data["model"]["id"] == run_id

    def test_models_stand_in_the_houses_order(self, keep: Open) -> None:
        for name, family, latents, data in (
            ("e", "vae", 2, "digits"), ("d", "vae", 2, "fashion-mnist"), ("c", "vae", 10, "mnist"), ("b", "cvae", 2, "mnist"),
            ("a", "vae", 2, "mnist"),
        ):  # fmt: skip
            keep(family, latents, run_id=name, data={"name": data})
        assert [run.run_id for run in shown_order(all_runs().runs)] == ["a", "b", "c", "d", "e"]


class TestPlane:
    @pytest.mark.parametrize("page", LIVE)
    def test_two_latents_have_one(self, open_page: Open, models: Models, page: str) -> None:
        screen = open_page(page, model="tiny-vae", plane="2-1")
        assert screen.data["plane"]["name"] == "1-2"
        assert "plane" not in screen.query
        assert screen.warnings == []

    @pytest.mark.parametrize("page", LIVE)
    @pytest.mark.parametrize("plane", ["1-2", "3-4", "pca", "2-4", "2-1", "4-3"])
    def test_the_link_names_it(self, open_page: Open, models: Models, page: str, plane: str) -> None:
        screen = open_page(page, model="tiny-beta-vae", plane=plane)
        assert screen.data["plane"]["name"] == screen.query["plane"] == plane
        assert screen.data["figure"].endswith(f"map-{plane}.json")
        assert screen.warnings == []
        assert screen.run().data["plane"]["name"] == plane

    @pytest.mark.parametrize(
        "plane", ["", "1-1", "0-1", "1-5", "x", "pca2", "01-2", "١-٢", "1-2-3", "1" * 5000 + "-2", "<img src=x>-1"]
    )
    def test_a_bad_one_becomes_a_sentence_and_the_default(self, open_page: Open, models: Models, plane: str) -> None:
        screen = open_page("explore", model="tiny-beta-vae", plane=plane)
        assert screen.data["plane"]["name"] == screen.query["plane"] == "1-2"
        assert screen.warnings == [f"The link asks for the plane “{plane[:20]}”; this model has dimensions 1 to 4."]
        assert screen.run().warnings == []

    @pytest.mark.parametrize("plane", ["1-2", "2-1"])
    def test_another_one_is_shown_and_keeps_the_point(self, open_page: Open, models: Models, plane: str) -> None:
        screen = open_page("explore", model="tiny-beta-vae", plane=plane, z="1,2,3,4")
        screen.visit(**screen.query | {"plane": "3-4"})
        assert screen.data["plane"]["name"] == screen.query["plane"] == "3-4"
        assert screen.data["state"] == {"z": "1,2,3,4"}
        assert screen.run().data["plane"]["name"] == "3-4"

    def test_one_that_the_next_model_has_not_is_not_asked_of_it(self, open_page: Open, models: Models) -> None:
        screen = open_page("explore", model="tiny-beta-vae", plane="3-4").visit(model="tiny-cvae")
        assert screen.data["plane"]["name"] == "1-2"
        assert screen.warnings == []


class TestLink:
    @pytest.mark.parametrize("page", LIVE)
    def test_its_state_reaches_the_view_and_stays_in_the_address_bar(
        self, open_page: Open, models: Models, page: str
    ) -> None:
        state = {name: GOOD[name] for name in LIVE[page]}
        screen = open_page(page, model="tiny-vae", **state)
        assert screen.data["state"] == state
        assert screen.query == {"model": "tiny-vae"} | state
        assert screen.warnings == []
        assert screen.run().data["state"] == state

    @pytest.mark.parametrize("page", LIVE)
    def test_what_the_page_does_not_know_is_dropped(self, open_page: Open, models: Models, page: str) -> None:
        screen = open_page(page, model="tiny-vae", stranger="x", **GOOD)
        assert set(screen.data["state"]) == set(LIVE[page])
        assert set(screen.query) == {"model", *LIVE[page]}

    @pytest.mark.parametrize(("page", "name", "text"), BAD_CASES, ids=[f"{p}-{n}-{t[:12]!r}" for p, n, t in BAD_CASES])
    def test_a_bad_value_becomes_a_sentence_and_the_default(
        self, open_page: Open, models: Models, page: str, name: str, text: str
    ) -> None:
        screen = open_page(page, **{"model": "tiny-vae", name: text})
        assert len(screen.warnings) == 1
        assert screen.warnings[0].startswith("The link ")
        assert text[:12].replace("\\", "") in screen.warnings[0]
        assert len(screen.warnings[0]) < 200
        assert screen.data["state"] == {}
        assert screen.query == {"model": "tiny-vae"}
        assert screen.run().warnings == []

    def test_without_a_model_it_speaks_of_the_one_that_is_shown(self, open_page: Open, keep: Open) -> None:
        keep()
        screen = open_page("explore", z="1,2")
        assert screen.data["state"] == {"z": "1,2"}
        assert screen.query == {"model": "tiny-vae", "z": "1,2"}

    def test_about_a_model_that_is_gone_says_nothing_about_the_default(self, open_page: Open, models: Models) -> None:
        screen = open_page("explore", model="gone", z="1,2")
        assert screen.data["state"] == {}
        assert len(screen.warnings) == 1


class TestBrowserReports:
    @pytest.mark.parametrize("page", LIVE)
    def test_a_good_state_lands_in_the_address_bar_and_in_the_session(
        self, open_page: Open, models: Models, page: str
    ) -> None:
        state = {name: GOOD[name] for name in LIVE[page]}
        screen = open_page(page, model="tiny-vae").send(state)
        assert screen.query == {"model": "tiny-vae"} | state
        assert screen.data["state"] == state
        assert screen.test.session_state["kept"]["z:tiny-vae" if "z" in state else "a:tiny-vae"] == state.get(
            "z", GOOD["a"]
        )

    @pytest.mark.parametrize(("page", "name", "text"), BAD_CASES, ids=[f"{p}-{n}-{t[:12]!r}" for p, n, t in BAD_CASES])
    def test_a_hostile_value_is_dropped_and_the_rest_kept(
        self, open_page: Open, models: Models, page: str, name: str, text: str
    ) -> None:
        others = {other: GOOD[other] for other in LIVE[page] if other != name}
        screen = open_page(page, model="tiny-vae").send(others | {name: text})
        assert screen.data["state"] == others
        assert screen.query == {"model": "tiny-vae"} | others
        assert screen.warnings == []

    @pytest.mark.parametrize(
        "state",
        [None, 5, "z=1,2", [], ["z"], True, {}, {"z": 5}, {"z": None}, {"z": ["1,2"]}, {"z": {"a": 1}}, {"z": True}, {"z": ""},
         {"model": "tiny-cvae"}, {"plane": "pca"}, {"stranger": "x"}, {"Z": "1,2"}, {"kept": "x", "notices": "y"}, {"x" * 9999: "1"}],
        ids=lambda state: repr(state)[:30],
    )  # fmt: skip
    def test_what_is_no_state_changes_nothing(self, open_page: Open, models: Models, state: object) -> None:
        screen = open_page("explore", model="tiny-vae").send(state)
        assert {name: text for name, text in screen.data["state"].items() if text} == {}
        assert screen.query["model"] == screen.data["model"]["id"] == "tiny-vae"
        assert set(screen.query) <= {"model", "z"}
        assert not screen.query.get("z")

    @pytest.mark.parametrize("text", ["[]", "5", "NaN", '"state"', "null", '{"state": 1e999}', '{"state": {"z": NaN}}'])
    def test_a_message_of_another_shape_changes_nothing(self, open_page: Open, models: Models, text: str) -> None:
        screen = open_page("explore", model="tiny-vae").send_text(text)
        assert screen.data["state"] == {}
        assert screen.query == {"model": "tiny-vae"}

    @pytest.mark.parametrize(
        "text", ["{", "", "[" * 50_000, '{"state": ' + "9" * 5_000 + "}"], ids=lambda text: text[:9]
    )
    def test_a_message_that_is_no_json_changes_nothing(self, open_page: Open, models: Models, text: str) -> None:
        streamlit_mends.mend()
        screen = open_page("explore", model="tiny-vae").send_text(text)
        assert screen.errors == []
        assert screen.data["state"] == {}
        assert screen.send({"z": "1,1"}).data["state"] == {"z": "1,1"}

    def test_a_name_that_is_left_out_is_forgotten(self, open_page: Open, models: Models) -> None:
        screen = open_page("explore", model="tiny-vae", z="1,2", without="3").send({"z": "1,1"})
        assert screen.data["state"] == {"z": "1,1"}
        assert screen.query == {"model": "tiny-vae", "z": "1,1"}
        screen.test.query_params.clear()
        assert screen.run().data["state"] == {"z": "1,1"}

    def test_the_plane_stays_in_the_address_bar(self, open_page: Open, models: Models) -> None:
        screen = open_page("explore", model="tiny-beta-vae", plane="3-4").send({"z": "1,2,3,4"})
        assert screen.query == {"model": "tiny-beta-vae", "plane": "3-4", "z": "1,2,3,4"}

    def test_the_address_bar_opens_the_same_picture_elsewhere(self, open_page: Open, models: Models) -> None:
        here = open_page("explore", model="tiny-beta-vae", plane="pca").send(
            {"z": "1,2,3,-4.125", "point": "3", "without": "1,2", "layers": "0"}
        )
        there = open_page("explore", **here.query)
        assert there.data == here.data
        assert there.query == here.query

    def test_the_view_is_the_same_one_while_it_moves(self, open_page: Open, models: Models) -> None:
        screen = open_page("explore", model="tiny-vae")
        first = screen._component().proto.id
        assert screen.send({"z": "1,2"})._component().proto.id == first
        assert screen.visit(model="tiny-cvae")._component().proto.id != first


class TestOtherPages:
    def test_another_page_of_the_same_model_finds_the_point(self, open_page: Open, models: Models) -> None:
        screen = open_page("main").go("explore", model="tiny-beta-vae").send({"z": "1,2,3,4", "point": "7"})
        screen.go("create")
        assert screen.data["view"] == "create"
        assert screen.data["model"]["id"] == "tiny-beta-vae"
        assert screen.data["state"] == {"z": "1,2,3,4"}
        assert screen.query == {"model": "tiny-beta-vae", "plane": "1-2", "z": "1,2,3,4"}
        screen.send({"z": "4,3,2,1"}).go("explore")
        assert screen.data["state"] == {"z": "4,3,2,1", "point": "7"}

    def test_the_library_between_forgets_nothing(self, open_page: Open, models: Models) -> None:
        screen = open_page("main").go("explore", model="tiny-vae").send({"z": "1,2"})
        screen.go("library").go("create")
        assert screen.data["model"]["id"] == "tiny-vae"
        assert screen.data["state"] == {"z": "1,2"}

    def test_a_card_of_the_library_opens_its_model(self, open_page: Open, models: Models) -> None:
        screen = open_page("main").go("explore", model="tiny-vae").send({"z": "1,2"})
        screen.go("library").go("explore", model="tiny-cvae")
        assert screen.data["model"]["id"] == "tiny-cvae"
        assert screen.data["state"] == {}

    def test_the_plane_goes_along(self, open_page: Open, models: Models) -> None:
        screen = open_page("main").go("explore", model="tiny-beta-vae", plane="3-4").go("create")
        assert screen.data["plane"]["name"] == "3-4"

    def test_words_and_screen_go_along_in_the_link(self, open_page: Open, models: Models) -> None:
        along = {"words": "field", "present": "1", "hide": "nearest,pair"}
        screen = open_page("explore", model="tiny-vae", **along).send({"z": "1,2"})
        assert screen.query == {"model": "tiny-vae", "z": "1,2"} | along
        assert screen.data["names"] == {"model": "tiny-vae"} | along
        assert screen.data["words"]["layer"] == "field"
        assert screen.visit(model="tiny-vae").data["words"]["layer"] == "simple"


LINKS: dict[str, dict[str, str]] = {
    "nothing": {},
    "a model": {"model": "tiny-cvae"},
    "no model here": {"model": "gone", "z": "1,2", "plane": "pca"},
    "no name": {"model": "", "z": "1"},
    "a state": {"model": "tiny-vae", **GOOD},
    "a state of no model": {"z": "1", "tool": "path"},
    "what makes no sense": {"model": "tiny-vae", "z": "1", "tool": "x", "by": "x", "words": "x", "hide": "3", "present": "", "x": "y"},
    "what goes along": {"words": "field", "present": "1", "hide": "nearest"},
    "the other plane of two latents": {"model": "tiny-vae", "plane": "2-1"},
    "a plane": {"model": "tiny-beta-vae", "plane": "4-3", "z": "1,2,3,4"},
    "no plane": {"model": "tiny-beta-vae", "plane": "1-9"},
    "no plane at all": {"model": "tiny-beta-vae", "plane": ""},
    "the principal components": {"model": "tiny-beta-vae", "plane": "pca"},
}  # fmt: skip


@pytest.mark.parametrize("page", LIVE)
class TestFirstView:
    """Streamlit takes the view over that the page's HTML has begun only where both are told the same."""

    @pytest.mark.parametrize("link", LINKS)
    def test_is_told_what_the_script_tells_its_component(
        self, open_page: Open, models: Models, page: str, link: str
    ) -> None:
        query = LINKS[link]
        found = first_view(PAGES[page].address, urlencode(query))
        assert found
        assert json.loads(json.dumps(found.data)) == open_page(page, **query).data


class TestData:
    def test_says_what_the_model_is(self, open_page: Open, models: Models) -> None:
        data = open_page("explore", model="tiny-cvae").data
        run = models["tiny-cvae"].run
        base = data["model"].pop("base")
        assert base.startswith("assets/model/tiny-cvae/")
        nearness = data["model"].pop("nearness")
        assert nearness == pytest.approx(own_quantiles(models["tiny-cvae"].latents.mu).tolist(), rel=1e-5)
        assert all(len(f"{value:g}") <= 8 for value in nearness)
        assert data["model"] == {
            "id": "tiny-cvae", "title": run.title, "conditional": True, "stochastic": True, "learnt": False, "latentDim": 3,
            "image": [1, 8, 8],
            "classNames": list("0123456789"), "count": 20, "kl": [1.5, 1.5, 1.5], "dead": [],
            "likelihood": {"name": "bernoulli", "pixelStd": math.sqrt(0.5)}, "objective": run.training.objective,
            "kind": "image", "rows": [], "directions": None,
            "prior": None, "draft": False,
        }  # fmt: skip
        assert data["palette"]["colours"]["light"] == list(CLASS_COLOURS)
        assert data["palette"]["colours"]["dark"] == list(CLASS_COLOURS_DARK)
        assert data["palette"]["textOn"]["dark"] == [text_on(colour) for colour in CLASS_COLOURS_DARK]
        assert data["thumbs"] == "thumbs.webp"
        assert data["figure"] == "map-1-2.json"
        assert data["module"].startswith("assets/live/")

    def test_the_view_knows_the_likelihood_that_the_model_was_trained_with(
        self, open_page: Open, models: Models, make_checkpoint: Open
    ) -> None:
        run = make_checkpoint(run_id="gauss").run
        training = replace(run.training, weights=replace(run.training.weights, likelihood="gaussian", pixel_std=0.25))
        gallery.add(replace(make_checkpoint(run_id="gauss"), run=replace(run, training=training)))
        model = open_page("explore", model="gauss").data["model"]
        assert model["likelihood"] == {"name": "gaussian", "pixelStd": 0.25}

    def test_an_autoencoder_has_no_kl_and_no_dead_latents(self, open_page: Open, models: Models) -> None:
        model = open_page("explore", model="tiny-autoencoder").data["model"]
        assert (model["kl"], model["dead"], model["stochastic"]) == (None, [], False)

    def test_dead_latents_are_named(self, open_page: Open, keep: Open, models: Models) -> None:
        test = replace(models["tiny-beta-vae"].run.test, kl=(3.0, 0.001, 0.0, 2.0))
        keep("beta-vae", 4, made={"test": test})
        data = open_page("explore", model="tiny-beta-vae").data
        assert data["model"]["dead"] == [1, 2]
        assert data["plane"]["name"] == "1-4"

    def test_the_page_opens_on_a_test_image(self, open_page: Open, models: Models) -> None:
        for name, checkpoint in models.items():
            start, latents = open_page("explore", model=name).data["start"], checkpoint.latents
            assert start["z"] == latents.mu[start["point"]].tolist()
            assert start["label"] == int(latents.labels[start["point"]])
            rows = latents.mu.tolist()
            assert start["a"] in rows
            assert start["b"] in rows
            assert start["a"] != start["b"]

    def test_a_model_of_one_class_and_of_none(self, open_page: Open, keep: Open, make_checkpoint: Open) -> None:
        for count, names in ((1, ("only",)), (0, ())):
            checkpoint = make_checkpoint(run_id=f"classes-{count}")
            run = replace(
                checkpoint.run,
                model=replace(checkpoint.run.model, class_count=count),
                data=replace(checkpoint.run.data, class_names=names),
            )
            latents = replace(checkpoint.latents, labels=np.zeros(20, np.uint8) if names else None)
            gallery.add(replace(checkpoint, run=run, latents=latents))
            for page in LIVE:
                data = open_page(page, model=f"classes-{count}", without="0").data
                assert data["model"]["classNames"] == list(names)

    @pytest.mark.parametrize("page", LIVE)
    def test_huge_latents_are_no_reason_to_fail(self, open_page: Open, make_checkpoint: Open, page: str) -> None:
        checkpoint = make_checkpoint(run_id="huge")
        mu = checkpoint.latents.mu.copy()
        mu[::3], mu[1::3] = 3e38, -3e38
        gallery.add(replace(checkpoint, latents=replace(checkpoint.latents, mu=mu)))
        assert open_page(page).data["model"]["id"] == "huge"
        found = first_view(PAGES[page].address, "")
        assert found and json.dumps(found.data, allow_nan=False)


class TestAbout:
    def test_says_formula_numbers_and_settings(self, open_page: Open, models: Models) -> None:
        screen = open_page("explore", model="tiny-beta-vae")
        assert screen.test.latex[0].value.strip("$ \n") == FAMILIES["beta-vae"].formula
        facts = next(html for html in screen.html if "lp-facts" in html)
        for name, value in (
            ("elbo", "−26.0\u00a0nats"), ("reconstruction", "−20.0\u00a0nats"), ("kl", "6.0\u00a0nats"), ("mmd", "0.0100"),
        ):  # fmt: skip
            word = t(f"term.{name}")
            assert (
                f'data-term="{name}" aria-haspopup="dialog">{word[0].upper()}{word[1:]}</button>: <b>{value}</b>'
                in facts
            )
        for part in (
            "1 epoch in 1\u00a0s on CPU, 1 thread",
            "beta 4, seed 0",
            "means over 20 test images",
            "Higgins et al. 2017, eq. 4",
        ):
            assert part in screen.read

    def test_an_autoencoder_has_neither_elbo_nor_kl(self, open_page: Open, models: Models) -> None:
        facts = next(html for html in open_page("explore", model="tiny-autoencoder").html if "lp-facts" in html)
        assert "</button>: not defined, its encoder is deterministic" in facts
        assert facts.count('data-term="kl"') == 1

    def test_test_images_that_are_here_need_no_sentence(self, open_page: Open, models: Models) -> None:
        screen = open_page("explore")
        assert not screen.test.button
        assert not any("not on this computer" in html for html in screen.html)

    def test_missing_test_images_are_said_and_offered(
        self, open_page: Open, keep: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*_call: object, **_more: object) -> None:
            raise OSError("there is no network in this test")

        monkeypatch.setattr(socket, "getaddrinfo", refuse)
        monkeypatch.setattr(socket, "create_connection", refuse)
        monkeypatch.setenv("LATENT_DATA", str(tmp_path / "none"))
        keep(data={"name": "fashion-mnist", "title": "Fashion-MNIST"})
        screen = open_page("explore")
        assert screen.data["thumbs"] is None
        assert any("The test images of Fashion-MNIST are not on this computer" in html for html in screen.html)
        (button,) = screen.test.button
        assert "Download Fashion-MNIST" in screen.read
        button.click()
        screen.run()
        assert "Fashion-MNIST is not usable" in screen.errors[0]
        assert screen.has_view
