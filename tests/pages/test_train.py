"""The page Train: what it asks for, what it refuses in words, and what becomes of a training that it starts."""

import fcntl
import functools
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from waiting import until

from datasets.catalogue import SOURCES
from datasets.data_set import DataSet
from jobs.job import CANCELLED, DONE, PAUSED, RUNNING, Job
from live.words import t
from models import checkpoint as checkpoints
from models import gallery
from models.families import FAMILIES
from published.programs import PROGRAMS
from training.estimate import Estimate
from training.recipes import RECIPES, recipe_parts
from training.service import COMMANDS, open_service
from training.snapshot import TrainingSnapshot
from ui import jobs, switches

Open = Callable[..., Any]
MEASURED = jobs.estimate_of
ENDLESS = {"family": "vae", "data": "digits", "model": {"widths": [8]}, "training": {"epochs": 200, "batch_size": 8}}


@pytest.fixture(autouse=True)
def _only_digits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No data set but the bundled one, and no time spent on measuring."""
    monkeypatch.setenv("LATENT_DATA", str(tmp_path / "no-data"))
    monkeypatch.setattr(jobs, "estimate_of", lambda plan: Estimate(2.0 * plan.training.epochs, 2.0, 12_345.6, 20))


@pytest.fixture
def endless(few_digits: DataSet, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Any], str]]:
    """A function that starts a training for a page's visitor which won't end by itself: 3,200 rests of 50 ms."""
    monkeypatch.setattr(jobs, "open_service", functools.partial(open_service, load=lambda *_, **__: few_digits))

    def start(screen: Any) -> str:
        session = screen.test.session_state["visitor"] = os.urandom(8).hex()
        job_id = jobs.service().submit(session, "key", ENDLESS)
        jobs.service().command(job_id, "slow", 0.05)
        return job_id

    yield start
    jobs.stop()


def job_of(job_id: str) -> Job:
    return jobs.service().snapshot(job_id)


def view_of(job_id: str) -> TrainingSnapshot:
    """What the training shows, once it shows something."""
    until(lambda: job_of(job_id).payload is not None)
    found = job_of(job_id).payload
    assert isinstance(found, TrainingSnapshot)
    return found


def number(screen: Any, label: str) -> Any:
    """The number input with this label."""
    (found,) = (element for element in screen.test.number_input if element.label == label)
    return found


HOLD, DIAL = "Hold the KL at a capacity C", "As a dial:"


def switch(screen: Any, label: str) -> Any:
    """Switches the toggle that begins with this label on."""
    (found,) = (element for element in screen.test.toggle if element.label.startswith(label))
    found.set_value(True)
    return screen.run()


def enter(screen: Any, label: str, value: float) -> Any:
    """Types a number."""
    number(screen, label).set_value(value)
    return screen.run()


def choose(screen: Any, key: str, option: str) -> Any:
    """Chooses a card."""
    screen.test.radio(key=key).set_value(option)
    return screen.run()


def plain(text: str) -> str:
    """What a person reads where `for_markdown` was used."""
    return text.replace("\\", "").replace("\u2060", "")


def links(screen: Any) -> dict[str, str]:
    """Where the links that look like buttons lead, by what they say."""
    found = (re.fullmatch(r'<a class="lp-button" href="([^"]*)" target="_self">(.*)</a>', text) for text in screen.html)
    return {match[2]: match[1] for match in found if match}


def has_train_button(screen: Any) -> bool:
    return any(button.label == "Train" for button in screen.test.button)


def formula(screen: Any) -> str:
    """The objective and, on a second line, its weights."""
    assert len(screen.test.latex) <= 2
    return "\n".join(str(found.value).strip("$\n") for found in screen.test.latex)


class TestForm:
    def test_opens_on_what_can_be_trained_here(self, open_page: Open) -> None:
        screen = open_page("train")
        assert screen.query == {"preset": "own", "family": "vae", "data": "digits", "recipe": "quick", "latent": "2"}
        assert screen.warnings == screen.errors == []
        assert has_train_button(screen)

    @pytest.mark.parametrize("family", FAMILIES)
    def test_every_family_shows_its_formula_sentence_and_source(self, open_page: Open, family: str) -> None:
        row = FAMILIES[family]
        screen = choose(open_page("train", words="field"), "family", family)
        assert formula(screen).startswith(row.formula)
        assert t(f"explained.{family}") in screen.read
        assert row.citation in screen.read
        assert screen.query["family"] == family
        assert f"{row.title} on Digits 8x8, 2 latents" in screen.read

    @pytest.mark.parametrize("family", FAMILIES)
    def test_in_simple_words_a_sentence_stands_for_the_formula(self, open_page: Open, family: str) -> None:
        screen = open_page("train", family=family)
        assert t(f"kind.{family}.line") in screen.read
        assert not screen.test.latex
        assert FAMILIES[family].citation not in screen.read
        assert not re.search(r"nats|images per second|epoch", screen.read)

    def test_simple_words_offer_the_common_kinds_and_what_is_here(self, open_page: Open) -> None:
        screen = open_page("train")
        assert len(screen.test.radio(key="family").options) == 5
        assert len(screen.test.radio(key="data").options) == 3
        screen = open_page("train", words="field")
        assert len(screen.test.radio(key="family").options) == len(FAMILIES)
        assert len(screen.test.radio(key="data").options) == len(SOURCES)

    def test_the_formula_names_the_chosen_beta(self, open_page: Open) -> None:
        screen = open_page("train", family="beta-vae", words="field")
        assert formula(screen).endswith(r"\beta = 4")
        assert formula(enter(screen, "beta, the weight of the KL", 0.5)).endswith(r"\beta = 0.5")

    def test_the_formula_names_the_chosen_weight_of_the_mmd(self, open_page: Open) -> None:
        screen = open_page("train", family="mmd-vae", words="field")
        assert formula(screen).endswith(r"\lambda = 1000")
        assert formula(enter(screen, "lambda, the weight of the MMD", 7.0)).endswith(r"\lambda = 7")

    def test_a_capacity_is_another_objective(self, open_page: Open) -> None:
        screen = switch(open_page("train", family="beta-vae", words="field"), HOLD)
        assert r"\gamma\,\big|\mathrm{KL} - C\big|" in formula(screen)
        assert "C = 5" in formula(screen)
        assert "Burgess" in screen.read
        assert "C = 0.25" in formula(enter(screen, "Capacity C, nats", 0.25))

    @pytest.mark.parametrize("family", [name for name, row in FAMILIES.items() if row.beta == 1])
    def test_only_what_has_a_beta_asks_for_one(self, open_page: Open, family: str) -> None:
        screen = open_page("train", family=family)
        assert not [element for element in screen.test.toggle if element.label == HOLD]
        assert not [element for element in screen.test.number_input if element.label.startswith("beta")]

    def test_an_infovae_asks_for_its_two_weights(self, open_page: Open) -> None:
        screen = open_page("train", family="infovae", words="field")
        assert formula(screen).endswith(r"\alpha = 0.5,\ \lambda = 100")
        changed = enter(screen, "alpha, the share of the KL’s price that is taken away", 0.25)
        assert formula(changed).endswith(r"\alpha = 0.25,\ \lambda = 100")
        assert not [toggle for toggle in changed.test.toggle if toggle.label == DIAL]

    def test_a_learnt_prior_has_no_dial(self, open_page: Open) -> None:
        for family in ("vampprior", "conditional-prior"):
            screen = open_page("train", family=family, words="field")
            assert not [toggle for toggle in screen.test.toggle if toggle.label == DIAL]

    @pytest.mark.parametrize(("family", "axis", "formulas"), [
        ("vae", "beta", r"\beta = 0.1\ \ldots\ 50"), ("beta-cvae", "beta", r"\beta = 0.1\ \ldots\ 50"),
        ("mmd-vae", "lambda", r"\lambda = 0.01\ \ldots\ 10000"),
    ])  # fmt: skip
    def test_a_dial_is_offered_with_its_estimate_and_asks_for_no_weight(
        self, open_page: Open, endless: Callable[[Any], str], family: str, axis: str, formulas: str
    ) -> None:
        screen = switch(open_page("train", family=family, words="field"), DIAL)
        assert formula(screen).endswith(formulas)
        assert not [element for element in screen.test.number_input if element.label.startswith(("beta", "lambda"))]
        assert f"Dial over {axis} on Digits 8x8, 2 latents" in screen.read
        assert "on this computer" in screen.read
        spec = job_of(screen.click("Train").query["job"]).spec
        assert (spec["dial"], spec["weights"]) == (axis, {})
        assert "-dial-2d-" in spec["run_id"]

    def test_an_autoencoder_has_nothing_to_turn(self, open_page: Open) -> None:
        screen = open_page("train", family="autoencoder")
        assert not [element for element in screen.test.toggle if element.label.startswith(DIAL)]

    @pytest.mark.parametrize("recipe", RECIPES)
    def test_a_recipe_fills_the_form(self, open_page: Open, recipe: str) -> None:
        screen = open_page("train", recipe=recipe)
        assert number(screen, "Epochs").value == recipe_parts(recipe, "digits")[1]["epochs"]
        assert screen.query["recipe"] == recipe

    @pytest.mark.parametrize("recipe", RECIPES)
    @pytest.mark.parametrize("data", SOURCES)
    def test_every_recipe_can_be_trained_on_every_data_set(self, open_page: Open, recipe: str, data: str) -> None:
        screen = open_page("train", recipe=recipe, set=data)
        assert screen.errors == []

    def test_the_time_is_said_before_the_start(self, open_page: Open) -> None:
        screen = enter(open_page("train", words="field"), "Epochs", 100)
        assert "100 epochs in about **3\u00a0min 20\u00a0s** on this computer (12,346 images per second" in screen.read
        assert "1 epoch in about **2\u00a0s**" in enter(screen, "Epochs", 1).read
        assert "2 latents**: about **1\u00a0min 0\u00a0s** on this computer." in open_page("train").read

    def test_the_time_is_really_measured(self, open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(jobs, "estimate_of", MEASURED)
        found = re.search(r"in about \*\*([^*]+)\*\*.*\(([\d,]+) images per second, measured just now on (\d+) batches",
                          open_page("train", data="digits", words="field").read)  # fmt: skip
        assert found
        assert int(found[2].replace(",", "")) > 100
        assert 3 <= int(found[3]) <= 20


class TestRefused:
    @pytest.mark.parametrize(
        ("label", "value", "sentence"),
        [
            ("Learning rate", 0.0, "learning_rate must be from 0.0000001 to 1; got 0."),
            ("Learning rate", 10.0, "learning_rate must be from 0.0000001 to 1; got 10."),
            ("Epochs", 0, "epochs must be from 1 to 500; got 0."),
            ("Epochs", 501, "epochs must be from 1 to 500; got 501."),
            ("Images per step", 4, "batch_size must be from 8 to 1,024; got 4."),
            ("Images per step", 2000, "batch_size must be from 8 to 1,024; got 2,000."),
            ("Seed", -1, "seed must be from 0 to"),
            ("Numbers in a code", 0, "latent_dim"),
            ("Numbers in a code", 1000, "latent_dim"),
            ("beta, the weight of the KL", -1.0, "beta must be from 0 to 1,000; got −1."),
            ("beta, the weight of the KL", 1e9, "beta must be from 0 to 1,000; got 1,000,000,000."),
        ],
    )
    def test_values_out_of_bounds_in_words(self, open_page: Open, label: str, value: float, sentence: str) -> None:
        screen = enter(open_page("train", family="beta-vae"), label, value)
        assert len(screen.errors) == 1
        assert sentence in screen.errors[0]
        assert not has_train_button(screen)
        good = {"Learning rate": 1e-3, "Images per step": 32, "Seed": 0, "Numbers in a code": 2}.get(label, 1)
        assert has_train_button(enter(screen, label, good))

    def test_a_capacity_out_of_bounds(self, open_page: Open) -> None:
        screen = switch(open_page("train", family="beta-vae"), HOLD)
        assert "capacity must be from 0 to 1,000; got −3." in enter(screen, "Capacity C, nats", -3.0).errors[0]

    @pytest.mark.parametrize("recipe", ["quick", "best"])
    def test_a_network_that_does_not_fit_the_images(self, open_page: Open, recipe: str) -> None:
        screen = open_page("train", recipe=recipe)
        for name in screen.test.selectbox(key=f"network-vae-digits-{recipe}").options[1:]:
            screen.pick(f"network-vae-digits-{recipe}", name)
            assert len(screen.errors) == (not has_train_button(screen))

    @pytest.mark.parametrize(
        ("name", "text", "default"),
        [
            ("family", "gan", "vae"), ("family", "<img src=x>", "vae"), ("data", "imagenet", "digits"), ("recipe", "slow", "quick"),
            ("latent", "0", "2"), ("latent", "129", "2"), ("latent", "nan", "2"), ("latent", "١", "2"), ("preset", "x" * 5000, "own"),
        ],
    )  # fmt: skip
    def test_a_link_that_asks_for_what_is_not_there(self, open_page: Open, name: str, text: str, default: str) -> None:
        screen = open_page("train", **{name: text})
        assert len(screen.warnings) == 1
        assert screen.warnings[0].startswith("The link asks for ")
        assert len(screen.warnings[0]) < 300
        assert screen.query[name] == default
        assert screen.run().warnings == []

    @pytest.mark.parametrize("text", ["gone", "", "../x", "<img src=x onerror=alert(1)>", "x" * 5000])
    def test_a_training_that_is_gone(self, open_page: Open, text: str) -> None:
        screen = open_page("train", job=text)
        expected = ["The training of this link is not known here any more."] if text else []
        assert screen.warnings == expected
        assert "job" not in screen.query
        assert has_train_button(screen)
        assert screen.run().warnings == []


class TestPresets:
    @pytest.mark.parametrize("preset", PROGRAMS)
    def test_say_what_they_are_and_change_nothing_but_the_epochs(self, open_page: Open, preset: str) -> None:
        row = PROGRAMS[preset]
        screen = open_page("train", preset=preset)
        assert t(f"program.{row.note}", **row.settings) in screen.read
        assert row.citation in screen.read
        assert [box.key for box in screen.test.selectbox] == ["preset"]
        assert not screen.test.radio
        assert [element.label for element in screen.test.number_input] == ["Epochs"]
        assert number(screen, "Epochs").value == row.training["epochs"]
        assert screen.query == {"preset": preset}

    def test_ask_for_their_own_data_set(self, open_page: Open) -> None:
        assert "Fashion-MNIST is not on this computer yet" in open_page("train", preset="post-vae").read

    def test_refuse_epochs_out_of_bounds(self, open_page: Open) -> None:
        screen = enter(open_page("train", preset="book-mlp"), "Epochs", 0)
        assert screen.errors == ["training: epochs must be from 1 to 500; got 0."]

    def test_are_left_again_without_losing_the_own_settings(self, open_page: Open) -> None:
        screen = open_page("train", family="cvae", latent="5")
        presets = screen.test.selectbox(key="preset").options
        screen.pick("preset", presets[1])
        assert set(screen.query) == {"preset"}
        screen.pick("preset", presets[0])
        assert (screen.query["family"], screen.query["latent"]) == ("cvae", "5")


class TestLink:
    def test_opens_the_form_as_it_was(self, open_page: Open) -> None:
        link = {"preset": "own", "family": "mmd-cvae", "data": "digits", "recipe": "good", "latent": "7"}
        screen = open_page("train", **link)
        assert screen.query == link
        assert "MMD-CVAE on Digits 8x8, 7 latents" in screen.read
        assert screen.run().query == link

    def test_the_old_name_of_the_data_set_opens_what_it_opened(self, open_page: Open) -> None:
        screen = open_page("train", set="fashion-mnist", family="cvae")
        assert screen.test.radio(key="data").value == "fashion-mnist"
        assert (screen.query["data"], screen.query["family"]) == ("fashion-mnist", "cvae")
        assert "set" not in screen.query
        assert screen.warnings == []

    def test_the_new_name_wins_over_the_old(self, open_page: Open) -> None:
        assert open_page("train", set="fashion-mnist", data="digits").query["data"] == "digits"

    def test_a_data_set_chosen_in_the_gallery_is_chosen_here(self, open_page: Open, keep: Open) -> None:
        keep(run_id="a", data={"name": "mnist"})
        keep(run_id="b", data={"name": "fashion-mnist", "title": "Fashion-MNIST"})
        screen = open_page("main").go("library", data="fashion-mnist").go("train")
        assert screen.query["data"] == "fashion-mnist"
        screen = choose(screen, "data", "digits")
        assert screen.go("library").query["data"] == "mnist"  # it has no model of the digits

    def test_what_the_gallery_shows_by_itself_is_not_chosen_here(self, open_page: Open, keep: Open) -> None:
        keep(run_id="a", data={"name": "fashion-mnist"})
        screen = open_page("main").go("library")
        assert screen.query["data"] == "fashion-mnist"
        assert screen.go("train").query["data"] == "digits"

    def test_another_page_and_back_keeps_the_form(self, open_page: Open, keep: Open) -> None:
        keep()
        screen = open_page("train", family="cvae", latent="3")
        screen.go("explore").go("train")
        assert (screen.query["family"], screen.query["latent"]) == ("cvae", "3")


class TestDataSetThatIsNotHere:
    def test_is_marked_and_offered(self, open_page: Open) -> None:
        screen = open_page("train", data="fashion-mnist")
        options = screen.test.radio(key="data").options
        assert plain(options[-1] if "31" in options[-1] else options[0]).endswith("Fashion-MNIST (to download, 31 MB)")
        assert "fetched once (31 MB)" in screen.read
        assert not has_train_button(screen)

    def test_the_offer_is_taken(self, open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
        asked: list[str] = []
        monkeypatch.setattr("live.library.catalogue.load", lambda name, download: asked.append(name))
        open_page("train", set="kmnist").click("Download KMNIST")
        assert asked == ["kmnist"]

    def test_a_download_that_fails_is_said(self, open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
        from models.errors import InputError

        def fail(_name: str, download: bool) -> None:
            raise InputError("training.to_fetch", data="KMNIST", megabytes=5)

        monkeypatch.setattr("live.library.catalogue.load", fail)
        screen = open_page("train", set="kmnist").click("Download KMNIST")
        assert screen.errors == ["KMNIST is not on this computer yet (5 MB); fetch it first."]


class TestTraining:
    def test_a_short_one_runs_to_the_end_and_is_a_model(self, open_page: Open, checkpoint_folder: Path) -> None:
        screen = enter(open_page("train", latent="3"), "Epochs", 1)
        screen.click("Train")
        job_id = screen.query["job"]
        assert screen.query == {"job": job_id}
        assert screen.data["view"] == "train"
        assert (screen.data["job"], screen.data["mine"]) == (f"jobs/{job_id}.json", True)
        ended = jobs.service().wait(job_id, 30)
        assert ended.status == DONE, ended.reason
        run = checkpoints.load_run(checkpoint_folder / str(ended.spec["run_id"]))
        assert (run.model.latent_dim, run.epochs_done, run.data.name) == (3, 1, "digits")
        epochs = checkpoints.load_epochs(checkpoint_folder / run.run_id)
        assert epochs is not None and epochs.values == (0, 1)
        screen.command({"command": "done"})  # the browser has seen it end
        assert screen.query == {"model": run.run_id}
        assert (screen.data["view"], screen.data["epochs"]) == ("film", [0, 1])
        assert links(screen) == {"Explore it": f"./?model={run.run_id}"}
        assert has_train_button(screen.click("Train another"))
        assert "model" not in screen.query
        assert open_page("train", job=job_id).query == {"model": run.run_id}

    def test_gets_every_setting_of_the_form(self, open_page: Open, endless: Callable[[Any], str]) -> None:
        screen = open_page("train", family="beta-vae", latent="4")
        for label, value in {"Epochs": 7, "Images per step": 16, "Seed": 5, "Learning rate": 0.004,
                             "beta, the weight of the KL": 2.5}.items():  # fmt: skip
            enter(screen, label, value)
        screen.pick("optimizer-beta-vae-digits-quick", "rmsprop").pick("schedule-beta-vae-digits-quick", "constant")
        spec = job_of(screen.click("Train").query["job"]).spec
        training = spec["training"]
        assert (spec["family"], spec["data"], spec["model"]["latent_dim"]) == ("beta-vae", "digits", 4)
        assert spec["weights"] == {"beta": 2.5}
        expected = {
            "epochs": 7,
            "batch_size": 16,
            "seed": 5,
            "learning_rate": 0.004,
            "optimizer": "rmsprop",
            "schedule": "constant",
        }
        assert {name: training[name] for name in expected} == expected

    def test_a_double_click_is_one_training(self, open_page: Open, endless: Callable[[Any], str]) -> None:
        screen = open_page("train")
        (button,) = (button for button in screen.test.button if button.label == "Train")
        pressed = button.click().proto.id
        states = screen.test._tree.get_widget_states()
        screen.test._run(states)
        first = screen.query["job"]
        # the second message was on its way before the page had changed
        states.widgets.add(id=pressed, trigger_value=True)
        screen.test._run(states)
        assert screen.query["job"] == first
        assert len(jobs.service().jobs()) == 1

    def test_a_click_that_cuts_the_first_one_short_is_one_training(
        self, open_page: Open, endless: Callable[[Any], str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Streamlit may end a run at any access to its state: here right after the job was queued."""
        screen, whole = open_page("train"), jobs.submit
        cut: list[str] = []

        def submit(spec: Any, key: str) -> str:
            job_id = whole(spec, key)
            if not cut:
                from streamlit.runtime.scriptrunner_utils.exceptions import StopException

                cut.append(job_id)
                raise StopException
            return job_id

        monkeypatch.setattr(jobs, "submit", submit)
        screen.click("Train")
        assert "job" not in screen.query
        assert screen.click("Train").query["job"] == cut[0]
        assert len(jobs.service().jobs()) == 1

    def test_another_one_is_another_job(self, open_page: Open, endless: Callable[[Any], str]) -> None:
        screen = open_page("train").click("Train")
        first = screen.query["job"]
        screen.click("Train another")
        assert "job" not in screen.query
        assert screen.click("Train").query["job"] != first
        assert len(jobs.service().jobs()) == 2

    def test_more_than_a_session_may_have_is_refused(self, open_page: Open, endless: Callable[[Any], str]) -> None:
        screen = open_page("train")
        for _ in range(3):
            screen.click("Train").click("Train another")
        screen.click("Train")
        assert "you have 3 trainings under way" in screen.errors[0]
        assert "job" not in screen.query

    def test_a_link_a_page_change_and_a_new_session_show_the_same_job(
        self, open_page: Open, keep: Open, endless: Callable[[Any], str]
    ) -> None:
        keep()
        screen = open_page("main").go("train").click("Train")
        job_id = screen.query["job"]
        assert screen.go("explore").data["view"] == "explore"
        assert screen.go("train").query == {"job": job_id}
        assert screen.data["job"] == f"jobs/{job_id}.json"
        stranger = open_page("train", job=job_id)
        assert (stranger.data["job"], stranger.data["mine"]) == (f"jobs/{job_id}.json", False)

    def test_others_are_listed_to_be_watched(self, open_page: Open, endless: Callable[[Any], str]) -> None:
        job_id = open_page("train").click("Train").query["job"]
        stranger = open_page("train")
        (button,) = (button for button in stranger.test.button if button.key == f"see-{job_id}")
        assert button.label.startswith("VAE on Digits 8x8, 2 latents")
        assert "somebody else’s" in stranger.read
        button.click()
        assert stranger.run().query == {"job": job_id}
        assert stranger.data["mine"] is False

    def test_a_hostile_title_in_the_list_is_text(self, open_page: Open, endless: Callable[[Any], str]) -> None:
        open_page("train")
        jobs.service().submit("x", "k", ENDLESS | {"title": "![x](http://evil.example/a) :red[y]"})
        assert r"\!\[x\]" in "".join(open_page("train").rendered)


