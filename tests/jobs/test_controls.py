"""A job's controls without a queue: commands come in, values go out, and the checks between two batches are right."""

import threading
from typing import Any

import pytest
from waiting import until

from jobs.controls import Controls, Effect, Moved, Report
from jobs.job import CANCELLED, FAILED, INTERRUPTED, PAUSED, RUNNING, Command, Job, Outcome
from models.errors import InputError, Reason


def _controls(commands: tuple[Command, ...] = (), status: str = RUNNING) -> tuple[Controls, list[Any]]:
    sent: list[Any] = []
    controls = Controls(Job("j", "s", "k", {}, status, Reason("running"), 0.0, 0.0), sent.append, commands)
    controls.start(60.0, crowded=False)
    return controls, sent


def test_without_a_command_the_work_goes_on_and_nothing_is_sent() -> None:
    controls, sent = _controls()
    assert not controls.should_stop()
    assert not controls.should_abandon()
    assert (controls.outcome, controls.watched, sent) == (None, False, [])


@pytest.mark.parametrize(("give", "outcome"), [
    (lambda controls: controls.cancel(), Outcome(CANCELLED, Reason("cancelled"))),
    (lambda controls: controls.stop(), Outcome(INTERRUPTED, Reason("interrupted"))),
])  # fmt: skip
def test_an_end_is_seen_by_both_checks(give: Any, outcome: Outcome) -> None:
    for check in (Controls.should_stop, Controls.should_abandon):
        controls, _ = _controls()
        give(controls)
        assert check(controls)
        assert controls.outcome == outcome


def test_what_is_cancelled_and_resumed_in_time_goes_on() -> None:
    controls, _ = _controls()
    controls.cancel()
    controls.resume()
    assert not controls.should_stop()


def test_time_is_up() -> None:
    controls, _ = _controls()
    controls.start(0.0, crowded=False)
    assert not controls.should_abandon()  # what it computes is not lost for that
    assert controls.should_stop()
    assert controls.outcome == Outcome(FAILED, Reason("failed.time_limit", {"minutes": 0.0}))


def test_a_paused_job_leaves_the_worker_to_others() -> None:
    controls, sent = _controls()
    controls.pause()
    controls.crowd(True)
    assert controls.watched
    assert controls.should_stop()
    assert controls.outcome == Outcome(PAUSED, Reason("paused.aside"))
    assert sent == [Moved("j", PAUSED, Reason("paused"))]


def test_a_step_comes_before_the_others() -> None:
    controls, _ = _controls(status=PAUSED)
    controls.crowd(True)
    assert not controls.ready
    controls.step()
    assert controls.ready
    assert not controls.should_stop()
    assert not controls.ready
    assert controls.should_stop()


def test_a_paused_job_waits_until_it_goes_on_or_ends() -> None:
    for give, stops in (("resume", False), ("step", False), ("cancel", True), ("stop", True)):
        controls, sent = _controls()
        controls.pause()
        answers: list[bool] = []
        thread = threading.Thread(target=lambda: answers.append(controls.should_stop()))  # noqa: B023
        thread.start()
        until(lambda: sent == [Moved("j", PAUSED, Reason("paused"))])  # noqa: B023
        assert answers == []
        getattr(controls, give)()
        thread.join(5)
        assert answers == [stops]
        assert sent[1:] == ([Moved("j", RUNNING, Reason("running"))] if give == "resume" else [])


def test_a_command_is_written_down_before_it_holds() -> None:
    before, new = Command(1, "j", "beta", 2.0, 7), Command(2, "j", "beta", 4.0)
    controls, sent = _controls((before,))
    controls.add(new)
    assert (controls.history(), controls.commands()) == ((before,), (new,))
    done = Command(2, "j", "beta", 4.0, 9)
    controls.took_effect(new, 9)
    assert sent == [Effect(done)]
    assert (controls.history(), controls.commands()) == ((before, done), ())


def test_a_command_that_cant_be_written_down_waits() -> None:
    def full(_: object) -> None:
        raise InputError("journal.not_queued", problem="it is full")

    new = Command(2, "j", "beta", 4.0)
    controls = Controls(Job("j", "s", "k", {}, RUNNING, Reason("running"), 0.0, 0.0), full, (new,))
    with pytest.raises(InputError):
        controls.took_effect(new, 9)
    assert (controls.history(), controls.commands()) == ((), (new,))


def test_a_report_is_sent_as_it_is() -> None:
    controls, sent = _controls()
    controls.report(3)
    assert sent == [Report("j", 3)]
