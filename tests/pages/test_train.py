"""The page Train: what it asks for, what it refuses in words, and what becomes of a training that it starts."""

import fcntl
import os
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from models import checkpoint as checkpoints
from models.families import FAMILIES
from training import train_job
from training.data import SOURCES, DataSet
from training.estimate import Estimate
from training.job import CANCELLED, DONE, PAUSED, RUNNING, Job
from training.plans import PRESETS
from training.recipes import RECIPES, recipe_parts
from training.view import TrainingView
from ui import jobs

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
    monkeypatch.setattr(train_job, "load_data", lambda *_, **__: few_digits)

    def start(screen: Any) -> str:
        session = screen.test.session_state["visitor"] = os.urandom(8).hex()
        job_id = jobs.service().submit(session, "key", ENDLESS)
        jobs.service().slow(job_id, 0.05)
        return job_id

    yield start
    jobs.stop()


def until(condition: Callable[[], object], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.005)


def job_of(job_id: str) -> Job:
    return jobs.service().snapshot(job_id)


def view_of(job_id: str) -> TrainingView:
    """What the training shows, once it shows something."""
    until(lambda: job_of(job_id).payload is not None)
    found = job_of(job_id).payload
    assert isinstance(found, TrainingView)
    return found


def number(screen: Any, label: str) -> Any:
    """The number input with this label."""
    (found,) = (element for element in screen.test.number_input if element.label == label)
    return found


def enter(screen: Any, label: str, value: float) -> Any:
    """Types a number."""
    number(screen, label).set_value(value)
    return screen.run()


def has_train_button(screen: Any) -> bool:
    return any(button.label == "Train" for button in screen.test.button)


def formula(screen: Any) -> str:
    """The objective and, on a second line, its weights."""
    assert len(screen.test.latex) <= 2
    return "\n".join(str(found.value).strip("$\n") for found in screen.test.latex)