class TestCommands:
    def test_pause_step_and_resume(self, open_page: Open, endless: Callable[[Any], str]) -> None:
        screen = open_page("train").click("Train")
        job_id = screen.query["job"]
        view_of(job_id)
        screen.command({"command": "pause"})
        until(lambda: job_of(job_id).status == PAUSED)
        step = view_of(job_id).step
        screen.command({"command": "step"})
        until(lambda: view_of(job_id).step >= step + 1)
        assert view_of(job_id).step == step + 1
        screen.command({"command": "resume"})
        until(lambda: job_of(job_id).status != PAUSED)
        assert screen.warnings == []

    def test_slow_motion_is_switched(self, open_page: Open, endless: Callable[[Any], str]) -> None:
        screen = open_page("train").click("Train")
        job_id = screen.query["job"]
        screen.command({"command": "slow"})
        assert job_of(job_id).slow == jobs.SLOW_SECONDS
        screen.command({"command": "slow"})
        assert job_of(job_id).slow == 0

    def test_a_changed_setting_holds_and_a_bad_one_is_refused(
        self, open_page: Open, endless: Callable[[Any], str]
    ) -> None:
        screen = open_page("train")
        job_id = endless(screen)
        watcher = open_page("train", job=job_id)
        watcher.test.session_state["visitor"] = screen.test.session_state["visitor"]
        watcher.run().command({"change": "learning_rate", "value": 2e-4})
        until(lambda: view_of(job_id).learning_rate == 2e-4)
        assert [change.name for change in view_of(job_id).changes] == ["learning_rate"]
        watcher.command({"change": "learning_rate", "value": 3})
        assert watcher.warnings == ["learning_rate must be from 0.0000001 to 1; got 3."]
        watcher.command({"change": "beta", "value": 3})
        assert "beta has no effect on the objective" in watcher.warnings[0]
        assert watcher.run().warnings == []

    def test_cancel_ends_it(self, open_page: Open, endless: Callable[[Any], str]) -> None:
        screen = open_page("train").click("Train")
        screen.command({"command": "cancel"})
        assert jobs.service().wait(screen.query["job"], 10).status == CANCELLED
        assert screen.run().data["job"].endswith(".json")

    @pytest.mark.parametrize(
        "message", [*({"command": name} for name in COMMANDS), {"change": "learning_rate", "value": 1e-5}]
    )
    def test_another_visitor_has_no_control(
        self, open_page: Open, endless: Callable[[Any], str], message: object
    ) -> None:
        owner = open_page("train")
        job_id = endless(owner)
        view_of(job_id)
        stranger = open_page("train", job=job_id)
        stranger.command(message)
        assert stranger.warnings == ["Only the browser that started a training can control it."]
        found = job_of(job_id)
        assert (found.status, found.slow) == (RUNNING, 0.05)
        assert view_of(job_id).changes == ()

    @pytest.mark.parametrize(
        "message", [None, [], "cancel", 3, {"command": "explode"}, {"command": ["cancel"]}, {}, {"command": "x" * 5000}]
    )
    def test_what_is_no_command_becomes_a_sentence(
        self, open_page: Open, endless: Callable[[Any], str], message: object
    ) -> None:
        screen = open_page("train").click("Train").command(message)
        assert len(screen.warnings) <= 1
        assert all(len(text) < 120 for text in screen.warnings)
        assert job_of(screen.query["job"]).status != CANCELLED

    def test_a_model_that_is_not_there_yet_is_not_opened(self, open_page: Open, endless: Callable[[Any], str]) -> None:
        screen = open_page("train").click("Train").command({"command": "done"})
        assert screen.data["view"] == "train"
        assert screen.warnings == []


