"""The sweep of the page Train: its form and its bill, who sees it, and what becomes of one."""

import functools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st

from datasets.data_set import DataSet
from jobs.job import CANCELLED, DONE
from models import gallery
from models.model_series import list_series
from training.estimate import Estimate
from training.service import open_service
from training.sweep import Sweep
from ui import jobs, switches

Open = Callable[..., Any]
TRAIN_IT = "Train the sweep"


@pytest.fixture(autouse=True)
def _small(few_digits: DataSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No data set but the bundled one, recipes that are done at once, and no time spent on measuring."""
    monkeypatch.setenv("LATENT_DATA", str(tmp_path / "no-data"))
    monkeypatch.setattr(switches, "is_operator", lambda: True)
    monkeypatch.setattr(jobs, "estimate_of", lambda _: Estimate(10.0, 2.0, 12_345.6, 20))
    monkeypatch.setattr(jobs, "open_service", functools.partial(open_service, load=lambda *_, **__: few_digits))
    monkeypatch.setattr("training.sweep.recipe_parts", lambda *_: ({"widths": (8,)}, {"epochs": 1}))
    yield
    jobs.stop()


def opened(open_page: Open) -> Any:
    """The page with the form of a sweep."""
    screen = open_page("train")
    screen.test.toggle(key="sweep-form").set_value(True)
    return screen.run()


def test_the_form_says_what_a_sweep_costs_and_starts_it(
    open_page: Open, checkpoint_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = opened(open_page)
    screen.test.multiselect(key="sweep-data").set_value(["digits"])
    screen.test.text_input(key="sweep-beta").set_value("0.5, 4")
    screen.test.text_input(key="sweep-seeds").set_value("0, 1")
    screen.run()
    assert "4 trainings" in screen.read
    assert "40\u00a0s of one core" in screen.read
    screen.click(TRAIN_IT)
    own = jobs.service().jobs()
    assert [job.sweep for job in own] == ["betas"] * 4
    for job in own:
        assert jobs.service().wait(job.job_id, 60).status == DONE
    screen.run()
    assert "**betas**: 4 finished" in screen.read
    (matrix,) = (html for html in screen.html if "lp-sweep" in html)
    assert all(told in matrix for told in ("beta 0.5", "beta 4", "seed 0", "seed 1"))
    assert matrix.count("<img") == 4
    assert [(mark["value"], mark["seeds"]) for mark in screen.data["measured"]] == [(0.5, 2), (4.0, 2)]
    went: list[dict[str, str]] = []
    monkeypatch.setattr("ui.page.go", lambda place, **names: went.append({"place": place} | names))
    screen.click("Open as a dial")
    assert went == [{"place": "compare", "by": "dial", "series": "betas"}]
    (lined,), refused = list_series(checkpoint_folder)
    assert (refused, lined.series.axis, [value for value, _ in lined.steps]) == ((), "beta", [0.5, 4.0])
    screen.click("Remove")
    assert jobs.service().jobs() == ()
    assert len(gallery.list_runs(checkpoint_folder).runs) >= 4
    dial = open_page("compare", by="dial", series="betas")
    assert (dial.data["view"], dial.data["axis"], dial.data["series"]) == ("series", "beta", "betas")
    dial.click("Remove this series")
    assert list_series(checkpoint_folder) == ((), ())
    assert "series" not in dial.query
    assert len(gallery.list_runs(checkpoint_folder).runs) >= 4


@pytest.mark.parametrize(("key", "value", "told"), [
    ("sweep-name", "Not plain", "sweep"), ("sweep-beta", "one", "must be numbers"), ("sweep-seeds", "0, 0", "comes twice"),
    ("sweep-latents", "0", "latent"), ("sweep-beta", ",".join(map(str, range(1, 102))), "1 to 256 trainings"),
])  # fmt: skip
def test_what_is_no_sweep_is_a_sentence(open_page: Open, key: str, value: str, told: str) -> None:
    screen = opened(open_page)
    screen.test.text_input(key=key).set_value(value)
    screen.run()
    assert any(told in error for error in screen.errors), screen.errors
    assert TRAIN_IT not in [button.label for button in screen.test.button]


def test_a_chain_that_is_longer_than_one_may_train_at_a_stretch_is_said(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "estimate_of", lambda _: Estimate(700.0, 2.0, 12_345.6, 20))
    screen = opened(open_page)
    screen.test.multiselect(key="sweep-data").set_value(["digits"])
    screen.run()
    assert screen.warnings == []  # 12 minutes each
    screen.test.toggle(key="sweep-chain").set_value(True)
    screen.run()
    (said,) = screen.warnings
    assert "about 35\u00a0min 0\u00a0s, more than the 15\u00a0min 0\u00a0s" in said
    assert "stops 2 times" in said


def test_a_sweep_is_stopped_and_goes_on(open_page: Open) -> None:
    jobs.service().submit_sweep("somebody", Sweep("mine", {"data": ("digits",), "seed": tuple(range(8))}))
    screen = open_page("train")
    screen.click("Stop")
    own = [jobs.service().wait(job.job_id, 60) for job in jobs.service().jobs()]
    assert {job.status for job in own} <= {CANCELLED, DONE}
    assert CANCELLED in {job.status for job in own}
    screen.run()
    screen.click("Go on")
    assert {jobs.service().wait(job.job_id, 60).status for job in own} == {DONE}


def test_a_run_that_is_broken_off_in_the_form_has_made_the_place_of_the_list(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs.service().submit_sweep("somebody", Sweep("mine", {"data": ("digits",), "seed": (0,)}))
    monkeypatch.setattr("ui.parts.train_form.show", lambda *_: st.stop())
    blocks = [str(block.proto) for block in open_page("train").test._tree if getattr(block, "proto", None)]
    assert any("sweeps-list" in block for block in blocks)


def test_only_the_server_s_own_computer_sees_it(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(switches, "is_operator", lambda: False)
    jobs.service().submit_sweep("somebody", Sweep("mine", {"data": ("digits",), "seed": (0, 1)}))
    screen = open_page("train")
    assert "sweep-form" not in [toggle.key for toggle in screen.test.toggle]
    assert "mine" not in screen.read
    assert "seed 1" not in screen.read  # nor among the trainings of others
