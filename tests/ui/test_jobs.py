"""The trainings of this server: one service a process, who may steer, and how long a training will take."""

import functools
from collections.abc import Callable
from dataclasses import replace
from http.cookies import SimpleCookie
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from waiting import until

from datasets.data_set import DataSet
from jobs.job import CANCELLED, PAUSED, RUNNING
from live.shelf import Shelf
from live.words import refusal
from models.errors import InputError
from training.estimate import Estimate
from training.service import COMMANDS, open_service
from training.spec import plan_of
from ui import jobs, limits, visitors

ENDLESS = {
    "family": "beta-vae",
    "data": "digits",
    "model": {"widths": [8]},
    "training": {"epochs": 200, "batch_size": 8},
}
Browser = Callable[..., None]


@pytest.fixture
def browser(checkpoint_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Browser:
    """A function that makes a browser with this `Set-Cookie`, or with none, the one that asks, in a new session."""
    assert checkpoint_folder.is_dir()

    def ask(cookie: str | None = None, address: str | None = None) -> None:
        cookies = {name: morsel.value for name, morsel in SimpleCookie(cookie or "").items()}
        context = SimpleNamespace(cookies=cookies, ip_address=address)
        monkeypatch.setattr(jobs, "st", SimpleNamespace(context=context, session_state={}))

    return ask


class TestAddress:
    """One address can't take the whole queue, with however many visitors."""

    class Queue:
        def __init__(self) -> None:
            self.active: list[Any] = []

        def jobs(self) -> tuple[Any, ...]:
            return tuple(self.active)

        def submit(self, session: str, _key: str, _spec: object) -> str:
            self.active.append(SimpleNamespace(session=session, active=True, sweep=""))
            return session

    def test_has_a_share_of_the_queue(self, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
        queue = self.Queue()
        monkeypatch.setattr(jobs, "service", lambda: queue)
        monkeypatch.setattr(limits, "ADDRESS_JOBS", 4)

        def start(address: str | None) -> None:
            browser(visitors.new_cookie(secure=False), address)
            jobs.submit(ENDLESS, "key")

        for _ in range(4):
            start("10.0.0.1")
        with pytest.raises(InputError, match=r"jobs\.too_many_at_address: count=4"):
            start("10.0.0.1")
        start("10.0.0.2")
        start(None)
        queue.active[0].active = False
        start("10.0.0.1")
        with pytest.raises(InputError):
            start("10.0.0.1")


class TestVisitor:
    def test_is_the_same_in_every_session_of_a_browser(self, browser: Browser) -> None:
        cookie, names = visitors.new_cookie(secure=False), set()
        for _ in range(3):
            browser(cookie)
            names.add(jobs.visitor())
        assert len(names) == 1

    def test_is_another_one_for_another_browser(self, browser: Browser) -> None:
        names = set()
        for _ in range(16):
            browser(visitors.new_cookie(secure=False))
            names.add(jobs.visitor())
        assert len(names) == 16

    @pytest.mark.parametrize("cookie", [None, "", "x", "_streamlit_xsrf=2|00000000|00|1", "visitor=a.b", "forged"])
    def test_without_a_sound_cookie_lasts_as_long_as_the_session(self, browser: Browser, cookie: str | None) -> None:
        if cookie == "forged":
            name, _, value = visitors.new_cookie(secure=False).partition("=")
            cookie = f"{name}={'0' * 32}.{value.partition('.')[2]}"
        browser(cookie)
        name = jobs.visitor()
        assert len(name) == 32
        assert name != "0" * 32
        assert jobs.visitor() == name
        browser(cookie)
        assert jobs.visitor() != name


@pytest.fixture
def mine(checkpoint_folder: Path) -> str:
    """The cookie of the browser that trains."""
    assert checkpoint_folder.is_dir()
    return visitors.new_cookie(secure=False)


@pytest.fixture
def training(few_digits: DataSet, monkeypatch: pytest.MonkeyPatch, browser: Browser, mine: str) -> str:
    """A training of the present visitor that rests after every batch and won't end by itself."""
    monkeypatch.setattr(jobs, "open_service", functools.partial(open_service, load=lambda *_, **__: few_digits))
    browser(mine)
    job_id = jobs.submit(ENDLESS, "k")
    jobs.service().command(job_id, "slow", 0.02)
    until(lambda: jobs.service().snapshot(job_id).payload is not None)
    return job_id


class TestCommands:
    @pytest.mark.parametrize(
        "message",
        [None, 3, True, "pause", [], ["pause"], {}, {"command": None}, {"command": 1}, {"command": ["pause"]}, {"command": {"command": "pause"}},
         {"command": "PAUSE"}, {"command": "__class__"}, {"command": "stop"}, {"command": "beta"}, {"command": "x" * 10_000}, {"pause": True}],
    )  # fmt: skip
    def test_what_is_no_command_is_refused_in_words(self, training: str, message: object) -> None:
        with pytest.raises(InputError) as caught:
            jobs.command(training, message)
        assert len(refusal(caught.value)) < 120
        found = jobs.service().snapshot(training)
        assert (found.status, found.slow) == (RUNNING, 0.02)

    @pytest.mark.parametrize(
        "value",
        [None, "1e-3", "", [1e-3], {"value": 1}, True, float("nan"), float("inf"), -float("inf"), 0, -1, 2, 1e308, 10**400, -(10**400), 1e-300],
        ids=lambda value: str(value)[:12],
    )  # fmt: skip
    def test_a_learning_rate_that_is_none_is_refused_in_words(self, training: str, value: object) -> None:
        with pytest.raises(InputError, match=r"(training\.no_number|run\.between): name=learning_rate") as caught:
            jobs.command(training, {"change": "learning_rate", "value": value})
        assert len(refusal(caught.value)) < 120
        assert jobs.service().snapshot(training).payload.changes == ()

    @pytest.mark.parametrize(
        "setting", [None, "", "epochs", "seed", "batch_size", "__class__", ["beta"], "x" * 10_000, "mmd_weight"]
    )
    def test_only_what_can_change_can(self, training: str, setting: object) -> None:
        with pytest.raises(InputError) as caught:
            jobs.command(training, {"change": setting, "value": 0.5})
        assert len(refusal(caught.value)) < 160

    @pytest.mark.parametrize("message", [*({"command": name} for name in COMMANDS), {"change": "beta", "value": 2}])
    def test_nobody_controls_the_training_of_another(self, training: str, browser: Browser, message: object) -> None:
        browser(visitors.new_cookie(secure=False))
        job = jobs.find(training)
        assert job is not None and not jobs.is_mine(job)
        with pytest.raises(InputError, match=r"jobs\.not_yours"):
            jobs.command(training, message)
        found = jobs.service().snapshot(training)
        assert (found.status, found.slow) == (RUNNING, 0.02)

    def test_the_same_browser_has_control_from_another_session(
        self, training: str, browser: Browser, mine: str
    ) -> None:
        browser(mine)
        jobs.command(training, {"command": "pause"})
        until(lambda: jobs.service().snapshot(training).status == PAUSED)
        jobs.command(training, {"command": "resume"})
        until(lambda: jobs.service().snapshot(training).status == RUNNING)

    def test_a_setting_changes(self, training: str) -> None:
        jobs.command(training, {"change": "beta", "value": 2})
        jobs.command(training, {"change": "learning_rate", "value": 0.25})
        until(lambda: len(jobs.service().snapshot(training).payload.changes) == 2)
        view = jobs.service().snapshot(training).payload
        assert (view.beta, view.learning_rate) == (2.0, 0.25)

    def test_a_training_that_is_cancelled_takes_no_command_but_to_go_on(self, training: str) -> None:
        jobs.command(training, {"command": "cancel"})
        assert jobs.service().wait(training, 10).status == CANCELLED
        jobs.command(training, {"command": "cancel"})  # once more is no harm
        for message in (*({"command": name} for name in ("pause", "step", "slow", "keep_epoch")), {"change": "beta"}):
            with pytest.raises(InputError, match=r"jobs\.(cancelled|not_under_way)"):
                jobs.command(training, message | {"value": 2})
        jobs.command(training, {"command": "resume"})
        until(lambda: jobs.service().snapshot(training).status == RUNNING)

    @pytest.mark.parametrize("job_id", ["gone", "", "x" * 5000])
    def test_a_training_that_is_gone(self, training: str, job_id: str) -> None:
        with pytest.raises(InputError, match=r"jobs\.unknown"):
            jobs.command(job_id, {"command": "cancel"})
        assert jobs.find(job_id) is None


class TestService:
    def test_is_one_for_a_folder(self, checkpoint_folder: Path) -> None:
        assert jobs.service() is jobs.service()
        assert jobs.service().folder == checkpoint_folder

    def test_follows_the_folder_and_ends_the_old_one(
        self, training: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first = jobs.service()
        monkeypatch.setenv("LATENT_CHECKPOINTS", str(tmp_path / "other"))
        assert jobs.service() is not first
        assert jobs.find(training) is None
        assert first.stop()

    def test_a_training_goes_on_when_it_is_opened_again(self, training: str) -> None:
        assert jobs.stop()
        until(lambda: (job := jobs.find(training)) is not None and job.status == RUNNING)

    def test_to_stop_what_was_never_opened_is_no_harm(self) -> None:
        assert jobs.stop()
        assert jobs.stop()

    def test_the_same_key_is_the_same_training(self, training: str) -> None:
        assert jobs.submit(ENDLESS, "k") == training
        assert jobs.submit(ENDLESS, "another") != training

    def test_a_hostile_title_comes_back_as_it_is(self, training: str) -> None:
        title = "<img src=x onerror=alert(1)> \u202e'\";--"
        job = jobs.find(jobs.submit(ENDLESS | {"title": title}, "another"))
        assert job is not None
        assert job.spec["title"] == title


class TestEstimate:
    @pytest.fixture
    def measured(self, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
        """The plans that were measured; an epoch takes 3 s, the end 1 s."""
        plans: list[Any] = []

        def estimate(plan: Any, _data: DataSet) -> Estimate:
            plans.append(plan)
            return Estimate(1 + 3.0 * plan.training.epochs, 3.0, 1000.0, 20)

        monkeypatch.setattr(jobs, "estimate", estimate)
        monkeypatch.setattr(jobs, "_estimates", Shelf(10))
        return plans

    def test_is_measured_once_and_scaled_to_the_epochs(self, measured: list[Any]) -> None:
        plan = plan_of({"data": "digits"})
        for epochs in (1, 10, 200):
            asked = replace(plan, title=f"Title {epochs}", training=replace(plan.training, epochs=epochs, seed=epochs))
            assert jobs.estimate_of(asked).seconds == 1 + 3 * epochs
        assert len(measured) == 1
        assert measured[0].training.epochs == 1

    def test_another_network_or_batch_is_measured_anew(self, measured: list[Any]) -> None:
        plan = plan_of({"data": "digits"})
        jobs.estimate_of(plan)
        jobs.estimate_of(replace(plan, model=replace(plan.model, widths=(8,))))
        jobs.estimate_of(replace(plan, training=replace(plan.training, batch_size=64)))
        assert len(measured) == 3

    def test_without_the_data_set_says_what_is_missing(
        self, measured: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_network: list[str]
    ) -> None:
        monkeypatch.setenv("LATENT_DATA", str(tmp_path))
        for _ in range(2):  # a failure is not kept
            with pytest.raises(InputError, match=r"data\.unusable: data=Fashion-MNIST"):
                jobs.estimate_of(plan_of({"data": "fashion-mnist"}))
        assert measured == no_network == []