@pytest.mark.parametrize("family", ["vae", "beta-vae"])
def test_a_data_set_has_the_picture_of_a_model_that_ships_of_whatever_kind(
    open_page: Open, keep: Open, monkeypatch: pytest.MonkeyPatch, family: str
) -> None:
    keep(family, run_id="shipped")
    monkeypatch.setattr(gallery, "is_shipped", lambda run_id: run_id == "shipped")
    pictures = [label for label in open_page("train").test.radio(key="data").options if label.startswith("![](")]
    assert len(pictures) == 1
    assert pictures[0].endswith("Digits 8x8")


class TestBefore:
    """The right half of the form: what the choice gave before."""

    def picture(self, screen: Any) -> str:
        (found,) = (text for text in screen.html if '<div class="lp-before">' in text)
        return str(found)

    def test_shows_the_nearest_model_of_the_same_kind_and_data(self, open_page: Open, keep: Open) -> None:
        for latents in (2, 5, 9):
            keep("vae", latents, run_id=f"vae-{latents}")
        keep("cvae", 3, run_id="cvae-3")
        screen = open_page("train", latent="6")
        assert 'href="./?model=vae-5"' in self.picture(screen)
        assert "5 latents" in self.picture(screen)
        assert "./?model=cvae-3" in self.picture(choose(screen, "family", "cvae"))

    def test_plays_the_film_where_there_is_one(self, open_page: Open, keep: Open, with_film: Open) -> None:
        keep(run_id="a-still")
        gallery.add(with_film(keep(run_id="b-filmed"), (0, 1, 2)), replace=True)
        shown = self.picture(open_page("train"))
        assert 'href="./train?model=b-filmed"' in shown
        images = re.findall(r'<img class="lp-codes ([^"]+)" loading="lazy" src="[^"]*/([^/"?]+)', shown)
        assert images == [("lp-moves", "film.webp"), ("lp-still", "codes.webp")], "of which one is shown and fetched"
        assert "<source" not in shown, "Chromium would keep it for ever"

    def test_says_the_score_with_its_unit_to_the_field_only(self, open_page: Open, keep: Open) -> None:
        keep("autoencoder", run_id="a")
        keep("vae", run_id="b")
        for family in ("vae", "autoencoder"):
            assert "nats" not in self.picture(open_page("train", family=family))
            assert "nats" in self.picture(open_page("train", family=family, words="field"))

    def test_says_where_nobody_has_trained_it(self, open_page: Open) -> None:
        assert any(t("before.none") in text for text in open_page("train").html)