class TestForm:
    def test_opens_on_what_can_be_trained_here(self, open_page: Open) -> None:
        screen = open_page("train")
        assert screen.query == {"preset": "own", "family": "vae", "set": "digits", "recipe": "quick", "latent": "2"}
        assert screen.warnings == screen.errors == []
        assert has_train_button(screen)

    @pytest.mark.parametrize("family", FAMILIES)
    def test_every_family_shows_its_formula_sentence_and_source(self, open_page: Open, family: str) -> None:
        row = FAMILIES[family]
        screen = open_page("train").pick("family", row.title)
        assert formula(screen).startswith(row.formula)
        assert row.sentence in screen.read
        assert row.citation in screen.read
        assert screen.query["family"] == family
        assert f"{row.title} on Digits 8x8, 2 latents" in screen.read

    def test_the_formula_names_the_chosen_beta(self, open_page: Open) -> None:
        screen = open_page("train", family="beta-vae")
        assert formula(screen).endswith(r"\beta = 4")
        assert formula(enter(screen, "beta, the weight of the KL", 0.5)).endswith(r"\beta = 0.5")

    def test_the_formula_names_the_chosen_weight_of_the_mmd(self, open_page: Open) -> None:
        screen = open_page("train", family="mmd-vae")
        assert formula(screen).endswith(r"\lambda = 1000")
        assert formula(enter(screen, "lambda, the weight of the MMD", 7.0)).endswith(r"\lambda = 7")

    def test_a_capacity_is_another_objective(self, open_page: Open) -> None:
        screen = open_page("train", family="beta-vae")
        (hold,) = screen.test.toggle
        hold.set_value(True)
        screen.run()
        assert r"\gamma\,\big|\mathrm{KL} - C\big|" in formula(screen)
        assert "C = 5" in formula(screen)
        assert "Burgess" in screen.read
        assert "C = 0.25" in formula(enter(screen, "Capacity C, nats", 0.25))

    @pytest.mark.parametrize("family", [name for name, row in FAMILIES.items() if row.objective != "beta-elbo"])
    def test_only_what_has_a_beta_asks_for_one(self, open_page: Open, family: str) -> None:
        screen = open_page("train", family=family)
        assert not screen.test.toggle
        assert not [element for element in screen.test.number_input if element.label.startswith("beta")]

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
        screen = enter(open_page("train"), "Epochs", 100)
        assert "100 epochs in about **3 min 20 s** on this computer (12,346 images a second" in screen.read
        assert "1 epoch in about **2 s**" in enter(screen, "Epochs", 1).read

    def test_the_time_is_really_measured(self, open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(jobs, "estimate_of", MEASURED)
        found = re.search(r"in about \*\*([^*]+)\*\*.*\(([\d,]+) images a second, measured just now on (\d+) batches",
                          open_page("train", set="digits").read)  # fmt: skip
        assert found
        assert int(found[2].replace(",", "")) > 100
        assert 3 <= int(found[3]) <= 20


class TestRefused:
    @pytest.mark.parametrize(
        ("label", "value", "sentence"),
        [
            ("Learning rate", 0.0, "learning_rate must be from 1e-07 to 1; got 0."),
            ("Learning rate", 10.0, "learning_rate must be from 1e-07 to 1; got 10."),
            ("Epochs", 0, "epochs must be from 1 to 500; got 0."),
            ("Epochs", 501, "epochs must be from 1 to 500; got 501."),
            ("Images a step", 4, "batch_size must be from 8 to 1024; got 4."),
            ("Images a step", 2000, "batch_size must be from 8 to 1024; got 2000."),
            ("Seed", -1, "seed must be from 0 to"),
            ("Latent dimensions", 0, "latent_dim"),
            ("Latent dimensions", 1000, "latent_dim"),
            ("beta, the weight of the KL", -1.0, "beta must be from 0 to 1000; got -1."),
            ("beta, the weight of the KL", 1e9, "beta must be from 0 to 1000; got 1e+09."),
        ],
    )
    def test_values_out_of_bounds_in_words(self, open_page: Open, label: str, value: float, sentence: str) -> None:
        screen = enter(open_page("train", family="beta-vae"), label, value)
        assert len(screen.errors) == 1
        assert sentence in screen.errors[0]
        assert not has_train_button(screen)
        good = {"Learning rate": 1e-3, "Images a step": 32, "Seed": 0, "Latent dimensions": 2}.get(label, 1)
        assert has_train_button(enter(screen, label, good))

    def test_a_capacity_out_of_bounds(self, open_page: Open) -> None:
        screen = open_page("train", family="beta-vae")
        screen.test.toggle[0].set_value(True)
        screen.run()
        assert "capacity must be from 0 to 1000; got -3." in enter(screen, "Capacity C, nats", -3.0).errors[0]

    @pytest.mark.parametrize("recipe", ["quick", "best"])
    def test_a_network_that_does_not_fit_the_images(self, open_page: Open, recipe: str) -> None:
        screen = open_page("train", recipe=recipe)
        for name in screen.test.selectbox(key=f"network-vae-digits-{recipe}").options[1:]:
            screen.pick(f"network-vae-digits-{recipe}", name)
            assert len(screen.errors) == (not has_train_button(screen))

    @pytest.mark.parametrize(
        ("name", "text", "default"),
        [
            ("family", "gan", "vae"), ("family", "<img src=x>", "vae"), ("set", "imagenet", "digits"), ("recipe", "slow", "quick"),
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
    @pytest.mark.parametrize("preset", PRESETS)
    def test_say_what_they_are_and_change_nothing_but_the_epochs(self, open_page: Open, preset: str) -> None:
        row = PRESETS[preset]
        screen = open_page("train", preset=preset)
        assert row.note in screen.read
        assert row.citation in screen.read
        assert [box.key for box in screen.test.selectbox] == ["preset"]
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
        link = {"preset": "own", "family": "mmd-cvae", "set": "digits", "recipe": "good", "latent": "7"}
        screen = open_page("train", **link)
        assert screen.query == link
        assert "MMD-CVAE on Digits 8x8, 7 latents" in screen.read
        assert screen.run().query == link

    def test_another_page_and_back_keeps_the_form(self, open_page: Open, keep: Open) -> None:
        keep()
        screen = open_page("train", family="cvae", latent="3")
        screen.go("map").go("train")
        assert (screen.query["family"], screen.query["latent"]) == ("cvae", "3")


class TestDataSetThatIsNotHere:
    def test_is_marked_and_offered(self, open_page: Open) -> None:
        screen = open_page("train", set="fashion-mnist")
        assert "Fashion-MNIST (to download, 31 MB)" in screen.test.selectbox(key="set").options
        assert "fetched once (31 MB)" in screen.read
        assert not has_train_button(screen)

    def test_the_offer_is_taken(self, open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
        asked: list[str] = []
        monkeypatch.setattr("ui.library.data_sets.load", lambda name, download: asked.append(name))
        open_page("train", set="kmnist").click("Download KMNIST")
        assert asked == ["kmnist"]

    def test_a_download_that_fails_is_said(self, open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
        from models.errors import InputError

        def fail(_name: str, download: bool) -> None:
            raise InputError("the network is down; try again.")

        monkeypatch.setattr("ui.library.data_sets.load", fail)
        screen = open_page("train", set="kmnist").click("Download KMNIST")
        assert screen.errors == ["the network is down; try again."]


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
        assert epochs is not None and epochs.numbers == (0, 1)
        assert screen.run().data["job"] == f"jobs/{job_id}.json"
        for page in ("map", "film"):
            followed = open_page("main").go("train", job=job_id).act({"name": page})
            assert followed.data["view"] == page
            assert followed.data["model"]["id"] == run.run_id

    def test_gets_every_setting_of_the_form(self, open_page: Open, endless: Callable[[Any], str]) -> None:
        screen = open_page("train", family="beta-vae", latent="4")
        for label, value in {"Epochs": 7, "Images a step": 16, "Seed": 5, "Learning rate": 0.004,
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
        assert screen.go("map").data["view"] == "map"
        assert screen.go("train").query == {"job": job_id}
        assert screen.data["job"] == f"jobs/{job_id}.json"
        stranger = open_page("train", job=job_id)
        assert (stranger.data["job"], stranger.data["mine"]) == (f"jobs/{job_id}.json", False)

    def test_others_are_listed_to_be_watched(self, open_page: Open, endless: Callable[[Any], str]) -> None:
        job_id = open_page("train").click("Train").query["job"]
        stranger = open_page("train")
        (button,) = (button for button in stranger.test.button if button.key == f"see-{job_id}")
        assert button.label.startswith("VAE on Digits 8x8, 2 latents")
        button.click()
        assert stranger.run().query == {"job": job_id}
        assert stranger.data["mine"] is False

    def test_a_hostile_title_in_the_list_is_text(self, open_page: Open, endless: Callable[[Any], str]) -> None:
        open_page("train")
        jobs.service().submit("x", "k", ENDLESS | {"title": "![x](http://evil.example/a) :red[y]"})
        assert r"\!\[x\]" in "".join(open_page("train").rendered)


class TestSteering:
    def test_pause_step_and_resume(self, open_page: Open, endless: Callable[[Any], str]) -> None:
        screen = open_page("train").click("Train")
        job_id = screen.query["job"]
        view_of(job_id)
        screen.act({"name": "pause"})
        until(lambda: job_of(job_id).status == PAUSED)
        step = view_of(job_id).step
        screen.act({"name": "step"})
        until(lambda: view_of(job_id).step == step + 1)
        time.sleep(0.2)
        assert view_of(job_id).step == step + 1
        screen.act({"name": "resume"})
        until(lambda: job_of(job_id).status != PAUSED)
        assert screen.warnings == []

    def test_slow_motion_is_switched(self, open_page: Open, endless: Callable[[Any], str]) -> None:
        screen = open_page("train").click("Train")
        job_id = screen.query["job"]
        screen.act({"name": "slow"})
        assert job_of(job_id).slow == jobs.SLOW_SECONDS
        screen.act({"name": "slow"})
        assert job_of(job_id).slow == 0

    def test_a_turned_setting_is_applied_and_a_bad_one_is_refused(
        self, open_page: Open, endless: Callable[[Any], str]
    ) -> None:
        screen = open_page("train")
        job_id = endless(screen)
        watcher = open_page("train", job=job_id)
        watcher.test.session_state["visitor"] = screen.test.session_state["visitor"]
        watcher.run().act({"name": "change", "setting": "learning_rate", "value": 2e-4})
        until(lambda: view_of(job_id).learning_rate == 2e-4)
        assert [change.name for change in view_of(job_id).changes] == ["learning_rate"]
        watcher.act({"name": "change", "setting": "learning_rate", "value": 3})
        assert watcher.warnings == ["learning_rate must be from 1e-07 to 1; got 3."]
        watcher.act({"name": "change", "setting": "beta", "value": 3})
        assert "beta has no effect on the objective" in watcher.warnings[0]
        assert watcher.run().warnings == []

    def test_cancel_ends_it(self, open_page: Open, endless: Callable[[Any], str]) -> None:
        screen = open_page("train").click("Train")
        screen.act({"name": "cancel"})
        assert jobs.service().wait(screen.query["job"], 10).status == CANCELLED
        assert screen.run().data["job"].endswith(".json")

    @pytest.mark.parametrize("name", ["pause", "resume", "step", "slow", "keep", "cancel", "change"])
    def test_another_visitor_cannot_steer(self, open_page: Open, endless: Callable[[Any], str], name: str) -> None:
        owner = open_page("train")
        job_id = endless(owner)
        view_of(job_id)
        stranger = open_page("train", job=job_id)
        stranger.act({"name": name, "setting": "learning_rate", "value": 1e-5})
        assert stranger.warnings == ["Only the browser that started a training can steer it."]
        found = job_of(job_id)
        assert (found.status, found.slow) == (RUNNING, 0.05)
        assert view_of(job_id).changes == ()

    @pytest.mark.parametrize(
        "wish", [None, [], "cancel", 3, {"name": "explode"}, {"name": ["cancel"]}, {}, {"name": "x" * 5000}]
    )
    def test_a_wish_that_is_none_becomes_a_sentence(
        self, open_page: Open, endless: Callable[[Any], str], wish: object
    ) -> None:
        screen = open_page("train").click("Train").act(wish)
        assert len(screen.warnings) <= 1
        assert all(len(text) < 120 for text in screen.warnings)
        assert job_of(screen.query["job"]).status != CANCELLED

    @pytest.mark.parametrize("page", ["map", "film"])
    def test_a_model_that_is_not_there_yet_is_not_opened(
        self, open_page: Open, endless: Callable[[Any], str], page: str
    ) -> None:
        screen = open_page("train").click("Train").act({"name": page})
        assert screen.data["view"] == "train"


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