class TestMyTrainings:
    """The list of what was trained here."""

    def test_a_finished_one_opens_its_film_and_has_no_id_on_the_screen(
        self, open_page: Open, keep: Open, with_film: Open
    ) -> None:
        gallery.add(with_film(keep(run_id="digits-vae-2d-x", made={"title": "Mine"}), (0, 1, 2)), replace=True)
        screen = open_page("train")
        assert links(screen)["Mine"] == "./train?model=digits-vae-2d-x"
        assert "digits-vae-2d-x" not in screen.read
        assert re.search(r"finished, (.* ago|\d{4}-\d\d-\d\d)", screen.read)

    def test_it_is_renamed_removed_and_brought_back(self, open_page: Open, keep: Open) -> None:
        keep(run_id="mine", made={"title": "Mine"})
        screen = open_page("train")
        screen.test.text_input(key="title-mine").set_value("Better")
        screen.run()
        assert "Better" in links(screen)
        screen.test.button(key="remove-mine").click()
        assert "“Better” is removed." in screen.run().read
        assert links(screen) == {}
        screen.click("Undo")
        assert "Better" in links(screen)

    def test_what_came_with_the_app_is_not_mine(self, open_page: Open, keep: Open, checkpoint_folder: Path) -> None:
        keep(run_id="shipped")
        (checkpoint_folder / gallery.SHIPPED).write_text("shipped")
        assert t("mine.title") not in open_page("train").read

    def test_a_cancelled_one_can_be_found_again(self, open_page: Open, endless: Callable[[Any], str]) -> None:
        screen = open_page("train").click("Train")
        job_id = screen.query["job"]
        view_of(job_id)
        screen.command({"command": "cancel"})
        jobs.service().wait(job_id, 10)
        screen.click("Train another")
        assert "cancelled, " in screen.read
        screen.test.button(key=f"see-{job_id}").click()
        assert screen.run().query == {"job": job_id}


class TestFolderThatCannotBeUsed:
    def test_owned_by_another_process(self, open_page: Open, checkpoint_folder: Path) -> None:
        (checkpoint_folder / ".unfinished").mkdir()
        handle = os.open(checkpoint_folder / ".unfinished" / "jobs.lock", os.O_RDWR | os.O_CREAT)
        fcntl.flock(handle, fcntl.LOCK_EX)
        try:
            screen = open_page("train")
            assert "another process trains with this folder" in screen.warnings[0]
            assert not has_train_button(screen)
        finally:
            os.close(handle)

    def test_a_file_in_its_place(self, open_page: Open, checkpoint_folder: Path) -> None:
        (checkpoint_folder / ".unfinished").write_text("no folder")
        screen = open_page("train")
        assert "can't be used" in screen.warnings[0]
        assert not has_train_button(screen)

    def test_a_training_of_another_process_can_be_watched(
        self, open_page: Open, endless: Callable[[Any], str], checkpoint_folder: Path
    ) -> None:
        job_id = endless(open_page("train"))
        jobs.stop()
        handle = os.open(checkpoint_folder / ".unfinished" / "jobs.lock", os.O_RDWR)
        fcntl.flock(handle, fcntl.LOCK_EX)
        try:
            screen = open_page("train", job=job_id)
            assert screen.data["job"] == f"jobs/{job_id}.json"
        finally:
            os.close(handle)


def in_browser(screen: Any) -> Any:
    (found,) = (button for button in screen.test.button if button.label == t("train.start.here"))
    return found


def test_the_browser_can_train_what_the_server_would(open_page: Open) -> None:
    screen = open_page("train", data="digits", family="cvae")
    in_browser(screen).click()
    told = screen.run().data
    begun = told["begin"]
    assert (screen.query["job"], told["view"], begun["set"]["file"]) == ("here", "train", "assets/sheets/digits.bin")
    assert (begun["plan"]["model"]["family"], begun["plan"]["training"]["precision"]) == ("cvae", "float32")
    assert begun["plan"]["run_id"].startswith("digits-cvae-2d-")
    assert begun["set"]["record"]["train_count"] == SOURCES["digits"].train_count
    assert told["keep"]
    (back,) = (button for button in screen.test.button if button.label == t("train.another"))
    back.click()
    screen.run()
    assert any(button.label.startswith("Back to CVAE") for button in screen.test.button)
    loaded_anew = open_page("train", job="here").data
    assert loaded_anew["begin"] is None, "what it does is known to the browser alone"


def test_what_the_browser_cannot_train_is_grey_and_says_why(open_page: Open) -> None:
    screen = open_page("train", data="digits")
    assert not in_browser(screen).disabled
    switch(screen, DIAL)
    assert in_browser(screen).disabled
    assert any(
        text.startswith("The browser has no trainer for this kind")
        for text in (plain(caption.value) for caption in screen.test.caption)
    )


def test_a_server_that_trains_nothing_leaves_the_browser_to_train(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "closed", lambda: switches.OFF["trainings"])
    screen = open_page("train", data="digits")
    assert not has_train_button(screen)
    assert not in_browser(screen).disabled
